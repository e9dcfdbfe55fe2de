from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_desk import BRIDGE, DYKE, KEY, MILK, NOW, report, take, texts

from triage.domain.report import Account, Blank, Place, Rejection, Report
from triage.rank.policy import Policy
from triage.store import schema
from triage.workflow import database
from triage.workflow.database import Desk, open_desk
from triage.workflow.queue import read_queue
from triage.workflow.take_in import take_in

HOTLINE = [
    report("1", text=DYKE, reporter="p-1", hours_ago=9),
    report("2", text=MILK, reporter="p-1"),
    report("3", text=DYKE.replace("tonight", "tomorrow"), reporter="p-2"),
    report("4", subject="post-7", claim="panic"),
    report("5", subject="post-7", text=BRIDGE, title="Closed soon"),
    report("6", text=BRIDGE),
    report("7", url="https://a.example/1"),
    report("8", text=DYKE, reporter="p-2"),
]


def gathered(desk: Desk) -> list[list[str]]:
    """The ids of the reports of each case."""
    with desk.reading() as connection:
        rows = connection.execute(
            sa.select(schema.case_report.c.case_id, schema.report.c.id)
            .join(schema.report, schema.report.c.number == schema.case_report.c.report_number)
            .order_by(schema.report.c.id)
        )
        cases: dict[int, list[str]] = {}
        for case, one in rows:
            cases.setdefault(case, []).append(one)
        return sorted(cases.values())


def stored(desk: Desk) -> dict[str, list[tuple[object, ...]]]:
    """Everything that intake writes, save the chain of acts with its salts."""
    left_out = {"audit", "audit_body", "desk", "counter"}
    with desk.reading() as connection:
        return {
            table.name: sorted(tuple(map(str, row)) for row in connection.execute(sa.select(table)))
            for table in schema.metadata.sorted_tables
            if table.name not in left_out
        }


def test_reports_about_the_same_content_become_one_case(desk: Desk) -> None:
    total, _ = take(desk, HOTLINE)

    assert gathered(desk) == [["1", "3", "8"], ["2"], ["4", "5", "6"], ["7"]]
    assert total.cases_new == 4


def test_a_near_copy_finds_its_case_in_a_later_batch(desk: Desk) -> None:
    take(desk, HOTLINE, batch_rows=1)

    assert gathered(desk) == [["1", "3", "8"], ["2"], ["4", "5", "6"], ["7"]]


def test_the_account_adds_up(desk: Desk) -> None:
    place = Place(file="a.csv", line=3)
    rows = [*HOTLINE, HOTLINE[0], Blank(place=place), Rejection(place=place, reason="no date", raw="x")]

    total, rejections = take(desk, rows)

    assert total.account == Account(accepted=8, duplicate=1, rejected=1, blank=1)
    assert total.account.read == len(rows)
    assert [one.reason for one in rejections] == ["no date"]


def test_an_id_that_is_known_with_other_content_is_rejected(desk: Desk) -> None:
    take(desk, HOTLINE)

    total, rejections = take(desk, [report("1", text=MILK), report("9", text="new"), report("9", text="newer")])

    assert total.account == Account(accepted=1, rejected=2)
    assert [one.reason for one in rejections] == [
        'the id "1" is known with other content',
        'the id "9" is known with other content',
    ]
    assert all(one.raw.startswith("{") for one in rejections)


def test_taking_the_same_rows_in_again_changes_nothing(desk: Desk) -> None:
    take(desk, HOTLINE)
    before = stored(desk)

    total, _ = take(desk, HOTLINE)

    assert total.account == Account(duplicate=8)
    assert stored(desk) == before


def test_a_run_that_was_cut_short_can_be_repeated(desk: Desk, empty_desk: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole.db"
    whole.write_bytes(empty_desk.read_bytes())
    with open_desk(str(whole)) as other:
        take(other, HOTLINE, batch_rows=3)
        expected = stored(other)

    runs = take_in(desk, HOTLINE, reject=[].append, by="ann", now=NOW, batch_rows=3)
    assert [run.account.accepted for run in islice(runs, 2)] == [3, 6]
    del runs
    total, _ = take(desk, HOTLINE, batch_rows=3)

    assert total.account == Account(accepted=2, duplicate=6)
    assert {name: len(rows) for name, rows in stored(desk).items()} == {n: len(rows) for n, rows in expected.items()}
    assert gathered(desk) == [["1", "3", "8"], ["2"], ["4", "5", "6"], ["7"]]


def test_a_batch_that_fails_leaves_nothing_of_itself(desk: Desk) -> None:
    before = stored(desk)
    broken = report("9", text="a lone surrogate \ud800 cannot be written")

    with pytest.raises(UnicodeEncodeError):
        take(desk, [*HOTLINE, broken])

    assert stored(desk) == before


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from([DYKE, MILK, BRIDGE, DYKE.replace("village", "town"), "", *texts(3)]),
            st.sampled_from(["", "", "post-1", "post-2"]),
            st.sampled_from(["", "", "https://a.example/1", "https://a.example/2"]),
        ),
        max_size=12,
    ),
    st.integers(min_value=1, max_value=12),
)
def test_how_rows_fall_into_batches_does_not_matter(
    empty_desk: Path, tmp_path: Path, rows: list[tuple[str, str, str]], batch_rows: int
) -> None:
    reports = [
        report(f"{at:02}", text=text, subject=subject, url=url, claim="look")
        for at, (text, subject, url) in enumerate(rows)
    ]
    cases = []
    for name, size in (("one.db", 1_000), ("many.db", batch_rows)):
        (tmp_path / name).write_bytes(empty_desk.read_bytes())
        with open_desk(str(tmp_path / name)) as desk:
            take(desk, reports, batch_rows=size)
            cases.append(gathered(desk))

    assert cases[0] == cases[1]


def test_a_case_counts_its_reports_and_distinct_reporters_from_its_earliest_report(desk: Desk) -> None:
    take(desk, HOTLINE)

    dyke = read_queue(desk, Policy(), top=10, now=NOW)[0]

    assert (dyke.reports, dyke.reporters) == (3, 2)
    assert dyke.opened_at == HOTLINE[0].received_at


def test_anonymous_reports_count_as_one_reporter_in_all(desk: Desk) -> None:
    take(desk, [report(str(at), subject="a", claim=f"call {at}") for at in range(5)])

    assert read_queue(desk, Policy(), top=1, now=NOW)[0].reporters == 1


def test_what_has_been_taken_in_is_sound(desk: Desk, tmp_path: Path) -> None:
    take(desk, HOTLINE)

    assert all(not one.faults for one in database.check(desk, key=KEY, home=tmp_path))


def test_a_report_is_kept_as_it_came(desk: Desk) -> None:
    came: Report = report(
        "x",
        text="a\r\n\u200bb\t😀",
        title="t",
        claim="c",
        lang="en",
        extra={"büro": "7"},
        warnings=("whole_mail_scored",),
    )
    take(desk, [came])

    with desk.reading() as connection:
        row = connection.execute(sa.select(schema.report)).one()
    assert (row.text, row.title, row.claim, row.extra, row.warnings, row.received_at) == (
        came.text,
        "t",
        "c",
        {"büro": "7"},
        ["whole_mail_scored"],
        came.received_at,
    )
