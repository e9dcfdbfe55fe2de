from __future__ import annotations

from datetime import UTC, datetime, timedelta

from triage.domain.case import Decision, Review, Verdict
from triage.domain.label import derive

YES, NO = Verdict.DISINFORMATION, Verdict.NOT_DISINFORMATION


def made(hour: int, moderator: str, verdict: Verdict, review: Review = Review.FIRST, supersedes: str = "") -> Decision:
    return Decision(
        id=f"d{hour}",
        case="1",
        moderator=moderator,
        verdict=verdict,
        reason="read it",
        decided_at=datetime(2026, 9, 1, tzinfo=UTC) + timedelta(hours=hour),
        review=review,
        supersedes=supersedes,
    )


def test_one_upheld_decision_is_a_positive_label() -> None:
    assert derive([made(1, "ana", YES)]) == 1


def test_no_decision_is_no_label() -> None:
    assert derive([]) is None


def test_cannot_tell_and_out_of_scope_never_train() -> None:
    assert derive([made(1, "ana", Verdict.CANNOT_TELL)]) is None
    assert derive([made(1, "ana", Verdict.OUT_OF_SCOPE)]) is None


def test_disagreement_never_trains() -> None:
    assert derive([made(1, "ana", YES), made(2, "bo", NO, Review.SECOND)]) is None


def test_an_adjudication_wins_over_disagreement() -> None:
    assert derive([made(1, "ana", YES), made(2, "bo", NO, Review.SECOND), made(3, "cy", NO, Review.ADJUDICATION)]) == 0


def test_a_moderators_newest_decision_counts_whatever_the_order_given() -> None:
    assert derive([made(2, "ana", NO), made(1, "ana", YES)]) == 0


def test_a_superseded_decision_says_nothing() -> None:
    assert derive([made(1, "ana", YES), made(2, "bo", NO, supersedes="d1")]) == 0
