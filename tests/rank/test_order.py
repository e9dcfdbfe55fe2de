from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from triage.domain.case import CaseFacts
from triage.rank.order import draw, order
from triage.rank.policy import Policy

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


def queue_of(reporters: list[int]) -> list[CaseFacts]:
    return [CaseFacts(id=f"{n:04}", opened_at=NOW, reports=count, reporters=count) for n, count in enumerate(reporters)]


@given(st.lists(st.integers(1, 60), max_size=120), st.integers(0, 5))
def test_every_case_has_one_place(reporters: list[int], seed: int) -> None:
    ranked = order(queue_of(reporters), Policy(), NOW, seed)

    assert sorted(case.id for case in ranked) == [facts.id for facts in queue_of(reporters)]
    assert [case.rank for case in ranked] == list(range(1, len(reporters) + 1))


@given(st.lists(st.integers(1, 60), max_size=120), st.integers(0, 5))
def test_apart_from_drawn_cases_urgency_never_rises_down_the_queue(reporters: list[int], seed: int) -> None:
    chosen = [case for case in order(queue_of(reporters), Policy(), NOW, seed) if not case.drawn]

    assert [case.id for case in chosen] == [case.id for case in sorted(chosen, key=lambda c: (-c.urgency, c.id))]


def test_chance_fills_every_twentieth_place_and_no_other() -> None:
    drawn = [case.rank for case in order(queue_of([n % 50 + 1 for n in range(2000)]), Policy(), NOW, 0) if case.drawn]

    assert drawn
    assert drawn == list(range(20, 20 * len(drawn) + 1, 20))


def test_only_cases_with_a_low_lot_are_drawn() -> None:
    ranked = order(queue_of([1] * 500), Policy(), NOW, 3)

    assert all(draw(case.id, 3) < 0.05 for case in ranked if case.drawn)


def test_about_one_case_in_twenty_has_a_low_lot() -> None:
    assert 430 < sum(draw(str(n), 0) < 0.05 for n in range(10_000)) < 570


def test_ties_go_by_case_id_whatever_the_order_of_arrival() -> None:
    cases = queue_of([1] * 15)

    assert order(cases, Policy(), NOW, 0) == order(cases[::-1], Policy(), NOW, 0)
