"""Score any number of files offline: no store, flat memory, an output that appears whole and can be gone on with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from triage.domain.report import Account, Blank, Rejection, Report, Row
from triage.workflow.entry import content_of

if TYPE_CHECKING:
    from triage.domain.score import TextScore
    from triage.exchange.resumable import Output
    from triage.exchange.scores import Layout

PART_ROWS = 1_024
PART_CHARACTERS = 8_000_000


@dataclass(slots=True)
class Texts:
    """The content of some reports, column by column: all of them that scoring needs.

    `account` is that of all rows of the input up to the end of this part.
    """

    ids: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    langs: list[str] = field(default_factory=list)
    warnings: list[tuple[str, ...]] = field(default_factory=list)
    account: Account = field(default_factory=Account)

    def add(self, report: Report) -> None:
        """Add the content of one report."""
        self.ids.append(report.id)
        self.texts.append(content_of(report))
        self.langs.append(report.lang)
        self.warnings.append(report.warnings)


class Scorer(Protocol):
    """A marker model, as far as scoring files needs it."""

    def score_texts(
        self,
        texts: Sequence[str],
        langs: Sequence[str] | None = None,
        *,
        warnings: Sequence[Sequence[str]] | None = None,
    ) -> list[TextScore]:
        """Return one score a text, with its evidence; `warnings` are those that reading a text gave."""


@dataclass(frozen=True, slots=True)
class Scoring:
    """Scores texts and writes them as bytes, in whichever process it is called; a worker loads the model once."""

    folder: Path
    layout: Layout

    def __call__(self, part: Texts) -> bytes:
        """Return the rows of one part of the output."""
        from threadpoolctl import threadpool_limits

        from triage.learn.batch.stored import stored

        with threadpool_limits(1):  # sums are added in one order, whoever works
            return score_part(stored(self.folder), self.layout, part)


def score_part(model: Scorer, layout: Layout, part: Texts) -> bytes:
    """Return the scores of some texts as the bytes of one part of the output."""
    return layout.rows(part.ids, model.score_texts(part.texts, part.langs, warnings=part.warnings))


Run = Callable[[Iterable[Texts]], Iterator[tuple[Texts, bytes]]]


def score_files(
    rows: Iterable[Row],
    *,
    run: Run,
    output: Output,
    head: bytes = b"",
    reject: Callable[[Rejection], None],
    part_rows: int = PART_ROWS,
) -> Iterator[Account]:
    """Score every report's content into `output`, in input order; yield the account so far after each part.

    Nothing is gathered and nothing is a duplicate: one text, one row. Rows that `output` holds already are read, so
    that the account and the rejections are whole, and not scored again. `run` makes the bytes of each part, in order;
    `head` stands before the first.
    """
    cut = Cut(rows, output.done.rows, reject, part_rows)
    for part, data in run(cut.parts()):
        output.add(data if output.done.parts else head + data, rows=part.account.read - output.done.rows)
        yield part.account
    yield cut.account


class Cut:
    """Rows cut into parts of the output: the same rows are cut at the same places in every run.

    A part ends where the rows of any kind, counted from the first, are a multiple of `part_rows`, and after so many
    characters of content.
    """

    def __init__(self, rows: Iterable[Row], done: int, reject: Callable[[Rejection], None], part_rows: int) -> None:
        self._rows = rows
        self._done = done
        self._reject = reject
        self._part_rows = part_rows
        self.account = Account()

    def parts(self) -> Iterator[Texts]:
        """Yield the content of each part that is not done."""
        part, is_begun, size = Texts(), False, 0
        for row in self._rows:
            self._count(row)
            if self.account.read <= self._done:
                continue
            is_begun = True
            if isinstance(row, Report):
                part.add(row)
                size += len(part.texts[-1])
            if self.account.read % self._part_rows == 0 or size >= PART_CHARACTERS:
                yield self._ended(part)
                part, is_begun, size = Texts(), False, 0
        if is_begun:
            yield self._ended(part)

    def _ended(self, part: Texts) -> Texts:
        part.account = self.account
        return part

    def _count(self, row: Row) -> None:
        now = self.account
        if isinstance(row, Rejection):
            self._reject(row)
        self.account = Account(
            accepted=now.accepted + isinstance(row, Report),
            rejected=now.rejected + isinstance(row, Rejection),
            blank=now.blank + isinstance(row, Blank),
        )
