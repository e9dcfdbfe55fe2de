"""`triage score`: files of any size, offline."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from triage.cli.options import desk_options, inputs_argument, json_option, map_option, rejects_option
from triage.cli.output import account_counts, account_line, print_json, progress, say, say_rejects
from triage.config.settings import Settings
from triage.domain.report import Account
from triage.errors import InputError, NotFound


@click.command()
@inputs_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="OUT",
    help="The scores: .jsonl, .csv or .parquet.",
)
@click.option("--overwrite", is_flag=True, help="Replace an output that exists.")
@map_option
@rejects_option
@json_option
@desk_options
def score_command(
    desk: Settings,
    inputs: tuple[str, ...],
    output: Path,
    overwrite: bool,
    mapping: dict[str, str],
    rejects: Path,
    as_json: bool,
) -> None:
    r"""Score any number of files offline, in flat memory.

    One text a row, in input order, every marker of the model in every row. The output appears whole at the end or not
    at all; rows that cannot be read are set aside with place and reason.

    \b
    Examples:
      triage score archive-*.jsonl.gz -o scores.jsonl
      triage score posts.csv -o scores.csv --map text=body --model models/markers-1
    """
    from triage.cli.models import model_of
    from triage.exchange.scores import open_scores
    from triage.intake.pseudonym import Pseudonymiser, key_from
    from triage.intake.read import read_reports
    from triage.intake.rejects import RejectsFile
    from triage.workflow.score_files import score_files

    model = model_of(desk)
    if model is None:
        raise NotFound("there is no model to score with; train one with triage train, or name one with --model")
    rows = read_reports(
        inputs,
        mapping=mapping,
        channel=None,
        pseudonymise=Pseudonymiser(key_from(inputs)),
        now=datetime.now(UTC),
    )
    account = Account()
    with RejectsFile(rejects) as aside, open_scores(output, model.markers, overwrite=overwrite) as scores:
        for so_far in score_files(progress(rows), model=model, write=scores.write, reject=aside.write):
            account = so_far
        if not account.accepted:
            raise InputError(f"nothing was scored: {account_line(account)}")
    if as_json:
        print_json({"output": str(output), "model": model.id, **account_counts(account)})
    say(f"{account_line(account)}; scores of {model.id} in {output}")
    say_rejects(account, rejects)
