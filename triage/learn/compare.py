"""Two models on the same held-out units: what one gains over the other, and whether that is more than noise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.learn.figures import Judged, overall
from triage.learn.gates import DRAWS, WORSE_AT
from triage.learn.intervals import draw, interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

DECIDING = ("micro_f1", "macro_f1")
LEAST_GROUPS = 20  # of articles that a language or source needs to be judged


def compare(sides: Mapping[str, tuple[Judged, Judged]], seed: int) -> dict[str, Any]:
    """Return, by level and metric, the figures of both sides and the second's gain with its 95 % interval.

    Both sides are resampled by the same draws of groups. `slices` has the gain in micro-F1 for each language and
    source. `worse` names the levels and metrics, micro- and macro-F1, in which the second loses by more than noise (the
    interval of its gain lies below zero), and the slices in which it does, by bounds that hold for all of them at once.
    """
    levels = {level: _gains(old, new, seed) for level, (old, new) in sides.items()}
    slices = {level: _by_slice(old, new, seed) for level, (old, new) in sides.items()}
    worse = [
        f"{level} {metric}"
        for level, gains in levels.items()
        for metric in DECIDING
        if (bounds := gains.get(metric, {}).get("interval")) and bounds[1] < 0
    ]
    worse += [
        f"{level}s, {name}" for level, found in slices.items() for name, gain in found.items() if gain["at_most"] < 0
    ]
    return {"levels": levels, "slices": slices, "worse": worse}


def _by_slice(old: Judged, new: Judged, seed: int) -> dict[str, dict[str, float]]:
    """Return what the second gains in micro-F1 in each language and source with enough groups."""
    names, group = np.unique(old.groups, return_inverse=True)
    share = np.full(len(names), 1 / max(len(names), 1))
    weights = np.random.default_rng(seed).multinomial(len(names), share, size=DRAWS)
    parts = {f"language {lang}": old.langs == lang for lang in np.unique(old.langs).tolist() if lang}
    parts |= {f"source {source}": old.sources == source for source in np.unique(old.sources).tolist() if source}
    found: dict[str, dict[str, float]] = {}
    losses = []
    for name, mask in parts.items():
        if len(np.unique(group[mask])) < LEAST_GROUPS:
            continue
        sums = [_hits(side, mask, group, len(names)) for side in (old, new)]
        before, after = (2 * right.sum() / max(either.sum(), 1) for right, either in sums)
        drawn_before, drawn_after = (2 * (weights @ right) / np.maximum(weights @ either, 1) for right, either in sums)
        drawn = drawn_after - drawn_before
        spread = float(drawn.std())
        found[name] = {"active": float(before), "candidate": float(after), "gain": float(after - before)}
        found[name]["at_most"] = spread
        if spread > 0:
            losses.append((after - before - drawn) / spread)
    bound = float(np.quantile(np.max(losses, axis=0), 1 - WORSE_AT)) if losses else 0.0
    for gain in found.values():
        gain["at_most"] = gain["gain"] + bound * gain["at_most"]
    return found


def _hits(side: Judged, mask: NDArray[np.bool_], group: NDArray[Any], count: int) -> tuple[Floats, Floats]:
    """Return by group how many labels were found, and how many were found or labelled in all."""
    labels = np.where(np.isnan(side.labels), 0, side.labels) > 0
    known = ~np.isnan(side.labels) & side.counted & mask[:, None]
    right = (labels & side.found & known).sum(axis=1).astype(float)
    either = ((labels & known).sum(axis=1) + (side.found & known).sum(axis=1)).astype(float)
    return np.asarray(np.bincount(group, right, count), float), np.asarray(np.bincount(group, either, count), float)


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
