"""Calibration and thresholds: how log-odds read."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_corpus import DOUBT, LOADED, taxonomy
from sklearn.metrics import f1_score

from triage.learn.calibrate import fit_sigmoids
from triage.learn.thresholds import GRID, choose_thresholds, exclusive_columns, found


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
    chance = np.random.default_rng(0)
    labels = np.stack([chance.random(4000) < 0.5, chance.random(4000) < 0.003], axis=1).astype(np.float32)
    probabilities = np.clip(labels * 0.3 + chance.random((4000, 2)) * 0.6, 0, 1)

    frequent, rare = choose_thresholds(probabilities, labels, [DOUBT, LOADED], taxonomy())
    alone = choose_thresholds(probabilities[:, :1], labels[:, :1], [DOUBT], taxonomy())[0]
    common = max(GRID, key=lambda threshold: f1_score(labels.ravel() > 0, probabilities.ravel() >= threshold))

    assert abs(frequent - alone) < 0.05
    assert abs(rare - common) < 0.05 < abs(frequent - common)


def test_of_an_exclusive_family_exactly_one_is_found() -> None:
    markers = ["frame:Economic", "genre:opinion", "genre:reporting", "genre:satire"]
    exclusive = exclusive_columns(markers, taxonomy())
    probabilities = np.array([[0.9, 0.2, 0.2, 0.1], [0.1, 0.05, 0.9, 0.05]])

    hits = found(probabilities, np.array([0.5, 0, 0, 0]), exclusive)

    assert hits[:, 1:].sum(axis=1).tolist() == [1, 1]
    assert hits[:, 0].tolist() == [True, False]
