from __future__ import annotations

import json
from contextlib import contextmanager

import pytest

from triage.errors import OutputError
from triage.exchange.resumable import resumable
from triage.exchange.shared import put, shared

fsspec = pytest.importorskip("fsspec")
MADE_OF = {"model": "markers-1"}


@pytest.fixture(params=["file", "memory"])
def url(request, tmp_path):
    """A place on a disk, and one of a file system that knows nothing of renaming folders."""
    if request.param == "file":
        yield str(tmp_path / "s.parquet")
        return
    yield "memory://bucket/s.parquet"
    fsspec.filesystem("memory").store.clear()
    fsspec.filesystem("memory").pseudo_dirs[:] = [""]


@contextmanager
def begun(url, *, resume=False, overwrite=False, made_of=MADE_OF):
    with shared(url, made_of, overwrite=overwrite, resume=resume) as output:
        yield output


def names(url):
    files, path = fsspec.url_to_fs(url)
    return sorted(file.rpartition("/")[2] for file in files.ls(path, detail=False))


def read(url, name):
    files, path = fsspec.url_to_fs(url)
    return files.cat_file(f"{path}/{name}")


def exists(url):
    files, path = fsspec.url_to_fs(url)
    return files.exists(path)


def test_parts_that_come_in_any_order_are_whole_at_the_end(url):
    with begun(url) as output:
        two, one = put(url, 10, 5, b"two"), put(url, 0, 10, b"one")
        output.count([one, two])
        assert not exists(url)
        output.finish()

    assert names(url) == ["part-000000000000.parquet", "part-000000000010.parquet"]
    assert read(url, "part-000000000010.parquet") == b"two"


def test_a_run_goes_on_after_the_parts_that_were_counted(url):
    with begun(url) as output:
        output.count([put(url, 0, 10, b"one")])
        put(url, 10, 10, b"not counted")

    with begun(url, resume=True) as output:
        assert (output.done.rows, output.done.parts) == (10, 1)
        output.count([put(url, 10, 5, b"two")])
        output.finish()

    assert read(url, "part-000000000010.parquet") == b"two"


def test_an_interrupted_run_is_neither_mixed_up_nor_lost(url):
    with begun(url) as output:
        output.count([put(url, 0, 10, b"one")])

    with pytest.raises(OutputError, match="interrupted after 10 rows; go on with it by --resume"), begun(url):
        pass
    with (
        pytest.raises(OutputError, match="is of another model"),
        begun(url, resume=True, made_of={"model": "markers-2"}),
    ):
        pass


def test_an_output_that_exists_is_kept_unless_it_may_be_replaced(url):
    for data in (b"first", b"second"):
        with begun(url, overwrite=data == b"second") as output:
            output.count([put(url, 0, 1, data)])
            output.finish()

    with pytest.raises(OutputError, match="exists already"), begun(url):
        pass
    assert read(url, "part-000000000000.parquet") == b"second"


def test_a_part_that_is_not_to_be_seen_here_is_told(url):
    part = None
    with begun(url) as output:
        part = put(url, 0, 1, b"one")
        files, path = fsspec.url_to_fs(url)
        files.rm_file(path.replace("s.parquet", ".s.parquet.part/part-000000000000.parquet"))
        with pytest.raises(OutputError, match="was written by a worker and is not here"):
            output.count([part])


def test_a_run_without_any_part_leaves_nothing(url):
    with begun(url):
        pass

    files, path = fsspec.url_to_fs(url)
    assert not files.exists(path.replace("s.parquet", ".s.parquet.checkpoint"))


def test_a_local_run_goes_on_with_what_a_cluster_began(tmp_path):
    path = tmp_path / "s.parquet"
    with begun(str(path)) as output:
        output.count([put(str(path), 0, 10, b"one")])
    told = json.loads((tmp_path / ".s.parquet.checkpoint").read_bytes())

    with resumable(path, MADE_OF, is_folder=True, overwrite=False, resume=True) as local:
        local.add(b"two", rows=3)
        local.finish()

    assert told["rows"] == 10
    assert sorted(file.read_bytes() for file in path.iterdir()) == [b"one", b"two"]


def test_a_place_that_no_protocol_reaches_is_one_line():
    with pytest.raises(OutputError, match="cannot be reached: Protocol not known: smoke"), begun("smoke://s.parquet"):
        pass
