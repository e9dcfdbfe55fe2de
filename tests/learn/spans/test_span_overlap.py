"""How found spans are held against labelled ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.learn.spans.overlap import Bounds, merged, overlaps, span_scores


def f1(found: list[tuple[int, int]], labelled: list[tuple[int, int]]) -> float:
    return float(span_scores(overlaps([found], [labelled]).sum(axis=0))["span_f1"])


def test_the_same_spans_score_one_and_others_nothing() -> None:
    assert f1([(0, 5), (9, 12)], [(0, 5), (9, 12)]) == 1
    assert f1([(0, 5)], [(5, 9)]) == 0


def test_a_span_found_in_half_counts_by_its_characters() -> None:
    sums = overlaps([[(0, 10)]], [[(5, 25)]]).sum(axis=0)
    scores = span_scores(sums)

    assert float(scores["span_precision"]) == pytest.approx(0.5)  # 5 of 10 characters found are labelled
    assert float(scores["span_recall"]) == pytest.approx(0.25)  # 5 of 20 labelled ones are found
    assert float(scores["span_f1"]) == pytest.approx(1 / 3)


def test_shares_are_means_over_the_spans_of_all_texts() -> None:
    sums = overlaps([[(0, 4)], [(0, 4), (6, 8)]], [[(0, 4)], [(2, 4)]]).sum(axis=0)

    np.testing.assert_allclose(sums, [1 + 0.5 + 0, 3, 1 + 1, 2])


def test_nothing_found_where_nothing_is_labelled_is_right() -> None:
    assert f1([], []) == 1
    assert f1([(0, 1)], []) == 0
    assert f1([], [(0, 1)]) == 0


def test_labelled_spans_that_share_characters_count_once() -> None:
    assert merged([(3, 8), (0, 4), (8, 9)]) == [(0, 8), (8, 9)]


SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)).map(lambda pair: (pair[0], pair[0] + pair[1])))


def by_characters(found: list[Bounds], labelled: list[Bounds]) -> tuple[float, float]:
    """Precision and recall from sets of characters, as the published definition reads."""
    here, there = ([set(range(*span)) for span in spans] for spans in (found, labelled))
    precision = sum(len(one & other) / len(one) for one in here for other in there) / max(len(here), 1)
    recall = sum(len(one & other) / len(other) for one in here for other in there) / max(len(there), 1)
    return precision, recall


@given(SPANS, SPANS)
def test_the_scores_are_those_of_the_definition_character_by_character(
    found: list[Bounds], there: list[Bounds]
) -> None:
    here, labelled = merged(found), merged(there)

    scores = span_scores(overlaps([here], [labelled]).sum(axis=0))

    assert (float(scores["span_precision"]), float(scores["span_recall"])) == pytest.approx(
        by_characters(here, labelled)
    )
