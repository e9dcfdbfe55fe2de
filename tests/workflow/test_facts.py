from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sample_desk import DYKE, MILK, NOW, CountingModel, rank, report, take, texts

from triage.domain.case import CaseFacts, Verdict
from triage.domain.report import Report
from triage.rank.policy import Policy
from triage.rank.record import Record
from triage.workflow.database import Desk
from triage.workflow.entry import Entry
from triage.workflow.facts import CaseReader, records
from triage.workflow.purge import erase_reporter
from triage.workflow.queue import read_queue, why
from triage.workflow.rank_files import rank_files
from triage.workflow.reconsider import undo
from triage.workflow.review import Ruling, claim, decide
from triage.workflow.rules import Rules

CLAIM = "This article insults everybody in our district and has to go at once"
USUAL = [
    report(f"u{at}", text=text, reporter=f"p-{at % 30}", claim=f"Odd number {at} in it", hours_ago=500 - at)
    for at, text in enumerate(texts(90))
]
WANTED = [report("w", text=DYKE, reporter="p-1", claim="The dyke was mended in May, see the photographs", hours_ago=90)]
ATTACK = [
    report(f"a{at}", text=DYKE, reporter=f"x-{at}", claim=f"{CLAIM} {'!' * at}", url="https://a.example", hours_ago=1)
    for at in range(40)
]


def judge(desk: Desk, verdict: Verdict, *, moderator: str = "ann") -> str:
    """Decide the next case and return it."""
    got = claim(desk, moderator, now=NOW, drawn_every=10**6)
    assert got
    ruling = Ruling(verdict=verdict, reason="seen")
    decide(desk, got.case, ruling, moderator=moderator, lease_token=got.token, known_markers=(), now=NOW)
    return got.case


def told(desk: Desk, case: str) -> CaseFacts:
    with desk.reading() as connection:
        return CaseReader(Policy(), None).facts(connection, [int(case)])[0]


def of(entries: Sequence[Entry], dyke: str) -> Entry:
    return next(one for one in entries if one.id == dyke)


def test_an_attacked_case_is_named_and_bounded(desk: Desk) -> None:
    take(desk, [*USUAL, *WANTED])
    before = why(desk, "91", now=NOW)[0]
    take(desk, ATTACK)

    after = why(desk, "91", now=NOW)[0]

    assert {"burst_of_reports", "new_reporters_only", "near_identical_claims"} <= set(after.warnings)
    assert after.details["arranged"]["reports"] == 40
    assert after.urgency - before.urgency <= Policy().arranged_share * after.urgency + 0.002
    assert after.parts["reach"] + after.parts["report_quality"] + after.details["arranged"][
        "withheld"
    ] == pytest.approx(Policy().weights["report_quality"] + Policy().weights["reach"] * 0.7009, abs=0.01)


def test_an_ordinary_case_is_not_named(desk: Desk) -> None:
    take(desk, [*USUAL, *WANTED])

    assert all("arranged" not in one.details for one in read_queue(desk, Policy(), top=91, now=NOW))


def test_a_ranked_file_names_and_bounds_as_the_desk_does(desk: Desk) -> None:
    take(desk, [*USUAL, *WANTED, *ATTACK])

    ranked = rank_files(
        [*USUAL, *WANTED, *ATTACK], model=None, policy=Policy(), now=NOW, seed=0, top=91, reject=lambda _: None
    )

    at_desk, in_file = why(desk, "91", now=NOW)[0], of(ranked.entries, "w")
    assert (in_file.parts, in_file.details, in_file.warnings) == (at_desk.parts, at_desk.details, at_desk.warnings)
    assert in_file.details["arranged"]["reports"] == 40


def test_reports_that_bring_their_own_text_keep_the_score(desk: Desk) -> None:
    take(desk, [*USUAL, *WANTED, *ATTACK])
    rank(desk, CountingModel())

    assert why(desk, "91", now=NOW)[0].parts["markers"] > 0


def same_hand(name: str, reporter: str | None, text: str) -> Report:
    return report(name, text=text, reporter=reporter, claim="The date is wrong, see page 3")


def test_a_reporter_whose_cases_were_upheld_counts_for_more_and_a_contrary_one_for_less(desk: Desk) -> None:
    wanted = texts(14)
    take(desk, [same_hand(f"g{at}", "good", wanted[at]) for at in range(4)])
    assert all(judge(desk, Verdict.DISINFORMATION) for _ in range(4))
    take(desk, [same_hand(f"b{at}", "bad", wanted[4 + at]) for at in range(4)])
    assert all(judge(desk, Verdict.NOT_DISINFORMATION) for _ in range(4))
    take(desk, [same_hand(f"n{at}", who, wanted[8 + at]) for at, who in enumerate(["good", "bad", "new", None])])

    good, bad, new, nobody = (why(desk, str(case), now=NOW)[0] for case in range(9, 13))

    assert good.parts["report_quality"] > new.parts["report_quality"] == nobody.parts["report_quality"]
    assert bad.parts["report_quality"] < new.parts["report_quality"]
    assert (good.details["record"] > 0, bad.details["record"] < 0, "record" in new.details) == (True, True, False)
    bound = Policy().record_share * Policy().weights["report_quality"]
    assert good.parts["report_quality"] - new.parts["report_quality"] <= bound


def test_a_bad_record_takes_nothing_from_what_others_reported(desk: Desk) -> None:
    take(desk, [same_hand("b", "bad", MILK)])
    judge(desk, Verdict.NOT_DISINFORMATION)
    take(desk, [same_hand("x", "other", DYKE)])
    before = told(desk, "2").report_quality

    take(desk, [same_hand("y", "bad", DYKE)])

    assert told(desk, "2").report_quality == before


def test_a_record_follows_the_decisions(desk: Desk) -> None:
    take(desk, [same_hand(str(at), "p", text) for at, text in enumerate(texts(3))])
    case = judge(desk, Verdict.DISINFORMATION)
    judge(desk, Verdict.CANNOT_TELL)
    with desk.reading() as connection:
        assert records(connection, ["p", "q"]) == {"p": Record(1, 1), "q": Record(0, 0)}

    undo(desk, case, moderator="ann", reason="a slip", rules=Rules(), now=NOW + timedelta(minutes=5))

    with desk.reading() as connection:
        assert records(connection, ["p"]) == {"p": Record(0, 0)}


def test_erasing_a_reporter_erases_the_record(desk: Desk) -> None:
    take(desk, [same_hand("1", "p", DYKE)])
    judge(desk, Verdict.DISINFORMATION)
    erase_reporter(desk, "p", by="ann", now=NOW)

    with desk.reading() as connection:
        assert records(connection, ["p"]) == {"p": Record(0, 0)}


def test_a_stricter_policy_names_nothing(desk: Desk) -> None:
    take(desk, [*USUAL, *WANTED, *ATTACK])
    with desk.reading() as connection:
        facts = CaseReader(replace(Policy(), arranged_p=0.0), None).facts(connection, [91])[0]

    assert not facts.signs
