"""`triage label-errors`: labels worth a second look."""

from __future__ import annotations

from pathlib import Path

import click

from triage.cli.options import json_option, seed_option, top_option
from triage.cli.output import print_json, print_table, say


@click.command(name="label-errors")
@click.argument("table", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--label", required=True, metavar="COLUMN", help="The column that says 1 or 0.")
@top_option
@seed_option
@json_option
def label_errors_command(table: Path, label: str, top: int, seed: int, as_json: bool) -> None:
    r"""List the labels that all other rows speak against the most.

    The table has the columns id and text and one of 1 and 0. A row's confidence is the probability of its own label by
    a model that has learnt from other rows alone: a low one is a reason to look again, no verdict.

    \b
    Examples:
      triage label-errors decided.csv --label upheld
      triage label-errors decided.csv --label upheld --top 100 --json
    """
    from triage.workflow.label_errors import label_errors
    from triage.workflow.simulate import read_replay

    replayed = read_replay(table, label)
    shown = label_errors(replayed, seed=seed)[:top]
    if as_json:
        print_json(shown)
    else:
        print_table(["id", label, "confidence"], [[one.id, str(one.label), f"{one.confidence:.3f}"] for one in shown])
    say(f"{len(shown)} of {len(replayed.ids)} rows")
