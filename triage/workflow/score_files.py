"""Score any number of files offline: no store, flat memory, an output that appears whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from triage.domain.report import Account, Blank, Rejection, Report, Row
from triage.workflow.entry import content_of

if TYPE_CHECKING:
    from triage.domain.score import TextScore
    from triage.workflow.score_cases import Scorer

BATCH_ROWS = 256


def score_files(
    rows: Iterable[Row],
    *,
    model: Scorer,
    write: Callable[[str, TextScore], None],
    reject: Callable[[Rejection], None],
) -> Iterator[Account]:
    """Score every report's content and write it in input order; yield the account so far after each batch.

    Nothing is gathered and nothing is a duplicate: one text, one row.
    """
    accepted = rejected = blank = 0
    stream = iter(rows)
    while batch := list(islice(stream, BATCH_ROWS)):
        reports = [row for row in batch if isinstance(row, Report)]
        scores = model.score_texts([content_of(one) for one in reports], [one.lang for one in reports])
        for report, score in zip(reports, scores, strict=True):
            write(report.id, score)
        for row in batch:
            if isinstance(row, Rejection):
                reject(row)
        accepted += len(reports)
        rejected += sum(isinstance(row, Rejection) for row in batch)
        blank += sum(isinstance(row, Blank) for row in batch)
        yield Account(accepted=accepted, rejected=rejected, blank=blank)
