"""Rank a file of reports without a database: cases built in memory, the same rules as at the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from triage.domain.case import CaseFacts, CaseState, Ranked
from triage.domain.report import Account, Blank, Rejection, Report, Row
from triage.errors import InputError
from triage.rank.brigading import Arrival, Usual
from triage.rank.order import order
from triage.rank.urgency import details, report_quality
from triage.workflow.entry import Entry, content_kind, content_of, excerpt_of, other_content, warnings_of
from triage.workflow.facts import with_signs
from triage.workflow.gather import Known, keys_of

if TYPE_CHECKING:
    from triage.domain.score import TextScore
    from triage.rank.policy import Policy
    from triage.workflow.score_cases import Scorer


@dataclass(slots=True)
class _Case:
    """A case while it grows: of its reports only what ranking and the screen need is kept."""

    first: tuple[datetime, int, str]
    content: Report
    arrivals: list[Arrival] = field(default_factory=list)

    def join(self, report: Report, number: int) -> None:
        self.first = min(self.first, (report.received_at, number, report.id))
        if content_kind(report) > content_kind(self.content):
            self.content = report
        quality = report_quality(claim=report.claim, url=report.url, subject=report.subject, text=report.text)
        came = Arrival(at=report.received_at, reporter=report.reporter, claim=report.claim, quality=quality)
        self.arrivals.append(came)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedFile:
    """The first cases of one or more files in review order, how many there are in all, and what became of the rows."""

    entries: Sequence[Entry]
    cases: int
    account: Account


def rank_files(
    rows: Iterable[Row],
    *,
    model: Scorer | None,
    policy: Policy,
    now: datetime,
    seed: int,
    top: int,
    reject: Callable[[Rejection], None],
) -> RankedFile:
    """Return the first `top` cases in review order; with the same rows, seed and `now` the order is the same.

    All cases are scored, and evidence is sought for those returned. A case's id is that of its earliest report.
    Raises `InputError` where no row could be accepted.
    """
    cases, account = _gather(rows, reject)
    if not cases:
        raise InputError(f"no report could be accepted: {account.rejected} rejected, {account.blank} blank")
    scores = _score(cases, model, evidence=False)
    _say_who_is_new(cases)
    usual = Usual((case.first[2], case.arrivals) for case in cases)
    facts = {case.first[2]: _facts(case, score, usual, policy) for case, score in zip(cases, scores, strict=True)}
    by_id = dict(zip(facts, cases, strict=True))
    first = order(facts.values(), policy, now, seed)[:top]
    shown = [by_id[ranked.id] for ranked in first]
    entries = [
        _entry(ranked, case, score, facts[ranked.id], policy, now)
        for ranked, case, score in zip(first, shown, _score(shown, model, evidence=True), strict=True)
    ]
    return RankedFile(entries=entries, cases=len(cases), account=account)


def _entry(
    ranked: Ranked, case: _Case, score: TextScore | None, facts: CaseFacts, policy: Policy, now: datetime
) -> Entry:
    behind = details(facts, policy, ranked.parts)
    said = (*(score.warnings if score else ()), *case.content.warnings)
    return Entry(
        id=ranked.id,
        rank=ranked.rank,
        urgency=ranked.urgency,
        parts=ranked.parts,
        details=behind,
        drawn=ranked.drawn,
        reports=facts.reports,
        reporters=facts.reporters,
        lang=facts.lang,
        markers=score.markers if score else {},
        own_voice=score.own_voice if score else {},
        found=score.found if score else (),
        evidence=score.evidence if score else (),
        warnings=warnings_of(content_kind(case.content), said, behind),
        model=score.model if score else None,
        state=CaseState.OPEN,
        holder=None,
        opened_at=facts.opened_at,
        ranked_at=now,
        excerpt=excerpt_of(case.content),
    )


def _gather(rows: Iterable[Row], reject: Callable[[Rejection], None]) -> tuple[list[_Case], Account]:
    known = Known()
    digests: dict[str, str] = {}
    cases: list[_Case] = []
    duplicate = rejected = blank = 0
    for number, row in enumerate(rows):
        if isinstance(row, Blank):
            blank += 1
        elif isinstance(row, Rejection):
            rejected += 1
            reject(row)
        elif row.id not in digests:
            digests[row.id] = row.digest
            at = known.place(keys_of(row), new_case=len(cases), new_print=number).case
            if at == len(cases):
                cases.append(_Case(first=(row.received_at, number, row.id), content=row))
            cases[at].join(row, number)
        elif digests[row.id] == row.digest:
            duplicate += 1
        else:
            rejected += 1
            reject(other_content(row))
    return cases, Account(accepted=len(digests), duplicate=duplicate, rejected=rejected, blank=blank)


def _score(cases: Sequence[_Case], model: Scorer | None, *, evidence: bool) -> Sequence[TextScore | None]:
    if model is None:
        return [None] * len(cases)
    contents = [content_of(case.content) for case in cases]
    return model.score_texts(contents, [case.content.lang for case in cases], evidence=evidence)


def _say_who_is_new(cases: Sequence[_Case]) -> None:
    """Mark the reports on the case on which their reporter reported first."""
    first: dict[str, tuple[datetime, int]] = {}
    for at, case in enumerate(cases):
        for one in case.arrivals:
            if one.reporter:
                first[one.reporter] = min(first.get(one.reporter, (one.at, at)), (one.at, at))
    for at, case in enumerate(cases):
        case.arrivals = [
            replace(one, is_new=one.reporter is not None and first[one.reporter][1] == at) for one in case.arrivals
        ]


def _facts(case: _Case, score: TextScore | None, usual: Usual, policy: Policy) -> CaseFacts:
    facts = CaseFacts(
        id=case.first[2],
        opened_at=case.first[0],
        reports=len(case.arrivals),
        reporters=len({one.reporter for one in case.arrivals}),
        lang=score.lang if score else case.content.lang,
        own_voice=score.own_voice if score else {},
        found=score.found if score else (),
        is_reliable=score is not None and score.is_reliable,
        report_quality=max(one.quality for one in case.arrivals),
    )
    return with_signs(facts, case.arrivals, usual, policy)
