"""Cases that seem to mean the same, in whatever language: found by their texts' meaning, confirmed by a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from triage.errors import NotFound, UsageError
from triage.store import audit, meanings, queue
from triage.store.meanings import Likeness
from triage.text import meaning
from triage.text.language import identify
from triage.workflow.entry import content_of
from triage.workflow.queue import find

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from sqlalchemy.engine import Connection

    from triage.workflow.database import Desk

_BATCH_CASES = 256
_BLOCK_CASES = 4_096
_NEAREST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Another open case whose content seems to mean the same."""

    case: str
    similarity: float
    lang: str
    excerpt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two open cases that seem to mean the same."""

    similarity: float
    cases: tuple[Alike, Alike]


def find_alike(desk: Desk, *, now: datetime) -> Iterator[tuple[int, int]]:
    """Read the meaning of open cases that have none yet, then look which seem to mean the same.

    Yields how many were read and how many compared so far. Only what is new is compared with all, block by block:
    memory stays flat, and a run that was cut short goes on where it was. Two cases are suggested if each is among the
    three nearest of the other and their cosine is at least `meaning.FLOOR`. A text in a language that the model has not
    learnt is left out. Raises `MissingExtra` without the extra `semantic`.
    """
    meaning.embed([])  # says at once where the extra is missing
    read = after = 0
    while True:
        with desk.reading() as connection:
            new = meanings.unread(connection, meaning.EMBEDDER, after=after, limit=_BATCH_CASES)
        if not new:
            break
        vectors = _vectors([content_of(one.report) for one in new])
        with desk.writing() as connection:
            meanings.keep(connection, meaning.EMBEDDER, list(zip(new, vectors, strict=True)))
        after, read = new[-1].case, read + len(new)
        yield read, 0
    compared = 0
    while True:
        with desk.reading() as connection:
            cases, found = _compare_next(connection)
        if not cases:
            return
        with desk.writing() as connection:
            meanings.add(connection, found, cases, now)
        compared += len(cases)
        yield read, compared


def read_alike(desk: Desk, *, top: int) -> list[Pair]:
    """Return the pairs of open cases that seem to mean the same, likest first; those dismissed are left out."""
    with desk.reading() as connection:
        pairs = meanings.alike(connection, limit=top)
        known = queue.waiting(connection, {case for one in pairs for case in (one.case, one.other)})
    return [
        Pair(
            similarity=one.similarity,
            cases=(_alike(known[one.case], one.similarity), _alike(known[one.other], one.similarity)),
        )
        for one in pairs
    ]


def alike_to(connection: Connection, case: int) -> list[Alike]:
    """Return the open cases that seem to mean the same as this one, likest first."""
    pairs = meanings.alike(connection, of=case)
    others = [one.other if one.case == case else one.case for one in pairs]
    known = queue.waiting(connection, others) if others else {}
    return [_alike(known[other], one.similarity) for one, other in zip(pairs, others, strict=True)]


def dismiss(desk: Desk, case: str, other: str, *, by: str, reason: str, now: datetime) -> None:
    """Put on record that two cases do not mean the same; they are not suggested again.

    Raises `UsageError` without a reason, `NotFound` where they are not suggested.
    """
    if not reason.strip():
        raise UsageError("dismissing a suggestion needs a reason: --reason TEXT")
    with desk.writing() as connection:
        one, two = find(connection, case).id, find(connection, other).id
        if not meanings.dismiss(connection, one, two, by=by, at=now):
            raise NotFound(f"cases {one} and {two} are not suggested to mean the same; see: triage alike")
        body = {"case": min(one, two), "other": max(one, two), "reason": reason}
        audit.append(connection, at=now, by=by, act="dismiss", body=body)


def _vectors(texts: list[str]) -> list[bytes]:
    """Return each text's vector as 16-bit floats; none for a language that the model has not learnt."""
    import numpy as np

    readable = [at for at, text in enumerate(texts) if identify(text)[0] in meaning.LANGUAGES]
    rows = meaning.embed([texts[at] for at in readable]).astype(np.float16)
    vectors = [b""] * len(texts)
    for at, row in zip(readable, rows, strict=True):
        vectors[at] = row.tobytes() if row.any() else b""
    return vectors


def _compare_next(connection: Connection) -> tuple[list[int], list[Likeness]]:
    """Return a block of cases that were never compared, and the pairs that they are in."""
    block = next(meanings.vectors(connection, meaning.EMBEDDER, block=_BLOCK_CASES, only_new=True), None)
    if block is None:
        return [], []
    cases, near = block[0], _nearest(connection, *block)
    others = {other for found in near.values() for other in found}
    back = dict(near)
    for some in meanings.vectors(connection, meaning.EMBEDDER, block=_BLOCK_CASES, cases=others - near.keys()):
        back.update(_nearest(connection, *some))
    pairs = {
        (min(one, other), max(one, other)): similarity
        for one, found in near.items()
        for other, similarity in found.items()
        if one in back.get(other, {})
    }
    return cases, [Likeness(one, other, similarity) for (one, other), similarity in sorted(pairs.items())]


def _nearest(connection: Connection, cases: list[int], vectors: bytes) -> dict[int, dict[int, float]]:
    """Return for each case the three nearest open ones, with their cosine, of those that reach the floor."""
    import numpy as np

    asked = _matrix(vectors)
    nearest: npt.NDArray[np.int64] = np.full((len(cases), _NEAREST), -1, dtype=np.int64)
    cosines: npt.NDArray[np.float32] = np.full((len(cases), _NEAREST), -1.0, dtype=np.float32)
    for ids, block in meanings.vectors(connection, meaning.EMBEDDER, block=_BLOCK_CASES):
        products = asked @ _matrix(block).T
        products[np.equal.outer(np.array(cases), np.array(ids))] = -1.0
        merged = np.hstack([cosines, products])
        best = np.argsort(-merged, axis=1, kind="stable")[:, :_NEAREST]
        named = np.hstack([nearest, np.broadcast_to(np.array(ids), products.shape)])
        cosines, nearest = np.take_along_axis(merged, best, 1), np.take_along_axis(named, best, 1)
    rows = zip(cases, nearest.tolist(), cosines.tolist(), strict=True)
    return {case: _above_floor(others, found) for case, others, found in rows}


def _above_floor(others: list[int], cosines: list[float]) -> dict[int, float]:
    pairs = zip(others, cosines, strict=True)
    return {other: min(cosine, 1.0) for other, cosine in pairs if other >= 0 and cosine >= meaning.FLOOR}


def _matrix(vectors: bytes) -> npt.NDArray[np.float32]:
    import numpy as np

    return np.frombuffer(vectors, dtype=np.float16).reshape(-1, meaning.DIMENSIONS).astype(np.float32)


def _alike(waiting: queue.Waiting, similarity: float) -> Alike:
    return Alike(case=str(waiting.id), similarity=similarity, lang=waiting.lang, excerpt=waiting.excerpt)
