"""Figures of quality: how well scores and found markers agree with labels, in ways that the field reports.

`f1`, `auc` and `average_precision` equal scikit-learn's, which spends 4 ms a call on checking its arguments: some ten
thousand calls stand in one report. A test holds them equal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

METRICS = ("micro_f1", "macro_f1", "ap", "auc", "auc_length_stratified", "ece", "brier_skill")
BINS = 15
ENOUGH = 30  # positives that a marker needs for its calibration to be measured


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Units of one level with what the annotators and a model say of them. Rows are units, columns markers.

    `labels` is NaN where nobody looked. `counted` says which markers enter the overall figures: all but the summaries,
    unless there is nothing else.
    """

    level: str
    markers: tuple[str, ...]
    counted: NDArray[np.bool_]
    labels: NDArray[np.float32]
    probabilities: Floats
    found: NDArray[np.bool_]
    lengths: NDArray[np.int64]
    groups: NDArray[np.str_]
    langs: NDArray[np.str_]
    sources: NDArray[np.str_]
    places: Sequence[tuple[str, int, int]] = ()

    def rows(self, chosen: NDArray[Any]) -> Judged:
        """Return some of the units, by mask or index."""
        places = [self.places[at] for at in np.arange(len(self.lengths))[chosen]] if self.places else ()
        return replace(
            self,
            labels=self.labels[chosen],
            probabilities=self.probabilities[chosen],
            found=self.found[chosen],
            lengths=self.lengths[chosen],
            groups=self.groups[chosen],
            langs=self.langs[chosen],
            sources=self.sources[chosen],
            places=places,
        )

    def only(self, columns: NDArray[Any]) -> Judged:
        """Return the same units with some of the markers."""
        return replace(
            self,
            markers=tuple(np.array(self.markers)[columns].tolist()),
            counted=self.counted[columns],
            labels=self.labels[:, columns],
            probabilities=self.probabilities[:, columns],
            found=self.found[:, columns],
        )


def overall(judged: Judged) -> dict[str, float | None]:
    """Return the figures over all counted markers.

    micro_f1 counts every known cell; the others are means over markers. ap and auc need both classes, ece and
    brier_skill 30 positives; what cannot be measured is None. ece has 15 bins of equal mass; brier_skill is
    1 - Brier score / that of the marker's share of positives.
    """
    each = [marker_figures(judged, at) for at in np.flatnonzero(judged.counted)]
    known = ~np.isnan(judged.labels) & judged.counted
    figures: dict[str, float | None] = {
        "micro_f1": f1(judged.labels[known] > 0, judged.found[known]) if known.any() else None
    }
    for name, own in (("macro_f1", "f1"), *((name, name) for name in METRICS[2:])):
        values = [value for figure in each if (value := figure[own]) is not None]
        figures[name] = float(np.mean(values)) if values else None
    return figures


def marker_figures(judged: Judged, at: int) -> dict[str, float | int | None]:
    """Return the figures of one marker. `macro_f1` is the mean of its F1 present and absent."""
    known = ~np.isnan(judged.labels[:, at])
    labels = judged.labels[known, at] > 0
    scores, found = judged.probabilities[known, at], judged.found[known, at]
    support = int(labels.sum())
    figures: dict[str, float | int | None] = dict.fromkeys(
        ("f1", "macro_f1", "ap", "auc", "auc_length_stratified", "ece", "brier_skill")
    )
    figures |= {"support": support, "n": len(labels)}
    if support:
        present = f1(labels, found)
        figures |= {"f1": present, "macro_f1": (present + f1(~labels, ~found)) / 2}
    if 0 < support < len(labels):
        figures["ap"] = average_precision(labels, scores)
        figures["auc"] = auc(labels, scores)
        figures["auc_length_stratified"] = auc_length_stratified(labels, scores, judged.lengths[known])
    if ENOUGH <= support < len(labels):
        figures["ece"] = calibration_error(labels, scores)
        figures["brier_skill"] = float(1 - np.mean((scores - labels) ** 2) / labels.var())
    return figures


def f1(labels: NDArray[np.bool_], found: NDArray[np.bool_]) -> float:
    """Return the harmonic mean of precision and recall, 0 where nothing is labelled or found."""
    either = int(labels.sum() + found.sum())
    return 2 * int((labels & found).sum()) / either if either else 0.0


def auc(labels: NDArray[np.bool_], scores: Floats) -> float:
    """Return the share of pairs of a positive and a negative that the scores order rightly; ties count half."""
    positives, negatives = scores[labels], np.sort(scores[~labels])
    below, up_to = (np.searchsorted(negatives, positives, side=side).sum() for side in ("left", "right"))
    return float((below + up_to) / 2 / (len(positives) * len(negatives)))


def average_precision(labels: NDArray[np.bool_], scores: Floats) -> float:
    """Return the mean, over the positives, of the precision at the place of each; ties share one place."""
    order = np.argsort(-scores, kind="stable")
    last = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    right = np.cumsum(labels[order])[last]
    return float((np.diff(right, prepend=0) * right / (last + 1)).sum() / right[-1])


def auc_length_stratified(labels: NDArray[np.bool_], scores: Floats, lengths: NDArray[np.int64]) -> float | None:
    """Return the share of rightly ordered pairs among pairs within one decile of length, None without any."""
    right = pairs = 0.0
    for decile in np.unique(stratum := deciles(lengths)):
        inside = stratum == decile
        positives = int(labels[inside].sum())
        here = positives * (int(inside.sum()) - positives)
        if here:
            right += here * auc(labels[inside], scores[inside])
            pairs += here
    return float(right / pairs) if pairs else None


def deciles(lengths: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return the decile of each length, 0 to 9; equal lengths share one."""
    return np.searchsorted(np.quantile(lengths, np.linspace(0.1, 0.9, 9)), lengths, side="left")


def calibration_error(labels: NDArray[np.bool_], scores: Floats) -> float:
    """Return the expected calibration error over 15 bins of equal mass (Nguyen and O'Connor 2015)."""
    order = np.argsort(scores, kind="stable")
    bins = np.array_split(order, BINS)
    return float(sum(abs(labels[b].sum() - scores[b].sum()) for b in bins) / len(labels))


def report(judged: Judged, baselines: Mapping[str, Judged], intervals: Mapping[str, list[float]]) -> dict[str, Any]:
    """Return everything that is said of one level, in the shape that `--json` prints."""
    return {
        "level": judged.level,
        "n": len(judged.lengths),
        "overall": overall(judged),
        "by_lang": _by(judged, judged.langs),
        "by_source": _by(judged, judged.sources),
        "by_family": _by_family(judged),
        "by_marker": {marker: marker_figures(judged, at) for at, marker in enumerate(judged.markers)},
        "baselines": {name: overall(baseline) for name, baseline in baselines.items()},
        "intervals": dict(intervals),
    }


def _by(judged: Judged, names: NDArray[np.str_]) -> dict[str, dict[str, Any]]:
    parts = {name: judged.rows(names == name) for name in np.unique(names).tolist() if name}
    return {name: {"n": len(part.lengths), **overall(part)} for name, part in parts.items()}


def _by_family(judged: Judged) -> dict[str, dict[str, Any]]:
    family = np.array([marker.partition(":")[0] for marker in judged.markers])
    return {name: overall(judged.only(family == name)) for name in np.unique(family).tolist()}
