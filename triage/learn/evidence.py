"""Which words carry a score: positive terms of the log-odds laid on the characters where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from triage.domain.score import Evidence, Voice
from triage.learn.dense import DENSE, GROUPS
from triage.learn.ngrams.laying import MAX_SPANS, Asked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from triage.learn.cutting import CutTexts
    from triage.learn.fused_heads import FusedHeads, Odds

    Floats = NDArray[np.floating[Any]]
    Ints = NDArray[np.integer[Any]]

_IN_GROUP = np.array([[group == name for name in GROUPS] for _, group in DENSE], dtype=float)


@dataclass(frozen=True, slots=True)
class Shares:
    """The evidence for one marker: spans, and what has no place. All shares sum to 1."""

    spans: tuple[Evidence, ...]
    other: Mapping[str, float]


class Found(NamedTuple):
    """Markers that are found, one a place in the arrays: of which text, by which head and column, and in which piece.

    `piece` is `WHOLE` where the whole text is judged.
    """

    text: Ints
    head: Ints
    piece: Ints
    column: Ints


def evidence_for(
    fused: FusedHeads, texts: CutTexts, odds: Odds, found: Found, names: Sequence[Sequence[str]]
) -> list[dict[str, Shares]]:
    """Return the evidence for the markers found, a mapping for each text; `names` are the markers of each head.

    A marker's share at a character is the sum of its positive terms there over all its positive terms, each term laid
    evenly on the characters of its occurrences. Words above the unit's mean share a character are shown, neighbours
    joined; what else has a place is `rest`.
    """
    order = np.lexsort((found.column, found.piece, found.head, found.text))
    found = Found(*(part[order] for part in found))
    is_new = np.ones(len(order), np.bool_)
    for part in found[:3]:
        is_new[1:] &= part[1:] == part[:-1]
    is_new[1:] = ~is_new[1:]
    units = np.flatnonzero(is_new)
    groups, base = _without_place(fused, odds, found)
    begins = np.array([0, fused.widths[0]])
    asked = Asked(
        text=found.text[units],
        piece=found.piece[units],
        head=found.head[units],
        first=np.append(units, len(order)),
        columns=found.column + begins[found.head],
        steps=np.where(found.head == 0, *(_padded(fused.steps[head], found.column) for head in (0, 1))),
        base=base,
    )
    laid = fused.laid(texts, asked)
    totals = laid.total[:, None]
    other = np.divide(groups, totals, out=np.zeros_like(groups), where=totals > 0).tolist()
    starts, ends, shares = laid.start.tolist(), laid.end.tolist(), laid.share.tolist()
    voices = [Voice.OWN if own else Voice.QUOTED for own in texts.is_own[laid.piece].tolist()]
    kept: list[dict[str, Shares]] = [{} for _ in range(len(texts.first) - 1)]
    heads, columns, counts = found.head.tolist(), found.column.tolist(), laid.count.tolist()
    for at, text in enumerate(found.text.tolist()):
        marker = names[heads[at]][columns[at]]
        own = range(at * MAX_SPANS, at * MAX_SPANS + counts[at])
        spans = tuple(
            Evidence(marker=marker, start=starts[k], end=ends[k], share=shares[k], voice=voices[k]) for k in own
        )
        named = {group: share for group, share in zip(GROUPS, other[at], strict=True) if share > 0}
        rest = 1.0 - sum(named.values()) - sum(shares[own.start : own.stop])
        if rest > 0:
            named["rest"] = rest
        kept[text][marker] = Shares(spans, named)
    return kept


def _without_place(fused: FusedHeads, odds: Odds, found: Found) -> tuple[Floats, Floats]:
    """Return the positive terms without a place for each marker found: of each group of columns, and all of them."""
    groups, base = np.zeros((len(found.text), len(GROUPS))), np.zeros(len(found.text))
    for head, (linear, unit, dense) in enumerate(
        zip(fused.linears, (found.piece, found.text), (odds.piece_columns, odds.whole_columns), strict=True)
    ):
        own = np.flatnonzero(found.head == head)
        if linear is None or not len(own):
            continue
        columns = found.column[own]
        terms = np.maximum(dense[unit[own]] * linear.weights[-len(DENSE) :, columns].T, 0)
        groups[own] = terms @ _IN_GROUP
        base[own] = terms.sum(axis=1) + np.maximum(linear.intercept[columns], 0)
    return groups, base


def _padded(steps: Floats, columns: Ints) -> Floats:
    return steps[np.minimum(columns, len(steps) - 1)] if len(steps) else np.zeros(len(columns))
