from __future__ import annotations

import io
import sys

import pytest

from triage.cli.meter import Meter
from triage.domain.report import Blank, Place


class Stream:
    def __init__(self, name: str, position: int | None) -> None:
        self.name = name
        self.at = position

    def position(self) -> int | None:
        return self.at


def row(position: int | None = None) -> Blank:
    return Blank(place=Place(file="in", position=position))


@pytest.fixture
def files(tmp_path):
    names = [str(tmp_path / name) for name in ("1.jsonl", "2.jsonl")]
    for name, size in zip(names, (100, 300), strict=True):
        (tmp_path / name).write_bytes(b"x" * size)
    return names


def test_bytes_of_files_that_are_behind_count_whole(files):
    meter = Meter(files)
    meter.watch(Stream(files[0], 40))
    first = meter.bytes_done(row())
    meter.watch(Stream(files[1], 150))

    assert meter.total == 400
    assert (first, meter.bytes_done(row())) == (40, 250)


def test_what_can_be_read_once_has_no_size_and_no_time_left(files):
    meter = Meter([files[0], "-"])
    meter.watch(Stream("-", None))

    assert meter.total is None
    assert meter.bytes_done(row()) == 0


def test_a_table_is_followed_by_its_rows(tmp_path):
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    name = str(tmp_path / "in.parquet")
    parquet.write_table(pa.table({"text": ["a"] * 10}), name)
    meter = Meter([name])
    meter.watch(Stream(name, 0))

    assert meter.bytes_done(row(position=5)) == meter.total // 2


@pytest.mark.parametrize(("is_sized", "shown"), [(True, " left"), (False, "00:")])
def test_a_terminal_sees_rows_their_rate_and_where_it_is_known_the_time_left(files, monkeypatch, is_sized, shown):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr("triage.cli.meter.DELAY_S", 0)
    monkeypatch.setattr("triage.cli.meter.TICK_S", 0)
    meter = Meter(files if is_sized else ["-"])
    stream = Stream(files[0] if is_sized else "-", 0 if is_sized else None)
    meter.watch(stream)

    for at, _ in enumerate(meter.followed((row() for _ in range(640)), known=128)):
        stream.at = at // 8 if is_sized else None

    assert "640 rows, " in screen.getvalue()
    assert " rows/s" in screen.getvalue()
    assert shown in screen.getvalue()


def test_nothing_is_shown_where_no_terminal_looks_on(files, capsys):
    assert len(list(Meter(files).followed([row()] * 200, known=0))) == 200

    assert capsys.readouterr().err == ""
