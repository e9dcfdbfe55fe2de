from __future__ import annotations

from datetime import timedelta

import pytest
from sample_desk import DYKE, MILK, NOW, report, take

from triage.domain.case import Assignment, Review, Verdict
from triage.errors import NotFound, StaleLease, UsageError
from triage.workflow.database import Desk
from triage.workflow.leases import LEASE, extend, hand_on, release
from triage.workflow.review import Ruling, claim, claim_round, decide, show
from triage.workflow.rules import Rules

ALWAYS = Rules(second_review_least=1, second_review_most=1, moderators=frozenset({"ann", "bob", "cid"}))
UPHELD = Ruling(verdict=Verdict.DISINFORMATION, reason="an invented quotation")
SOON = NOW + timedelta(minutes=20)
LATER = NOW + timedelta(minutes=40)


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """A desk with two open cases."""
    take(desk, [report("1", text=DYKE), report("2", text=MILK)])
    return desk


def held(desk: Desk, moderator: str) -> Assignment:
    got = claim(desk, moderator, now=NOW, drawn_every=20)
    assert got is not None
    return got


def test_an_extended_lease_still_decides_under_its_token(busy: Desk) -> None:
    got = held(busy, "ann")

    longer = extend(busy, got.case, moderator="ann", lease_token=None, now=SOON)

    assert (longer.token, longer.expires_at) == (got.token, SOON + LEASE)
    assert claim(busy, "bob", now=LATER, drawn_every=20).case == "2"  # type: ignore[union-attr]
    decide(busy, got.case, UPHELD, moderator="ann", lease_token=got.token, known_markers=(), now=LATER)


def test_extending_never_makes_a_lease_shorter(busy: Desk) -> None:
    got = held(busy, "ann")

    same = extend(busy, got.case, moderator="ann", lease_token=got.token, now=NOW, lease=timedelta(minutes=1))

    assert same.expires_at == got.expires_at


def test_a_lease_that_ran_out_or_another_s_is_not_extended(busy: Desk) -> None:
    got = held(busy, "ann")

    with pytest.raises(StaleLease, match="is held by ann"):
        extend(busy, got.case, moderator="bob", lease_token=got.token, now=NOW)
    with pytest.raises(StaleLease, match="your lease is over"):
        extend(busy, got.case, moderator="ann", lease_token=got.token, now=LATER)


def test_a_case_handed_on_is_decided_by_the_other_alone(busy: Desk) -> None:
    got = held(busy, "ann")

    given = hand_on(busy, got.case, "bob", moderator="ann", lease_token=got.token, rules=ALWAYS, now=NOW)

    assert given.token != got.token
    with pytest.raises(StaleLease, match="is held by bob"):
        decide(busy, got.case, UPHELD, moderator="ann", lease_token=got.token, known_markers=(), now=NOW)
    decide(busy, got.case, UPHELD, moderator="bob", lease_token=given.token, known_markers=(), now=NOW)


def test_a_case_is_handed_on_to_a_moderator_only(busy: Desk) -> None:
    got = held(busy, "ann")

    with pytest.raises(NotFound, match='"zed" is no moderator of this desk'):
        hand_on(busy, got.case, "zed", moderator="ann", lease_token=None, rules=ALWAYS, now=NOW)
    with pytest.raises(NotFound, match='"zed" has never held a case here'):
        hand_on(busy, got.case, "zed", moderator="ann", lease_token=None, rules=Rules(), now=NOW)
    with pytest.raises(UsageError, match="you hold case 1 already"):
        hand_on(busy, got.case, "ann", moderator="ann", lease_token=None, rules=ALWAYS, now=NOW)
    assert show(busy, got.case, now=NOW).holder == "ann"


def test_a_second_review_is_not_handed_to_who_decided_first(busy: Desk) -> None:
    got = held(busy, "ann")
    decide(busy, "1", UPHELD, moderator="ann", lease_token=got.token, known_markers=(), now=NOW, rules=ALWAYS)
    claim_round(busy, "bob", [Review.SECOND], rules=ALWAYS, now=NOW)

    with pytest.raises(UsageError, match="ann has decided case 1"):
        hand_on(busy, "1", "ann", moderator="bob", lease_token=None, rules=ALWAYS, now=NOW)
    given = hand_on(busy, "1", "cid", moderator="bob", lease_token=None, rules=ALWAYS, now=NOW)

    made = decide(busy, "1", UPHELD, moderator="cid", lease_token=given.token, known_markers=(), now=NOW)
    assert made.review == Review.SECOND


def test_a_case_given_back_is_stale_for_who_gave_it(busy: Desk) -> None:
    got = held(busy, "ann")
    release(busy, got.case, moderator="ann", lease_token=None, until=None, now=NOW)

    with pytest.raises(StaleLease, match="nobody holds case 1 now"):
        extend(busy, got.case, moderator="ann", lease_token=got.token, now=NOW)
