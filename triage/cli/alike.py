"""`triage alike`: cases that seem to mean the same, in whatever language."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from triage.cli.options import desk_options, json_option, top_option
from triage.cli.output import print_json, print_table, progress, say
from triage.config.settings import Settings


@click.group(invoke_without_command=True)
@top_option
@json_option
@desk_options
@click.pass_context
def alike_command(ctx: click.Context, desk: Settings, top: int, as_json: bool) -> None:
    r"""Show pairs of open cases that seem to mean the same, in whatever language.

    A suggestion, no more: whether two cases belong together says a person, with triage merge, or triage alike dismiss.

    \b
    Examples:
      triage alike find
      triage alike
      triage alike dismiss 14 12 --reason "another bridge"
    """
    if ctx.invoked_subcommand:
        ctx.default_map = {ctx.invoked_subcommand: {name: ctx.params[name] for name in ("db_url", "actor", "model")}}
        return
    from triage.cli.entries import cut
    from triage.workflow.alike import read_alike
    from triage.workflow.database import open_desk

    with open_desk(desk.db_url) as opened:
        pairs = read_alike(opened, top=top)
    if as_json:
        print_json(pairs)
        return
    if not pairs:
        say("no pair is known; look for some with: triage alike find")
        return
    rows = [
        [f"{pair.similarity:.2f}" if at == 0 else "", one.case, one.lang or "?", cut(one.excerpt, 80)]
        for pair in pairs
        for at, one in enumerate(pair.cases)
    ]
    print_table(["alike", "case", "lang", "about"], rows)


@alike_command.command("find")
@desk_options
def find_command(desk: Settings) -> None:
    r"""Look which open cases seem to mean the same; only what is new is looked at.

    Needs the extra semantic, which reads fifteen languages. Nothing leaves this machine.

    \b
    Example:
      triage alike find
    """
    from triage.workflow.alike import find_alike, read_alike
    from triage.workflow.database import open_desk

    read = compared = 0
    with open_desk(desk.db_url) as opened:
        for so_far in progress(find_alike(opened, now=datetime.now(UTC)), unit="batches"):
            read, compared = so_far
        pairs = len(read_alike(opened, top=10**6))
    say(f"read {read} cases, compared {compared}; {pairs} pairs wait for a person: triage alike")


@alike_command.command("dismiss")
@click.argument("case")
@click.argument("other")
@click.option("--reason", required=True, metavar="TEXT", help="Why; it stays on record.")
@desk_options
def dismiss_command(desk: Settings, case: str, other: str, reason: str) -> None:
    r"""Say that two cases do not mean the same; they are not suggested again.

    \b
    Example:
      triage alike dismiss 14 12 --reason "another bridge"
    """
    from triage.workflow.alike import dismiss
    from triage.workflow.database import open_desk

    with open_desk(desk.db_url) as opened:
        dismiss(opened, case, other, by=desk.actor, reason=reason, now=datetime.now(UTC))
    say(f"cases {case} and {other} are not suggested again")
