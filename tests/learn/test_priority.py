from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from triage.learn.priority import PENALTY, Pool, PriorityModel, pool

TEXTS = [
    "The secret cure that doctors hide from you, share before they delete it!",
    "A secret cure hidden by doctors: share this before it is deleted!",
    "Doctors hide the cure! Share it!",
    "The council opens a new library on Monday afternoon.",
    "On Monday the library of the council opens again.",
    "New opening hours of the library, says the council.",
]


@pytest.fixture(scope="module")
def texts() -> Pool:
    return pool(TEXTS)


def test_two_labels_tell_two_subjects_apart(texts: Pool) -> None:
    scores = PriorityModel(texts).scores([0, 3], [1, 0])

    assert min(scores[[1, 2]]) > max(scores[[4, 5]])


def test_one_upheld_case_alone_brings_its_like_forward(texts: Pool) -> None:
    scores = PriorityModel(texts).scores([0], [1])

    assert min(scores[[1, 2]]) > max(scores[[3, 4, 5]])


def test_one_cleared_case_alone_puts_its_like_back(texts: Pool) -> None:
    scores = PriorityModel(texts).scores([3], [0])

    assert max(scores[[4, 5]]) < min(scores[[0, 1, 2]])


def test_nothing_learnt_scores_everything_alike(texts: Pool) -> None:
    assert not PriorityModel(texts).scores([], []).any()


def test_learning_on_ends_where_learning_at_once_does(texts: Pool) -> None:
    steady = PriorityModel(texts)
    for size in range(1, 7):
        after = steady.scores(range(size), [1, 1, 1, 0, 0, 0][:size])

    assert after == pytest.approx(PriorityModel(texts).scores(range(6), [1, 1, 1, 0, 0, 0]), abs=0.02)


def test_the_scores_are_those_of_logistic_regression(texts: Pool) -> None:
    scores = PriorityModel(texts).scores([0, 1, 3], [1, 1, 0])

    columns = [np.full(12, 0.1 * 30 / 33), np.full(texts.dense.shape[1] - 12, 0.12 * 3 / 203)]
    dense = texts.dense * np.sqrt(np.concatenate(columns))
    X = np.hstack([texts.ngrams.toarray(), dense, np.ones((len(TEXTS), 1))])
    learner = LogisticRegression(C=1 / PENALTY, fit_intercept=False, class_weight="balanced")
    learner.fit(X[[0, 1, 3]], [1, 1, 0])
    assert scores == pytest.approx(learner.decision_function(X), abs=0.02)


def test_an_empty_text_has_a_place_in_the_pool() -> None:
    assert np.isfinite(PriorityModel(pool(["", *TEXTS])).scores([1, 4], [1, 0])).all()


def test_texts_of_like_length_and_punctuation_are_alike_as_a_bell_curve_says() -> None:
    features = pool(TEXTS).dense

    columns, likeness = features[:, :12], features[:, 12:]
    distances = ((columns[:, None] - columns[None]) ** 2).sum(axis=2)
    assert likeness @ likeness.T == pytest.approx(np.exp(-distances), abs=0.01)


def test_long_texts_count_less_by_length_and_punctuation() -> None:
    short, long = pool(TEXTS).dense, pool([text * 20 for text in TEXTS]).dense

    assert np.abs(long).sum() < 0.8 * np.abs(short).sum()
