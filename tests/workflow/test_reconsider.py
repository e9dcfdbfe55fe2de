from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sample_desk import DYKE, MILK, NOW, report, take

from triage.domain.case import Assignment, Decision, Review, Verdict
from triage.domain.label import derive
from triage.errors import NotFound, StaleLease, UsageError
from triage.store import audit, desks, schema
from triage.workflow.database import Desk
from triage.workflow.leases import LEASE
from triage.workflow.reconsider import Party, appeal, escalate, undo
from triage.workflow.review import Ruling, claim, claim_round, decide, show
from triage.workflow.rules import Rules

ALWAYS = Rules(second_review_least=1, second_review_most=1, seniors=frozenset({"sue"}))
NEVER = replace(ALWAYS, second_review_least=0, second_review_most=0)
UPHELD = Ruling(verdict=Verdict.DISINFORMATION, reason="an invented quotation")
REFUSED = Ruling(verdict=Verdict.NOT_DISINFORMATION, reason="a satire")
LATER_ROUNDS = tuple(kind for kind in Review if kind != Review.FIRST)


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """A desk with two open cases."""
    take(desk, [report("1", text=DYKE, reporter="p-1"), report("2", text=DYKE, reporter="p-2"), report("3", text=MILK)])
    return desk


def held(desk: Desk, moderator: str) -> Assignment:
    got = claim(desk, moderator, now=NOW, drawn_every=20)
    assert got is not None
    return got


def review(desk: Desk, moderator: str, kinds: Collection[Review] = LATER_ROUNDS) -> Assignment | None:
    return claim_round(desk, moderator, kinds, rules=ALWAYS, now=NOW)


def rule(desk: Desk, got: Assignment | None, ruling: Ruling = UPHELD, *, rules: Rules = NEVER) -> Decision:
    assert got is not None
    return decide(
        desk,
        got.case,
        ruling,
        moderator=got.moderator,
        lease_token=got.token,
        known_markers=(),
        now=NOW,
        rules=rules,
    )


def undone(desk: Desk, case: str, moderator: str) -> Assignment | None:
    return undo(desk, case, moderator=moderator, reason="a slip", rules=NEVER, now=NOW)


def appealed(desk: Desk, case: str, party: Party = Party.PUBLISHER, **changes: object) -> int:
    said = {"reason": "it is a quotation", "report": None, "by": "ann", "rules": NEVER, "now": NOW}
    return appeal(desk, case, party=party, **{**said, **changes})  # type: ignore[arg-type]


def made(desk: Desk, case: str = "1") -> list[Decision]:
    return show(desk, case, now=NOW).decisions


def sound(desk: Desk) -> bool:
    with desk.reading() as connection:
        return not list(audit.faults(connection)) and not desks.miscounts(connection)


def test_a_second_review_is_blind_and_never_by_the_same_person(busy: Desk) -> None:
    rule(busy, held(busy, "ann"), rules=ALWAYS)

    assert review(busy, "ann") is None
    got = review(busy, "bob")

    assert got and got.case == "1"
    blind = show(busy, "1", now=NOW, viewer="bob")
    assert (blind.is_blind, blind.decisions) == (True, [])
    assert "disinformation" not in repr(replace(blind, reports=[]))
    assert len(show(busy, "1", now=NOW, viewer="ann").decisions) == 1
    assert rule(busy, got).review == Review.SECOND
    assert len(show(busy, "1", now=NOW, viewer="bob").decisions) == 2


def test_two_who_agree_need_no_third(busy: Desk) -> None:
    rule(busy, held(busy, "ann"), rules=ALWAYS)
    rule(busy, review(busy, "bob"))

    assert review(busy, "cid") is None
    assert derive(made(busy)) == 1


def test_where_they_differ_a_third_decides_and_sees_both(busy: Desk) -> None:
    rule(busy, held(busy, "ann"), rules=ALWAYS)
    rule(busy, review(busy, "bob"), REFUSED)
    assert derive(made(busy)) is None

    assert review(busy, "ann") is None and review(busy, "bob") is None
    third = review(busy, "cid")
    assert [one.verdict for one in show(busy, "1", now=NOW, viewer="cid").decisions] == [
        Verdict.DISINFORMATION,
        Verdict.NOT_DISINFORMATION,
    ]
    assert rule(busy, third, REFUSED).review == Review.ADJUDICATION
    assert derive(made(busy)) == 0
    assert sound(busy)


def test_a_risky_case_is_looked_at_again_more_often(busy: Desk) -> None:
    rules = Rules(second_review_least=0.1, second_review_most=0.6)

    assert [round(rules.second_review_share(risk), 3) for risk in (0, 0.5, 1, 7)] == [0.1, 0.35, 0.6, 0.6]


