"""How cases look in a terminal: a list in review order, the reasons for one, and texts with their evidence marked."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from triage.cli.output import print_table
from triage.domain.taxonomy import ANY_TECHNIQUE, family_of

if TYPE_CHECKING:
    from triage.domain.score import Evidence, TextScore
    from triage.workflow.entry import Entry

_HIDDEN = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_SHOWN_EVIDENCE = 3
_LEAST_WORDS = 20


def visible(text: str, *, keep: str = "\n\t") -> str:
    r"""Return a text that cannot steer a terminal: control characters and direction marks are shown, not obeyed.

    >>> visible("a\x1b[2Jb")
    'a␛[2Jb'
    """
    return "".join(c if c in keep else _shown(c) for c in text)


def print_entries(entries: Sequence[Entry]) -> None:
    """Print cases in review order: place, case, urgency, the main reasons, who reported it, and its first words."""
    rows = [
        [
            str(one.rank),
            one.id,
            f"{one.urgency:.1f}",
            _reasons(one),
            f"{one.reports} by {one.reporters}" if one.reports > 1 else "1",
            one.lang or "?",
        ]
        for one in entries
    ]
    used = sum(max((_width(row[at]) for row in rows), default=0) + 2 for at in range(6))
    room = max(shutil.get_terminal_size().columns - used, _LEAST_WORDS)
    header = ["place", "case", "urgency", "why", "reports", "lang", "about"]
    print_table(header, [[*row, cut(one.excerpt, room)] for row, one in zip(rows, entries, strict=True)])


def print_why(entry: Entry, content: str) -> None:
    """Print the parts that an urgency is the sum of, the markers found, and the words that carry them."""
    place = f"place {entry.rank} by urgency" if entry.state == "open" else entry.state
    click.echo(f"case {entry.id}, {place}: {cut(entry.excerpt, 70)}")
    for part, points in sorted(entry.parts.items(), key=lambda one: -one[1]):
        click.echo(f"  {points:8.3f}  {part.replace('_', ' ')}")
    click.echo(f"  {entry.urgency:8.3f}  urgency")
    for line in _behind(entry.details):
        click.echo(f"  {line}")
    if entry.model is None:
        click.echo("  no model has scored it: markers give nothing and uncertainty is full")
    if entry.warnings:
        click.echo(f"  warnings: {', '.join(entry.warnings)}")
    print_markers(entry, content)


def _behind(details: Mapping[str, Any]) -> Iterator[str]:
    """Yield what stands behind the parts: the priority model, the checklist, a reporter's record, arranged reports."""
    if "upheld" in details:
        one = details["upheld"]
        said = "knows no decision in this language" if one["probability"] is None else f"says {one['probability']:.2f}"
        yield f"upheld: {one['model']} {said}; it counts {one['trust']:.0%} beside the policy"
    if "harm" in details:
        given = (f"{name} {one['answer']} {one['points']:g}" for name, one in details["harm"].items())
        yield f"harm by the checklist: {', '.join(given)}"
    if "record" in details:
        yield f"report quality: {details['record']:+.2f} for what became of the reporter's earlier reports"
    if "arranged" in details:
        found = details["arranged"]
        signs = (f"{sign.replace('_', ' ')} (p {chance:.1g})" for sign, chance in found["signs"].items())
        yield f"{found['reports']} reports look arranged: {', '.join(signs)}"
        withheld = f"{found['withheld']:.2f} points were withheld" if found["withheld"] else "they buy less than that"
        yield f"  in reach and report quality they may buy {found['share']:.0%} of the urgency at most: {withheld}"


def print_markers(score: TextScore | Entry, content: str) -> None:
    """Print the markers found, likeliest first, each with the words that weigh most and whose words they are."""
    for marker in sorted(score.found, key=lambda one: -score.markers[one]):
        own = score.own_voice.get(marker, 0.0)
        click.echo(f"  {score.markers[marker]:.2f}  {marker} (in the author's own voice {own:.2f})")
        carrying = sorted((one for one in score.evidence if one.marker == marker), key=lambda one: -one.share)
        for one in carrying[:_SHOWN_EVIDENCE]:
            click.echo(f'        {one.share:4.0%} {one.voice}: "{cut(content[one.start : one.end], 60)}"')


def marked(content: str, evidence: Iterable[Evidence]) -> str:
    """Return a text for a terminal, with the characters that carry evidence standing out."""
    carries = [False] * len(content)
    for one in evidence:
        carries[one.start : one.end] = [True] * (min(one.end, len(content)) - one.start)
    pieces, at = [], 0
    while at < len(content):
        end = next((later for later in range(at, len(content)) if carries[later] != carries[at]), len(content))
        piece = visible(content[at:end])
        pieces.append(click.style(piece, bold=True, underline=True) if carries[at] else piece)
        at = end
    return "".join(pieces)


def cut(text: str, width: int) -> str:
    """Return the beginning of a text on one line, as wide as `width` columns of a terminal at most."""
    line = visible(" ".join(text.split()))
    if _width(line) <= width:
        return line
    while line and _width(line) > width - 1:
        line = line[: min(len(line) - 1, width - 1)]
    return f"{line}…"


def when(time: datetime) -> str:
    """Return a time as a person reads it."""
    return f"{time:%Y-%m-%d %H:%M} UTC"


def _reasons(entry: Entry) -> str:
    parts = sorted(entry.parts.items(), key=lambda one: -one[1])
    said = ", ".join(f"{part.replace('_', ' ')} {points:.0f}" for part, points in parts[:3] if points > 0)
    telling = [one for one in entry.found if family_of(one) not in {"frame", "genre"} and one != ANY_TECHNIQUE]
    first = max(telling, key=lambda one: entry.own_voice.get(one, 0.0), default="")
    extra = [
        first.partition(":")[2].replace("_", " "),
        "drawn by lot" if entry.drawn else "",
        "reports look arranged" if "arranged" in entry.details else "",
        f"held by {visible(entry.holder, keep='')}" if entry.holder else "",
    ]
    return "; ".join(one for one in [said, *extra] if one)


def _shown(char: str) -> str:
    if char in _HIDDEN:
        return "\ufffd"
    if unicodedata.category(char) != "Cc":
        return char
    return chr(0x2400 + ord(char)) if ord(char) < 0x20 else "\ufffd"


def _width(text: str) -> int:
    from wcwidth import wcswidth

    return max(wcswidth(text), 0)
