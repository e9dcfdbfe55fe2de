"""Urgency: the sum of named parts that orders the queue and that a moderator can read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from triage.domain.case import CaseFacts
from triage.domain.taxonomy import ANY_TECHNIQUE, family_of
from triage.rank import harm
from triage.rank.policy import Policy

_TOP_WEIGHTS = (4 / 7, 2 / 7, 1 / 7)


def urgency(facts: CaseFacts, policy: Policy, now: datetime) -> dict[str, float]:
    """Return the points of each part of a case's urgency, rounded to thousandths; their sum is the urgency.

    Scores count in the author's own voice only, and not at all where the model does not know the language or the text
    is too short: then nothing is added for markers, and uncertainty is full. What arranged reports add to reach and
    report quality is cut to `policy.arranged_share` of the whole; they never take anything away. Where a priority model
    is active, `upheld` says what it has learnt from decisions: as far as that is not warm yet, or has nothing to say of
    this case, what the other parts give of their points stands in for it, which changes no order.
    """
    shares = {
        "markers": _markers(facts, policy),
        "harm": _harm(facts, policy),
        "reach": _reach(facts.reporters, policy.reach_full_at),
        "age": _age(facts.opened_at, now, policy.service_level_hours),
        "uncertainty": _uncertainty(facts),
        "report_quality": facts.report_quality,
    }
    parts = {part: policy.weights[part] * share for part, share in shares.items()}
    if facts.signs:
        parts.update(_bounded(parts, _unarranged(facts, policy), policy.arranged_share))
    if facts.upheld_trust:
        parts["upheld"] = policy.weights["upheld"] * _upheld(facts, _share_of(parts, policy))
    return {part: round(points, 3) for part, points in parts.items()}


def details(facts: CaseFacts, policy: Policy, parts: Mapping[str, float]) -> dict[str, Any]:
    """Return what stands behind the parts, for a person: `harm` by question, `record`, `arranged`; where there is any.

    `record` is what the best report's reporter's past accuracy added to its quality (0 to 1) or took from it.
    `arranged` names the signs with their probabilities, the reports that show them, and the points that the bound
    `share` withheld.
    """
    said: dict[str, Any] = {}
    if facts.answers is not None:
        weight = policy.weights["harm"]
        by_question = harm.shares(facts.answers, policy.harm_questions)
        said["harm"] = {
            question: {"answer": facts.answers.get(question, "no"), "points": round(weight * share, 3)}
            for question, share in by_question.items()
        }
    if facts.record:
        said["record"] = round(facts.record, 3)
    if facts.signs:
        full = policy.weights["reach"] * _reach(facts.reporters, policy.reach_full_at)
        full += policy.weights["report_quality"] * facts.report_quality
        said["arranged"] = {
            "signs": {str(sign): float(f"{chance:.2g}") for sign, chance in facts.signs.items()},
            "reports": facts.arranged,
            "share": policy.arranged_share,
            "withheld": max(round(full - parts["reach"] - parts["report_quality"], 2), 0.0),
        }
    return said


def _upheld(facts: CaseFacts, by_policy: float) -> float:
    """The priority model's probability as far as it is warm, for the rest what the policy alone says."""
    learnt = by_policy if facts.upheld is None else facts.upheld
    return facts.upheld_trust * learnt + (1 - facts.upheld_trust) * by_policy


def _share_of(parts: Mapping[str, float], policy: Policy) -> float:
    full = math.fsum(policy.weights[part] for part in parts)
    return min(math.fsum(parts.values()) / full, 1.0) if full else 0.0


def _unarranged(facts: CaseFacts, policy: Policy) -> dict[str, float]:
    """Return the points for reach and report quality that a case has without its arranged reports."""
    return {
        "reach": policy.weights["reach"] * _reach(facts.unarranged_reporters, policy.reach_full_at),
        "report_quality": policy.weights["report_quality"] * facts.unarranged_quality,
    }


def _bounded(parts: Mapping[str, float], without: Mapping[str, float], share: float) -> dict[str, float]:
    """Return the parts in `without` cut so that what was added to them is `share` of the sum; none where it is less."""
    bought = {part: parts[part] - points for part, points in without.items()}
    own = math.fsum(parts.values()) - math.fsum(bought.values())
    allowed, wanted = share / (1 - share) * own, math.fsum(bought.values())
    if wanted <= allowed:
        return {}
    return {
        part: math.floor(1000 * (points + allowed / wanted * bought[part])) / 1000 for part, points in without.items()
    }


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
    if facts.answers is not None:
        return harm.harm(facts.answers, policy.harm_questions)
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
