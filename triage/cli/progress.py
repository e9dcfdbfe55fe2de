"""`triage stopping` and `triage agreement`: whether enough was seen, and how far moderators agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from triage.cli.options import desk_options, json_option
from triage.cli.output import print_json, print_table
from triage.config.settings import Settings

if TYPE_CHECKING:
    from triage.rank.drift import Change


@click.command()
@click.option("--recall", type=click.FloatRange(0.5, 0.999), default=0.95, show_default=True, help="The share wanted.")
@click.option("--confidence", type=click.FloatRange(0.5, 0.999), default=0.95, show_default=True, help="How sure.")
@json_option
@desk_options
def stopping_command(desk: Settings, recall: float, confidence: float, as_json: bool) -> None:
    r"""Say whether the cases still open may be left.

    Tests whether so few upheld cases among the latest could be seen if the wanted share of all upheld cases had not
    been seen yet (Callaghan and Müller-Hansen 2020). It counts cases in the order of their first decisions.

    \b
    Examples:
      triage stopping
      triage stopping --recall 0.9 --json
    """
    from dataclasses import asdict

    from triage.workflow.database import open_desk
    from triage.workflow.progress import desk_stopping

    with open_desk(desk.db_url) as opened:
        said = desk_stopping(opened, recall=recall, confidence=confidence)
    if as_json:
        print_json({**asdict(said), "recall": recall, "confidence": confidence})
        return
    click.echo(f"{said.seen} of {said.total} cases seen, {said.upheld} upheld; at most {said.missing} more are likely")
    click.echo(f"risk that fewer than {recall:.0%} of the upheld cases were seen: {said.risk:.3f}")
    click.echo("the rest may be left" if said.may_stop else "go on")


@click.command()
@json_option
@desk_options
def agreement_command(desk: Settings, as_json: bool) -> None:
    r"""Say how far moderators agree on cases that two or more judged.

    Krippendorff's alpha: 1 is full agreement, 0 what chance gives. Each moderator is shown with the cases shared with
    others, the share of the others that said the same, and whether that has moved: the share of cases in which half of
    the others said the same, in the older and the newer half of the shared cases.

    \b
    Examples:
      triage agreement
      triage agreement --db desk.db --json
    """
    from triage.workflow.database import open_desk
    from triage.workflow.progress import desk_agreement

    with open_desk(desk.db_url) as opened:
        said = desk_agreement(opened)
    if as_json:
        print_json(
            {
                "cases": said.cases,
                "alpha": said.alpha,
                "moderators": {
                    name: {"cases": n, "same": share, "drift": said.drift.get(name)}
                    for name, (n, share) in said.moderators.items()
                },
            }
        )
        return
    known = "cannot be told, all verdicts are the same" if said.alpha is None else f"{said.alpha:.3f}"
    click.echo(f"Krippendorff's alpha over {said.cases} cases: {known}")
    print_table(
        ["moderator", "cases", "same", "older half", "newer half", "by chance"],
        [
            [name, str(cases), f"{share:.3f}", *_moved(said.drift.get(name))]
            for name, (cases, share) in said.moderators.items()
        ],
    )


def _moved(change: Change | None) -> list[str]:
    """Return how a moderator's share has moved between the halves, and the probability that chance alone did it."""
    return [f"{change.before:.3f}", f"{change.since:.3f}", f"{change.p:.2g}"] if change else ["", "", ""]
