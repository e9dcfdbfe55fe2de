from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.rank.replay import found, mean

ORDERS = st.lists(st.integers(0, 1), min_size=20, max_size=60).filter(any)


def test_a_perfect_order_finds_all_at_once() -> None:
    perfect = found([1] * 10 + [0] * 90)

    assert perfect.recall == {"0.05": 0.5, "0.1": 1.0, "0.2": 1.0, "0.5": 1.0}
    assert perfect.wss95 == pytest.approx(0.85)
    assert perfect.atd == 5.5


def test_the_work_saved_counts_from_the_place_at_which_95_in_100_are_found() -> None:
    order = [1] * 19 + [0] * 20 + [1] + [0] * 60

    assert found(order).wss95 == pytest.approx((100 - 19) / 100 - 0.05)


@given(ORDERS)
def test_recall_never_falls_with_more_places(order: list[int]) -> None:
    recall = list(found(order).recall.values())

    assert recall == sorted(recall)


@given(ORDERS)
def test_the_order_and_its_reverse_share_the_mean_place(order: list[int]) -> None:
    assert found(order).atd + found(order[::-1]).atd == pytest.approx(len(order) + 1)


def test_the_mean_of_runs_is_taken_figure_by_figure() -> None:
    both = mean([found([1, 0, 0, 0]), found([0, 0, 0, 1])])

    assert both.atd == 2.5
    assert both.recall["0.5"] == 0.5


def test_an_order_without_a_positive_has_no_figures() -> None:
    with pytest.raises(ValueError, match="finds nothing"):
        found([0, 0])
