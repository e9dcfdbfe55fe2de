"""Decided cases as lessons, and the snapshot that lets the same lessons be given again."""

from __future__ import annotations

import hashlib
import hmac
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from triage.domain.label import label_of, markers_of, said_by
from triage.domain.taxonomy import family_of
from triage.errors import NotEnoughLabels
from triage.learn.lessons import Lesson
from triage.learn.upheld import NO_LANGUAGE, Seen
from triage.store import audit, decisions, upheld
from triage.text.language import identify, primary
from triage.workflow.entry import content_of

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from triage.domain.case import Decision
    from triage.domain.report import Report
    from triage.store.upheld import Came, KnownCase, Scored
    from triage.workflow.database import Desk

FOUND_FRAME = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decided case: the lesson that it gives, if any, what moderators said of it, and where its parts come from."""

    case: int
    report: int
    group: str
    at: datetime
    slices: tuple[str, ...]
    lesson: Lesson | None
    said: Mapping[str, int]
    markers: Mapping[str, int]
    decisions: tuple[str, ...]
    content: Report
    lang: str
    scored_by: str
    digest: str


def decided_cases(connection: Connection, desk_id: str) -> list[Decided]:
    """Return every decided case whose content is not erased, in the order of the first decisions."""
    made: dict[int, list[Decision]] = {}
    for one in decisions.all_made(connection):
        made.setdefault(int(one.case), []).append(one)
    known = upheld.known_cases(connection, list(made))
    kept = {of: known[of] for of in made if of in known and not known[of].is_erased}
    groups = _groups(kept.values(), upheld.roots(connection))
    return [_decided(case, made[of], groups[of], desk_id) for of, case in kept.items()]


def seen(case: KnownCase, at: datetime, lang: str = "") -> tuple[Seen, str]:
    """Return a case as the priority model sees it, as of a time, and whose marker scores those are.

    `lang` is the language where a moderator has put it right.
    """
    score = next(iter(case.scores), None)
    text = content_of(case.content)
    return Seen(
        text=text,
        lang=lang or language_of(case.content, score),
        markers=score.own_voice if score and score.is_reliable else {},
        facts=facts([one for one in case.came if one.taken_in_at <= at]),
    ), score.model if score else ""


def language_of(content: Report, score: Scored | None) -> str:
    """Return the language of a case's content: by its score, else as its report says, else as it reads."""
    said = primary(score.lang if score else content.lang) or primary(content.lang)
    return said or identify(content_of(content))[0] or NO_LANGUAGE


def facts(came: Sequence[Came]) -> dict[str, float]:
    """Return what the reports of a case say of it, as named numbers.

    How long a case has waited is not among them: the queue decides that, and the model would learn the queue. How long
    reports have gone on coming is.
    """
    times = [one.received_at for one in came]
    hours = (max(times) - min(times)).total_seconds() / 3600 if times else 0.0
    channels = Counter(one.channel for one in came)
    numbers = {
        "reports": math.log1p(len(came)),
        "reporters": math.log1p(len({one.reporter for one in came})),
        "hours_between_reports": math.log1p(hours),
        "report_quality": max((one.quality for one in came), default=0.0),
        **{f"channel_{name}": count / len(came) for name, count in sorted(channels.items())},
    }
    return {name: round(number, 6) for name, number in numbers.items()}


def digest_of(one: Seen, desk_id: str) -> str:
    """Return the keyed digest by which a lesson's content is known again; it gives away nothing of an erased text."""
    body = orjson.dumps([one.text, one.lang, dict(one.markers), dict(one.facts)], option=orjson.OPT_SORT_KEYS)
    return hmac.new(desk_id.encode(), body, hashlib.sha256).hexdigest()[:32]


