"""`triage audit`: the record of every act."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from triage.cli.options import desk_options, json_option
from triage.cli.output import print_json
from triage.config.settings import Settings
from triage.errors import StoreError


@click.group()
def audit_command() -> None:
    r"""Verify the record of every act, and export its head.

    \b
    Examples:
      triage audit export-head > head-monday.json
      triage audit verify --head head-monday.json
    """


@audit_command.command("verify")
@click.option(
    "--head",
    "heads",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A head exported before; without one, a chain that was cut off or rewritten whole looks true.",
)
@json_option
@desk_options
def verify_command(desk: Settings, heads: tuple[Path, ...], as_json: bool) -> None:
    r"""Look for any act or decision that was edited, deleted, swapped or cut off; exit code 1 if there is one.

    \b
    Example:
      triage audit verify --head head-monday.json
    """
    from triage.workflow.audit import read_head, verify
    from triage.workflow.database import open_desk

    known = [read_head(path) for path in heads]
    with open_desk(desk.db_url) as opened:
        found = verify(opened, known)
    if as_json:
        print_json(found)
    else:
        for line in found.faults:
            click.echo(line)
        click.echo(f"{found.acts} acts, head {found.head}")
    if found.faults:
        raise StoreError(f"the record of {opened.place} was bent in {len(found.faults)} places; compare a backup")


@audit_command.command("export-head")
@desk_options
def export_head_command(desk: Settings) -> None:
    r"""Print the newest link of the chain; keep it where those who keep the database cannot write.

    \b
    Example:
      triage audit export-head > head-monday.json
    """
    from triage.workflow.audit import export_head
    from triage.workflow.database import open_desk

    with open_desk(desk.db_url) as opened:
        print_json(export_head(opened, now=datetime.now(UTC)))
