"""`triage export`: what leaves the desk."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from triage.cli.options import desk_options
from triage.cli.output import say
from triage.config.settings import Settings


@click.command()
@click.option(
    "--format",
    "wanted",
    type=click.Choice(["csv", "jsonl", "corpus", "label-studio"]),
    required=True,
    help="A table, JSON Lines, a labelled corpus, or tasks for Label Studio.",
)
@click.option("-o", "--output", "out", type=click.Path(path_type=Path), required=True, metavar="FILE")
@click.option("--overwrite", is_flag=True, help="Replace FILE.")
@desk_options
def export_command(desk: Settings, wanted: str, out: Path, overwrite: bool) -> None:
    r"""Write the decided cases to a file, without anything that tells who reported or decided.

    A corpus has the markers that moderators confirmed or struck, annotated for those alone: train and retrain read it.

    \b
    Examples:
      triage export --format corpus -o confirmed.jsonl
      triage export --format csv -o decided.csv
    """
    from triage.workflow.database import open_desk
    from triage.workflow.export import Format, export

    with open_desk(desk.db_url) as opened:
        count = export(opened, out, Format(wanted), overwrite=overwrite, by=desk.actor, now=datetime.now(UTC))
    say(f"{count} cases in {out}")
