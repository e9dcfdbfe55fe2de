from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from triage.learn.newton import logistic


@given(st.integers(0, 10_000), st.integers(1, 4))
def test_the_weights_are_those_of_scikit_learn(seed: int, columns: int) -> None:
    chance = np.random.default_rng(seed)
    X = chance.normal(size=(60, columns))
    labels = X[:, 0] + chance.normal(size=60) > 0.5
    labels[:2] = [True, False]

    reference = LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-8).fit(X, labels)

    assert logistic(X, labels, 1.0) == pytest.approx([*reference.coef_[0], reference.intercept_[0]], abs=1e-3)


def test_classes_that_part_cleanly_give_finite_weights() -> None:
    X = np.arange(20.0)[:, None]

    assert np.isfinite(logistic(X, X[:, 0] > 9, 1e-2)).all()
