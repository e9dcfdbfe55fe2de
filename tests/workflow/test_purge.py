from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sample_desk import BRIDGE, DYKE, MILK, NOW, CountingModel, rank, report, take

from triage.domain.case import Verdict
from triage.domain.report import Channel
from triage.errors import InputError
from triage.intake.pseudonym import Pseudonymiser
from triage.rank.policy import Policy
from triage.store import audit, desks, schema
from triage.workflow.audit import export_head, verify
from triage.workflow.database import Desk
from triage.workflow.export import Format, export
from triage.workflow.purge import count_due, erase_reporter, exports_before, purge
from triage.workflow.queue import read_queue
from triage.workflow.reconsider import Party, appeal
from triage.workflow.review import Ruling, claim, decide, show
from triage.workflow.rules import Rules

KEPT = Rules(retention_days={"phone": 30, "web": 90})
UPHELD = Ruling(verdict=Verdict.DISINFORMATION, reason="an invented quotation")
SECRET = "Hedgerow whisperer"


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """Case 1: DYKE by p-1 (with a claim) and p-2. Case 2: MILK by p-1 alone, decided and appealed by p-1."""
    mine = report("a", text=DYKE, reporter="p-1", claim=SECRET, url="https://example.org/hedgerow", extra={"k": SECRET})
    take(desk, [report("c", text=MILK + SECRET, reporter="p-1", hours_ago=99)])
    take(desk, [mine, report("b", text=DYKE, reporter="p-2")])
    rank(desk, CountingModel())
    with desk.writing() as connection:
        connection.execute(sa.update(schema.case_urgency).values(urgency=5.0))
    got = claim(desk, "ann", now=NOW, drawn_every=20)
    assert got and got.case == "1"
    decide(desk, "1", UPHELD, moderator="ann", lease_token=got.token, known_markers=(), now=NOW)
    said = f"{SECRET} again"
    appeal(desk, "1", party=Party.REPORTER, reason=said, report="c", by="ann", rules=KEPT, now=NOW)
    return desk


def everything(desk: Desk) -> str:
    with desk.reading() as connection:
        tables = sa.inspect(connection).get_table_names()
        return "".join(
            repr(connection.exec_driver_sql(f'SELECT * FROM "{table}"').fetchall()) for table in sorted(tables)
        )


def faults(desk: Desk) -> list[str]:
    with desk.reading() as connection:
        return [*desks.miscounts(connection), *audit.faults(connection)]


def test_one_reporter_is_erased_everywhere_and_the_chain_verifies(busy: Desk, tmp_path: Path) -> None:
    head = export_head(busy, now=NOW)
    assert "p-1" in everything(busy) and SECRET in everything(busy)

    done = erase_reporter(busy, "p-1", by="ann", now=NOW)

    assert (done.reports, done.appeals, done.is_scrubbed) == (2, 1, True)
    kept = everything(busy)
    assert not [one for one in ("p-1", SECRET, "hedgerow", "dairy") if one in kept]
    assert "p-2" in kept
    assert faults(busy) == []
    assert verify(busy, [head]).faults == ()
    files = b"".join(path.read_bytes() for path in tmp_path.glob("desk.db*"))
    assert SECRET.encode() not in files and b"p-1" not in files


def test_what_others_reported_stays_and_goes_on_being_found(busy: Desk) -> None:
    erase_reporter(busy, "p-1", by="ann", now=NOW)
    take(busy, [report("d", text=DYKE)])

    view = show(busy, "2", now=NOW)
    assert view.content == DYKE
    assert [one.text for one in view.reports] == ["", DYKE, DYKE]


def test_what_only_the_erased_had_reported_is_not_known_any_more(busy: Desk) -> None:
    erase_reporter(busy, "p-1", by="ann", now=NOW)
    take(busy, [report("d", text=MILK + SECRET)])

    assert [one.id for one in show(busy, "3", now=NOW).reports] == ["d"]
    assert show(busy, "1", now=NOW).decisions[0].verdict == Verdict.DISINFORMATION


def test_an_open_case_of_which_nothing_is_left_leaves_the_queue(desk: Desk) -> None:
    take(desk, [report("1", text=DYKE, reporter="p-1"), report("2", text=MILK)])

    assert erase_reporter(desk, "p-1", by="ann", now=NOW).cases_erased == 1
    rank(desk)

    assert [one.id for one in read_queue(desk, Policy(), top=9, now=NOW)] == ["2"]
    assert show(desk, "1", now=NOW).state == "erased"
    assert faults(desk) == []


def test_each_channel_has_its_own_time(desk: Desk) -> None:
    old = report("1", text=DYKE, hours_ago=24 * 60)
    take(desk, [old, replace(report("2", text=MILK, hours_ago=24 * 60), channel=Channel.PHONE)])
    take(desk, [replace(report("3", text=BRIDGE, hours_ago=24 * 900), channel=Channel.API)])

    assert count_due(desk, None, rules=KEPT, now=NOW) == 1
    assert purge(desk, rules=KEPT, by="ann", now=NOW).reports == 1
    assert purge(desk, rules=KEPT, by="ann", now=NOW + timedelta(days=40)).reports == 1
    assert purge(desk, rules=KEPT, by="ann", now=NOW + timedelta(days=40)).reports == 0
    in_order = sa.select(schema.report.c.text).order_by(schema.report.c.number)
    with desk.reading() as connection:
        assert [row.text for row in connection.execute(in_order)] == ["", "", BRIDGE]
    assert faults(desk) == []


