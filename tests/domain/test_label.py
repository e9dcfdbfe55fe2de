from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from triage.domain.case import Decision, Review, Verdict
from triage.domain.label import derive, label_of, markers_of, said_by

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


def test_a_label_names_the_decisions_that_carry_it_and_dates_from_the_first() -> None:
    first, second = made(1, "ana", YES), made(2, "bo", YES, Review.SECOND)

    label = label_of([second, first])

    assert label is not None
    assert (label.value, label.at, label.carried_by) == (1, first.decided_at, (first, second))


def test_an_adjudicated_label_is_carried_by_the_adjudicator_alone() -> None:
    final = made(3, "cy", NO, Review.ADJUDICATION)

    label = label_of([made(1, "ana", YES), made(2, "bo", NO, Review.SECOND), final])

    assert label is not None
    assert label.carried_by == (final,)


def test_everyone_is_heard_on_how_far_moderators_agree_overruled_or_not() -> None:
    decisions = [made(1, "ana", YES), made(2, "bo", Verdict.CANNOT_TELL), made(3, "cy", NO, Review.ADJUDICATION)]

    assert said_by(decisions) == {"ana": 1, "cy": 0}


def test_markers_on_which_moderators_differ_are_missing_and_not_negative() -> None:
    one = replace(made(1, "ana", YES), confirmed=("technique:Doubt", "frame:Economic"), struck=("frame:Political",))
    other = replace(made(2, "bo", YES, Review.SECOND), struck=("technique:Doubt",))

    assert markers_of([one, other]) == {"frame:Economic": 1, "frame:Political": 0}
    assert markers_of([one, replace(other, withdrawn=True)])["technique:Doubt"] == 1
