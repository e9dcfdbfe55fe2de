from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from triage.learn.figures import (
    Judged,
    auc,
    auc_length_stratified,
    average_precision,
    calibration_error,
    f1,
    marker_figures,
    overall,
)

PAIRS = st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.1, 0.2, 0.5, 0.9, 1.0])), min_size=2, max_size=40)


def judged(labels: list[list[float]], probabilities: list[list[float]], **fields: object) -> Judged:
    Y, P = np.array(labels, dtype=np.float32), np.array(probabilities)
    n, m = Y.shape
    values: dict[str, object] = {
        "level": "passage",
        "markers": tuple(f"technique:M{at}" for at in range(m)),
        "counted": np.ones(m, dtype=bool),
        "labels": Y,
        "probabilities": P,
        "found": P >= 0.5,
        "lengths": np.arange(n),
        "groups": np.array([f"g{at}" for at in range(n)]),
        "langs": np.array(["en"] * n),
        "sources": np.array([""] * n),
    }
    return Judged(**{**values, **fields})  # type: ignore[arg-type]


@given(PAIRS)
def test_f1_auc_and_average_precision_are_those_of_scikit_learn(pairs: list[tuple[bool, float]]) -> None:
    labels, scores = np.array([label for label, _ in pairs]), np.array([score for _, score in pairs])
    assume(0 < labels.sum() < len(labels))

    assert f1(labels, scores >= 0.5) == pytest.approx(f1_score(labels, scores >= 0.5, zero_division=0))
    assert auc(labels, scores) == pytest.approx(roc_auc_score(labels, scores))
    assert average_precision(labels, scores) == pytest.approx(average_precision_score(labels, scores))


def test_a_score_that_only_knows_the_length_is_a_coin_within_lengths() -> None:
    lengths = np.repeat(np.arange(10) * 100, 20)
    labels = np.tile([True, False], 100)
    labels[:60] = False
    labels[:60:20] = True

    assert auc(labels, lengths.astype(float)) > 0.6
    assert auc_length_stratified(labels, lengths.astype(float), lengths) == 0.5


def test_a_cell_that_nobody_looked_at_counts_for_nothing() -> None:
    whole = judged([[1, 0], [0, 1]], [[0.9, 0.1], [0.2, 0.8]])
    with_gap = judged([[1, 0], [0, 1], [np.nan, np.nan]], [[0.9, 0.1], [0.2, 0.8], [0.9, 0.9]])

    assert overall(whole) == overall(with_gap)
    assert overall(whole)["micro_f1"] == 1


def test_micro_f1_counts_cells_and_macro_f1_is_the_mean_over_markers() -> None:
    figures = overall(judged([[1, 0], [1, 0], [1, 1]], [[0.9, 0.1], [0.9, 0.9], [0.9, 0.1]]))

    assert figures["micro_f1"] == pytest.approx(2 * 3 / (4 + 4))
    assert figures["macro_f1"] == pytest.approx((1 + 0) / 2)


def test_a_markers_macro_f1_is_the_mean_of_present_and_absent() -> None:
    one = marker_figures(judged([[1], [0], [0], [0]], [[0.9], [0.9], [0.1], [0.1]]), 0)

    assert one["f1"] == pytest.approx(2 / 3)
    assert one["macro_f1"] == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_the_calibration_error_of_a_constant_at_the_base_rate_is_none() -> None:
    labels = np.tile([True, False, False], 150)

    assert calibration_error(labels, np.full(450, 1 / 3)) == pytest.approx(0)
    assert calibration_error(labels, np.full(450, 0.9)) == pytest.approx(0.9 - 1 / 3)


def test_brier_skill_is_one_for_the_truth_and_needs_thirty_positives() -> None:
    labels = [[1.0]] * 30 + [[0.0]] * 30

    assert marker_figures(judged(labels, labels), 0)["brier_skill"] == 1
    assert marker_figures(judged(labels[1:], labels[1:]), 0)["brier_skill"] is None
