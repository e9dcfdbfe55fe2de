from __future__ import annotations

from datetime import timedelta

import pytest
from sample_desk import NOW, report, take, texts

from triage.domain.case import Decision, Verdict
from triage.errors import NotEnoughLabels
from triage.store import decisions
from triage.workflow.database import Desk
from triage.workflow.progress import desk_agreement, desk_stopping
from triage.workflow.review import Ruling, claim, decide

UPHELD = Ruling(verdict=Verdict.DISINFORMATION, reason="an invented quotation")
CLEARED = Ruling(verdict=Verdict.NOT_DISINFORMATION, reason="the figures are right")


def judge(desk: Desk, rulings: list[Ruling]) -> list[Decision]:
    made = []
    for at, ruling in enumerate(rulings):
        now = NOW + timedelta(minutes=at)
        got = claim(desk, "ann", now=now, drawn_every=20)
        assert got is not None
        said = {"moderator": "ann", "lease_token": got.token, "known_markers": (), "now": now}
        made.append(decide(desk, got.case, ruling, **said))  # type: ignore[arg-type]
    return made


def test_a_desk_that_has_seen_all_may_stop_and_one_that_has_not_goes_on(desk: Desk) -> None:
    take(desk, [report(str(at), text=text) for at, text in enumerate(texts(6))])
    judge(desk, [UPHELD, CLEARED, CLEARED])

    halfway = desk_stopping(desk, recall=0.95, confidence=0.95)
    judge(desk, [CLEARED, CLEARED, CLEARED])
    done = desk_stopping(desk, recall=0.95, confidence=0.95)

    assert (halfway.seen, halfway.total, halfway.upheld, halfway.may_stop) == (3, 6, 1, False)
    assert (done.seen, done.total, done.upheld, done.may_stop) == (6, 6, 1, True)


def test_without_an_upheld_case_there_is_nothing_to_test(desk: Desk) -> None:
    take(desk, [report("1", text=texts(1)[0])])
    judge(desk, [CLEARED])

    with pytest.raises(NotEnoughLabels, match="none of 1 decided cases is upheld; the test needs 1"):
        desk_stopping(desk, recall=0.95, confidence=0.95)


def test_agreement_counts_the_cases_that_two_have_judged(desk: Desk) -> None:
    take(desk, [report(str(at), text=text) for at, text in enumerate(texts(3))])
    with pytest.raises(NotEnoughLabels, match="no case was judged by two"):
        desk_agreement(desk)
    for at, made in enumerate(judge(desk, [UPHELD, CLEARED, UPHELD])[:2]):
        second = Decision(
            id="", case=made.case, moderator="bob", verdict=made.verdict, reason="as above", decided_at=NOW
        )
        with desk.writing() as connection:
            decisions.add(connection, second, token=1_000 + at)

    said = desk_agreement(desk)

    assert (said.cases, said.alpha) == (2, 1.0)
    assert said.moderators == {"ann": (2, 1.0), "bob": (2, 1.0)}
