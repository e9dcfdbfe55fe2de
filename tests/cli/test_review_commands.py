from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sample_desk import DYKE, MILK

Run = Callable[..., tuple[int, str, str]]
RULES = """
[desk]
reasons = {quote = "An invented quotation", satire = "Plainly satire"}
moderators = ["ann", "bob", "cid"]
seniors = ["sue"]
second_review_least = 1
second_review_most = 1
[desk.retention_days]
web = 30
"""


@pytest.fixture
def run(run: Run, tmp_path: Path) -> Run:
    """Runs one command line at a desk with rules and two cases: a1 and a2 in case 1, a3 in case 2."""
    rows = [
        {
            "id": "a1",
            "received_at": "2026-05-01T10:00:00Z",
            "reporter": "jo@example.org",
            "text": DYKE,
            "channel": "web",
        },
        {"id": "a2", "received_at": "2026-05-01T11:00:00Z", "text": DYKE, "channel": "phone"},
        {"id": "a3", "received_at": "2026-05-02T10:00:00Z", "text": MILK, "channel": "phone"},
    ]
    (tmp_path / "triage.toml").write_text(RULES)
    (tmp_path / "reports.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert run("db", "init", "--as", "ann")[0] == 0
    assert run("intake", "reports.jsonl", "--as", "ann")[0] == 0
    return run


def parsed(shown: tuple[int, str, str]) -> Any:
    code, out, err = shown
    assert code == 0, err
    return json.loads(out)


def decided(run: Run, got: dict[str, str], verdict: str = "disinformation", reason: str = "quote") -> Any:
    line = ["decide", got["case"], verdict, "--reason", reason, "--token", got["token"], "--as", got["moderator"]]
    return parsed(run(*line, "--json"))


def test_a_case_goes_through_every_round(run: Run) -> None:
    first = parsed(run("next", "--as", "ann", "--json"))
    assert parsed(run("extend", first["case"], "--minutes", "90", "--as", "ann", "--json"))["token"] == first["token"]
    given = parsed(run("hand", first["case"], "bob", "--as", "ann", "--json"))
    assert decided(run, given)["review"] == "first"

    assert parsed(run("review", "--as", "bob", "--json")) is None
    code, out, _ = run("review", "--as", "cid")
    assert code == 0 and "what was decided is not shown" in out and "disinformation" not in out
    token = out.split("--token ")[1].strip()
    second = decided(run, {"case": given["case"], "token": token, "moderator": "cid"}, "out_of_scope", "satire")
    assert second["review"] == "second"

    third = parsed(run("review", "--round", "adjudication", "--as", "ann", "--json"))
    decided(run, third)
    assert run("appeal", third["case"], "--party", "publisher", "--reason", "x", "--as", "ann")[0] == 0
    assert run("statement", third["case"])[0] == 2
    assert decided(run, parsed(run("review", "--as", "sue", "--json")))["review"] == "appeal"

    statement = parsed(run("statement", third["case"], "--json"))
    assert statement["ground"].endswith("reason: An invented quotation")
    assert "Statement of reasons, case" in run("statement", third["case"])[1]
    again = parsed(run("undo", third["case"], "--reason", "a slip", "--as", "sue", "--json"))
    assert again["case"] == third["case"]
    assert "undone: disinformation by sue (appeal): quote" in run("show", third["case"], "--as", "sue")[1]
    assert parsed(run("audit", "verify", "--json"))["faults"] == []
    assert run("db", "check")[0] == 0


def test_an_escalated_case_waits_for_a_senior(run: Run) -> None:
    got = parsed(run("next", "--as", "ann", "--json"))

    assert run("escalate", got["case"], "--reason", "names a child", "--as", "ann")[0] == 0
    assert parsed(run("review", "--as", "bob", "--json")) is None
    assert "waits for escalation" in run("review", "--as", "sue")[1]


def test_cases_are_split_merged_and_assessed(run: Run) -> None:
    new = parsed(run("split", "1", "a2", "--reason", "another post", "--as", "ann", "--json"))
    assert new == {"from": "1", "case": "3", "reports": 1}
    assert parsed(run("merge", "3", "2", "--reason", "the same", "--as", "ann", "--json"))["reports"] == 1
    assert parsed(run("assess", "2", "--yes", "spread", "--json")) == {"case": "2", "harm": 0.2}
    assert len(run("assess", "2", "--questions")[1].splitlines()) == 6  # a head and five questions
    assert "1 reports went from case 3 to case 2: the same" in run("show", "2", "--as", "ann")[1]
    assert run("db", "check")[0] == 0


def test_an_exported_head_verifies_later(run: Run, tmp_path: Path) -> None:
    (tmp_path / "head.json").write_text(run("audit", "export-head")[1])
    run("next", "--as", "ann")

    code, out, _ = run("audit", "verify", "--head", "head.json")

    assert code == 0 and out.startswith("3 acts, head ")
    (tmp_path / "head.json").write_text((tmp_path / "head.json").read_text().replace('"number": 2', '"number": 9'))
    code, out, err = run("audit", "verify", "--head", "head.json")
    assert (code, err.count("\n")) == (1, 1) and "the chain was cut off: it had 9 acts" in out


def test_a_reporter_is_erased_by_their_address(run: Run) -> None:
    assert parsed(run("purge", "--reporter", "Jo@example.org", "--dry-run", "--json")) == {"due": 1}
    assert parsed(run("purge", "--reporter", "Jo@example.org", "--json"))["reports"] == 1
    assert parsed(run("purge", "--dry-run", "--json")) == {"due": 0}
    assert run("audit", "verify")[0] == 0


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (["next", "--as", "zed"], 1, '"zed" is no moderator of this desk'),
        (["hand", "1", "zed", "--as", "ann"], 1, '"zed" is no moderator of this desk'),
        (["extend", "1", "--as", "ann"], 1, "nobody holds case 1 now"),
        (["escalate", "1", "--reason", "x", "--as", "ann"], 1, "nobody holds case 1 now"),
        (["undo", "1", "--reason", "x", "--as", "ann"], 1, "case 1 has no decision"),
        (["appeal", "9", "--party", "publisher", "--reason", "x"], 1, 'there is no case "9"'),
        (["appeal", "1", "--party", "friend", "--reason", "x"], 2, "'friend' is not one of"),
        (["split", "1", "a9", "--reason", "x"], 1, 'case 1 has no report "a9"'),
        (["merge", "1", "1", "--reason", "x"], 2, "cannot be merged into itself"),
        (["assess", "1", "--yes", "doom"], 2, '"doom" is no question'),
        (["statement", "1"], 1, "case 1 has no decision"),
        (["audit", "verify", "--head", "none.json"], 1, "none.json cannot be read"),
        (["review", "--round", "first", "--as", "ann"], 2, "'first' is not one of"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(run: Run, line: list[str], code: int, said: str) -> None:
    shown = run(*line)

    assert shown[0] == code
    assert said in shown[2]


def test_a_reason_off_the_list_is_refused_with_the_list(run: Run) -> None:
    got = parsed(run("next", "--as", "ann", "--json"))

    code, _, err = run(
        "decide", got["case"], "cannot_tell", "--reason", "dunno", "--token", got["token"], "--as", "ann"
    )

    assert (code, err.count("\n")) == (2, 1)
    assert "use one of quote, satire" in err
