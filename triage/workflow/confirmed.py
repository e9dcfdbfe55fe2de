"""Markers that moderators confirmed or struck, as labelled articles: labels for those markers alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.domain.corpus import Article
from triage.domain.taxonomy import Level
from triage.errors import CorpusError
from triage.learn import gates
from triage.learn.lessons import HELD_OUT
from triage.store import snapshots, upheld
from triage.workflow.entry import content_of
from triage.workflow.lessons import decided_cases, text_digest

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from triage.domain.report import Report
    from triage.learn.model import MarkerModel
    from triage.workflow.database import Desk
    from triage.workflow.lessons import Decided

CORPUS = "decisions"
SNAPSHOT = "snapshot:"
"""How a manifest names the decisions of a desk among its corpora."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What moderators said of markers: the rows to train on, `known` of them as the active model did, and the rest."""

    rows: tuple[dict[str, Any], ...] = ()
    known: int = 0
    articles: tuple[Article, ...] = ()
    held_rows: tuple[dict[str, Any], ...] = ()
    held: tuple[Article, ...] = ()
    has_changed: bool = False


def gather(desk: Desk, active: Mapping[str, Any]) -> Confirmed:
    """Return what moderators confirmed and struck; the newest fifth of those cases is held out.

    What the active model trained on is never held out. Raises `CorpusError` where that one learnt from the decisions
    of another desk.
    """
    desk_id = desk.identity.id
    with desk.reading() as connection:
        before = _rows_before(connection, active, desk)
        rows = rows_of(decided_cases(connection, desk_id), desk_id)
        groups = {row["group"]: row["at"] for row in reversed(rows)}
        trained = {row["case"] for row in before}
        newest = sorted(groups, key=lambda name: (groups[name], name))[len(groups) - int(len(groups) * HELD_OUT) :]
        held_groups = set(newest) - {row["group"] for row in rows if row["case"] in trained}
        training = [row for row in rows if row["group"] not in held_groups]
        known = [row for row in training if row in before]
        ordered = [*known, *(row for row in training if row not in before)]
        held = [row for row in rows if row["group"] in held_groups]
        return Confirmed(
            rows=tuple(ordered),
            known=len(known),
            articles=tuple(articles_of(connection, ordered, desk_id)[0]),
            held_rows=tuple(held),
            held=tuple(articles_of(connection, held, desk_id)[0]),
            has_changed=ordered != list(before),
        )


def on_decided(active: MarkerModel, candidate: MarkerModel, confirmed: Confirmed, seed: int) -> dict[str, Any]:
    """Return how two models order what moderators confirmed above what they struck, on the held-out cases."""
    texts = [article.text for article in confirmed.held]
    langs = [article.lang for article in confirmed.held]
    sides = [model.score_texts(texts, langs, evidence=False) for model in (active, candidate)]
    pairs = [
        (at, marker, value)
        for at, row in enumerate(confirmed.held_rows)
        for marker, value in sorted(row["markers"].items())
        if all(marker in side[at].markers for side in sides)
    ]
    upheld_pairs = np.array([value == 1 for _, _, value in pairs], dtype=bool)
    judged = min(int(upheld_pairs.sum()), int((~upheld_pairs).sum())) if pairs else 0
    if judged < gates.LEAST:
        return {"cases": len(texts), "markers": len(pairs), "slices": {}, "worse": [], "too_few": True}
    before, after = (np.array([side[at].markers[marker] for at, marker, _ in pairs]) for side in sides)
    held = gates.Held(upheld_pairs, before, after, [confirmed.held_rows[at]["group"] for at, _, _ in pairs])
    names = sorted({name for row in confirmed.held_rows for name in row["slices"]})
    slices = {
        name: np.array([name in confirmed.held_rows[at]["slices"] for at, _, _ in pairs], dtype=bool) for name in names
    }
    report = gates.compare(held, slices, seed)
    return {"cases": len(texts), "markers": len(pairs), "too_few": False, **report}


def _rows_before(connection: Connection, active: Mapping[str, Any], desk: Desk) -> list[dict[str, Any]]:
    """Return the decided cases that the active model was trained on."""
    named = [one["path"].removeprefix(SNAPSHOT) for one in active["corpora"] if one["path"].startswith(SNAPSHOT)]
    if not named:
        return []
    made = snapshots.find(connection, named[0])
    if made is None:
        raise CorpusError(
            f"{active['id']} learnt from decisions that {desk.place} does not have (snapshot {named[0]}); use the "
            "database that it belongs to, or go back with: triage model rollback"
        )
    return [dict(row) for row in made.body["confirmed"]]


def rows_of(decided: Iterable[Decided], desk_id: str) -> list[dict[str, Any]]:
    """Return the cases with a confirmed or struck marker as a snapshot keeps them: everything but the text."""
    return [
        {
            "case": one.case,
            "report": one.report,
            "digest": text_digest(content_of(one.content), desk_id),
            "decisions": list(one.decisions),
            "lang": one.lang,
            "group": one.group,
            "at": one.at.isoformat(),
            "slices": list(one.slices),
            "markers": dict(one.markers),
        }
        for one in decided
        if one.markers and content_of(one.content).strip()
    ]


def articles_of(
    connection: Connection, rows: Sequence[Mapping[str, Any]], desk_id: str
) -> tuple[list[Article], list[int]]:
    """Return the articles of a snapshot's rows, and the cases whose text is gone or no longer what it was."""
    found = upheld.content(connection, {row["report"] for row in rows})
    articles, lost = [], []
    for row in rows:
        content = found[row["report"]][0] if row["report"] in found else None
        if content is None or text_digest(content_of(content), desk_id) != row["digest"]:
            lost.append(int(row["case"]))
        else:
            articles.append(_article(row, content))
    return articles, lost


def _article(row: Mapping[str, Any], content: Report) -> Article:
    """Return one case as an article in which only the markers that were spoken of were looked for.

    Moderators judge the whole text. Of its passages that says something where a marker was struck, or where there is
    one passage: so much follows from `annotated` by itself.
    """
    markers: Mapping[str, int] = row["markers"]
    return Article(
        id=f"case-{row['case']}",
        group=f"desk {row['group']}",
        text=content_of(content),
        lang=row["lang"],
        source=CORPUS,
        labels=frozenset(marker for marker, value in markers.items() if value),
        annotated={Level.ARTICLE: tuple(sorted(markers))},
        corpus=CORPUS,
    )