def text_digest(text: str, desk_id: str) -> str:
    """Return the keyed digest by which a text alone is known again."""
    return hmac.new(desk_id.encode(), text.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()[:32]


def watermark(connection: Connection, desk: Desk) -> dict[str, Any]:
    """Return up to where the desk's record has been read: whose it is, its newest link and that link's digest."""
    return {"desk": desk.identity.id, "audit": audit.length(connection), "digest": audit.head(connection)}


def check_watermark(connection: Connection, desk: Desk, of: Mapping[str, Any], model: str) -> None:
    """Raise `NotEnoughLabels` where a model was learnt at another desk, or from a record that this one has not."""
    if of["desk"] != desk.identity.id:
        raise NotEnoughLabels(
            f"{model} was learnt from another desk ({of['desk'][:8]}…) than {desk.place}; "
            "take it off with triage model rollback, or use the database that it belongs to"
        )
    if of["audit"] and audit.digest_of(connection, of["audit"]) != of["digest"]:
        raise NotEnoughLabels(
            f"{model} was learnt up to act {of['audit']}, which {desk.place} does not have like that: an older backup? "
            "See: triage audit verify"
        )


def row_of(one: Decided, lesson: Lesson) -> dict[str, Any]:
    """Return a lesson as a snapshot keeps it: everything but the content, which the desk may have to erase."""
    return {
        "case": one.case,
        "report": one.report,
        "digest": one.digest,
        "decisions": list(one.decisions),
        "scored_by": one.scored_by,
        "lang": lesson.seen.lang,
        "facts": dict(lesson.seen.facts),
        "value": lesson.value,
        "by": list(lesson.by),
        "said": dict(lesson.said),
        "at": lesson.at.isoformat(),
        "group": lesson.group,
        "slices": list(lesson.slices),
        "weight": lesson.weight,
    }


def given_again(
    connection: Connection, rows: Iterable[Mapping[str, Any]], desk_id: str
) -> tuple[list[Lesson], list[int]]:
    """Return the lessons of a snapshot's rows, and the cases whose content is gone or no longer what it was."""
    listed = list(rows)
    found = upheld.content(connection, {row["report"] for row in listed})
    lessons, lost = [], []
    for row in listed:
        content, scores = found.get(row["report"], (None, []))
        one = None if content is None else _again(row, content, scores)
        if one is None or digest_of(one.seen, desk_id) != row["digest"]:
            lost.append(int(row["case"]))
        else:
            lessons.append(one)
    return lessons, lost


def _again(row: Mapping[str, Any], content: Report, scores: Sequence[Scored]) -> Lesson:
    score = next((one for one in scores if one.model == row["scored_by"]), None)
    return Lesson(
        case=str(row["case"]),
        seen=Seen(
            text=content_of(content),
            lang=row["lang"],
            markers=score.own_voice if score and score.is_reliable else {},
            facts=row["facts"],
        ),
        value=row["value"],
        by=tuple(row["by"]),
        said=row["said"],
        at=datetime.fromisoformat(row["at"]),
        group=row["group"],
        slices=tuple(row["slices"]),
        weight=row["weight"],
    )


def _decided(case: KnownCase, made: list[Decision], group: str, desk_id: str) -> Decided:
    label = label_of(made)
    first = min(one.decided_at for one in made)
    put_right = next((one.lang for one in reversed(made) if one.lang and not one.withdrawn), "")
    one, scored_by = seen(case, first, put_right)
    lesson = None
    if label:
        lesson = Lesson(
            case=str(case.id),
            seen=one,
            value=label.value,
            by=tuple(sorted({decision.moderator for decision in label.carried_by})),
            said=said_by(made),
            at=label.at,
            group=group,
            slices=slices(case, one),
        )
    return Decided(
        case=case.id,
        report=case.report_number,
        group=group,
        at=first,
        slices=slices(case, one),
        lesson=lesson,
        said=said_by(made),
        markers=markers_of(made),
        decisions=tuple(decision.id for decision in made),
        content=case.content,
        lang=one.lang,
        scored_by=scored_by,
        digest=digest_of(one, desk_id),
    )


def _groups(cases: Iterable[KnownCase], roots: Mapping[int, int]) -> dict[int, str]:
    """Return a group for each case: those that were merged share one, and those with the same text."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    named = {}
    for case in cases:
        text = content_of(case.content).strip()
        named[case.id] = f"case {roots.get(case.id, case.id)}"
        if text:
            first, second = sorted((root(f"text {text}"), root(named[case.id])))
            parent[second] = first  # "case" comes before "text": no group is called by a text
    return {of: root(name) for of, name in named.items()}


def slices(case: KnownCase, one: Seen) -> tuple[str, ...]:
    """Return the slices that a case is in: its language, channels, source and frames."""
    source = urlsplit(case.content.url).hostname or ""
    frames = [name for name, share in one.markers.items() if family_of(name) == "frame" and share >= FOUND_FRAME]
    return (
        f"language {one.lang}",
        *sorted({f"channel {came.channel}" for came in case.came}),
        *([f"source {source}"] if source else []),
        *(f"subject {frame}" for frame in sorted(frames)),
    )
