"""Score the content of open cases with a marker model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from triage.store import scores
from triage.store.counters import take_turn
from triage.workflow.entry import content_of

if TYPE_CHECKING:
    from triage.domain.score import TextScore
    from triage.workflow.database import Desk

_BATCH_CASES = 200


class Scorer(Protocol):
    """A marker model, as far as scoring needs it."""

    @property
    def id(self) -> str:
        """Return the id that every score of this model names."""

    def score_texts(
        self, texts: Sequence[str], langs: Sequence[str] | None = None, *, evidence: bool = True
    ) -> list[TextScore]:
        """Return one score a text, with the evidence for what was found unless that is not wanted."""


def score_cases(desk: Desk, model: Scorer, *, now: datetime) -> Iterator[int]:
    """Score open cases that have content and no score of `model`, and yield how many so far after each batch.

    A case's content is the text of the report that first brought one, or where none has a text the first title: it does
    not change when others join, so evidence goes on pointing at the same words.
    """
    after = done = 0
    while True:
        with desk.reading() as connection:
            batch = scores.unscored(connection, model.id, after=after, limit=_BATCH_CASES)
        if not batch:
            return
        said = model.score_texts([content_of(one.report) for one in batch], [one.report.lang for one in batch])
        with desk.writing() as connection:
            take_turn(connection)
            scores.add(connection, list(zip(batch, said, strict=True)), now)
        after = batch[-1].case
        done += len(batch)
        yield done
