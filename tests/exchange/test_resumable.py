from __future__ import annotations

import json
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

from triage.errors import OutputError
from triage.exchange.resumable import resumable

MADE_OF = {"model": "markers-1", "input": "2 files"}


@contextmanager
def begun(path: Path, *, resume: bool = False, overwrite: bool = False, made_of: dict[str, str] = MADE_OF):
    is_folder = path.suffix == ".parquet"
    with resumable(path, made_of, is_folder=is_folder, overwrite=overwrite, resume=resume) as output:
        yield output


def interrupt(path: Path, *parts: bytes) -> None:
    with begun(path) as output:
        for part in parts:
            output.add(part, rows=10)


def content(path: Path) -> list[bytes]:
    return [file.read_bytes() for file in sorted(path.iterdir())] if path.is_dir() else [path.read_bytes()]


@pytest.fixture(params=["s.jsonl", "s.parquet"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / request.param


def test_nothing_stands_under_the_name_before_the_output_is_whole(path):
    with begun(path) as output:
        output.add(b"one", rows=10)
        assert not path.exists()
        output.finish()

    assert content(path) == [b"one"]
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_an_interrupted_output_goes_on_after_its_last_part(path):
    interrupt(path, b"one")

    with begun(path, resume=True) as output:
        assert (output.done.rows, output.done.parts, output.done.size) == (10, 1, 3)
        output.add(b"two", rows=5)
        output.finish()

    assert b"".join(content(path)) == b"onetwo"


def test_bytes_after_the_checkpoint_are_cut_off(path):
    interrupt(path, b"one")
    part = path.with_name(f".{path.name}.part")
    if part.is_dir():
        (part / "part-000000000010.parquet").write_bytes(b"half")
    else:
        part.write_bytes(b"onehalf")

    with begun(path, resume=True) as output:
        output.add(b"two", rows=5)
        output.finish()

    assert b"".join(content(path)) == b"onetwo"


def test_a_part_that_lost_bytes_is_refused(path):
    interrupt(path, b"one")
    part = path.with_name(f".{path.name}.part")
    (part / "part-000000000000.parquet" if part.is_dir() else part).write_bytes(b"")

    with pytest.raises(OutputError, match="--overwrite"), begun(path, resume=True):
        pass


@pytest.mark.parametrize(("name", "other"), [("model", "markers-2"), ("input", "3 files")])
def test_a_checkpoint_of_something_else_is_refused_by_its_name(path, name, other):
    interrupt(path, b"one")

    changed = begun(path, resume=True, made_of={**MADE_OF, name: other})
    with pytest.raises(OutputError, match=f"another {name} .*now {other}"), changed:
        pass
    with begun(path, resume=True) as output:
        assert output.done.rows == 10


def test_an_interrupted_output_is_not_thrown_away_by_chance(path):
    interrupt(path, b"one")

    with pytest.raises(OutputError, match=r"interrupted after 10 rows.*--resume.*--overwrite"), begun(path):
        pass
    with begun(path, overwrite=True) as output:
        assert output.done.rows == 0
        output.add(b"new", rows=10)
        output.finish()
    assert content(path) == [b"new"]


def test_an_output_that_exists_is_replaced_only_when_it_may_be_and_then_at_the_end(path):
    with begun(path) as output:
        output.add(b"old", rows=10)
        output.finish()

    with pytest.raises(OutputError, match="exists already; add --overwrite"), begun(path, resume=True):
        pass
    with begun(path, overwrite=True) as output:
        output.add(b"new", rows=10)
        assert content(path) == [b"old"]
        output.finish()
    assert content(path) == [b"new"]


def test_a_run_that_added_nothing_leaves_nothing(path):
    with pytest.raises(ZeroDivisionError), begun(path):
        raise ZeroDivisionError

    assert list(path.parent.iterdir()) == []


def test_two_runs_cannot_write_one_output(path):
    with begun(path) as output:
        output.add(b"one", rows=10)
        with pytest.raises(OutputError, match="another run is writing"), begun(path, resume=True):
            pass


def test_a_file_of_scores_gives_way_to_a_folder_of_them(tmp_path):
    path = tmp_path / "s.parquet"
    path.write_bytes(b"a single file")

    with begun(path, overwrite=True) as output:
        output.add(b"one", rows=10)
        output.finish()

    assert content(path) == [b"one"]


def test_a_checkpoint_that_is_none_is_refused(path):
    path.with_name(f".{path.name}.checkpoint").write_text("{", "utf-8")

    with pytest.raises(OutputError, match="cannot be read as a checkpoint"), begun(path, resume=True):
        pass


def test_a_place_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(OutputError, match="cannot be written: No such file"), begun(tmp_path / "none" / "s.jsonl"):
        pass


@pytest.fixture
def small_disk(tmp_path: Path):
    """A folder on a disk of 256 KB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)], capture_output=True, check=False
        ).returncode
    )
    if not mounted:
        pytest.skip("a small disk can be mounted by root alone")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("name", ["s.jsonl", "s.parquet"])
def test_a_full_disk_is_told_in_a_line_and_loses_nothing(small_disk, name):
    path = small_disk / name
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(150_000))
    parts = [bytes([at]) * 40_000 for at in range(4)]

    with pytest.raises(OutputError, match=r"No space left on device; make room, then go on with --resume"):
        interrupt(path, *parts)
    ballast.unlink()
    with begun(path, resume=True) as output:
        for part in parts[output.done.parts :]:
            output.add(part, rows=10)
        assert 0 < output.done.rows == 40
        output.finish()

    assert b"".join(content(path)) == b"".join(parts)


def test_a_checkpoint_is_json_that_a_person_can_read(tmp_path):
    interrupt(tmp_path / "s.jsonl", b"one")

    told = json.loads((tmp_path / ".s.jsonl.checkpoint").read_text("utf-8"))

    assert told == {"made_of": MADE_OF, "rows": 10, "parts": 1, "size": 3}
