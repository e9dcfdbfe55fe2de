from __future__ import annotations

import json
import stat

import pytest

from triage.domain.report import Place, Rejection
from triage.errors import OutputError
from triage.intake.rejects import RejectsFile


def _rejection(**place):
    return Rejection(place=Place(file="a.csv", **place), reason="why", raw='1,"é')


def test_each_rejection_is_a_row_with_its_place_reason_and_raw_text(tmp_path):
    with RejectsFile(tmp_path / "r.jsonl") as rejects:
        rejects.write(_rejection(line=41))
        rejects.write(_rejection(position=2))
        rejects.write(_rejection())

    rows = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text("utf-8").splitlines()]
    rest = {"reason": "why", "raw": '1,"é'}
    assert rows == [
        {"file": "a.csv", "line": 41} | rest,
        {"file": "a.csv", "position": 2} | rest,
        {"file": "a.csv"} | rest,
    ]
    assert rejects.count == 3


def test_only_its_owner_can_read_it(tmp_path):
    with RejectsFile(tmp_path / "r.jsonl") as rejects:
        rejects.write(_rejection())

    assert stat.S_IMODE((tmp_path / "r.jsonl").stat().st_mode) == 0o600


def test_a_run_without_rejections_leaves_no_file_of_the_run_before(tmp_path):
    with RejectsFile(tmp_path / "r.jsonl") as rejects:
        rejects.write(_rejection())
    with RejectsFile(tmp_path / "r.jsonl"):
        pass

    assert list(tmp_path.iterdir()) == []


def test_each_run_writes_it_anew(tmp_path):
    for line in (1, 2):
        with RejectsFile(tmp_path / "r.jsonl") as rejects:
            rejects.write(_rejection(line=line))

    assert [json.loads(row)["line"] for row in (tmp_path / "r.jsonl").read_text().splitlines()] == [2]


def test_what_was_set_aside_before_an_error_stays(tmp_path):
    with pytest.raises(ZeroDivisionError), RejectsFile(tmp_path / "r.jsonl") as rejects:
        rejects.write(_rejection())
        raise ZeroDivisionError

    assert (tmp_path / "r.jsonl").read_text().count("\n") == 1


@pytest.mark.parametrize("held", [b"id,text\n1,a\n", b'{"id": "1", "text": "a"}\n', b"[]"])
def test_a_file_that_is_no_rejects_file_is_never_replaced(tmp_path, held):
    (tmp_path / "reports.jsonl").write_bytes(held)

    with pytest.raises(OutputError, match="no rejects file"), RejectsFile(tmp_path / "reports.jsonl"):
        pass
    assert (tmp_path / "reports.jsonl").read_bytes() == held


def test_a_folder_that_does_not_exist_is_one_clear_line(tmp_path):
    with pytest.raises(OutputError, match="cannot be written"), RejectsFile(tmp_path / "no" / "r.jsonl") as rejects:
        rejects.write(_rejection())
