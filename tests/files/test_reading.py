from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from triage.errors import InputError
from triage.files.reading import BROKEN, open_bytes, zstd

WORDS = "Ein Satz, 一句话\n".encode() * 1000


@pytest.mark.parametrize(
    ("name", "held"), [("a.txt", WORDS), ("a.gz", gzip.compress(WORDS)), ("a.ZST", zstd.compress(WORDS))]
)
def test_a_file_gives_its_bytes_however_it_is_compressed(tmp_path: Path, name: str, held: bytes) -> None:
    (tmp_path / name).write_bytes(held)

    with open_bytes(tmp_path / name) as stream:
        assert stream.read() == WORDS


def test_a_missing_file_and_a_folder_are_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        open_bytes(tmp_path / "no.csv")
    with pytest.raises(InputError, match="is a folder"):
        open_bytes(tmp_path)


@pytest.mark.parametrize(("name", "held"), [("a.gz", gzip.compress(WORDS)), ("a.zst", zstd.compress(WORDS))])
@pytest.mark.parametrize("cut", [-4, 12])
def test_a_compressed_file_that_ends_early_is_known_as_broken(tmp_path: Path, name: str, held: bytes, cut: int) -> None:
    (tmp_path / name).write_bytes(held[:cut])

    with open_bytes(tmp_path / name) as stream, pytest.raises(BROKEN):
        stream.read()
