from __future__ import annotations

import stat
from pathlib import Path

import pytest

from triage.errors import OutputError
from triage.files.atomic import atomic_output


def test_a_finished_output_has_all_its_bytes_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    with atomic_output(tmp_path / "out", overwrite=False) as stream:
        stream.write(b"whole")

    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out").read_bytes() == b"whole"


def test_nothing_stands_under_the_final_name_before_the_end(tmp_path: Path) -> None:
    with atomic_output(tmp_path / "out", overwrite=False) as stream:
        stream.write(b"half")
        stream.flush()

        assert not (tmp_path / "out").exists()


def test_an_error_leaves_neither_output_nor_rest(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), atomic_output(tmp_path / "out", overwrite=False) as stream:
        stream.write(b"half")
        raise ZeroDivisionError

    assert list(tmp_path.iterdir()) == []


def test_an_error_keeps_the_output_that_was_there(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"before")

    with pytest.raises(ZeroDivisionError), atomic_output(tmp_path / "out", overwrite=True):
        raise ZeroDivisionError

    assert (tmp_path / "out").read_bytes() == b"before"


def test_an_output_that_exists_is_refused_unless_it_may_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"before")

    with pytest.raises(OutputError, match="--overwrite"), atomic_output(tmp_path / "out", overwrite=False):
        pass
    with atomic_output(tmp_path / "out", overwrite=True) as stream:
        stream.write(b"after")

    assert (tmp_path / "out").read_bytes() == b"after"


def test_a_folder_that_does_not_exist_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"), atomic_output(tmp_path / "no" / "out", overwrite=False):
        pass


def test_an_output_has_the_rights_asked_for(tmp_path: Path) -> None:
    with atomic_output(tmp_path / "out", overwrite=False, mode=0o600):
        pass

    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o600
