"""Score Parquet on many machines: each reads its own rows and writes its own parts, one process keeps the account."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.domain.report import Account, Rejection
from triage.exchange.scores import Layout
from triage.exchange.shared import Part, Shared, put
from triage.workflow.score_files import PART_ROWS, Cut, score_part

if TYPE_CHECKING:
    from triage.intake.tables import Table

READINGS = 8  # of a row group at most, and a few more at its ends: a reader cannot begin in the middle of one
MOST_PARTS = 64  # that one call makes


@dataclass(frozen=True, slots=True)
class Span:
    """The rows from `first` up to `last` of all input; `first` begins a part, and rows before `done` are written."""

    first: int
    last: int
    done: int


@dataclass(frozen=True, slots=True)
class Told:
    """What a worker tells of a span: the account and the rejections of all its rows, and the parts that it wrote."""

    account: Account
    rejections: tuple[Rejection, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class SharedScoring:
    """Scores a span of rows on whichever machine it is called, with the model that was shipped there."""

    tables: tuple[Table, ...]
    mapping: tuple[tuple[str, str], ...]
    key: bytes
    digest: str
    layout: Layout
    output: str

    def __call__(self, span: Span) -> Told:
        """Read the span, write its parts that are not done, and tell of it."""
        from threadpoolctl import threadpool_limits

        from triage.intake.pseudonym import Pseudonymiser
        from triage.intake.tables import rows_between
        from triage.learn.batch.cluster import model_here

        rejections: list[Rejection] = []
        parts: list[Part] = []
        pseudonymise = Pseudonymiser(self.key)
        rows = rows_between(self.tables, span.first, span.last, mapping=dict(self.mapping), pseudonymise=pseudonymise)
        done = max(span.done - span.first, 0)
        cut = Cut(rows, done, rejections.append, PART_ROWS)
        with threadpool_limits(1):  # sums are added in one order, whoever works
            for part in cut.parts():
                data = score_part(model_here(self.digest), self.layout, part)
                parts.append(put(self.output, span.first + done, part.account.read - done, data))
                done = part.account.read
        return Told(cut.account, tuple(rejections), tuple(parts))


Run = Callable[[Callable[[Span], Told], Iterable[Span]], Iterator[tuple[Span, Told]]]


def score_shared(
    scoring: SharedScoring, *, run: Run, output: Shared, reject: Callable[[Rejection], None]
) -> Iterator[Account]:
    """Score every row of some tables into `output`; yield the account so far after each span.

    Rows, ids, parts and bytes are those of `score_files` over the same files. Raises `OutputError` where a part that a
    worker wrote is not to be seen here, `InputError` where a worker cannot read what this machine can.
    """
    so_far = Account()
    for span, told in run(scoring, spans(scoring.tables, output.done.rows)):
        for rejection in told.rejections:
            reject(rejection)
        output.count(told.parts)
        so_far = Account(
            accepted=so_far.accepted + told.account.accepted,
            rejected=so_far.rejected + told.account.rejected,
            blank=so_far.blank + told.account.blank,
        )
        assert so_far.read == span.last
        yield so_far


def spans(tables: Sequence[Table], done: int) -> Iterator[Span]:
    """Yield all rows in spans of whole parts, so long that a row group is read only a few times."""
    rows = sum(table.rows for table in tables)
    largest = max((table.group_rows for table in tables), default=0)
    step = PART_ROWS * min(max(largest // (READINGS * PART_ROWS), 1), MOST_PARTS)
    for first in range(0, rows, step):
        yield Span(first, min(first + step, rows), done)
