"""Scores: calibrated probabilities that name their model, and the evidence for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Voice(StrEnum):
    """Whose words a passage is: the subject's author's, or attributed speech."""

    OWN = "own"
    QUOTED = "quoted"


class Warn(StrEnum):
    """Why a number must not be relied on. After one of the first four nothing is found, and urgency ignores it."""

    LANGUAGE_NOT_TRAINED = "language_not_trained"
    LANGUAGE_UNKNOWN = "language_unknown"
    TOO_SHORT = "too_short"
    NO_TEXT = "no_text"
    WHOLE_MAIL_SCORED = "whole_mail_scored"
    EVIDENCE_MOSTLY_SEMANTIC = "evidence_mostly_semantic"


UNRELIABLE = frozenset({Warn.LANGUAGE_NOT_TRAINED, Warn.LANGUAGE_UNKNOWN, Warn.TOO_SHORT, Warn.NO_TEXT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The characters `text[start:end]` that carry a marker's score, and their share of its positive log-odds terms."""

    marker: str
    start: int
    end: int
    share: float
    voice: Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageScore:
    """The calibrated probabilities of the passage `text[start:end]`."""

    start: int
    end: int
    voice: Voice
    markers: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedSpan:
    """The words `text[start:end]` with their likeliest marker, and how probable it is that they were marked so."""

    start: int
    end: int
    label: str
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TextScore:
    """What one model says of one text.

    `markers` are calibrated probabilities for every marker of the model, `found` those over the stored threshold,
    `own_voice` the same with quoted passages left out. Evidence is given for found markers: its shares and
    `evidence_other` (terms without a place: length, punctuation, context, rest) sum to 1 for each.
    """

    model: str
    lang: str
    markers: Mapping[str, float]
    found: tuple[str, ...] = ()
    own_voice: Mapping[str, float] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    evidence_other: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    passages: tuple[PassageScore, ...] = ()

    @property
    def is_reliable(self) -> bool:
        """Return whether the numbers may be used: the language was trained on and the text is long enough."""
        return UNRELIABLE.isdisjoint(self.warnings)
