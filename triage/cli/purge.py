"""`triage purge`: reports that must not be kept any longer."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from triage.cli.options import desk_options, json_option
from triage.cli.output import print_json, say
from triage.config.settings import Settings

if TYPE_CHECKING:
    from triage.workflow.purge import Purged


@click.command()
@click.option("--reporter", metavar="WHO", help="Erase all reports of one reporter: pseudonym, address or number.")
@click.option(
    "--in",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Clear this JSON Lines file, too: rejects, an export, a corpus.",
)
@click.option("--dry-run", is_flag=True, help="Only say how many reports are due.")
@json_option
@desk_options
def purge_command(desk: Settings, reporter: str | None, files: tuple[Path, ...], dry_run: bool, as_json: bool) -> None:
    r"""Erase reports that are older than their channel's are kept, or all of one reporter.

    How long reports are kept stands in triage.toml, [desk.retention_days], by channel. Decisions stay, without the
    content; the chain of acts still verifies. Rows about them are taken out of the files that are named with --in, and
    exports that are still where they were written are listed. Backups are yours to delete.

    \b
    Examples:
      triage purge --dry-run
      triage purge --reporter "jo@example.org" --in reports.csv.rejects.jsonl --in cases.jsonl
    """
    from triage.config.desk import load_rules
    from triage.intake.pseudonym import Pseudonymiser
    from triage.workflow.database import open_desk, pseudonym_key
    from triage.workflow.purge import count_due, erase_reporter, exports_before, purge

    rules, now = load_rules(desk.home), datetime.now(UTC)
    with open_desk(desk.db_url) as opened:
        known_as, pseudonymise = reporter, None
        if reporter is not None and not reporter.startswith("p-"):
            key = pseudonym_key(opened, key=os.environ.get("TRIAGE_KEY"), home=desk.home)
            pseudonymise = Pseudonymiser(key)
            known_as = pseudonymise(reporter)
        if dry_run:
            _print_due(count_due(opened, known_as, rules=rules, now=now), as_json=as_json)
            return
        if known_as is not None:
            done = erase_reporter(opened, known_as, by=desk.actor, now=now, files=files, pseudonymise=pseudonymise)
        else:
            done = purge(opened, rules=rules, by=desk.actor, now=now, files=files)
        left = [file for file in exports_before(opened) if file not in {str(one.absolute()) for one in files}]
    if as_json:
        print_json(done)
    else:
        _say(done, left)


def _print_due(due: int, *, as_json: bool) -> None:
    if as_json:
        print_json({"due": due})
    else:
        click.echo(f"{due} reports are due")


def _say(done: Purged, exports: list[str]) -> None:
    click.echo(f"erased {done.reports} reports and {done.appeals} appeals; {done.cases_erased} cases have nothing left")
    for file, rows in done.rows.items():
        click.echo(f"took {rows} rows out of {file}")
    if not done.is_scrubbed:
        say("somebody was reading, so the database's files may still hold them; run it again when nobody is")
    if done.reports:
        say("delete earlier backups and files of rejects, too; a PostgreSQL server's own log is its matter")
    for file in exports if done.reports else ():
        say(f"{file} was exported before and may hold what was erased: export anew, or clear it with --in")
