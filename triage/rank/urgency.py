"""Urgency: the sum of named parts that orders the queue and that a moderator can read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime

from triage.domain.case import CaseFacts
from triage.domain.taxonomy import ANY_TECHNIQUE, family_of
from triage.rank.policy import Policy

_TOP_WEIGHTS = (4 / 7, 2 / 7, 1 / 7)


def urgency(facts: CaseFacts, policy: Policy, now: datetime) -> dict[str, float]:
    """Return the points of each part of a case's urgency, rounded to thousandths; their sum is the urgency.

    Scores count in the author's own voice only, and not at all where the model does not know the language or the text
    is too short: then nothing is added for markers, and uncertainty is full.
    """
    shares = {
        "markers": _markers(facts, policy),
        "harm": _harm(facts, policy),
        "reach": _reach(facts.reporters, policy.reach_full_at),
        "age": _age(facts.opened_at, now, policy.service_level_hours),
        "uncertainty": _uncertainty(facts),
        "report_quality": facts.report_quality,
    }
    return {part: round(policy.weights[part] * share, 3) for part, share in shares.items()}


def total(parts: Mapping[str, float]) -> float:
    """Return the urgency that parts sum to, rounded to thousandths.

    >>> total({"markers": 12.5, "age": 0.25})
    12.75
    """
    return round(math.fsum(parts.values()), 3)


def report_quality(*, claim: str, url: str, subject: str, text: str) -> float:
    """Return how much one report gives a moderator to work with, 0 to 1: a reason, a source and the content itself.

    >>> report_quality(claim="The figures are from another year, see the report.", url="", subject="", text="")
    0.4
    """
    reason = 0.4 if len(claim.strip()) >= 20 else 0.2 if claim.strip() else 0.0
    source = 0.3 if url else 0.15 if subject else 0.0
    return round(reason + source + (0.3 if text.strip() else 0.0), 3)


def _techniques(facts: CaseFacts) -> dict[str, float]:
    return {
        marker: probability
        for marker, probability in facts.own_voice.items()
        if family_of(marker) not in {"frame", "genre"} and marker != ANY_TECHNIQUE
    }


def _markers(facts: CaseFacts, policy: Policy) -> float:
    """The three strongest techniques, each counting half of the one before it."""
    if not facts.is_reliable:
        return 0.0
    weighed = sorted(
        (policy.severity.get(marker, 1.0) * probability for marker, probability in _techniques(facts).items()),
        reverse=True,
    )
    return sum(weight * share for weight, share in zip(_TOP_WEIGHTS, weighed, strict=False))


def _harm(facts: CaseFacts, policy: Policy) -> float:
    """The moderators' checklist where it is filled in, else what the frames alone suggest."""
    if facts.harm is not None:
        return min(max(facts.harm, 0.0), 1.0)
    if not facts.is_reliable:
        return 0.0
    return max((weight * facts.own_voice.get(frame, 0.0) for frame, weight in policy.frame_harm.items()), default=0.0)


def _reach(reporters: int, full_at: int) -> float:
    """Distinct reporters with diminishing returns: one adds nothing, each doubling adds the same."""
    return min(math.log(max(reporters, 1)) / math.log(full_at), 1.0)


def _age(opened_at: datetime, now: datetime, service_level_hours: float) -> float:
    """Whole hours waited over the service level."""
    hours = math.floor((now - opened_at).total_seconds() / 3600)
    return min(max(hours, 0) / service_level_hours, 1.0)


def _uncertainty(facts: CaseFacts) -> float:
    """How little the score tells: full where there is no reliable one, else highest at a probability of one half."""
    if not facts.is_reliable or not facts.own_voice:
        return 1.0
    techniques = _techniques(facts)
    probability = facts.own_voice.get(ANY_TECHNIQUE, max(techniques.values(), default=0.0))
    return 4 * probability * (1 - probability)
