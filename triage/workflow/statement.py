"""The statement of reasons for a decision, in the terms of Art. 17 of the EU's Digital Services Act.

It holds no personal data and nothing that anyone typed freely: no name, pseudonym, address, title, claim or note. A
reason is quoted only where it is one of the desk's list.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from triage.domain.case import Decision, Review, Verdict
from triage.errors import UsageError
from triage.store import decisions, reports, rounds, scores
from triage.workflow.entry import content_of
from triage.workflow.queue import find
from triage.workflow.reconsider import standing
from triage.workflow.rules import Rules

if TYPE_CHECKING:
    from triage.workflow.database import Desk

_VERDICTS = {
    Verdict.DISINFORMATION: "the content was judged to be disinformation",
    Verdict.NOT_DISINFORMATION: "the content was judged not to be disinformation",
    Verdict.CANNOT_TELL: "no judgement could be reached on the material at hand",
    Verdict.OUT_OF_SCOPE: "the content lies outside of what this desk judges",
}
_ROUNDS = {
    Review.FIRST: "by one person",
    Review.ESCALATION: "by a senior person, to whom the case was handed up",
    Review.SECOND: "by a second person, who confirmed the first judgement without knowing it",
    Review.ADJUDICATION: "by a third person, after two had judged differently",
    Review.APPEAL: "on appeal, by a person who had not judged the case before",
}
_EFFECT: Mapping[str, object] = {"restriction": None, "territory": None, "duration": None}
_NOT_LISTED = "the person who decided has given a reason in their own words, which stays on the desk's record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement of reasons. `content_sha256` is that of the text or title judged; none where nothing is left of it.

    The letters name the parts of Art. 17(3).
    """

    case: str
    decision: str
    decided_on: date
    verdict: str
    effect: Mapping[str, object]  # (a)
    facts: Mapping[str, object]  # (b)
    automated_means: Mapping[str, object]  # (c)
    ground: str  # (d), (e)
    redress: tuple[str, ...]  # (f)
    content_sha256: str | None


def statement(desk: Desk, case: str, *, rules: Rules) -> Statement:
    """Return the statement of reasons for the newest standing decision of a case.

    Raises `NotFound` where there is none, `UsageError` while a second review, adjudication or appeal waits.
    """
    with desk.reading() as connection:
        waiting = find(connection, case)
        made = standing(waiting.id, decisions.of_case(connection, waiting.id))
        pending = [one.kind for one in rounds.of_case(connection, waiting.id) if one.is_open]
        if pending:
            raise UsageError(f"case {waiting.id} waits for {pending[0]}; its statement comes after that")
        counts = reports.channels(connection, waiting.id)
        content = content_of(reports.numbered(connection, waiting.content_report))
        shown = next(
            (one for one in scores.of_report(connection, waiting.content_report) if one.model == made.model), None
        )
    return Statement(
        case=str(waiting.id),
        decision=made.id,
        decided_on=made.decided_at.date(),
        verdict=made.verdict.value,
        effect=_EFFECT,
        facts={
            "pursuant_to": "notices by others, none on this desk's own initiative",
            "reports": sum(counts.values()),
            "channels": counts,
            "first_reported_on": waiting.opened_at.date(),
            "language": made.lang or waiting.lang or None,
            "style_markers_confirmed": made.confirmed,
            "style_markers_struck": made.struck,
        },
        automated_means={
            "in_the_decision": False,
            "in_finding_the_content": False,
            "in_the_order_of_reading": True,
            "model": made.model,
            "style_markers_suggested": shown.found if shown else (),
        },
        ground=_ground(made, rules),
        redress=_redress(made, rules),
        content_sha256=hashlib.sha256(content.encode("utf-8", "replace")).hexdigest() if content else None,
    )


def as_text(said: Statement) -> str:
    """Return a statement as a letter's text.

    The facts, what was automated, the ground and the ways of redress, each under its heading.
    """
    facts, automated = said.facts, said.automated_means
    channels = facts["channels"]
    assert isinstance(channels, Mapping)
    came = ", ".join(f"{count} by {channel}" for channel, count in channels.items())
    confirmed, struck = _listed(facts["style_markers_confirmed"]), _listed(facts["style_markers_struck"])
    suggested = _listed(automated["style_markers_suggested"])
    model = (
        f"A model ({automated['model']}) marked style and framing for the reader: {suggested}. "
        if automated["model"]
        else "No model had marked the content. "
    )
    digest = f"Content (SHA-256): {said.content_sha256}\n" if said.content_sha256 else ""
    return (
        f"Statement of reasons, case {said.case}, decision {said.decision}, {said.decided_on}\n"
        f"{digest}\n"
        "Effect\nThis desk judges and restricts nothing: by this decision nothing is removed, disabled, demoted, "
        "suspended or demonetised, anywhere or for any time. What a platform does about it is its own decision.\n\n"
        f"Facts\n"
        f"The content was reported {facts['reports']} times ({came}), first on {facts['first_reported_on']}. "
        f"Language: {facts['language'] or 'not known'}. Markers of style that the person confirmed: {confirmed}; "
        f"struck: {struck}.\n\n"
        f"Automated means\n"
        f"The decision was made by a person, not by automated means. The content was reported by people, not found by "
        f"automated means; the order in which cases are read is automated. "
        f"{model}A marker is a fact about style and says nothing of what is true.\n\n"
        f"Ground\n{said.ground[0].upper()}{said.ground[1:]}.\n\n"
        "Redress\n" + "".join(f"- {way}\n" for way in said.redress)
    )


def _ground(made: Decision, rules: Rules) -> str:
    reason = rules.reasons.get(made.reason, _NOT_LISTED)
    return f"{_VERDICTS[made.verdict]} {_ROUNDS[made.review]}; reason: {reason.rstrip('.')}"


def _redress(made: Decision, rules: Rules) -> tuple[str, ...]:
    last = made.decided_at.date() + timedelta(days=rules.appeal_days)
    return (
        f"appeal to this desk until {last}, free of charge; someone decides it who has not decided the case before",
        "a certified out-of-court dispute settlement body (Art. 21 of Regulation (EU) 2022/2065)",
        "the courts",
    )


def _listed(markers: object) -> str:
    assert isinstance(markers, tuple)
    return ", ".join(markers) or "none"
