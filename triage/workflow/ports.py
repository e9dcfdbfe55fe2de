"""What workflows ask of the rooms below, as small protocols."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from triage.domain.model import Promotion


class Promotions(Protocol):
    """The record of which model was made active, when, by whom and why."""

    def active(self) -> str | None:
        """Return the id of the active model, or None while there is none."""

    def history(self) -> list[Promotion]:
        """Return every promotion, oldest first."""

    def append(self, made: Promotion, /) -> None:
        """Add a promotion; its model is active from then on."""
