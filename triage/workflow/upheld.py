"""What the active priority model says of cases, kept under its id, for their urgency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from triage.store import upheld

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from triage.domain.case import CaseFacts
    from triage.learn.upheld import UpheldModel


def with_upheld(
    connection: Connection, known: Sequence[CaseFacts], model: UpheldModel, now: datetime
) -> list[CaseFacts]:
    """Return facts of cases with what the priority model says of them, scoring those that are new or have changed.

    In a language without decisions the model is not heard: there the policy orders alone.
    """
    from triage.workflow.lessons import seen

    ids = [int(one.id) for one in known]
    unsaid = upheld.known_cases(connection, sorted(upheld.unsaid(connection, model.id, ids)))
    said = model.score_cases([seen(case, now)[0] for case in unsaid.values()])
    upheld.put(
        connection,
        model.id,
        [upheld.Said(of, one.probability, one.warnings) for of, one in zip(unsaid, said, strict=True)],
        now,
    )
    by_case = upheld.said_by(connection, model.id, ids)
    return [_with(one, by_case[int(one.id)], model.trust) for one in known]


def behind(facts: CaseFacts, model: UpheldModel | None) -> dict[str, Any]:
    """Return what stands behind the part `upheld`, for a person: whose probability it is and how far it counts."""
    if model is None:
        return {}
    probability = None if facts.upheld is None else round(facts.upheld, 4)
    return {"upheld": {"model": model.id, "probability": probability, "trust": round(facts.upheld_trust, 3)}}


def _with(facts: CaseFacts, said: upheld.Said, trust: float) -> CaseFacts:
    return replace(facts, upheld=None if said.warnings else said.probability, upheld_trust=trust)
