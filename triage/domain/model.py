"""Models and the recorded acts that make one of them active."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
