"""`triage queue`: the open cases in review order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from triage.cli.options import desk_options, json_option, top_option
from triage.cli.output import print_json, progress, say
from triage.config.settings import Settings

if TYPE_CHECKING:
    from triage.workflow.entry import Entry

_AGES_AFTER = timedelta(hours=24)


@click.group(invoke_without_command=True)
@top_option
@click.option("--why", "case", metavar="CASE", help="The reasons of one case: the parts of its urgency, the evidence.")
@json_option
@desk_options
@click.pass_context
def queue_command(ctx: click.Context, desk: Settings, top: int, case: str | None, as_json: bool) -> None:
    r"""Show the open cases in review order, with the parts of each urgency.

    One place in twenty goes to a case drawn by lot, and says so: it shows what the order misses. Cases that were put
    off until later are left out.

    \b
    Examples:
      triage queue --top 50
      triage queue --why 12
      triage queue refresh
    """
    if ctx.invoked_subcommand:
        ctx.default_map = {ctx.invoked_subcommand: {name: ctx.params[name] for name in ("db_url", "actor", "model")}}
        return
    from triage.cli.entries import print_entries, print_why
    from triage.config.policy import load_policy
    from triage.workflow.database import open_desk
    from triage.workflow.queue import read_queue, why

    now = datetime.now(UTC)
    with open_desk(desk.db_url) as opened:
        if case is not None:
            entry, content = why(opened, case, now=now)
            if as_json:
                print_json([entry])
            else:
                print_why(entry, content)
            return
        entries = read_queue(opened, load_policy(desk.home), top=top, now=now)
    if as_json:
        print_json(entries)
    elif entries:
        print_entries(entries)
        _say_age(entries, now)
    else:
        say("no case is open")


@queue_command.command("refresh")
@desk_options
def refresh_command(desk: Settings) -> None:
    r"""Score what the active model has not scored and rank every open case as of now.

    Taking reports in does this for the cases that they change; run it to let the others age, or after a change of
    model or policy.

    \b
    Example:
      triage queue refresh
    """
    from triage.cli.models import desk_model, desk_priority
    from triage.config.policy import load_policy
    from triage.workflow.database import open_desk
    from triage.workflow.queue import refresh

    policy = load_policy(desk.home)
    scored = ranked = 0
    with open_desk(desk.db_url) as opened:
        model = desk_model(opened, desk)
        priority = desk_priority(opened, desk)
        done = refresh(opened, policy, model, now=datetime.now(UTC), only_changed=False, priority=priority)
        for so_far in progress(done, unit="batches"):
            scored, ranked = so_far
    say(f"scored {scored} cases" if model else "no model is active, so nothing was scored")
    say(f"ranked {ranked} cases")


def _say_age(entries: list[Entry], now: datetime) -> None:
    oldest = min((one.ranked_at for one in entries if one.ranked_at), default=now)
    if now - oldest >= _AGES_AFTER:
        say(f"some were ranked {(now - oldest) // timedelta(hours=1)} hours ago; rank anew with: triage queue refresh")
