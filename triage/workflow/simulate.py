"""Simulate: replay a labelled table through the real ranking and learning code, and see how soon it finds."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.corpora.formats.plain_csv import JUDGED
from triage.corpora.formats.rows import read_rows, text_of
from triage.domain.case import CaseFacts
from triage.domain.report import Rejection
from triage.errors import InputError, NotEnoughLabels, NotFound, UsageError
from triage.learn.priority import PriorityModel, pool
from triage.rank.order import draw, interleave
from triage.rank.replay import Found, curve, found, mean
from triage.rank.urgency import total, urgency

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from triage.learn.priority import Pool
    from triage.rank.policy import Policy
    from triage.workflow.score_cases import Scorer

GROWTH = 10  # a tenth more labels than at the last fit are worth another one
WARM = 50  # labels at which what was learnt from them counts as much as the scores that a warm start began with


@dataclass(frozen=True, slots=True)
class Replayed:
    """The rows of a table in file order: their ids, texts and labels (0 or 1)."""

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    labels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Simulated:
    """What a replay found, in the mean over its seeds, beside random order and the order of the file.

    `n` and `positives` count all rows; the figures leave the starting rows out, which nobody had to find. `order` is
    the first seed's, `cpu_s` the CPU seconds of one replay, reading the texts included. `curves` has the recall after
    equal shares of the rows, by order and seed.
    """

    n: int
    positives: int
    learnt: Found
    random: Found
    oldest_first: Found
    order: tuple[str, ...]
    cpu_s: float
    runs: tuple[Found, ...]
    curves: Mapping[str, tuple[tuple[float, ...], ...]]


def read_replay(path: Path, label: str) -> Replayed:
    """Return a table with `id`, `text` and a 0/1 column.

    Raises `UsageError` for a column that is not there, `InputError` for a row that cannot be read or has no label, and
    for an id given twice, `NotEnoughLabels` where one class is missing.
    """
    ids: dict[str, int] = {}
    texts: list[str] = []
    labels: list[int] = []
    for row in read_rows(path):
        if isinstance(row, Rejection):
            raise InputError(f"{row.place}: {row.reason}; a replay needs every row")
        place, cells = row
        missing = next((column for column in ("id", "text", label) if column not in cells), None)
        if missing is not None:
            raise UsageError(f'{path} has no column "{missing}"; it has {", ".join(map(str, cells))}')
        said = JUDGED.get(text_of(cells, label).strip().lower())
        if said is None:
            raise InputError(f'{place}: {label} "{text_of(cells, label)}" is neither 1 nor 0')
        ident = text_of(cells, "id").strip()
        if not ident or ident in ids:
            raise InputError(f'{place}: the id "{ident}" {"stands there twice" if ident else "is empty"}')
        ids[ident] = len(ids)
        texts.append(text_of(cells, "text"))
        labels.append(int(said))
    positives = sum(labels)
    if positives < 2 or positives == len(labels):
        raise NotEnoughLabels(f"{path}: {positives} of {len(labels)} rows have {label} 1; a replay needs 2 and a 0")
    return Replayed(tuple(ids), tuple(texts), tuple(labels))


def urgencies(table: Replayed, model: Scorer, policy: Policy) -> NDArray[np.float64]:
    """Return the urgency of each row before any decision: what the policy makes of a marker model's scores."""
    now = datetime.now(UTC)
    said = model.score_texts(table.texts, evidence=False)
    facts = (
        CaseFacts(id=ident, opened_at=now, reports=1, reporters=1, own_voice=one.own_voice, is_reliable=one.is_reliable)
        for ident, one in zip(table.ids, said, strict=True)
    )
    return np.array([total(urgency(one, policy, now)) for one in facts])


