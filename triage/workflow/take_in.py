"""Take reports into the desk: what is new is kept and gathered into cases, and every row is accounted for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from triage.domain.report import Account, Blank, Rejection, Report, Row
from triage.rank.order import draw
from triage.rank.urgency import report_quality
from triage.store import audit, cases, reports
from triage.store.counters import reserve
from triage.workflow.entry import content_kind, other_content
from triage.workflow.gather import Keys, Known, Placement, copy_key, keys_of

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from triage.workflow.database import Desk

BATCH_ROWS = 1_000
_BATCH_CHARACTERS = 8_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """What became of the rows of one run, and how many cases are new."""

    account: Account = field(default_factory=Account)
    cases_new: int = 0


class _Arrival(NamedTuple):
    """A report of one batch and what it may be found by."""

    report: Report
    keys: Keys


class _Placed(NamedTuple):
    """A new report with its number and its place."""

    report: Report
    number: int
    keys: Keys
    placement: Placement
    print_id: int


def take_in(
    desk: Desk,
    rows: Iterable[Row],
    *,
    reject: Callable[[Rejection], None],
    by: str,
    now: datetime,
    batch_rows: int = BATCH_ROWS,
) -> Iterator[TakenIn]:
    """Take rows in, a batch a transaction, and yield the account so far after each batch.

    Memory stays flat. The same id with the same content is a duplicate, with other content it is rejected; a run that
    was cut short can be repeated, and what it had kept then counts as duplicate.
    """
    total = TakenIn()
    for batch in _batches(rows, batch_rows):
        rejected = [row for row in batch if isinstance(row, Rejection)]
        arrivals = [_Arrival(row, keys_of(row)) for row in batch if isinstance(row, Report)]
        with desk.writing() as connection:
            done, refused = _take_batch(connection, arrivals, by=by, now=now, seed=desk.identity.seed)
        for rejection in rejected + refused:
            reject(rejection)
        account = Account(
            accepted=total.account.accepted + done.account.accepted,
            duplicate=total.account.duplicate + done.account.duplicate,
            rejected=total.account.rejected + len(rejected) + len(refused),
            blank=total.account.blank + sum(isinstance(row, Blank) for row in batch),
        )
        total = TakenIn(account=account, cases_new=total.cases_new + done.cases_new)
        yield total


def _batches(rows: Iterable[Row], most: int) -> Iterator[list[Row]]:
    batch: list[Row] = []
    characters = 0
    for row in rows:
        batch.append(row)
        characters += len(row.text) + len(row.claim) if isinstance(row, Report) else 0
        if len(batch) >= most or characters >= _BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _take_batch(
    connection: Connection, arrivals: list[_Arrival], *, by: str, now: datetime, seed: int
) -> tuple[TakenIn, list[Rejection]]:
    new, account, refused = _set_apart(connection, arrivals)
    if not new:
        return TakenIn(account=account), refused
    first_number = reserve(connection, "report", len(new))
    next_case, next_print = reserve(connection, "case", 0), reserve(connection, "print", 0)
    known = _known(connection, [arrival.keys for arrival in new])
    placed = []
    for number, arrival in enumerate(new, start=first_number):
        placement = known.place(arrival.keys, new_case=next_case, new_print=next_print)
        placed.append(_Placed(arrival.report, number, arrival.keys, placement, next_print))
        next_case += placement.joined_by == "new"
        next_print += placement.is_print_kept
    numbered = [reports.NumberedReport(one.number, one.report, _quality(one.report)) for one in placed]
    reports.add(connection, numbered, now)
    opened = _keep(connection, placed, seed)
    reserve(connection, "case", opened)
    reserve(connection, "print", sum(one.placement.is_print_kept for one in placed))
    body = {"reports": [first_number, first_number + len(new) - 1], "cases_new": opened}
    audit.append(connection, at=now, by=by, act="take_in", body=body)
    return TakenIn(account=account, cases_new=opened), refused


def _set_apart(connection: Connection, arrivals: Sequence[_Arrival]) -> tuple[list[_Arrival], Account, list[Rejection]]:
    """Return the reports that are new, the account of the batch, and those whose id stands for something else."""
    digests = reports.known_digests(connection, [arrival.report.id for arrival in arrivals])
    new, refused, duplicates = [], [], 0
    for arrival in arrivals:
        one = arrival.report
        if one.id not in digests:
            digests[one.id] = one.digest
            new.append(arrival)
        elif digests[one.id] == one.digest:
            duplicates += 1
        else:
            refused.append(other_content(one))
    return new, Account(accepted=len(new), duplicate=duplicates), refused


def _known(connection: Connection, keys: Sequence[Keys]) -> Known:
    """Return what the desk knows that may concern these reports."""
    exact = {key for one in keys for _, key in one.exact} | {key for one in keys for key in one.left}
    known = Known(cases=cases.by_keys(connection, exact))
    unknown = [one.content for one in keys if one.content and copy_key(one.content) not in known.cases]
    known.bands = cases.by_bands(connection, {band for content in unknown for band in content.bands})
    known.prints = cases.prints(connection, {one for prints in known.bands.values() for one in prints})
    return known


def _keep(connection: Connection, placed: Sequence[_Placed], seed: int) -> int:
    """Write the cases of a batch and what leads to them; return how many are new."""
    opened: dict[int, cases.NewCase] = {}
    contents: dict[int, tuple[int, int]] = {}
    kinds = cases.content_kinds(connection, {one.placement.case for one in placed})
    for one in placed:
        case, kind = one.placement.case, content_kind(one.report)
        if one.placement.joined_by == "new":
            opened[case] = cases.NewCase(case, one.number, kind, one.report.received_at, draw(str(case), seed))
        elif kind > kinds[case]:
            contents[case] = (one.number, kind)
        kinds[case] = max(kind, kinds.get(case, 0))
    cases.add(connection, list(opened.values()))
    cases.set_content(connection, [(case, *content) for case, content in contents.items()])
    cases.join(connection, [cases.Joining(one.number, one.placement.case, one.placement.joined_by) for one in placed])
    cases.add_keys(connection, {key: one.placement.case for one in placed for key in one.placement.new_keys})
    kept = [(one.print_id, one.placement.case, one.keys.content) for one in placed if one.placement.is_print_kept]
    prints = [cases.NewPrint(at, case, content.signature, content.bands) for at, case, content in kept if content]
    cases.add_prints(connection, prints)
    return len(opened)


def _quality(report: Report) -> float:
    return report_quality(claim=report.claim, url=report.url, subject=report.subject, text=report.text)
