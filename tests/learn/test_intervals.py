from __future__ import annotations

import numpy as np
import pytest
from test_figures import judged

from triage.learn.figures import overall
from triage.learn.intervals import bootstrap, draw

CHANCE = np.random.default_rng(0)
LABELS = (CHANCE.random((300, 2)) < 0.3).astype(float)
SCORES = np.clip(CHANCE.random((300, 2)) * 0.7 + LABELS * 0.3, 0, 1)


def test_every_interval_holds_its_figure() -> None:
    one = judged(LABELS.tolist(), SCORES.tolist())

    figures = overall(one)
    intervals = bootstrap(one, seed=1)

    assert set(intervals) == set(figures)
    for name, (low, high) in intervals.items():
        assert low <= (figures[name] or 0) <= high, name


def test_one_seed_gives_one_interval() -> None:
    one = judged(LABELS.tolist(), SCORES.tolist())

    assert bootstrap(one, seed=3) == bootstrap(one, seed=3) != bootstrap(one, seed=4)


def test_copies_in_one_group_narrow_nothing() -> None:
    once = judged(LABELS[:60].tolist(), SCORES[:60].tolist())
    tripled = judged(
        np.repeat(LABELS[:60], 3, axis=0).tolist(),
        np.repeat(SCORES[:60], 3, axis=0).tolist(),
        groups=np.repeat(once.groups, 3),
    )

    assert bootstrap(tripled, seed=0)["micro_f1"] == pytest.approx(bootstrap(once, seed=0)["micro_f1"])


def test_where_every_group_is_alike_there_is_no_doubt_left() -> None:
    one = judged([[1], [0], [0], [1]] * 20, [[0.9], [0.2], [0.6], [0.4]] * 20, groups=np.repeat(np.arange(20), 4))

    figures, drawn = overall(one), draw(one, seed=0)

    for name in ("micro_f1", "macro_f1", "auc", "ap"):
        assert drawn[name].std() < 1e-9
        assert drawn[name].mean() == pytest.approx(figures[name], abs=0.1)
