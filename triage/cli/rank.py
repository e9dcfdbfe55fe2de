"""`triage rank`: a file of reports in review order, without a database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from triage.cli.options import (
    channel_option,
    desk_options,
    inputs_argument,
    json_option,
    map_option,
    read_time,
    rejects_option,
    seed_option,
    top_option,
)
from triage.cli.output import account_line, print_json, progress, say, say_rejects
from triage.config.settings import Settings


@click.command()
@inputs_argument
@top_option
@click.option("--now", callback=read_time, metavar="TIME", help="The time at which ages are counted; else the present.")
@map_option
@channel_option
@rejects_option
@seed_option
@json_option
@desk_options
def rank_command(
    desk: Settings,
    inputs: tuple[str, ...],
    top: int,
    now: datetime | None,
    mapping: dict[str, str],
    channel: str | None,
    seed: int,
    rejects: Path,
    as_json: bool,
) -> None:
    r"""Rank a file of reports without a database.

    Reports about the same content become one case, named after its earliest report. The same input, seed and --now give
    the same order. Reporters get pseudonyms from a key that is thrown away. With no model the order comes from reach,
    age and what the reports say.

    \b
    Examples:
      triage rank reports.jsonl --top 50
      triage rank form.csv --map subject=articleId --map claim=reason --json
    """
    from triage.cli.entries import print_entries
    from triage.cli.models import model_line, model_of
    from triage.config.policy import load_policy
    from triage.intake.pseudonym import Pseudonymiser, key_from
    from triage.intake.read import read_reports
    from triage.intake.rejects import RejectsFile
    from triage.workflow.rank_files import rank_files

    policy = load_policy(desk.home)
    model = model_of(desk)
    now = now or datetime.now(UTC)
    rows = read_reports(inputs, mapping=mapping, channel=channel, pseudonymise=Pseudonymiser(key_from(inputs)), now=now)
    with RejectsFile(rejects) as aside:
        ranked = rank_files(progress(rows), model=model, policy=policy, now=now, seed=seed, top=top, reject=aside.write)
    if as_json:
        print_json(ranked.entries)
    else:
        print_entries(ranked.entries)
    say(f"{account_line(ranked.account)}; {ranked.cases} cases")
    say_rejects(ranked.account, rejects)
    say(model_line(model) if model else "no model scored them: train one with triage train, or name one with --model")
