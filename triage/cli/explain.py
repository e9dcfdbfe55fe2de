"""`triage explain`: one text, and why it scores as it does."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from triage.cli.options import desk_options, json_option
from triage.cli.output import print_json, say
from triage.config.settings import Settings
from triage.errors import NotFound

if TYPE_CHECKING:
    from triage.domain.score import Evidence, TextScore


@click.command()
@click.argument("text_or_file")
@click.option("--lang", default="", metavar="CODE", help="Language of the text (ISO 639-1); else identified.")
@click.option("--html", "page", type=click.Path(path_type=Path), metavar="OUT", help="Write it as a page.")
@click.option("--overwrite", is_flag=True, help="Replace a page that exists.")
@json_option
@desk_options
def explain_command(
    desk: Settings, text_or_file: str, lang: str, page: Path | None, overwrite: bool, as_json: bool
) -> None:
    r"""Score one text and show the evidence for every number.

    The words that carry each found marker are marked, with their share of its score; quoted speech is told from the
    author's own voice. A marker is a fact about style and framing: it says nothing of what is true.

    \b
    Examples:
      triage explain "Only a coward would leave the dyke to those bunglers."
      triage explain article.html --html why.html --model models/first
      triage explain post.txt --lang uk --json
    """
    from triage.cli.models import model_line, model_of
    from triage.workflow.explain import explain, text_of

    model = model_of(desk)
    if model is None:
        raise NotFound("there is no model to explain with; train one with triage train, or name one with --model")
    text = text_of(text_or_file)
    score = explain(model, text, lang)
    if page:
        from triage.files.atomic import atomic_output

        with atomic_output(page, overwrite=overwrite) as stream:
            stream.write(html_page(text, score).encode())
        say(f"written to {page}")
    if as_json:
        print_json({**score_row(text_or_file, text, score), "spans": model.spans(text, score.lang)})
    elif not page:
        print_score(text, score)
    say(model_line(model))


def score_row(text_or_file: str, text: str, score: TextScore) -> dict[str, Any]:
    """Return the row of one text in the shape of a scores file, with its passages. A file gives the id, a text none."""
    row: dict[str, Any] = {"id": None if text == text_or_file else text_or_file}
    keys = ("lang", "model", "markers", "found", "own_voice", "evidence", "evidence_other", "warnings", "passages")
    return row | {key: getattr(score, key) for key in keys}


def print_score(text: str, score: TextScore) -> None:
    """Print a text with its evidence in the terminal."""
    from triage.cli.entries import visible

    for passage in score.passages:
        carried = _marks(score.evidence, passage.start, passage.end)
        voice = click.style(f"{passage.voice:>6} ", dim=True)
        words = "".join(
            click.style(visible(text[mark.start : mark.end]), underline=True, bold=True, fg="yellow")
            if mark.markers
            else visible(text[mark.start : mark.end])
            for mark in carried
        )
        click.echo(voice + words.strip().replace("\n", "\n       "))
    click.echo()
    for warning in score.warnings:
        click.echo(f"warning: {warning}: the numbers must not be relied on")
    if not score.found:
        likeliest = max(score.markers, key=lambda marker: score.markers[marker], default="")
        click.echo(f"nothing found; likeliest: {likeliest} {score.markers.get(likeliest, 0):.2f}")
    for marker in score.found:
        own = score.own_voice[marker]
        click.echo(f"{click.style(marker, bold=True)} {score.markers[marker]:.2f}, in the author's own voice {own:.2f}")
        for span in sorted((one for one in score.evidence if one.marker == marker), key=lambda one: -one.share):
            click.echo(f"  {span.share:4.0%}  {visible(text[span.start : span.end], keep='')} ({span.voice})")
        rest = sorted(score.evidence_other.get(marker, {}).items(), key=lambda part: -part[1])
        click.echo("  " + ", ".join(f"{share:.0%} {name}" for name, share in rest if share >= 0.005))


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of text with the evidence that covers all of it."""

    start: int
    end: int
    markers: tuple[tuple[str, float], ...]


def html_page(text: str, score: TextScore) -> str:
    """Return a page of its own with the text, its evidence and its scores; every word of the text is escaped."""
    passages = "\n".join(
        f'<p class="{passage.voice}" dir="auto">{"".join(_html_mark(text, mark) for mark in carried)}</p>'
        for passage in score.passages
        if (carried := _marks(score.evidence, passage.start, passage.end))
    )
    rows = "\n".join(
        f"<tr><th>{html.escape(marker)}</th><td>{score.markers[marker]:.2f}</td><td>{score.own_voice[marker]:.2f}</td>"
        f"<td>{html.escape(_other(score, marker))}</td></tr>"
        for marker in score.found
    )
    warnings = "".join(
        f"<p class=warning>{html.escape(warning)}: the numbers must not be relied on.</p>" for warning in score.warnings
    )
    lang = html.escape(score.lang)
    found = rows or "<tr><td colspan=4>nothing found</td></tr>"
    return _PAGE.format(lang=lang, model=html.escape(score.model), warnings=warnings, passages=passages, rows=found)


def _html_mark(text: str, mark: Mark) -> str:
    words = html.escape(text[mark.start : mark.end])
    if not mark.markers:
        return words
    title = html.escape("; ".join(f"{marker} {share:.0%}" for marker, share in mark.markers))
    return f'<mark title="{title}">{words}</mark>'


def _other(score: TextScore, marker: str) -> str:
    other = score.evidence_other.get(marker, {})
    return ", ".join(f"{name} {share:.0%}" for name, share in sorted(other.items(), key=lambda part: -part[1]))


def _marks(evidence: Iterable[Evidence], start: int, end: int) -> list[Mark]:
    """Return `start` to `end` cut where evidence begins and ends."""
    inside = [one for one in evidence if one.start < end and one.end > start]
    cuts = sorted({start, end, *(min(max(at, start), end) for one in inside for at in (one.start, one.end))})
    return [
        Mark(a, b, tuple((one.marker, one.share) for one in inside if one.start <= a and one.end >= b))
        for a, b in pairwise(cuts)
    ]


_PAGE = """<!doctype html>
<html lang="{lang}">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Evidence from {model}</title>
<style>
body {{ font: 1rem/1.6 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #111 }}
p {{ white-space: pre-wrap; margin: .4rem 0 }}
.quoted {{ border-inline-start: .3rem solid #888; padding-inline-start: .8rem; color: #444 }}
.warning {{ border: 1px solid #a00; padding: .5rem }}
mark {{ background: #ffe08a }}
table {{ border-collapse: collapse; margin-top: 1.5rem }}
th, td {{ text-align: start; padding: .25rem .8rem .25rem 0; border-top: 1px solid #ccc; vertical-align: top }}
</style>
<h1>Evidence</h1>
<p>Marked words carry a marker's score; point at them to see which, and how much of it. Indented words are quoted.
A marker is a fact about style and framing and says nothing of what is true.</p>
{warnings}
<article>
{passages}
</article>
<table>
<tr><th>marker</th><th>score</th><th>own voice</th><th>share without a place</th></tr>
{rows}
</table>
<p><small>{model}</small></p>
</html>
"""
