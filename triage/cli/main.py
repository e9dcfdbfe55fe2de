"""The `triage` command: which commands there are, and where an error becomes a line and an exit code."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

import click

from triage import __version__
from triage.errors import TriageError

if TYPE_CHECKING:
    from collections.abc import Sequence

# Every command, in the order of a day's work: its module below triage.cli and its one-line summary. The summaries stand
# here so that `triage --help` need not import the commands; a test holds them equal to the commands' own.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "Show the whole job on shipped data and leave a desk to go on with."),
    "intake": ("intake", "Take reports into the desk and print the account that adds up."),
    "queue": ("queue", "Show the open cases in review order, with the parts of each urgency."),
    "next": ("desk", "Lease the next case to yourself."),
    "show": ("desk", "Show one case: its reports, scores, evidence and decisions."),
    "decide": ("desk", "Decide a case that you hold, with a reason."),
    "extend": ("desk", "Hold a case for longer; its token stays."),
    "hand": ("desk", "Hand a case that you hold on to another moderator."),
    "release": ("desk", "Give a case back, at once or until later."),
    "escalate": ("review", "Hand a case that you hold up to a senior."),
    "undo": ("review", "Undo the newest decision of a case and hold it to decide anew."),
    "review": ("review", "Lease the next case that waits for a second look, adjudication, an appeal or a senior."),
    "appeal": ("review", "Put an appeal against a decision on record."),
    "assess": ("cases", "Answer the harm checklist for a case."),
    "split": ("cases", "Move reports of a case into a new one."),
    "merge": ("cases", "Move all reports of an open case into another."),
    "alike": ("alike", "Show pairs of open cases that seem to mean the same, in whatever language."),
    "statement": ("statement", "Print the statement of reasons for a decided case, with no personal data in it."),
    "rank": ("rank", "Rank a file of reports without a database."),
    "score": ("score", "Score any number of files offline, in flat memory."),
    "explain": ("explain", "Score one text and show the evidence for every number."),
    "train": ("train", "Fit a marker model on labelled articles."),
    "evaluate": ("evaluate", "Measure a stored model on labelled articles."),
    "crossval": ("evaluate", "Measure the learner out of fold on labelled articles."),
    "simulate": ("simulate", "Replay a labelled table through the ranking, and see how soon it finds."),
    "stopping": ("progress", "Say whether the cases still open may be left."),
    "agreement": ("progress", "Say how far moderators agree on cases that two or more judged."),
    "drift": ("drift", "Say how stale the active model is, and when retraining is due."),
    "label-errors": ("label_errors", "List the labels that all other rows speak against the most."),
    "retrain": ("model", "Fit candidates from the desk's decisions and from new labels."),
    "model": ("model", "List, show, compare, promote and roll back models."),
    "export": ("export", "Write the decided cases to a file, without anything that tells who reported or decided."),
    "corpus": ("corpus", "Check labelled corpora, and convert foreign layouts."),
    "audit": ("audit", "Verify the record of every act, and export its head."),
    "purge": ("purge", "Erase reports that are older than their channel's are kept, or all of one reporter."),
    "db": ("db", "Create, upgrade and check the desk's database."),
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the command names in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command called `cmd_name`, importing its module now."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"triage.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the summaries without importing any command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="triage", message="%(prog)s %(version)s")
def cli() -> None:
    """Triage desk for disinformation-report hotlines.

    Takes reports in, gathers those about the same content, marks persuasion techniques and media frames, and orders the
    queue for human review. It never says what is true: a marker is a fact about style, and a person decides.

    Begin with: triage demo
    """


def run(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    try:
        outcome = cli.main(args=argv, prog_name="triage", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("triage: interrupted", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return 2
    except TriageError as error:
        click.echo(f"triage: {error}", err=True)
        return error.exit_code
    except BrokenPipeError:
        return _closed_pipe()
    except Exception:  # the one entry point: a bug becomes a log and exit code 3
        return _log_bug()
    return outcome if isinstance(outcome, int) else 0


def main() -> NoReturn:
    """Run the command line of this process and exit."""
    sys.exit(run())


def _closed_pipe() -> int:
    """The reader of our output went away, as `head` does: end quietly."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _log_bug() -> int:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="triage-", suffix=".log", delete=False, encoding="utf-8") as log:
        log.write(f"triage {__version__}, Python {sys.version}\n{' '.join(sys.argv[:2])}\n")
        traceback.print_exc(file=log)
    click.echo(f"triage: this is a bug; please report it with the log {log.name}", err=True)
    return 3
