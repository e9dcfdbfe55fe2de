"""`triage split`, `merge`, `assess`: what belongs to a case, and how much harm it could do."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from triage.cli.options import desk_options, json_option
from triage.cli.output import print_json, print_table, say
from triage.config.settings import Settings

_reason = click.option("--reason", required=True, metavar="TEXT", help="Why; it stays on record.")


@click.command()
@click.argument("case")
@click.argument("reports", nargs=-1, required=True, metavar="REPORT...")
@_reason
@json_option
@desk_options
def split_command(desk: Settings, case: str, reports: tuple[str, ...], reason: str, as_json: bool) -> None:
    r"""Move reports of a case into a new one.

    The new case is open. Later copies of what was moved join it.

    \b
    Example:
      triage split 12 a17 a19 --reason "another video under the same address"
    """
    from triage.workflow.cases import split
    from triage.workflow.database import open_desk

    with open_desk(desk.db_url) as opened:
        number = split(opened, case, reports, by=desk.actor, reason=reason, now=datetime.now(UTC))
    if as_json:
        print_json({"from": case, "case": number, "reports": len(set(reports))})
    else:
        say(
            f"{len(set(reports))} reports went from case {case} to the new case {number}; rank it: triage queue refresh"
        )


@click.command()
@click.argument("case")
@click.argument("into")
@_reason
@json_option
@desk_options
def merge_command(desk: Settings, case: str, into: str, reason: str, as_json: bool) -> None:
    r"""Move all reports of an open case into another.

    If the other is decided, its decision covers them.

    \b
    Example:
      triage merge 14 12 --reason "the same claim with another picture"
    """
    from triage.workflow.cases import merge
    from triage.workflow.database import open_desk

    with open_desk(desk.db_url) as opened:
        moved = merge(opened, case, into, by=desk.actor, reason=reason, now=datetime.now(UTC))
    if as_json:
        print_json({"case": into, "merged": case, "reports": moved})
    else:
        say(f"{moved} reports went from case {case} to case {into}; rank it: triage queue refresh")


@click.command()
@click.argument("case")
@click.option("--yes", multiple=True, metavar="QUESTION", help="A question answered yes; those not named are no.")
@click.option("--partly", multiple=True, metavar="QUESTION", help="A question answered partly: half of its weight.")
@click.option("--questions", is_flag=True, help="Print the questions and change nothing.")
@json_option
@desk_options
def assess_command(
    desk: Settings, case: str, yes: tuple[str, ...], partly: tuple[str, ...], questions: bool, as_json: bool
) -> None:
    r"""Answer the harm checklist for a case.

    Five questions: fragmentation, actionability, believability, spread, exploitativeness. What they weigh stands in
    triage.toml; the answers, weighed, are the case's harm in its urgency. The newest answers count.

    \b
    Examples:
      triage assess 12 --questions
      triage assess 12 --yes actionability --partly spread
    """
    from triage.config.policy import load_policy
    from triage.rank.harm import QUESTIONS
    from triage.workflow.cases import assess
    from triage.workflow.database import open_desk

    weights = load_policy(desk.home).harm_questions
    if questions:
        rows = [[name, f"{weights[name]:g}", question] for name, question in QUESTIONS.items()]
        print_table(["question", "weight", "asks"], rows)
        return
    both = sorted(set(yes) & set(partly))
    if both:
        raise click.UsageError(f"{both[0]} is answered both yes and partly")
    answers = {**dict.fromkeys(yes, "yes"), **dict.fromkeys(partly, "partly")}
    with open_desk(desk.db_url) as opened:
        harm = assess(opened, case, answers, weights=weights, by=desk.actor, now=datetime.now(UTC))
    if as_json:
        print_json({"case": case, "harm": harm})
    else:
        say(f"the harm of case {case} is {harm:.2f}; rank it: triage queue refresh")
