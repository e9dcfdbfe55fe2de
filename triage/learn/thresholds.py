"""From probabilities to *found*: one threshold a family, from which a marker with many positives may depart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit

from triage.domain.taxonomy import Taxonomy, family_of
from triage.learn.calibrate import shrunk

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

GRID = expit(np.linspace(-4, 2, 61))
STEADY = 200  # positives from which a marker's own best threshold counts as much as the common one


def choose_thresholds(
    probabilities: Floats, labels: NDArray[np.float32], markers: Sequence[str], taxonomy: Taxonomy
) -> Floats:
    """Return a threshold a marker, chosen on out-of-fold probabilities (units × markers); NaN labels are left out.

    The common threshold of a family has the best micro-F1, a marker's own the best F1; the more positives, the nearer
    to its own. A summary marker has its own alone. In an exclusive family the likeliest is found, whatever its
    probability.
    """
    hits = _hits(probabilities, labels)
    positives = np.nansum(labels, axis=0)
    thresholds = np.zeros(len(markers))
    for family in {family_of(marker) for marker in markers}:
        at = np.array([i for i, m in enumerate(markers) if family_of(m) == family and not taxonomy.is_summary(m)], int)
        if taxonomy.is_exclusive(family) or not len(at):
            continue
        common = GRID[_f1(hits[:, at].sum(axis=1)).argmax()]
        own = GRID[_f1(hits[:, at]).argmax(axis=0)]
        thresholds[at] = shrunk(own, common, positives[at] / (positives[at] + STEADY))
    for column, marker in enumerate(markers):
        if taxonomy.is_summary(marker):
            thresholds[column] = GRID[_f1(hits[:, column]).argmax()]
    return thresholds


def exclusive_columns(markers: Sequence[str], taxonomy: Taxonomy) -> tuple[tuple[int, ...], ...]:
    """Return the columns of each family of which a text has exactly one marker."""
    families = sorted({family_of(marker) for marker in markers if taxonomy.is_exclusive(family_of(marker))})
    return tuple(tuple(at for at, m in enumerate(markers) if family_of(m) == family) for family in families)


def found(probabilities: Floats, thresholds: Floats, exclusive: Sequence[Sequence[int]] = ()) -> NDArray[np.bool_]:
    """Return which markers of each row are found; of exclusive columns the likeliest alone."""
    over = probabilities >= thresholds
    for family in map(list, exclusive):
        over[:, family] = np.arange(len(family)) == probabilities[:, family].argmax(axis=1)[:, None]
    return over


def _hits(probabilities: Floats, labels: NDArray[np.float32]) -> Floats:
    """Return (thresholds × markers × 3): right, found and labelled at each threshold of the grid."""
    known = ~np.isnan(labels)
    positive = known & (labels > 0)
    labelled = positive.sum(axis=0)
    rows = []
    for threshold in GRID:
        over = probabilities >= threshold
        rows.append(np.stack([(over & positive).sum(axis=0), (over & known).sum(axis=0), labelled], axis=-1))
    return np.stack(rows).astype(np.float64)


def _f1(hits: Floats) -> Floats:
    right, found_, labelled = hits[..., 0], hits[..., 1], hits[..., 2]
    return np.asarray(2 * right / np.maximum(found_ + labelled, 1))
