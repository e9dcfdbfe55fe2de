"""What a desk has agreed on: reasons, who is senior, how many decisions are looked at twice, how long reports stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from triage.errors import NotFound, UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules of one desk.

    `reasons` maps the words that `decide --reason` takes to what they mean in a statement; empty: any text will do.
    `moderators` and `seniors` name people; with no moderators named, anyone is one. The share of decisions that get a
    second review grows from `second_review_least` to `second_review_most` with a case's risk. `retention_days` says,
    per channel, after how many days `purge` empties a report; a channel that is not named keeps its reports.
    """

    reasons: Mapping[str, str] = field(default_factory=dict)
    moderators: frozenset[str] = frozenset()
    seniors: frozenset[str] = frozenset()
    second_review_least: float = 0.05
    second_review_most: float = 0.5
    retention_days: Mapping[str, float] = field(default_factory=dict)
    appeal_days: int = 180

    def check_moderator(self, name: str) -> None:
        """Raise `NotFound` where the desk has named its moderators and this is none of them."""
        if self.moderators and name not in self.moderators | self.seniors:
            raise NotFound(f'"{name}" is no moderator of this desk; see [desk] moderators in triage.toml')

    def check_reason(self, reason: str) -> None:
        """Raise `UsageError` for no reason, or one that is not on the desk's list."""
        if not reason.strip():
            raise UsageError("a decision needs a reason: --reason TEXT")
        if self.reasons and reason not in self.reasons:
            raise UsageError(
                f'"{reason}" is no reason of this desk; use one of {", ".join(self.reasons)}, and --note for your words'
            )

    def second_review_share(self, risk: float) -> float:
        """Return the share of decisions of this risk (0 to 1) that get a second review."""
        return self.second_review_least + (self.second_review_most - self.second_review_least) * min(max(risk, 0), 1)
