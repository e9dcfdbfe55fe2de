"""Calibration and thresholds: how log-odds read."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_corpus import DOUBT, LOADED, taxonomy

from triage.learn.calibrate import fit_sigmoids
from triage.learn.thresholds import choose_thresholds, exclusive_columns, found


@given(st.integers(0, 10_000))
def test_probabilities_rise_with_the_log_odds_and_keep_the_share_of_positives(seed: int) -> None:
    chance = np.random.default_rng(seed)
    log_odds = chance.normal(size=(200, 2)) * 3
    labels = (chance.random((200, 2)) < 0.2).astype(np.float32)

    probabilities = fit_sigmoids(log_odds, labels).probabilities(log_odds)

    assert probabilities.mean(axis=0) == pytest.approx(labels.mean(axis=0), abs=0.01)
    for column in range(2):
        assert (np.diff(probabilities[np.argsort(log_odds[:, column]), column]) >= 0).all()


def test_a_label_that_is_missing_does_not_move_the_calibration() -> None:
    chance = np.random.default_rng(0)
    log_odds = chance.normal(size=(100, 1))
    labels = (log_odds > 0.5).astype(np.float32)

    with_missing = fit_sigmoids(np.vstack([log_odds, [[9.0]]]), np.vstack([labels, [[np.nan]]]).astype(np.float32))

    assert with_missing.slope == pytest.approx(fit_sigmoids(log_odds, labels).slope)


def test_a_rare_marker_shares_the_threshold_of_its_family_and_a_frequent_one_may_depart() -> None:
    labels = np.zeros((4000, 2), dtype=np.float32)
    labels[:2000, 0] = labels[:8, 1] = 1
    probabilities = np.where(labels > 0, [0.6, 0.2], [0.4, 0.05])

    frequent, rare = choose_thresholds(probabilities, labels, [DOUBT, LOADED], taxonomy())
    alone = choose_thresholds(probabilities[:, 1:], labels[:, 1:], [LOADED], taxonomy())[0]

    assert 0.4 < frequent <= 0.6
    assert alone <= 0.2
    assert abs(rare - frequent) < 0.05


def test_of_an_exclusive_family_exactly_one_is_found() -> None:
    markers = ["frame:Economic", "genre:opinion", "genre:reporting", "genre:satire"]
    exclusive = exclusive_columns(markers, taxonomy())
    probabilities = np.array([[0.9, 0.2, 0.2, 0.1], [0.1, 0.05, 0.9, 0.05]])

    hits = found(probabilities, np.array([0.5, 0, 0, 0]), exclusive)

    assert hits[:, 1:].sum(axis=1).tolist() == [1, 1]
    assert hits[:, 0].tolist() == [True, False]
