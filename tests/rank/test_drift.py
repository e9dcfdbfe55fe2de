from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.rank.drift import change_of_means, change_of_shares, psi

some = st.lists(st.floats(0, 1), min_size=1, max_size=60)


def drawn(count: int, seed: int, shift: float = 0.0) -> list[float]:
    rng = random.Random(seed)
    return [min(rng.betavariate(2, 5) + shift, 1.0) for _ in range(count)]


@given(some, some)
def test_the_index_is_never_negative(reference: list[float], recent: list[float]) -> None:
    assert psi(reference, recent).psi >= 0


@given(some)
def test_what_has_not_moved_has_an_index_of_nothing(scores: list[float]) -> None:
    assert psi(scores, scores).psi == pytest.approx(0)


def test_a_shift_is_large_and_more_than_chance() -> None:
    assert psi(drawn(500, 0), drawn(500, 1, 0.2), tests=40).is_large


def test_chance_alone_rarely_goes_beyond_its_bound() -> None:
    shifts = [psi(drawn(120, seed), drawn(120, 1_000 + seed)) for seed in range(300)]

    assert sum(one.psi > one.by_chance for one in shifts) <= 30
    assert not any(one.is_large for one in (psi(drawn(60, s), drawn(60, 900 + s), tests=40) for s in range(100)))


def test_a_score_that_was_always_the_same_can_still_move() -> None:
    assert psi([0.1] * 200, [0.1] * 200).psi == pytest.approx(0)
    assert psi([0.1] * 200, [0.9] * 200).is_large


def test_one_empty_side_is_refused() -> None:
    with pytest.raises(ValueError, match="between two sets"):
        psi([], [0.5])


def test_shares_and_means_that_stayed_are_no_change() -> None:
    assert change_of_shares((30, 100), (30, 100)).p == 1
    assert change_of_shares((0, 0), (0, 0)).since == 0
    assert change_of_means([0.5, 0.5], [0.5, 0.5]).p == 1
    assert change_of_means([0.5] * 30, [0.7] * 30).p < 0.001
