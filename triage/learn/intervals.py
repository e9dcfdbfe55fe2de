"""Bootstrap intervals by group: every figure again on many draws of the groups, by sums that are linear in the draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from triage.learn.figures import BINS, ENOUGH, METRICS, Judged, deciles, overall

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

DRAWS = 1000
RANKS = 200  # steps to which scores are rounded, so that a draw's order needs no sorting
BLOCK = 100  # draws worked out at once


def bootstrap(judged: Judged, seed: int, draws: int = DRAWS) -> dict[str, list[float]]:
    """Return the 95 % interval of each overall figure, {metric: [low, high]}, by resampling groups (Efron 1979).

    Resampling adds noise to every bin and so raises ece: its interval is shifted back by that much. What cannot be
    measured has none.
    """
    drawn = draw(judged, seed, draws)
    if "ece" in drawn:
        drawn["ece"] += (overall(judged)["ece"] or 0.0) - np.nanmean(drawn["ece"])
    return {name: interval(values) for name, values in drawn.items()}


def interval(values: Floats) -> list[float]:
    """Return the bounds between which 95 % of the draws lie."""
    return [float(bound) for bound in np.nanquantile(values, [0.025, 0.975])]


def draw(judged: Judged, seed: int, draws: int = DRAWS) -> dict[str, Floats]:
    """Return each overall figure on every draw of the groups; equal groups and seed give the same draws.

    Scores are rounded to 200 ranks (half of them where positives lie) for ap and auc, and calibration keeps the bins of
    the whole sample.
    """
    names, group = np.unique(judged.groups, return_inverse=True)
    columns = np.flatnonzero(judged.counted)
    if len(names) < 2 or not len(columns):
        return {}
    weights = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws)
    hits = np.zeros((draws, 2))
    values: dict[str, list[Floats]] = {name: [] for name in METRICS[1:]}
    for column in columns:
        known = ~np.isnan(judged.labels[:, column])
        if not known.any():
            continue
        own = _marker(judged, int(column), known, group[known], weights)
        hits += own.pop("hits")
        for name, figures in own.items():
            values[name].append(figures)
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn = {"micro_f1": np.asarray(hits[:, 0] / hits[:, 1])}
    for name, each in values.items():
        if each:
            present = np.stack(each)
            counts = (~np.isnan(present)).sum(axis=0)
            drawn[name] = np.where(counts > 0, np.nansum(present, axis=0) / np.maximum(counts, 1), np.nan)
    return {name: own for name, own in drawn.items() if not np.isnan(own).all()}


def _marker(
    judged: Judged, column: int, known: NDArray[np.bool_], group: NDArray[np.intp], weights: NDArray[np.int64]
) -> dict[str, Floats]:
    """Return each figure of one marker for every draw; `hits` are twice the right ones and found plus labelled."""
    labels = judged.labels[known, column] > 0
    found = judged.found[known, column]
    scores = judged.probabilities[known, column]
    right, either = _sums(np.stack([labels & found, labels.astype(int) + found], axis=1), group, weights).T
    figures = {"hits": np.stack([2 * right, either], axis=1)}
    positives = int(labels.sum())
    with np.errstate(invalid="ignore", divide="ignore"):
        if positives:
            figures["macro_f1"] = np.where(either > 0, 2 * right / np.maximum(either, 1), 0.0)
        if 0 < positives < len(labels):
            figures |= _orders(labels, scores, deciles(judged.lengths[known]), group, weights)
        if ENOUGH <= positives < len(labels):
            figures |= _calibration(labels, scores, group, weights)
    return figures


def _sums(values: Floats, group: NDArray[np.intp], weights: NDArray[np.int64]) -> Floats:
    """Return the sums of some columns over each draw of the groups, draws × columns."""
    by_group = np.zeros((weights.shape[1], values.shape[1]))
    np.add.at(by_group, group, values)
    return np.asarray(weights @ by_group)


def _orders(
    labels: NDArray[np.bool_],
    scores: Floats,
    decile: NDArray[np.intp],
    group: NDArray[np.intp],
    weights: NDArray[np.int64],
) -> dict[str, Floats]:
    """Return ap, auc and auc_length_stratified for every draw, from counts by length decile and rank of score."""
    steps = np.linspace(0, 1, RANKS // 2)
    edges = np.unique(np.concatenate([np.quantile(scores, steps), np.quantile(scores[labels], steps)]))
    rank = np.clip(np.searchsorted(edges, scores, side="right") - 1, 0, RANKS - 1)
    cell = (decile * RANKS + rank) * 2 + labels
    counts = sp.csr_matrix((np.ones(len(cell)), (group, cell)), shape=(weights.shape[1], 10 * RANKS * 2))
    drawn: dict[str, list[Floats]] = {"ap": [], "auc": [], "auc_length_stratified": []}
    for begin in range(0, len(weights), BLOCK):
        part = np.asarray(weights[begin : begin + BLOCK] @ counts).reshape(-1, 10, RANKS, 2)
        negatives, positives = part[..., 0], part[..., 1]
        drawn["auc_length_stratified"].append(_auc(negatives, positives))
        negatives, positives = negatives.sum(axis=1), positives.sum(axis=1)
        drawn["auc"].append(_auc(negatives[:, None], positives[:, None]))
        drawn["ap"].append(_average_precision(negatives, positives))
    return {name: np.concatenate(parts) for name, parts in drawn.items()}


def _auc(negatives: Floats, positives: Floats) -> Floats:
    """Return the share of rightly ordered pairs within strata, from counts (draws × strata × ranks)."""
    below = np.cumsum(negatives, axis=2) - negatives
    right = (positives * (below + negatives / 2)).sum(axis=(1, 2))
    pairs = (positives.sum(axis=2) * negatives.sum(axis=2)).sum(axis=1)
    return np.where(pairs > 0, right / np.maximum(pairs, 1), np.nan)


def _average_precision(negatives: Floats, positives: Floats) -> Floats:
    """Return the mean precision over the positives, from the highest rank down, spread evenly within a rank."""
    negatives, positives = negatives[:, ::-1], positives[:, ::-1]
    above = np.cumsum(positives, axis=1) - positives / 2
    below = np.cumsum(negatives, axis=1) - negatives / 2
    total = positives.sum(axis=1)
    gained = np.where(positives > 0, positives * above / np.maximum(above + below, 0.5), 0.0).sum(axis=1)
    return np.where(total > 0, gained / np.maximum(total, 1), np.nan)


def _calibration(
    labels: NDArray[np.bool_], scores: Floats, group: NDArray[np.intp], weights: NDArray[np.int64]
) -> dict[str, Floats]:
    bins = np.zeros(len(scores), dtype=np.intp)
    for at, rows in enumerate(np.array_split(np.argsort(scores, kind="stable"), BINS)):
        bins[rows] = at
    gaps: Floats = np.zeros((len(scores), BINS))
    gaps[np.arange(len(scores)), bins] = labels - scores
    columns: Floats = np.column_stack([gaps, (labels - scores) ** 2, labels, np.ones(len(scores))])
    sums = _sums(columns, group, weights)
    size = sums[:, -1]
    share = sums[:, -2] / size
    return {
        "ece": np.abs(sums[:, :BINS]).sum(axis=1) / size,
        "brier_skill": np.where((share > 0) & (share < 1), 1 - sums[:, -3] / size / (share * (1 - share)), np.nan),
    }
