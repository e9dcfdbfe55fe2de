from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sample_desk import DYKE, MILK, texts

Run = Callable[..., tuple[int, str, str]]
ROWS = [
    {"id": "a1", "received_at": "2026-05-01T10:00:00Z", "reporter": "Jo Field, 030 1234567", "text": DYKE},
    {"id": "a2", "received_at": "2026-05-01T11:00:00Z", "reporter": "Al Wood", "text": DYKE + "!", "claim": "again"},
    {"id": "a3", "received_at": "2026-05-02T10:00:00Z", "text": MILK, "subject": "post-7"},
    {"id": "a4", "received_at": "31/02/2026", "text": MILK},
    {"id": "a1", "received_at": "2026-05-01T10:00:00Z", "reporter": "Jo Field, 030 1234567", "text": DYKE},
]


@pytest.fixture
def desk(run: Run, tmp_path: Path) -> Run:
    """The same, with a desk that has taken in `ROWS`, two cases, and looks at no decision twice."""
    rules = "[desk]\nsecond_review_least = 0\nsecond_review_most = 0\n"
    (tmp_path / "triage.toml").write_text(rules, encoding="utf-8")
    write(tmp_path / "reports.jsonl", ROWS)
    assert run("db", "init")[0] == 0
    assert run("intake", "reports.jsonl")[0] == 0
    return run


def write(file: Path, rows: list[dict[str, Any]]) -> None:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def parsed(shown: tuple[int, str, str]) -> Any:
    code, out, _ = shown
    assert code == 0
    return json.loads(out)


def test_without_a_desk_one_line_says_how_to_make_one(run: Run) -> None:
    said = "triage: no database at desk.db; create one with: triage db init --db desk.db\n"

    for line in (["queue"], ["next"], ["show", "1"], ["db", "check"], ["queue", "refresh"], ["db", "upgrade"]):
        assert run(*line) == (1, "", said)


def test_the_account_adds_up_and_names_the_rejects_file(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "reports.jsonl", ROWS)
    run("db", "init")

    account = parsed(run("intake", "reports.jsonl", "--json"))

    counts = {"read": 5, "accepted": 3, "duplicate": 1, "rejected": 1, "blank": 0, "cases_new": 2}
    assert account == {**counts, "rejects_file": "reports.jsonl.rejects.jsonl"}
    reject = json.loads((tmp_path / "reports.jsonl.rejects.jsonl").read_text(encoding="utf-8"))
    assert (reject["file"], reject["line"]) == ("reports.jsonl", 4)


def test_a_run_of_duplicates_alone_is_done(desk: Run) -> None:
    code, out, _ = desk("intake", "reports.jsonl")

    assert code == 0
    assert out.startswith("read 5 = accepted 0 + duplicate 4 + rejected 1 + blank 0\n")


def test_when_nothing_is_accepted_the_account_is_printed_and_the_exit_code_is_one(desk: Run, tmp_path: Path) -> None:
    write(tmp_path / "bad.jsonl", [{"id": "b1", "text": MILK, "received_at": "soon"}])

    code, out, err = desk("intake", "bad.jsonl", "--json")

    assert code == 1
    assert json.loads(out)["rejected"] == 1
    assert "nothing was taken in: all 1 rows were rejected; the reasons are in bad.jsonl.rejects.jsonl" in err


def test_a_missing_input_is_one_line_and_the_desk_is_as_before(desk: Run) -> None:
    before = desk("queue", "--json")

    code, _, err = desk("intake", "nix.jsonl")

    assert (code, err.count("\n")) == (1, 1)
    assert desk("queue", "--json") == before


def test_no_name_or_number_of_a_reporter_is_kept(desk: Run, tmp_path: Path) -> None:
    desk("db", "backup", "copy.db")

    kept = (tmp_path / "copy.db").read_bytes()

    assert DYKE.encode() in kept
    assert b"Jo Field" not in kept and b"1234567" not in kept


def test_the_queue_prints_the_contracts_keys(desk: Run) -> None:
    rows = parsed(desk("queue", "--json"))

    keys = {"id", "rank", "urgency", "parts", "drawn", "reports", "lang", "markers", "evidence", "warnings"}
    assert all(keys <= row.keys() for row in rows)
    assert [(row["id"], row["rank"], row["reports"]) for row in rows] == [("1", 1, 2), ("2", 2, 1)]
    assert set(rows[0]["parts"]) == {"markers", "harm", "reach", "age", "uncertainty", "report_quality"}
    assert parsed(desk("queue", "--top", "1", "--json")) == rows[:1]


def test_why_prints_parts_that_sum_to_the_urgency(desk: Run) -> None:
    _, out, _ = desk("queue", "--why", "1")

    points = {line.split()[1]: float(line.split()[0]) for line in out.splitlines()[1:8]}
    urgency = points.pop("urgency")
    assert sum(points.values()) == pytest.approx(urgency)
    assert parsed(desk("queue", "--why", "1", "--json"))[0]["urgency"] == urgency


def test_refresh_takes_the_database_before_or_after_its_name(desk: Run) -> None:
    for line in (
        ["queue", "refresh"],
        ["queue", "refresh", "--db", "desk.db"],
        ["queue", "--db", "desk.db", "refresh"],
    ):
        assert desk(*line)[2].endswith("ranked 2 cases\n")
    assert desk("queue", "--db", "nix.db", "refresh")[0] == 1


