"""A case as the queue shows it, and what of a report is its content: the same at the desk and for a ranked file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from triage.domain.report import Place, Rejection, Report
from triage.domain.score import Evidence, Warn

EXCERPT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One case in review order, with its reasons.

    `parts` sum to `urgency`, `details` say what stands behind some of them; `markers` are those of its score.
    """

    id: str
    rank: int
    urgency: float
    parts: Mapping[str, float]
    details: Mapping[str, Any]
    drawn: bool
    reports: int
    reporters: int
    lang: str
    markers: Mapping[str, float]
    own_voice: Mapping[str, float]
    found: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    warnings: tuple[str, ...]
    model: str | None
    state: str
    holder: str | None
    opened_at: datetime
    ranked_at: datetime | None
    excerpt: str


def content_kind(report: Report) -> int:
    """Return what of a report can be scored: 2 its text, 1 its title alone, 0 neither."""
    return 2 if report.text.strip() else 1 if report.title.strip() else 0


def content_of(report: Report) -> str:
    """Return what of a report is scored and what its evidence points into: the text, else the title."""
    return report.text if report.text.strip() else report.title


def excerpt_of(report: Report) -> str:
    """Return the beginning of what a report is about, for a list."""
    return (report.title or report.text or report.claim or report.url or report.subject)[:EXCERPT]


def warnings_of(kind: int, said: Iterable[str], details: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what to beware of in a case: signs of arranged reports, no text, what its score and reports warn of."""
    signs = details.get("arranged", {}).get("signs", ())
    return tuple(dict.fromkeys([*signs, *([] if kind else [str(Warn.NO_TEXT)]), *said]))


def other_content(report: Report) -> Rejection:
    """Return the rejection of a report whose id stands for other content already."""
    raw = orjson.dumps(replace(report, place=None)).decode()
    return Rejection(
        place=report.place or Place(file="-"), reason=f'the id "{report.id}" is known with other content', raw=raw
    )