def test_the_draw_of_second_reviews_depends_on_the_risk(desk: Desk) -> None:
    words = ("dam", "mill", "ferry", "quay", "barn", "well", "lamp", "cart", "hedge", "kiln")
    take(desk, [report(f"{a}{b}", claim=f"{a} and {b}", subject=f"{a}-{b}") for a in words for b in words])
    with desk.writing() as connection:
        connection.execute(sa.update(schema.case).where(schema.case.c.id > 50).values(harm=1.0))
    rules = Rules(second_review_least=0, second_review_most=0.8)

    while got := claim(desk, "ann", now=NOW, drawn_every=20):
        rule(desk, got, rules=rules)

    with desk.reading() as connection:
        drawn = list(connection.scalars(sa.select(schema.review_round.c.case_id)))
    assert len([case for case in drawn if case <= 50]) < 15 < 30 < len([case for case in drawn if case > 50]) < 50


def test_an_escalated_case_waits_for_a_senior(busy: Desk) -> None:
    got = held(busy, "ann")
    escalate(busy, got.case, moderator="ann", lease_token=got.token, reason="names a child", now=NOW)

    assert show(busy, "1", now=NOW).state == "escalated"
    assert held(busy, "bob").case == "2"
    assert review(busy, "bob") is None
    senior = review(busy, "sue")
    assert rule(busy, senior).review == Review.ESCALATION
    assert show(busy, "1", now=NOW).state == "decided"
    assert sound(busy)


def test_where_no_senior_is_named_anyone_else_takes_an_escalated_case(busy: Desk) -> None:
    escalate(busy, held(busy, "ann").case, moderator="ann", lease_token=None, reason="hard", now=NOW)

    assert claim_round(busy, "ann", LATER_ROUNDS, rules=Rules(), now=NOW) is None
    assert claim_round(busy, "bob", LATER_ROUNDS, rules=Rules(), now=NOW) is not None


def test_only_the_holder_escalates_and_with_a_reason(busy: Desk) -> None:
    got = held(busy, "ann")

    with pytest.raises(StaleLease, match="is held by ann"):
        escalate(busy, got.case, moderator="bob", lease_token=None, reason="x", now=NOW)
    with pytest.raises(UsageError, match="needs a reason"):
        escalate(busy, got.case, moderator="ann", lease_token=None, reason=" ", now=NOW)
    rule(busy, got, rules=ALWAYS)
    review(busy, "bob")
    with pytest.raises(UsageError, match="is under review already"):
        escalate(busy, "1", moderator="bob", lease_token=None, reason="x", now=NOW)


def test_an_undone_decision_stays_on_record_and_the_next_supersedes_it(busy: Desk) -> None:
    first = rule(busy, held(busy, "ann"))
    assert derive(made(busy)) == 1

    again = undone(busy, "1", "ann")

    assert derive(made(busy)) is None
    assert show(busy, "1", now=NOW).holder == "ann"
    second = rule(busy, again, REFUSED)
    assert second.supersedes == first.id
    assert [(one.id, one.withdrawn) for one in made(busy)] == [(first.id, True), (second.id, False)]
    assert derive(made(busy)) == 0
    assert sound(busy)


def test_the_token_of_an_undone_decision_decides_no_more(busy: Desk) -> None:
    got = held(busy, "ann")
    first = rule(busy, got)
    undone(busy, "1", "ann")

    assert rule(busy, got) == replace(first, withdrawn=True)
    with pytest.raises(StaleLease, match="decided under this token already"):
        rule(busy, got, REFUSED)


def test_a_senior_undoes_any_decision_and_nobody_else_another_s(busy: Desk) -> None:
    rule(busy, held(busy, "ann"))

    with pytest.raises(UsageError, match="only they or a senior can undo it"):
        undone(busy, "1", "bob")
    got = undone(busy, "1", "sue")

    assert rule(busy, got, REFUSED).moderator == "sue"


def test_undoing_a_first_decision_calls_the_second_review_off(busy: Desk) -> None:
    rule(busy, held(busy, "ann"), rules=ALWAYS)
    undone(busy, "1", "ann")

    assert review(busy, "bob") is None
    assert show(busy, "1", now=NOW).state == "open"


def test_undoing_a_second_decision_lets_the_same_round_wait_again(busy: Desk) -> None:
    rule(busy, held(busy, "ann"), rules=ALWAYS)
    rule(busy, review(busy, "bob"), REFUSED)

    again = undone(busy, "1", "bob")

    assert review(busy, "cid") is None  # the adjudication was called off, and bob holds the second review
    assert rule(busy, again).review == Review.SECOND
    assert derive(made(busy)) == 1
    assert sound(busy)


