from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.rank.stopping import CAUTION, MOST_ODDS, POWER, fewest_missing, risk_of, stopping, tail_odds

LABELS = st.lists(st.integers(0, 1), min_size=1, max_size=40)


def test_a_long_tail_without_a_find_lets_the_reviewer_stop() -> None:
    seen = [1] * 40 + [0] * 860

    assert stopping(seen, 1000).may_stop
    assert not stopping(seen[:300], 1000).may_stop


def test_finds_to_the_last_do_not() -> None:
    assert not stopping([1, 0] * 400, 1000).may_stop


def test_nobody_stops_before_the_first_case() -> None:
    assert not stopping([], 10).may_stop


def test_all_seen_is_nothing_missed() -> None:
    done = stopping([1, 0, 0], 3)

    assert done.may_stop
    assert done.missing == 0


def test_the_risk_is_that_of_an_urn() -> None:
    labels = [1, 0, 0, 0]

    assert risk_of(labels, 10, 2, odds=1.0) == pytest.approx(math.comb(6, 2) / math.comb(9, 2))


@settings(max_examples=25)
@given(LABELS, st.integers(0, 40), st.integers(1, 10))
def test_only_the_longest_tail_for_each_number_of_finds_counts(labels: list[int], left: int, unseen: int) -> None:
    from scipy.stats import hypergeom

    total = len(labels) + left
    tails = [labels[at:] for at in range(len(labels))]
    slow = min(hypergeom.cdf(sum(one), left + len(one), sum(one) + unseen, len(one)) for one in tails)

    assert risk_of(labels, total, unseen, odds=1.0) == pytest.approx(slow if unseen <= left else 0.0)


@given(LABELS, st.integers(0, 40), st.integers(1, 10))
def test_more_unseen_cases_are_less_likely_to_be_overlooked(labels: list[int], left: int, unseen: int) -> None:
    total = len(labels) + left

    for odds in (1.0, 2.0):
        assert risk_of(labels, total, unseen + 1, odds) <= risk_of(labels, total, unseen, odds) + 1e-12


@given(LABELS, st.integers(0, 40))
def test_a_ranking_that_helps_lowers_the_risk(labels: list[int], left: int) -> None:
    total = len(labels) + left

    assert risk_of(labels, total, 3, odds=4.0) <= risk_of(labels, total, 3, odds=1.5) + 1e-12


@given(st.integers(0, 500), st.floats(0.5, 0.99))
def test_the_fewest_missing_are_one_more_than_the_recall_allows(upheld: int, recall: float) -> None:
    missing = fewest_missing(upheld, recall)

    assert upheld / (upheld + missing) < recall + 1e-9
    assert missing == 1 or upheld / (upheld + missing - 1) >= recall - 1e-9


def test_random_order_keeps_the_promise() -> None:
    rng = np.random.default_rng(0)
    kept = 0
    for _ in range(40):
        order = rng.permutation([1] * 30 + [0] * 270).tolist()
        stop = next(
            seen
            for seen in range(20, 301, 20)
            if risk_of(order[:seen], 300, fewest_missing(sum(order[:seen]), 0.95)) < 0.05
        )
        kept += sum(order[:stop]) >= 0.95 * 30

    assert kept >= 38


def test_more_labels_than_cases_are_refused() -> None:
    with pytest.raises(ValueError, match="2 labels are more than 1 cases"):
        stopping([0, 1], 1)


def test_a_ranking_no_better_than_chance_is_not_trusted() -> None:
    evenly = ([0] * 9 + [1]) * 30

    assert tail_odds(evenly, 1000, 70) == pytest.approx(CAUTION, abs=0.05)


def test_a_ranking_that_favoured_upheld_cases_is_trusted_with_less_than_it_showed() -> None:
    good = ([1] + [0] * 4) * 40 + ([1] + [0] * 19) * 5

    assert 1.2 < tail_odds(good, 1000, 5) <= MOST_ODDS
    assert stopping(good, 1000).risk < stopping(good, 1000, odds=1.0).risk


def test_the_odds_are_those_that_give_as_many_finds_as_there_were() -> None:
    labels, total, unseen = [1, 0, 1, 0, 0, 0, 0, 1, 0, 0], 30, 3
    odds = (tail_odds(labels, total, unseen) / CAUTION) ** (1 / POWER)

    expected, left = 0.0, 6
    for place, label in enumerate(labels):
        expected += odds * left / (odds * left + total - place - left)
        left -= label
    assert expected == pytest.approx(3, abs=0.01)


@given(LABELS, st.integers(0, 60), st.integers(1, 20))
def test_odds_taken_from_the_order_stay_in_bounds(labels: list[int], left: int, unseen: int) -> None:
    total = len(labels) + left

    assert CAUTION <= tail_odds(labels, total, min(unseen, left)) <= MOST_ODDS


@pytest.mark.parametrize(("total", "upheld", "drawn", "odds"), [(500, 20, 150, 2.0), (300, 6, 100, 2.0)])
def test_the_biased_urn_is_close_to_that_of_wallenius(total: int, upheld: int, drawn: int, odds: float) -> None:
    from scipy.stats import nchypergeom_wallenius

    labels = [0] * drawn

    assert risk_of(labels, total, upheld, odds) == pytest.approx(
        nchypergeom_wallenius.cdf(0, total, upheld, drawn, odds), abs=0.01
    )
