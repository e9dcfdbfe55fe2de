"""`triage demo`: the whole tour, as the very commands that a person would type."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click

from triage.cli.main import run
from triage.cli.output import say
from triage.errors import OutputError, TriageError
from triage.shipped import shipped

FIRST, LATER = ("en", "ru", "zh"), "es"
"""The languages whose labels the tour begins with, and the one whose labels come in later."""

WEB_FORM = {
    "received_at": "Submitted at",
    "reporter": "Your contact",
    "claim": "What is wrong?",
    "url": "Link",
    "title": "Headline",
    "text": "Pasted text",
    "lang": "Page language",
}


@click.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help="Where the tour leaves its desk and models.",
)
def demo_command(folder: Path) -> None:
    r"""Show the whole job on shipped data and leave a desk to go on with.

    Every step is a command that you could type; the line above its output shows it. Texts, people, places and
    outlets in the shipped data are invented.

    \b
    Example:
      triage demo --dir tour
    """
    if (folder / "desk.db").exists():
        raise OutputError(f"{folder} holds a desk already; name another folder with --dir, or remove it")
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["TRIAGE_HOME"] = str(folder)
    os.environ["TRIAGE_DB"] = f"sqlite:///{folder / 'desk.db'}"
    labelled = [str(shipped("starter", f"{lang}.jsonl")) for lang in FIRST]
    later = str(shipped("starter", f"{LATER}.jsonl"))
    reports = shipped("reports")
    first = folder / "models" / "first"

    _step(f"1. Labelled articles train a model, here in {', '.join(FIRST)}.")
    _type("train", *labelled, "--no-spans", "-o", str(first))
    _step("2. Reports of every kind come in. Rows that are broken are set aside with their reasons.")
    _type("db", "init")
    _type("model", "promote", str(first), "--reason", "the first model of this desk")
    rest = [str(path) for path in sorted(reports.rglob("*")) if path.suffix in {".jsonl", ".mbox", ".html", ".txt"}]
    _type("intake", *rest, "--rejects", str(folder / "rejects.jsonl"))
    mapping = [word for field, column in WEB_FORM.items() for word in ("--map", f"{field}={column}")]
    form = str(reports / "web-form.csv")
    _type("intake", form, *mapping, "--channel", "web", "--rejects", str(folder / "web-form.rejects.jsonl"))
    _step("3. Reports about one content are one case. The queue says what to read first, and why.")
    _type("queue", "--top", "10")
    _type("queue", "--why", _most_urgent())
    _step(f"4. New labels come in, in a language that the model did not know ({LATER}). It learns, and is compared.")
    _type("retrain", "--labels", later)
    _type("model", "promote", _candidate(folder / "models", first))
    _type("queue", "refresh")
    _type("queue", "--top", "5")
    say(
        f"""
The desk and both models are in {folder}. Go on with:

  export TRIAGE_HOME={shlex.quote(str(folder))} TRIAGE_DB=sqlite:///{shlex.quote(str(folder / "desk.db"))}
  triage next --as you
  triage show CASE
  triage decide CASE VERDICT --reason "..." --token TOKEN --as you
  triage model list
  triage explain "Some text of your own."
"""
    )


def _step(text: str) -> None:
    click.secho(f"\n{text}", bold=True)


def _type(*words: str) -> None:
    """Run one command as if it had been typed, its line shown above what it prints."""
    data = str(shipped())
    shown = [word.removeprefix(data).lstrip(os.sep) if word.startswith(data) else word for word in words]
    click.echo(f"\n$ triage {shlex.join(shown)}")
    code = run(words)
    if code:
        raise TriageError(f"the tour ends here: triage {words[0]} ended with exit code {code}")


def _candidate(shelf: Path, first: Path) -> str:
    """Return the id of the model that is not the first."""
    return next(path.name for path in shelf.iterdir() if path != first and (path / "manifest.json").is_file())


def _most_urgent() -> str:
    from datetime import UTC, datetime

    from triage.rank.policy import Policy
    from triage.workflow.database import open_desk
    from triage.workflow.queue import read_queue

    with open_desk(os.environ["TRIAGE_DB"]) as desk:
        return read_queue(desk, Policy(), top=1, now=datetime.now(UTC))[0].id
