"""Reports, a model and short ways to a desk, for tests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from triage.domain.report import Channel, Rejection, Report, Row
from triage.domain.score import Evidence, TextScore, Voice
from triage.rank.policy import Policy
from triage.workflow.database import Desk
from triage.workflow.queue import refresh
from triage.workflow.score_cases import Scorer
from triage.workflow.take_in import TakenIn, take_in

KEY = "a pseudonym key for tests only"
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
DYKE = "The dyke at Ferrow will break tonight because nobody has mended it, they say in every shop of the village"
MILK = "Milk from the new dairy makes children ill, a nurse has told her neighbour, but the mayor keeps it quiet"
BRIDGE = "The bridge was paid for by foreign money and will be closed to all who live on this side of the river"


def report(name: str, *, hours_ago: float = 1.0, **fields: Any) -> Report:
    digest = hashlib.sha256(repr(sorted(fields.items())).encode()).hexdigest()
    received_at = NOW - timedelta(hours=hours_ago)
    return Report(id=name, received_at=received_at, channel=Channel.WEB, digest=digest, **fields)


def take(desk: Desk, rows: Iterable[Row], *, batch_rows: int = 1_000) -> tuple[TakenIn, list[Rejection]]:
    """Take rows in and rank what has changed."""
    rejections: list[Rejection] = []
    total = TakenIn()
    for so_far in take_in(desk, rows, reject=rejections.append, by="ann", now=NOW, batch_rows=batch_rows):
        total = so_far
    rank(desk)
    return total, rejections


def rank(desk: Desk, model: Scorer | None = None, *, now: datetime = NOW, only_changed: bool = True) -> None:
    for _ in refresh(desk, Policy(), model, now=now, only_changed=only_changed):
        pass


def texts(count: int) -> list[str]:
    """Texts of which no two are near-copies."""
    words = [hashlib.sha256(str(at).encode()).hexdigest() for at in range(count)]
    return [" ".join(word[at : at + 6] for at in range(0, 60, 6)) for word in words]


class CountingModel:
    """Gives every text the same score, its first word as evidence, and remembers texts: `glanced` without evidence."""

    def __init__(self, name: str = "markers-1", warnings: tuple[str, ...] = ()) -> None:
        self.id = name
        self.texts: list[str] = []
        self.glanced: list[str] = []
        self._warnings = warnings

    def score_texts(
        self, texts: Sequence[str], langs: Sequence[str] | None = None, *, evidence: bool = True
    ) -> list[TextScore]:
        self.texts += texts if evidence else ()
        self.glanced += () if evidence else texts
        return [
            TextScore(
                model=self.id,
                lang="en",
                markers={"technique:Doubt": 0.9, "frame:Economic": 0.2},
                found=("technique:Doubt",),
                own_voice={"technique:Doubt": 0.8},
                evidence=(Evidence(marker="technique:Doubt", start=0, end=text.find(" "), share=0.75, voice=Voice.OWN),)
                if evidence
                else (),
                evidence_other={"technique:Doubt": {"rest": 0.25}},
                warnings=self._warnings,
            )
            for text in texts
        ]
