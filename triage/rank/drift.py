"""How far what comes in has moved from what came in before. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BINS = 10
LARGE = 0.25
"""The population stability index from which a shift is called large (Siddiqi 2006, Credit Risk Scorecards)."""


@dataclass(frozen=True, slots=True)
class Shift:
    """The stability index of one marker's scores, and what chance alone gives it in 1 of 20 runs over all markers."""

    psi: float
    by_chance: float

    @property
    def is_large(self) -> bool:
        """Return whether the shift is large and more than chance."""
        return self.psi >= LARGE and self.psi > self.by_chance


@dataclass(frozen=True, slots=True)
class Change:
    """A share before and since, the number of cases behind each, and how likely chance alone moves it so far."""

    before: float
    since: float
    n_before: int
    n_since: int
    p: float


def psi(reference: Sequence[float], recent: Sequence[float], *, tests: int = 1) -> Shift:
    """Return the population stability index of scores: the sum over bins of (q - p) ln(q / p).

    The bins are tenths of the reference; half a score is added to each, so that an empty one can be compared. Without a
    shift, the index is about (1/n + 1/m) times a chi-square variable with bins - 1 degrees of freedom (Yurdakul and
    Naranjo 2020); `by_chance` is its 95 % point, for as many `tests` as are made at once. Raises ValueError where one
    side is empty.
    """
    import numpy as np
    from scipy.stats import chi2

    if not len(reference) or not len(recent):
        raise ValueError("a shift is between two sets of scores")
    edges = np.unique(np.quantile(reference, np.linspace(0, 1, BINS + 1)[1:-1]))
    counts = [np.bincount(np.searchsorted(edges, side), minlength=len(edges) + 1) + 0.5 for side in (reference, recent)]
    before, since = (count / count.sum() for count in counts)
    index = float(((since - before) * np.log(since / before)).sum())
    noise = 1 / len(reference) + 1 / len(recent)
    return Shift(psi=index, by_chance=float(chi2.ppf(1 - 0.05 / tests, max(len(edges), 1)) * noise))


def change_of_shares(before: tuple[int, int], since: tuple[int, int]) -> Change:
    """Return how a share has changed, given (those that count, all) before and since; by Fisher's exact test.

    >>> change_of_shares((5, 100), (30, 100)).p < 0.001
    True
    """
    from scipy.stats import fisher_exact

    table = [[counted, everything - counted] for counted, everything in (before, since)]
    shares = [counted / everything if everything else 0.0 for counted, everything in (before, since)]
    return Change(shares[0], shares[1], before[1], since[1], float(fisher_exact(table).pvalue))


def change_of_means(before: Sequence[float], since: Sequence[float]) -> Change:
    """Return how a mean has changed, by the test of Mann and Whitney; neither side may be empty.

    >>> change_of_means([0.1, 0.2, 0.15, 0.1] * 3, [0.5, 0.6, 0.55, 0.7] * 3).p < 0.001
    True
    """
    from statistics import fmean

    from scipy.stats import mannwhitneyu

    p = 1.0 if len({*before, *since}) == 1 else float(mannwhitneyu(before, since, method="asymptotic").pvalue)
    return Change(fmean(before), fmean(since), len(before), len(since), p)
