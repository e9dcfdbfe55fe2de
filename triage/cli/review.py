"""`triage review`, `escalate`, `undo`, `appeal`: the rounds after the first decision."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

from triage.cli.options import desk_options, json_option
from triage.cli.output import print_json, say
from triage.config.settings import Settings
from triage.domain.case import Review

_KINDS = [kind for kind in Review if kind != Review.FIRST]
_reason = click.option("--reason", required=True, metavar="TEXT", help="Why; it stays on record.")


@click.command()
@click.option("--round", "kind", type=click.Choice([kind.value for kind in _KINDS]), help="Only cases of this round.")
@click.option("--minutes", type=click.IntRange(1, 24 * 60), default=30, show_default=True, help="Length of the lease.")
@json_option
@desk_options
def review_command(desk: Settings, kind: str | None, minutes: int, as_json: bool) -> None:
    r"""Lease the next case that waits for a second look, adjudication, an appeal or a senior.

    You are never given a case that you decided before or sent into review. In a second review you do not see the first
    verdict. Decide it with the token that is shown, as any other case.

    \b
    Examples:
      triage review --as bob
      triage review --round appeal
    """
    from triage.cli.desk import print_leased
    from triage.config.desk import rules_for
    from triage.workflow.database import open_desk
    from triage.workflow.review import claim_round

    rules = rules_for(desk.actor, desk.home)
    now = datetime.now(UTC)
    kinds = [Review(kind)] if kind else _KINDS
    with open_desk(desk.db_url) as opened:
        got = claim_round(opened, desk.actor, kinds, rules=rules, now=now, lease=timedelta(minutes=minutes))
        print_leased(opened, got, now=now, as_json=as_json)
    if got is None:
        say("nothing waits for you: a review goes to someone who has not decided the case")


@click.command()
@click.argument("case")
@_reason
@click.option("--token", help="The token of your lease; else your lease of this case, whichever it is.")
@desk_options
def escalate_command(desk: Settings, case: str, reason: str, token: str | None) -> None:
    r"""Hand a case that you hold up to a senior.

    Seniors are named in triage.toml, [desk] seniors; where none are, anyone else takes it with triage review.

    \b
    Example:
      triage escalate 12 --reason "names a minor"
    """
    from triage.workflow.database import open_desk
    from triage.workflow.reconsider import escalate

    with open_desk(desk.db_url) as opened:
        escalate(opened, case, moderator=desk.actor, lease_token=token, reason=reason, now=datetime.now(UTC))
    say(f"case {case} waits for a senior: triage review --round escalation")


@click.command()
@click.argument("case")
@_reason
@json_option
@desk_options
def undo_command(desk: Settings, case: str, reason: str, as_json: bool) -> None:
    r"""Undo the newest decision of a case and hold it to decide anew.

    You can undo what you decided; seniors (triage.toml, [desk] seniors) can undo any decision. It stays on record,
    and the next decision supersedes it.

    \b
    Example:
      triage undo 12 --reason "I took it for another post"
    """
    from triage.cli.desk import say_how_to_decide
    from triage.config.desk import rules_for
    from triage.workflow.database import open_desk
    from triage.workflow.reconsider import undo

    rules = rules_for(desk.actor, desk.home)
    with open_desk(desk.db_url) as opened:
        got = undo(opened, case, moderator=desk.actor, reason=reason, rules=rules, now=datetime.now(UTC))
    if as_json:
        print_json(got)
    elif got:
        say_how_to_decide(got)
    else:
        say(f"case {case} waits to be decided anew by someone who has not decided it")


@click.command()
@click.argument("case")
@click.option("--party", required=True, type=click.Choice(["publisher", "reporter"]), help="Who appeals.")
@click.option("--report", metavar="ID", help="The report of the reporter who appeals.")
@_reason
@desk_options
def appeal_command(desk: Settings, case: str, party: str, report: str | None, reason: str) -> None:
    r"""Put an appeal against a decision on record.

    It is decided, by triage review --round appeal, by someone who did not decide the case before.

    \b
    Examples:
      triage appeal 12 --party publisher --reason "the quotation is marked in the original"
      triage appeal 12 --party reporter --report a17 --reason "the source was not looked at"
    """
    from triage.config.desk import load_rules
    from triage.workflow.database import open_desk
    from triage.workflow.reconsider import Party, appeal

    with open_desk(desk.db_url) as opened:
        appeal(
            opened,
            case,
            party=Party(party),
            reason=reason,
            report=report,
            by=desk.actor,
            rules=load_rules(desk.home),
            now=datetime.now(UTC),
        )
    say(f"the appeal against case {case} is on record; it waits for: triage review --round appeal")