def test_a_case_is_leased_shown_and_decided(desk: Run) -> None:
    got = parsed(desk("next", "--as", "ann", "--json"))
    assert {"case", "token", "expires_at"} <= got.keys()

    said = ["--reason", "an invented quotation", "--token", got["token"], "--strike", "technique:Doubt"]
    made = parsed(desk("decide", got["case"], "disinformation", *said, "--as", "ann", "--json"))

    view = parsed(desk("show", got["case"], "--json"))
    assert (made["verdict"], made["moderator"], made["struck"]) == ("disinformation", "ann", ["technique:Doubt"])
    assert (view["state"], view["decisions"]) == ("decided", [made])
    assert [one["id"] for one in view["reports"]] == ["a1", "a2"]


def test_with_nothing_left_next_says_so_and_is_done(desk: Run) -> None:
    desk("next")
    desk("next")

    assert desk("next", "--json") == (
        0,
        "null\n",
        "nothing is left: every open case is held by someone or put off until later\n",
    )


def test_what_next_prints_can_be_typed(desk: Run) -> None:
    _, out, _ = desk("next", "--as", "ann")

    line = out.splitlines()[-1].partition("decide it with: triage ")[2].split()
    code, out, _ = desk(*[word.strip('"').replace("VERDICT", "cannot_tell") for word in line], "--as", "ann")
    assert (code, out) == (0, "case 1: cannot_tell by ann, decision 1\n")


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (["decide", "1", "true", "--reason", "x", "--token", "1-1"], 2, "'true' is not one of"),
        (["decide", "1", "cannot_tell", "--token", "1-1"], 2, "Missing option '--reason'"),
        (["decide", "1", "cannot_tell", "--reason", "x"], 2, "Missing option '--token'"),
        (["decide", "9", "cannot_tell", "--reason", "x", "--token", "1-1"], 1, 'there is no case "9"'),
        (["decide", "1", "cannot_tell", "--reason", " ", "--token", "1-1"], 2, "needs a reason"),
        (["decide", "1", "cannot_tell", "--reason", "x", "--token", "1-9"], 1, "nobody holds case 1 now"),
        (
            ["decide", "1", "cannot_tell", "--reason", "x", "--token", "1-1", "--confirm", "Doubt"],
            2,
            "is no known marker",
        ),
        (["release", "1"], 1, "nobody holds case 1 now"),
        (["release", "1", "--until", "soon"], 2, '"soon" is no time'),
        (["show", "x"], 1, 'there is no case "x"'),
        (["queue", "--why", "77"], 1, 'there is no case "77"'),
        (["queue", "--top", "0"], 2, "0 is not in the range"),
        (["intake", "reports.jsonl", "--map", "texxt=text"], 2, 'there is no field "texxt"'),
        (["db", "init"], 1, "desk.db exists already and is left as it is"),
        (["db", "backup", "desk.db"], 1, "desk.db exists already"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(desk: Run, line: list[str], code: int, said: str) -> None:
    before = desk("queue", "--json")

    shown = desk(*line)

    assert shown[0] == code
    assert said in shown[2]
    assert desk("queue", "--json") == before


def test_a_text_cannot_steer_the_terminal(desk: Run, tmp_path: Path) -> None:
    write(
        tmp_path / "evil.jsonl",
        [{"id": "e", "text": "wipe \x1b[2J it \x07 \u202egnp.exe", "claim": "\x1b]0;owned\x07"}],
    )
    desk("intake", "evil.jsonl")

    for line in (["show", "3"], ["queue"], ["queue", "--why", "3"]):
        out = desk(*line)[1]
        assert "wipe ␛[2J" in out
        assert not {"\x1b", "\x07", "\u202e"} & set(out)


def test_another_pseudonym_key_is_refused(desk: Run, tmp_path: Path) -> None:
    (tmp_path / "desk.db.key").write_text("ab" * 32)

    code, out, err = desk("intake", "reports.jsonl")

    assert (code, out) == (1, "")
    assert "is not the pseudonym key" in err
    assert desk("db", "check")[0] == 1


def test_a_sound_desk_checks_as_such(desk: Run) -> None:
    desk("next")

    assert parsed(desk("db", "check", "--json")) == [
        {"name": name, "faults": []} for name in ("file", "key", "counts", "audit")
    ]
    assert desk("db", "upgrade")[0] == 0


def test_a_killed_intake_can_be_repeated_and_nothing_is_lost_or_twice(run: Run, tmp_path: Path) -> None:
    rows = [{"id": f"k{at}", "text": text} for at, text in enumerate(texts(4_000))]
    write(tmp_path / "many.jsonl", rows)
    run("db", "init")
    command = [sys.executable, "-c", "from triage.cli.main import main; main()", "intake", "many.jsonl"]
    running = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL)
    with sqlite3.connect(tmp_path / "desk.db") as other:
        while running.poll() is None and not other.execute("SELECT EXISTS (SELECT 1 FROM report)").fetchone()[0]:
            pass
    running.send_signal(signal.SIGKILL)
    running.wait()

    account = parsed(run("intake", "many.jsonl", "--json"))

    assert 0 < account["duplicate"] < 4_000
    assert account["accepted"] + account["duplicate"] == 4_000
    assert run("db", "check")[0] == 0
    assert len(parsed(run("queue", "--top", "9999", "--json"))) == 4_000
