"""`triage next`, `show`, `decide`, `extend`, `hand`, `release`: a moderator's work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from triage.cli.options import desk_options, json_option, read_time
from triage.cli.output import print_json, say
from triage.config.settings import Settings
from triage.domain.case import Review, Verdict

if TYPE_CHECKING:
    from triage.domain.case import Assignment
    from triage.domain.report import Report
    from triage.workflow.database import Desk
    from triage.workflow.review import CaseView

_SHOWN_REPORTS = 10
_CUT = 100


@click.command()
@click.option("--minutes", type=click.IntRange(1, 24 * 60), default=30, show_default=True, help="Length of the lease.")
@json_option
@desk_options
def next_command(desk: Settings, minutes: int, as_json: bool) -> None:
    r"""Lease the next case to yourself.

    No one else is given it while the lease lasts. Decide it with the token that is shown, or give it back with release.

    \b
    Example:
      triage next --as ann
    """
    from triage.config.desk import rules_for
    from triage.config.policy import load_policy
    from triage.workflow.database import open_desk
    from triage.workflow.review import claim

    now = datetime.now(UTC)
    every = load_policy(desk.home).drawn_every
    rules_for(desk.actor, desk.home)
    with open_desk(desk.db_url) as opened:
        got = claim(opened, desk.actor, now=now, drawn_every=every, lease=timedelta(minutes=minutes))
        print_leased(opened, got, now=now, as_json=as_json)
    if got is None:
        say("nothing is left: every open case is held by someone or put off until later")


@click.command()
@click.argument("case")
@click.option("--all", "show_all", is_flag=True, help=f"Every report, not only the first {_SHOWN_REPORTS}.")
@json_option
@desk_options
def show_command(desk: Settings, case: str, show_all: bool, as_json: bool) -> None:
    r"""Show one case: its reports, scores, evidence and decisions.

    The words that carry a marker stand out; of copies only the beginning is shown. A marker is a fact about style
    and framing; it does not say what is true.

    \b
    Example:
      triage show 12
    """
    from triage.workflow.database import open_desk
    from triage.workflow.review import show

    with open_desk(desk.db_url) as opened:
        most = None if show_all or as_json else _SHOWN_REPORTS
        view = show(opened, case, now=datetime.now(UTC), most_reports=most, viewer=desk.actor)
    if as_json:
        print_json(view)
    else:
        print_case(view)


@click.command()
@click.argument("case")
@click.argument("verdict", type=click.Choice([verdict.value for verdict in Verdict]))
@click.option("--reason", required=True, metavar="TEXT", help="Why: a word of the desk's list where it has one.")
@click.option("--token", required=True, help="The token of your lease, from triage next.")
@click.option("--note", default="", metavar="TEXT", help="For your colleagues.")
@click.option("--confirm", multiple=True, metavar="MARKER", help="A marker that is rightly found, or was missed.")
@click.option("--strike", multiple=True, metavar="MARKER", help="A marker that is wrongly found.")
@click.option("--lang", default="", metavar="CODE", help="The content's language, where the score has it wrong.")
@json_option
@desk_options
def decide_command(
    desk: Settings,
    case: str,
    verdict: str,
    reason: str,
    token: str,
    note: str,
    confirm: tuple[str, ...],
    strike: tuple[str, ...],
    lang: str,
    as_json: bool,
) -> None:
    r"""Decide a case that you hold, with a reason.

    The decision covers all reports of the case. It is on record from then on and is never edited. Repeating the command
    with the same token changes nothing.

    \b
    Example:
      triage decide 12 not_disinformation --reason "a quotation, marked as such" --token 12-1
    """
    from triage.config.desk import rules_for
    from triage.config.taxonomy import load_taxonomy
    from triage.workflow.database import open_desk
    from triage.workflow.review import Ruling, decide

    rules = rules_for(desk.actor, desk.home)
    ruling = Ruling(verdict=Verdict(verdict), reason=reason, note=note, confirmed=confirm, struck=strike, lang=lang)
    known = load_taxonomy(desk.home).markers if confirm or strike else ()
    with open_desk(desk.db_url) as opened:
        made = decide(
            opened,
            case,
            ruling,
            moderator=desk.actor,
            lease_token=token,
            known_markers=frozenset(known),
            now=datetime.now(UTC),
            rules=rules,
        )
    if as_json:
        print_json(made)
    else:
        click.echo(f"case {made.case}: {made.verdict} by {made.moderator}, decision {made.id}")


@click.command()
@click.argument("case")
@click.option("--token", help="The token of your lease; else your lease of this case, whichever it is.")
@click.option("--until", callback=read_time, metavar="TIME", help="Put the case off until then, in UTC.")
@desk_options
def release_command(desk: Settings, case: str, token: str | None, until: datetime | None) -> None:
    r"""Give a case back, at once or until later.

    \b
    Examples:
      triage release 12
      triage release 12 --until 2026-05-01
    """
    from triage.cli.entries import when
    from triage.workflow.database import open_desk
    from triage.workflow.leases import release

    with open_desk(desk.db_url) as opened:
        release(opened, case, moderator=desk.actor, lease_token=token, until=until, now=datetime.now(UTC))
    say(f"case {case} is put off until {when(until)}" if until else f"case {case} is free for others")


@click.command()
@click.argument("case")
@click.option("--minutes", type=click.IntRange(1, 24 * 60), default=30, show_default=True, help="From now on.")
@click.option("--token", help="The token of your lease; else your lease of this case, whichever it is.")
@json_option
@desk_options
def extend_command(desk: Settings, case: str, minutes: int, token: str | None, as_json: bool) -> None:
    r"""Hold a case for longer; its token stays.

    \b
    Example:
      triage extend 12 --minutes 60
    """
    from triage.cli.entries import when
    from triage.workflow.database import open_desk
    from triage.workflow.leases import extend

    lease = timedelta(minutes=minutes)
    with open_desk(desk.db_url) as opened:
        got = extend(opened, case, moderator=desk.actor, lease_token=token, now=datetime.now(UTC), lease=lease)
    if as_json:
        print_json(got)
    else:
        say(f"you hold case {got.case} until {when(got.expires_at)}")


@click.command()
@click.argument("case")
@click.argument("to")
@click.option("--token", help="The token of your lease; else your lease of this case, whichever it is.")
@json_option
@desk_options
def hand_command(desk: Settings, case: str, to: str, token: str | None, as_json: bool) -> None:
    r"""Hand a case that you hold on to another moderator.

    They get a lease with a token of its own; yours is over.

    \b
    Example:
      triage hand 12 bob
    """
    from triage.config.desk import rules_for
    from triage.workflow.database import open_desk
    from triage.workflow.leases import hand_on

    rules = rules_for(desk.actor, desk.home)
    with open_desk(desk.db_url) as opened:
        got = hand_on(opened, case, to, moderator=desk.actor, lease_token=token, rules=rules, now=datetime.now(UTC))
    if as_json:
        print_json(got)
    else:
        say(f"case {got.case} is with {got.moderator}, who decides it with --token {got.token}")


def print_leased(opened: Desk, got: Assignment | None, *, now: datetime, as_json: bool) -> None:
    """Print a case that was leased and how to decide it, or nothing where none was."""
    from triage.workflow.review import show

    if as_json:
        print_json(got)
    elif got:
        print_case(show(opened, got.case, now=now, most_reports=_SHOWN_REPORTS, viewer=got.moderator))
        say_how_to_decide(got)


def say_how_to_decide(got: Assignment) -> None:
    """Print the command that decides a leased case."""
    click.echo(f'\ndecide it with: triage decide {got.case} VERDICT --reason "..." --token {got.token}')


def print_case(view: CaseView) -> None:
    """Print one case: its reports, what models say of it, what was decided and what it waits for."""
    from triage.cli.entries import cut, marked, print_markers, visible, when

    held = f", held by {visible(view.holder)} until {when(view.expires_at)}" if view.holder and view.expires_at else ""
    click.echo(f"case {view.case}: {view.state}, open since {when(view.opened_at)}, urgency {view.urgency:.1f}{held}")
    score = view.scores[0] if view.scores else None
    for report in view.reports:
        is_content = report.id == view.content_report.id
        text = marked(report.text, score.evidence if score else ()) if is_content else cut(report.text, _CUT)
        _print_report(report, text)
    if view.reports_in_all > len(view.reports):
        click.echo(f"\n... and {view.reports_in_all - len(view.reports)} more reports; see them with: --all")
    for one in view.scores:
        click.echo(f"\nscored by {one.model}" + (f" (warnings: {', '.join(one.warnings)})" if one.warnings else ""))
        print_markers(one, view.content)
    _print_history(view)


def _print_history(view: CaseView) -> None:
    from triage.cli.entries import cut, visible, when

    if view.merged_into is not None:
        click.echo(f"\nit was merged into case {view.merged_into}")
    for one in view.regroupings:
        moved = f"{len(one.reports)} reports went from case {one.from_case} to case {one.to_case}"
        click.echo(f"\n{when(one.at)}: {one.act} by {visible(one.by)}: {moved}: {visible(one.reason)}")
    for made in view.decisions:
        undone = "undone: " if made.withdrawn else ""
        in_round = "" if made.review == Review.FIRST else f" ({made.review})"
        said = f"{undone}{made.verdict} by {visible(made.moderator)}{in_round}: {visible(made.reason)}"
        click.echo(f"\n{when(made.decided_at)}: {said}")
    for other in view.alike:
        about = f"{other.similarity:.2f}, {other.lang or '?'}): {cut(other.excerpt, 70)}"
        click.echo(f"\nmay mean the same as case {other.case} ({about}")
        click.echo(
            f"  if so: triage merge {view.case} {other.case}; if not: triage alike dismiss {view.case} {other.case}"
        )
    for asked in view.rounds:
        if asked.is_open:
            why = f": {visible(asked.reason)}" if asked.reason else ""
            click.echo(f"\nwaits for {asked.kind} since {when(asked.asked_at)}{why}")
    if view.is_blind:
        click.echo("\nwhat was decided is not shown while a second review waits")


def _print_report(report: Report, text: str) -> None:
    from triage.cli.entries import visible, when

    sender = f"reporter {report.reporter}" if report.reporter else "anonymous"
    click.echo(f"\nreport {visible(report.id)}, {report.channel}, {when(report.received_at)}, {sender}")
    for name in ("subject", "url", "claim", "title"):
        if value := getattr(report, name):
            click.echo(f"  {name}: {visible(value)}")
    if text:
        click.echo(text)
