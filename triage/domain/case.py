"""Cases, leases and decisions: what a moderator judges and what stays on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class CaseState(StrEnum):
    """Where a case stands.

    `escalated` waits for a senior person; `merged` lives on in another case; of an `erased` one nothing is left to
    judge.
    """

    OPEN = "open"
    DECIDED = "decided"
    ESCALATED = "escalated"
    MERGED = "merged"
    ERASED = "erased"


class Verdict(StrEnum):
    """What a moderator can say of a case. The words are a person's judgement, never a model's."""

    DISINFORMATION = "disinformation"
    NOT_DISINFORMATION = "not_disinformation"
    CANNOT_TELL = "cannot_tell"
    OUT_OF_SCOPE = "out_of_scope"


class Review(StrEnum):
    """In which round a decision was made. All but the first are asked for and wait for someone else."""

    FIRST = "first"
    ESCALATION = "escalation"
    SECOND = "second"
    ADJUDICATION = "adjudication"
    APPEAL = "appeal"


class Sign(StrEnum):
    """What speaks for it that reports on one subject were arranged. It says nothing of the subject."""

    BURST = "burst_of_reports"
    NEW_REPORTERS = "new_reporters_only"
    ALIKE = "near_identical_claims"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A timed lease of one case to one moderator. A decision needs the token of the newest lease, while it is live."""

    case: str
    moderator: str
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One moderator's verdict at one time, with its reason; superseded by a later one, never edited.

    `lang` is the content's language where the moderator has put it right, `model` that whose score was shown. A
    decision that was undone is `withdrawn`: it stays on record and says nothing any more.
    """

    id: str
    case: str
    moderator: str
    verdict: Verdict
    reason: str
    decided_at: datetime
    review: Review = Review.FIRST
    note: str = ""
    confirmed: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()
    supersedes: str = ""
    lang: str = ""
    model: str | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What ranking may know about a case.

    `reporters` counts distinct pseudonyms, `reports` all reports; anonymous reports count as one reporter in all.
    `answers` are those to the harm checklist, where someone gave them; `harm` is the sum, 0 to 1, of an older one.
    `own_voice` and `found` come from the newest score and are empty without one, `is_reliable` is that score's.
    `report_quality` is the best report's, 0 to 1, in which `record` is what its reporter's past accuracy added or took.
    `signs` name what speaks for arranged reports, with its probability in an ordinary case: `arranged` reports show
    them, and without those the case has `unarranged_reporters` and `unarranged_quality`. `upheld` is the probability
    by the active priority model that a moderator upholds the case, None without one or where it has seen no decision in
    the language; `upheld_trust`, 0 to 1, is how far that model is warm.
    """

    id: str
    opened_at: datetime
    reports: int
    reporters: int
    lang: str = ""
    harm: float | None = None
    answers: Mapping[str, str] | None = None
    own_voice: Mapping[str, float] = field(default_factory=dict)
    found: tuple[str, ...] = ()
    is_reliable: bool = False
    report_quality: float = 0.0
    record: float = 0.0
    signs: Mapping[Sign, float] = field(default_factory=dict)
    arranged: int = 0
    unarranged_reporters: int = 0
    unarranged_quality: float = 0.0
    upheld: float | None = None
    upheld_trust: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A case with its place in the queue. `parts` sum to `urgency`; a drawn case stands where chance put it."""

    id: str
    rank: int
    urgency: float
    parts: Mapping[str, float]
    drawn: bool = False
