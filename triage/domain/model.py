"""Models and the recorded acts that make one of them active."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a model gives: marker scores of a text, or the probability that a moderator upholds a case."""

    MARKERS = "markers"
    PRIORITY = "priority"

    @classmethod
    def of(cls, model: str) -> Kind:
        """Return the kind of a model by its id.

        >>> Kind.of("priority-0123456789ab")
        <Kind.PRIORITY: 'priority'>
        """
        return cls.PRIORITY if model.startswith(f"{cls.PRIORITY}-") else cls.MARKERS


class Act(StrEnum):
    """How a model became active: put forward, or put back."""

    PROMOTE = "promote"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """The recorded act that made a model active in place of another; never edited.

    `model` is None where the desk went back to having none, `replaced` where it had none.
    """

    model: str | None
    replaced: str | None
    at: datetime
    by: str
    reason: str
    act: str