def simulate(
    table: Replayed,
    *,
    prior: Sequence[str],
    batch: int,
    seeds: int,
    seed: int,
    every: int,
    first: NDArray[np.float64] | None = None,
) -> Simulated:
    """Replay a table from some starting rows; without any, each seed draws one of either class (a cold start).

    With `first`, a score for each row, it starts warm: from these scores and no row but those in `prior`. A row's label
    is looked up once its place in the order stands. Every `every`-th place is drawn at random. Raises `NotFound` for a
    starting row that is not in the table.
    """
    where = {ident: at for at, ident in enumerate(table.ids)}
    unknown = next((ident for ident in prior if ident not in where), None)
    if unknown is not None:
        raise NotFound(f'there is no row "{unknown}" to start from')
    given = list(dict.fromkeys(where[ident] for ident in prior))
    begun = time.process_time()
    features = pool(table.texts)
    reading = time.process_time() - begun
    orders, learnt, others, oldest = [], [], [], []
    curves: dict[str, list[tuple[float, ...]]] = {"triage": [], "random": [], "oldest first": []}
    for one in range(seed, seed + seeds):
        start = given if given or first is not None else _one_of_either(table.labels, one)
        order = review_order(table, features, start, batch=batch, seed=one, every=every, first=first)
        orders.append(order)
        shuffled, by_age = np.random.default_rng(one).permutation(order).tolist(), sorted(order)
        learnt.append(_found(table, order))
        others.append(_found(table, shuffled))
        oldest.append(_found(table, by_age))
        for name, rows in zip(curves, (order, shuffled, by_age), strict=True):
            curves[name].append(curve([table.labels[at] for at in rows]))
    return Simulated(
        n=len(table.ids),
        positives=sum(table.labels),
        learnt=mean(learnt),
        random=mean(others),
        oldest_first=mean(oldest),
        order=tuple(table.ids[at] for at in orders[0]),
        cpu_s=reading + (time.process_time() - begun - reading) / seeds,
        runs=tuple(learnt),
        curves={name: tuple(drawn) for name, drawn in curves.items()},
    )


def review_order(
    table: Replayed,
    features: Pool,
    start: Sequence[int],
    *,
    batch: int,
    seed: int,
    every: int,
    first: NDArray[np.float64] | None = None,
) -> list[int]:
    """Return the rows but the starting ones in the order in which they are put before the reviewer."""
    model = PriorityModel(features)
    lots = np.array([draw(ident, seed) for ident in table.ids])
    is_waiting = np.ones(len(table.ids), dtype=bool)
    is_waiting[list(start)] = False
    seen, labels = list(start), [table.labels[at] for at in start]
    scores, learnt_from = lots, -1
    while is_waiting.any():
        if GROWTH * (len(seen) - learnt_from) >= len(seen):
            scores, learnt_from = model.scores(seen, labels) if seen else lots, len(seen)
            if first is not None:
                scores = _mixed(first, scores, len(seen))
        waiting = np.flatnonzero(is_waiting)
        best = waiting[np.lexsort((waiting, -scores[waiting]))[:batch]]
        lucky = waiting[lots[waiting] < 1 / every]
        lucky = lucky[np.argsort(lots[lucky])]
        place = len(seen) - len(start) + 1
        shown = [int(at) for at, _ in interleave(_names(best), _names(lucky), every, first_place=place)]
        is_waiting[shown] = False
        seen += shown
        labels += [table.labels[at] for at in shown]
    return seen[len(start) :]


def _mixed(first: NDArray[np.float64], learnt: NDArray[Any], labels: int) -> NDArray[np.float64]:
    """Return scores of both kinds, each in its own standard deviations; labels shift the weight to what they taught."""
    by_first, by_learnt = ((one - one.mean()) / max(float(one.std()), 1e-9) for one in (first, learnt))
    return np.asarray((WARM * by_first + labels * by_learnt) / (WARM + labels))


def _names(rows: NDArray[np.intp]) -> list[str]:
    return [str(row) for row in rows.tolist()]


def _one_of_either(labels: Sequence[int], seed: int) -> list[int]:
    rng = np.random.default_rng(seed)
    return [int(rng.choice(np.flatnonzero(np.asarray(labels) == label))) for label in (1, 0)]


def _found(table: Replayed, order: Sequence[int]) -> Found:
    return found([table.labels[at] for at in order])
