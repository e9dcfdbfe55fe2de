"""`triage intake`: reports into the desk."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from triage.cli.options import (
    channel_option,
    desk_options,
    inputs_argument,
    json_option,
    map_option,
    rejects_option,
)
from triage.cli.output import print_json, progress, say
from triage.config.settings import Settings
from triage.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from triage.workflow.take_in import TakenIn


@click.command()
@inputs_argument
@map_option
@channel_option
@rejects_option
@json_option
@desk_options
def intake_command(
    desk: Settings,
    inputs: tuple[str, ...],
    mapping: dict[str, str],
    channel: str | None,
    rejects: Path,
    as_json: bool,
) -> None:
    r"""Take reports into the desk and print the account that adds up.

    Reports about the same content become one case. Rows that cannot be accepted are set aside, with place and reason,
    in a file named after the first input. A run that was cut short can be repeated: nothing is taken in twice.

    \b
    Examples:
      triage intake phone.jsonl forwarded.mbox pages/*.html
      triage intake form.csv --map subject=articleId --map claim=reason --channel web
    """
    from triage.cli.models import desk_model, desk_priority
    from triage.config.policy import load_policy
    from triage.domain.report import Channel
    from triage.intake.pseudonym import Pseudonymiser
    from triage.intake.read import read_reports
    from triage.intake.rejects import RejectsFile
    from triage.workflow.database import open_desk, pseudonym_key
    from triage.workflow.queue import refresh
    from triage.workflow.take_in import TakenIn, take_in

    policy = load_policy(desk.home)
    now = datetime.now(UTC)
    total = TakenIn()
    broken: InputError | None = None
    with open_desk(desk.db_url) as opened:
        pseudonymise = Pseudonymiser(pseudonym_key(opened, key=os.environ.get("TRIAGE_KEY"), home=desk.home))
        model, priority = desk_model(opened, desk), desk_priority(opened, desk)
        rows = read_reports(
            inputs,
            mapping=mapping,
            channel=Channel(channel) if channel else None,
            pseudonymise=pseudonymise,
            now=now,
        )
        with RejectsFile(rejects) as aside:
            try:
                for so_far in take_in(opened, progress(rows), reject=aside.write, by=desk.actor, now=now):
                    total = so_far
            except InputError as error:
                broken = error
        done = refresh(opened, policy, model, now=now, only_changed=True, priority=priority)
        for _ in progress(done, unit="batches"):
            pass
    _report(total, rejects if total.account.rejected else None, as_json=as_json)
    if broken:
        raise broken
    if not total.account.accepted and not total.account.duplicate:
        raise InputError(_nothing(total, rejects))


def _report(total: TakenIn, rejects: Path | None, *, as_json: bool) -> None:
    account = total.account
    counts = {
        "read": account.read,
        "accepted": account.accepted,
        "duplicate": account.duplicate,
        "rejected": account.rejected,
        "blank": account.blank,
        "cases_new": total.cases_new,
    }
    if as_json:
        print_json({**counts, "rejects_file": str(rejects) if rejects else None})
        return
    click.echo(
        f"read {account.read} = accepted {account.accepted} + duplicate {account.duplicate} + "
        f"rejected {account.rejected} + blank {account.blank}"
    )
    click.echo(f"{total.cases_new} new cases")
    if rejects:
        say(f"{account.rejected} rows were set aside with their reasons in {rejects}")


def _nothing(total: TakenIn, rejects: Path) -> str:
    account = total.account
    if account.rejected:
        return f"nothing was taken in: all {account.rejected} rows were rejected; the reasons are in {rejects}"
    return f"nothing was taken in: {account.blank} blank rows and no others"
