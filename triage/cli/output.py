"""How results and talk reach a person or a script: results on stdout, everything else on stderr."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from triage.domain.report import Account

T = TypeVar("T")


def print_json(value: Any) -> None:
    """Print a value as JSON on stdout; times in ISO 8601, dataclasses and named tuples as objects."""
    import orjson

    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS, default=_fields).decode())


def _fields(value: Any) -> dict[str, Any]:
    """Return what a named tuple holds, by name."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return dict(value._asdict())
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def say(text: str) -> None:
    """Tell a person something that is no result, on stderr."""
    click.echo(text, err=True)


def progress(values: Iterable[T], *, total: int | None = None, unit: str = "rows") -> Iterable[T]:
    """Return `values`, with a bar on stderr where that is a terminal and the work takes longer than two seconds."""
    from tqdm import tqdm

    bar: Iterable[T] = tqdm(values, total=total, unit=f" {unit}", delay=2, disable=None, leave=False)
    return bar


def account_counts(account: Account) -> dict[str, int]:
    """Return what became of the rows of a run, for scripts."""
    return {
        "read": account.read,
        "accepted": account.accepted,
        "duplicate": account.duplicate,
        "rejected": account.rejected,
        "blank": account.blank,
    }


def account_line(account: Account) -> str:
    """Return what became of the rows of a run, for people; it adds up.

    >>> from triage.domain.report import Account
    >>> account_line(Account(accepted=2, blank=1))
    'read 3 = accepted 2 + duplicate 0 + rejected 0 + blank 1'
    """
    counts = account_counts(account)
    parts = " + ".join(f"{name} {count}" for name, count in counts.items() if name != "read")
    return f"read {counts['read']} = {parts}"


def say_rejects(account: Account, rejects: Path) -> None:
    """Tell where the rows that were set aside are, if there are any."""
    if account.rejected:
        say(f"{account.rejected} rows were set aside with their reasons in {rejects}")


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under a header, in columns as wide as a terminal shows their characters."""
    cells = [list(header), *[list(row) for row in rows]]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        click.echo("  ".join(_pad(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _width(text: str) -> int:
    from wcwidth import wcswidth

    return max(wcswidth(text), 0)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
