"""The gates before a promotion: what a candidate loses on held-out cases, over all and in every slice, beyond noise.

Two of them. A candidate may not order a slice worse than the active model does; and where moderators part ways in one
slice as they do nowhere else, someone has to look before a model learns from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit
from threadpoolctl import threadpool_limits

from triage.learn.newton import logistic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]
    Mask = NDArray[np.bool_]

DRAWS = 1000
LEAST = 5  # cases of either kind that a slice needs to be judged
WORSE_AT = 0.05  # the chance that equal models are told apart anywhere
UNEVEN_AT = 0.05  # the chance that moderators who agree are told apart anywhere
RIDGE = 1.0
OVERALL = "overall"


@dataclass(frozen=True)
class Held:
    """Held-out cases with what two models say of them. `groups` are never parted by a draw."""

    upheld: Mask
    active: Floats
    candidate: Floats
    groups: Sequence[str]


def compare(held: Held, slices: Mapping[str, Mask], seed: int) -> dict[str, Any]:
    """Return by slice what each side gets and the candidate's gain, and in `worse` where it loses beyond noise.

    Three figures a slice, all shares of rightly ordered pairs (Borkan and others 2019, Nuanced Metrics for Measuring
    Unintended Bias): `within` it; `upheld_here`, its upheld cases against all others not upheld, which falls when the
    slice as a whole sinks; `cleared_here`, its other cases against the upheld of the rest, which falls when it as a
    whole rises. Draws of groups are shared by all figures, and the bounds hold for all of them at once: by the largest
    standardised loss in a draw (Romano and Wolf 2005). A figure needs five cases of either kind.
    """
    everything = np.ones(len(held.upheld), dtype=bool)
    pairs: dict[tuple[str, str], tuple[Mask, Mask]] = {(OVERALL, "within"): (everything, everything)}
    for name, mask in slices.items():
        pairs[name, "within"] = (mask, mask)
        pairs[name, "upheld_here"] = (mask, ~mask)
        pairs[name, "cleared_here"] = (~mask, mask)
    gains: dict[tuple[str, str], tuple[float, float, Floats]] = {}
    with threadpool_limits(1):
        sides = _Sides(held, seed)
        for key, (upheld_in, other_in) in pairs.items():
            if (found := sides.gain(upheld_in, other_in)) is not None:
                gains[key] = found
    return _judged(gains)


class _Sides:
    """The order of every pair under both models, and the weight of every case in every draw."""

    def __init__(self, held: Held, seed: int) -> None:
        self.positives, self.negatives = np.flatnonzero(held.upheld), np.flatnonzero(~held.upheld)
        self.active = _order(held.active, self.positives, self.negatives)
        self.candidate = _order(held.candidate, self.positives, self.negatives)
        names, group = np.unique(np.array(held.groups), return_inverse=True)
        share = np.full(len(names), 1 / max(len(names), 1))
        weights = np.random.default_rng(seed).multinomial(len(names), share, size=DRAWS)
        self.weights = weights[:, group].astype(np.float32)

    def gain(self, upheld_in: Mask, other_in: Mask) -> tuple[float, float, Floats] | None:
        """Return both sides' figures over all cases, and the candidate's gain in every draw; None for too few cases."""
        rows = np.flatnonzero(upheld_in[self.positives])
        columns = np.flatnonzero(other_in[self.negatives])
        if min(len(rows), len(columns)) < LEAST:
            return None
        active, candidate = (side[np.ix_(rows, columns)] for side in (self.active, self.candidate))
        up = self.weights[:, self.positives[rows]]
        down = self.weights[:, self.negatives[columns]]
        gained = ((up @ (candidate - active)) * down).sum(axis=1)
        counted = up.sum(axis=1) * down.sum(axis=1)
        return float(active.mean()), float(candidate.mean()), gained / np.maximum(counted, 1)


def _order(scores: Floats, positives: NDArray[Any], negatives: NDArray[Any]) -> NDArray[np.float32]:
    """Return 1 where the upheld case (row) is put above the other (column), one half for a tie."""
    above, below = scores[positives][:, None], scores[negatives][None]
    return np.asarray((above > below) + 0.5 * (above == below), dtype=np.float32)


def _judged(gains: Mapping[tuple[str, str], tuple[float, float, Floats]]) -> dict[str, Any]:
    spread = {key: float(drawn.std()) for key, (_, _, drawn) in gains.items()}
    gain = {key: candidate - active for key, (active, candidate, _) in gains.items()}
    losses = [(gain[key] - drawn) / spread[key] for key, (_, _, drawn) in gains.items() if spread[key] > 0]
    bound = float(np.quantile(np.max(losses, axis=0), 1 - WORSE_AT)) if losses else 0.0
    slices: dict[str, dict[str, Any]] = {}
    worse = []
    for (name, figure), (active, candidate, _) in gains.items():
        up_to = gain[name, figure] + bound * spread[name, figure]
        slices.setdefault(name, {})[figure] = {
            "active": round(active, 4),
            "candidate": round(candidate, 4),
            "gain": round(gain[name, figure], 4),
            "at_most": round(up_to, 4),
        }
        if up_to < 0:
            worse.append(f"{name} ({figure})")
    return {"slices": slices, "worse": worse}


@dataclass(frozen=True)
class Verdicts:
    """What moderators said, one row a moderator and case, beside the log-odds that a model gave without that case."""

    moderator: Sequence[str]
    upheld: Mask
    log_odds: Floats


def uneven(verdicts: Verdicts, slices: Mapping[str, Mask], seed: int) -> list[dict[str, Any]]:
    """Return the slices in which moderators part ways more than by chance and more than they do elsewhere.

    What a moderator says is reckoned with from the model's log-odds, from how strict they are on the whole, and from
    the slice. What is left is summed by moderator and slice; moderators are parted where they differ most (a scan over
    their order, Kulldorff 1997), and that is held against verdicts drawn by the very reckoning. The bound holds for all
    slices at once. Each slice found comes with, for each moderator, how many cases they upheld
    there, how many were to be expected, and of how many.
    """
    names = sorted(set(verdicts.moderator))
    who = np.array([names.index(name) for name in verdicts.moderator], dtype=np.intp)
    chosen = {name: mask for name, mask in slices.items() if LEAST * 2 <= mask.sum() < len(mask)}
    if len(names) < 2 or not chosen:
        return []
    chance = np.random.default_rng(seed)
    of = np.eye(len(names))[who]
    measured, drawn, expected = [], [], []
    for mask in chosen.values():
        columns: Floats = np.column_stack([verdicts.log_odds, of[:, 1:], mask.astype(float)])
        weights = logistic(columns, verdicts.upheld, RIDGE)
        share = expit(np.column_stack([columns, np.ones(len(columns))]) @ weights)[mask]
        here, spread = of[mask], np.maximum((share * (1 - share)) @ of[mask], 1e-6)
        simulated = chance.random((DRAWS, len(share))) < share
        measured.append(float(_parting(((verdicts.upheld[mask] - share) @ here)[None], spread)[0]))
        drawn.append(_parting((simulated - share) @ here, spread))
        expected.append(share @ here)
    middle, width = np.mean(drawn, axis=1), np.std(drawn, axis=1) + 1e-9
    bound = np.quantile(((np.array(drawn).T - middle) / width).max(axis=1), 1 - UNEVEN_AT)
    found = []
    for at, (name, mask) in enumerate(chosen.items()):
        if (measured[at] - middle[at]) / width[at] > bound:
            upheld, cases = verdicts.upheld[mask] @ of[mask], of[mask].sum(axis=0)
            said = {
                who: [int(upheld[row]), round(float(expected[at][row]), 1), int(cases[row])]
                for row, who in enumerate(names)
                if cases[row]
            }
            found.append({"slice": name, "moderators": said})
    return found


def _parting(left: Floats, spread: Floats) -> Floats:
    """Return how far the moderators with the least differ from the others at the widest, in squared spreads.

    `left` has a row a draw and a column a moderator.
    """
    order = np.argsort(left / np.sqrt(spread), axis=1)
    low = np.cumsum(np.take_along_axis(left, order, axis=1), axis=1)
    of_low = np.cumsum(spread[order], axis=1)
    high, of_high = low[:, -1:] - low[:, :-1], of_low[:, -1:] - of_low[:, :-1]
    low, of_low = low[:, :-1], of_low[:, :-1]
    apart = (high / of_high - low / of_low) ** 2 / (1 / of_high + 1 / of_low)
    return np.asarray(apart.max(axis=1))