def test_a_decision_is_not_undone_under_the_hands_of_a_reviewer(busy: Desk) -> None:
    rule(busy, held(busy, "ann"), rules=ALWAYS)
    review(busy, "bob")

    with pytest.raises(StaleLease, match="case 1 is held by bob until 2026-05-04 12:30 UTC; ask them"):
        undone(busy, "1", "ann")


def test_there_must_be_something_to_undo(busy: Desk) -> None:
    with pytest.raises(NotFound, match="case 1 has no decision"):
        undone(busy, "1", "ann")
    rule(busy, held(busy, "ann"))
    undone(busy, "1", "ann")
    with pytest.raises(NotFound, match="case 1 has no decision"):
        undone(busy, "1", "ann")


def test_an_appeal_is_decided_by_someone_who_did_not_decide_before(busy: Desk) -> None:
    rule(busy, held(busy, "ann"), rules=ALWAYS)
    rule(busy, review(busy, "bob"))
    appealed(busy, "1")

    assert review(busy, "ann") is None and review(busy, "bob") is None
    got = review(busy, "cid", [Review.APPEAL])
    assert rule(busy, got, REFUSED).review == Review.APPEAL
    assert derive(made(busy)) == 0
    assert sound(busy)


def test_who_undid_a_decision_still_cannot_decide_its_appeal(busy: Desk) -> None:
    rule(busy, held(busy, "ann"))
    undone(busy, "1", "ann")
    with busy.writing() as connection:
        connection.execute(sa.update(schema.case_urgency).values(holder=None, free_at=NOW - LEASE))
    rule(busy, held(busy, "bob"))
    appealed(busy, "1")

    assert review(busy, "ann") is None


def test_an_appeal_ends_every_other_round(busy: Desk) -> None:
    rule(busy, held(busy, "ann"), rules=ALWAYS)
    appealed(busy, "1")
    rule(busy, review(busy, "bob", [Review.APPEAL]))

    assert review(busy, "cid") is None


def test_a_reporter_appeals_by_a_report_of_the_case(busy: Desk) -> None:
    rule(busy, held(busy, "ann"))

    with pytest.raises(NotFound, match='case 1 has no report "3"'):
        appealed(busy, "1", Party.REPORTER, report="3")
    assert appealed(busy, "1", Party.REPORTER, report="2") == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": ""}, "an appeal needs a reason"),
        ({"report": "1"}, "by the publisher none"),
        ({"party": Party.REPORTER}, "names their report"),
        ({"now": NOW + timedelta(days=181)}, "more than 180 days ago"),
    ],
)
def test_an_appeal_that_cannot_be_is_refused(busy: Desk, changes: dict[str, object], said: str) -> None:
    rule(busy, held(busy, "ann"))

    with pytest.raises(UsageError, match=said):
        appealed(busy, "1", **changes)  # type: ignore[arg-type]


def test_one_appeal_at_a_time_and_only_against_a_decision(busy: Desk) -> None:
    with pytest.raises(NotFound, match="has no decision"):
        appealed(busy, "2")
    rule(busy, held(busy, "ann"))
    appealed(busy, "1")
    with pytest.raises(UsageError, match="is under appeal already"):
        appealed(busy, "1")


def test_a_round_that_ran_out_goes_to_another_and_the_first_cannot_decide(busy: Desk) -> None:
    rule(busy, held(busy, "ann"), rules=ALWAYS)
    stale = review(busy, "bob")
    fresh = claim_round(busy, "cid", LATER_ROUNDS, rules=ALWAYS, now=NOW + LEASE)

    assert stale and fresh and stale.case == fresh.case
    with pytest.raises(StaleLease, match="is held by cid"):
        decide(
            busy, "1", UPHELD, moderator="bob", lease_token=stale.token, known_markers=(), now=NOW + LEASE, rules=NEVER
        )


def test_a_reason_off_the_list_is_a_usage_error(busy: Desk) -> None:
    listed = replace(NEVER, reasons={"quote": "An invented quotation"})
    got = held(busy, "ann")

    with pytest.raises(UsageError, match='"x" is no reason of this desk; use one of quote, and --note'):
        rule(busy, got, replace(UPHELD, reason="x"), rules=listed)
    assert rule(busy, got, replace(UPHELD, reason="quote"), rules=listed).reason == "quote"


def test_the_language_can_be_put_right(busy: Desk) -> None:
    got = held(busy, "ann")

    with pytest.raises(UsageError, match='"Greek" is no language'):
        rule(busy, got, replace(UPHELD, lang="Greek"))
    assert rule(busy, got, replace(UPHELD, lang="el")).lang == "el"
