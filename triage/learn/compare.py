"""Two models on the same held-out units: what one gains over the other, and whether that is more than noise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from triage.learn.figures import Judged, overall
from triage.learn.intervals import draw, interval

DECIDING = ("micro_f1", "macro_f1")


def compare(sides: Mapping[str, tuple[Judged, Judged]], seed: int) -> dict[str, Any]:
    """Return, by level and metric, the figures of both sides and the second's gain with its 95 % interval.

    Both sides are resampled by the same draws of groups. `worse` names the levels and metrics, micro- and macro-F1, in
    which the second loses by more than noise: the interval of its gain lies below zero.
    """
    levels = {level: _gains(old, new, seed) for level, (old, new) in sides.items()}
    worse = [
        f"{level} {metric}"
        for level, gains in levels.items()
        for metric in DECIDING
        if (bounds := gains.get(metric, {}).get("interval")) and bounds[1] < 0
    ]
    return {"levels": levels, "worse": worse}


def _gains(old: Judged, new: Judged, seed: int) -> dict[str, Any]:
    before, after = overall(old), overall(new)
    drawn_before, drawn_after = draw(old, seed), draw(new, seed)
    gains: dict[str, Any] = {}
    for metric, figure in after.items():
        earlier = before[metric]
        if figure is None or earlier is None:
            continue
        gains[metric] = {"active": earlier, "candidate": figure, "gain": figure - earlier}
        if metric in drawn_before and metric in drawn_after:
            difference = drawn_after[metric] - drawn_before[metric]
            if not np.isnan(difference).all():
                gains[metric]["interval"] = interval(difference)
    return gains