def test_a_desk_without_rules_keeps_everything(busy: Desk) -> None:
    assert count_due(busy, None, rules=Rules(), now=NOW + timedelta(days=9999)) == 0
    assert count_due(busy, "p-1", rules=Rules(), now=NOW) == 2


def test_a_purge_goes_in_batches(desk: Desk) -> None:
    take(desk, [report(str(at), claim=f"call {at}", hours_ago=9999) for at in range(1_100)])

    assert purge(desk, rules=KEPT, by="ann", now=NOW).reports == 1_100
    assert faults(desk) == []


def test_a_reader_who_keeps_old_pages_is_told_of(busy: Desk) -> None:
    if not busy.url.drivername.startswith("sqlite"):
        pytest.skip("a file's own matter")
    with busy.reading() as reader:
        reader.execute(sa.select(schema.report.c.id)).fetchone()

        assert not erase_reporter(busy, "p-1", by="ann", now=NOW).is_scrubbed
    assert erase_reporter(busy, "p-1", by="ann", now=NOW).is_scrubbed


def test_pages_that_are_free_again_hold_nothing(desk: Desk, tmp_path: Path) -> None:
    if not desk.url.drivername.startswith("sqlite"):
        pytest.skip("a file's own matter")
    desk.close()  # connections from here on leave what they delete where it is, as many builds of SQLite do
    sa.event.listen(desk._engine, "connect", lambda raw, _: raw.execute("PRAGMA secure_delete = OFF").close())
    take(desk, [report("1", text=f"{SECRET} " * 2_000, reporter="p-1"), report("2", text=DYKE)])
    erase_reporter(desk, "p-1", by="ann", now=NOW)

    assert SECRET.encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("desk.db*"))


def lines(path: Path, *rows: object) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def test_files_that_left_the_desk_are_cleared_of_one_reporter_and_keep_the_rest(desk: Desk, tmp_path: Path) -> None:
    pseudonym = Pseudonymiser(b"a pseudonym key for tests only")
    jo = pseudonym("jo@example.org")
    take(desk, [report("a", text=MILK, reporter=jo), report("b", text=DYKE, reporter=jo), report("c", text=DYKE)])
    raw = json.dumps({"id": "x", "reporter": "JO@example.org", "received_at": "never"})
    rejects = lines(
        tmp_path / "in.rejects.jsonl",
        {"file": "in", "line": 4, "reason": "no date", "raw": raw},
        {"file": "in", "line": 5, "reason": "no date", "raw": "mail me: jo@example.org, soon"},
        {"file": "in", "line": 6, "reason": "no date", "raw": '{"id": "y", "reporter": "al@example.org"}'},
    )
    rejects.chmod(0o600)
    exported = lines(
        tmp_path / "cases.jsonl", {"case": "1", "text": MILK}, {"case": "2", "text": DYKE}, {"id": "a"}, {"by": jo}
    )

    done = erase_reporter(desk, jo, by="ann", now=NOW, files=[rejects, exported], pseudonymise=pseudonym)

    assert (done.reports, dict(done.rows)) == (2, {str(rejects): 2, str(exported): 3})
    assert rejects.read_text().count("\n") == 1 and "al@example.org" in rejects.read_text()
    assert json.loads(exported.read_text()) == {"case": "2", "text": DYKE}  # another has reported that, too
    assert rejects.stat().st_mode & 0o777 == 0o600


def test_what_is_too_old_is_taken_out_of_files_by_its_id_and_its_text(desk: Desk, tmp_path: Path) -> None:
    take(desk, [report("old", text=MILK, hours_ago=24 * 91), report("new", text=DYKE)])
    exported = lines(tmp_path / "cases.jsonl", {"text": MILK}, {"id": "old"}, {"text": DYKE}, {"id": "new"})

    purge(desk, rules=KEPT, by="ann", now=NOW, files=[exported])

    assert [json.loads(line) for line in exported.read_text().splitlines()] == [{"text": DYKE}, {"id": "new"}]


def test_a_file_that_cannot_be_cleared_stops_before_anything_is_erased(busy: Desk, tmp_path: Path) -> None:
    table = tmp_path / "cases.csv"
    table.write_text("case,text\n1,x\n")

    for file, said in ((table, r"cases\.csv line 1 is no JSON"), (tmp_path / "none", "none cannot be read")):
        with pytest.raises(InputError, match=said):
            erase_reporter(busy, "p-1", by="ann", now=NOW, files=[file])

    assert count_due(busy, "p-1", rules=KEPT, now=NOW) == 2


def test_exports_that_are_still_there_are_named(busy: Desk, tmp_path: Path) -> None:
    out, gone = tmp_path / "cases.jsonl", tmp_path / "gone.jsonl"
    for file in (out, gone):
        export(busy, file, Format.JSON_LINES, overwrite=False, by="ann", now=NOW)
    gone.unlink()

    assert exports_before(busy) == [str(out)]
