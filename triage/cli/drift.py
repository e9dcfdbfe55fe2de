"""`triage drift`: how stale the active model is."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from triage.cli.options import desk_options, json_option, read_time
from triage.cli.output import print_json, print_table
from triage.config.settings import Settings
from triage.errors import NotFound

if TYPE_CHECKING:
    from triage.rank.drift import Change
    from triage.workflow.drift import Drift

_SHOWN = 10


@click.command()
@click.option("--days", type=click.FloatRange(min=0.1), default=14.0, show_default=True, help="How long recent is.")
@click.option("--now", callback=read_time, metavar="TIME", help="Take it for now; else the clock.")
@json_option
@desk_options
def drift_command(desk: Settings, days: float, now: datetime | None, as_json: bool) -> None:
    r"""Say how stale the active model is, and when retraining is due.

    Compares the texts received in the last days with those received before the model was promoted: the population
    stability index of each marker's scores, the share of words that are new to the model, of texts that it cannot score
    reliably, of markers that moderators strike, and how far moderators agree.

    \b
    Examples:
      triage drift
      triage drift --days 30 --json
    """
    from triage.workflow.database import open_desk
    from triage.workflow.drift import drift
    from triage.workflow.models import resolve

    with open_desk(desk.db_url) as opened:
        folder = resolve(desk.model, active=opened.active_model(), shelf=desk.models)
        if folder is None:
            raise NotFound("there is no model, so nothing can drift; see: triage model list")
        found = drift(opened, folder, days=days, now=now or datetime.now(UTC))
    if as_json:
        print_json({**asdict(found), "retrain": bool(found.due)})
        return
    _print(found)


def _print(found: Drift) -> None:
    of = "before its promotion" if found.before_promotion else "before that"
    click.echo(f"{found.model}: {found.recent} texts since {found.since:%Y-%m-%d}, {found.reference} received {of}")
    if found.scores:
        worst = sorted(found.scores.items(), key=lambda one: -one[1].psi)[:_SHOWN]
        rows = [[name, f"{shift.psi:.3f}", f"{shift.by_chance:.3f}"] for name, shift in worst]
        print_table(["scores of", "PSI", "by chance"], rows)
    else:
        click.echo("too few scored texts on one side to compare scores and words")
    for name, change in (
        ("words new to the model", found.new_words),
        ("texts without a reliable score", found.unreliable),
        ("markers struck", found.struck),
    ):
        if change:
            click.echo(f"{name}: {_said(change)}")
    sides = {name: "cannot be told" if value is None else f"{value:.3f}" for name, value in found.agreement.items()}
    click.echo(f"agreement (alpha): before {sides['before']}, since {sides['since']}")
    for reason in found.due:
        click.echo(f"retraining is due: {reason}")
    if not found.due:
        click.echo("retraining is not due")


def _said(change: Change) -> str:
    return f"{change.before:.1%} before, {change.since:.1%} since (p {change.p:.2g})"
