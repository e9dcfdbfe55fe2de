"""`triage retrain` and `triage model`: candidates, and which model is active."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from triage.cli.options import desk_options, json_option, seed_option
from triage.cli.output import print_json, print_table, say
from triage.config.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage.domain.model import Promotion

_reason = click.option("--reason", default="", metavar="TEXT", help="Why; stays on record.")


@click.command()
@click.option(
    "--labels",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    metavar="CORPUS",
    help="New labelled articles; may be given more than once.",
)
@click.option("--jobs", type=click.IntRange(min=1), help="Processes; else one a core.")
@seed_option
@json_option
@desk_options
def retrain_command(desk: Settings, labels: tuple[Path, ...], jobs: int | None, seed: int, as_json: bool) -> None:
    r"""Fit a candidate from the active model's corpora and new labels.

    The candidate is compared with the active model on the same held-out articles and stored under its id in
    TRIAGE_HOME/models. It becomes active only when someone promotes it.

    \b
    Examples:
      triage retrain --labels confirmed.jsonl
      triage retrain --labels confirmed.jsonl --model models/first --json
    """
    from triage.config.taxonomy import load_taxonomy
    from triage.errors import NotFound
    from triage.workflow.models import resolve
    from triage.workflow.retrain import retrain

    active = resolve(desk.model, active=_promoted(desk)[0], shelf=desk.models)
    if active is None:
        raise NotFound("no model is active; train one with triage train and promote it, or name one with --model")
    made = retrain(active, labels, desk.models, load_taxonomy(desk.home), now=datetime.now(UTC), seed=seed, jobs=jobs)
    if as_json:
        print_json({"model": made.model.id, "folder": str(made.folder), "comparison": made.comparison})
        return
    click.echo(f"{made.model.id} in {made.folder}, from {made.model.manifest['articles']} articles")
    print_comparison(made.comparison)
    say(f"make it active with: triage model promote {made.model.id}")


@click.group()
def model_command() -> None:
    r"""List, show, compare, promote and roll back models.

    \b
    Examples:
      triage model list
      triage model promote markers-0123456789ab --reason "better on Russian"
      triage model rollback --reason "too many false alarms"
    """


@model_command.command("list")
@json_option
@desk_options
def list_command(desk: Settings, as_json: bool) -> None:
    r"""List the stored models, the active one marked.

    \b
    Example:
      triage model list --json
    """
    from triage.workflow.models import stored_models

    active, promoted = _promoted(desk)
    models = [
        {
            "id": model.id,
            "state": "refused" if model.refused else _state(model.id, active, promoted),
            "trained_at": model.manifest.get("times", {}).get("trained_at"),
            "articles": model.manifest.get("articles"),
            "languages": list(model.manifest.get("languages", ())),
            "refused": model.refused or None,
        }
        for model in stored_models(desk.models)
    ]
    if as_json:
        print_json(models)
        return
    print_table(
        ["model", "state", "trained", "articles", "languages"],
        [
            [
                str(one["id"]),
                str(one["state"]),
                str(one["trained_at"] or "")[:16],
                str(one["articles"] or ""),
                " ".join(map(str, one["languages"] or ())),
            ]
            for one in models
        ],
    )
    for one in models:
        if one["refused"]:
            say(str(one["refused"]))


@model_command.command("show")
@click.argument("name", metavar="ID_OR_FOLDER")
@json_option
@desk_options
def show_command(desk: Settings, name: str, as_json: bool) -> None:
    r"""Show a model's card; with --json its manifest.

    \b
    Example:
      triage model show markers-0123456789ab
    """
    from triage.learn.artefact import read_card, read_manifest
    from triage.workflow.models import find

    folder = find(name, desk.models)
    if as_json:
        print_json(read_manifest(folder))
    else:
        click.echo(read_card(folder))


@model_command.command("compare")
@click.argument("name", metavar="ID_OR_FOLDER")
@json_option
@desk_options
def compare_command(desk: Settings, name: str, as_json: bool) -> None:
    r"""Show how a candidate did beside the model that was active when it was made.

    Both were judged on the same held-out articles.

    \b
    Example:
      triage model compare markers-0123456789ab
    """
    from triage.errors import NotFound
    from triage.learn.artefact import read_manifest
    from triage.workflow.models import find

    manifest = read_manifest(find(name, desk.models))
    if "comparison" not in manifest:
        raise NotFound(f"{manifest['id']} was never compared; a candidate made by triage retrain is")
    if as_json:
        print_json(manifest["comparison"])
    else:
        print_comparison(manifest["comparison"])


@model_command.command("promote")
@click.argument("name", metavar="ID_OR_FOLDER")
@_reason
@json_option
@desk_options
def promote_command(desk: Settings, name: str, reason: str, as_json: bool) -> None:
    r"""Make a stored model the active one.

    Refused without a stated reason where it is worse than the active model or was never compared with it.

    \b
    Example:
      triage model promote markers-0123456789ab --as ana
    """
    from triage.workflow.database import open_desk
    from triage.workflow.promote import promote

    with open_desk(desk.db_url) as opened:
        made = promote(opened, name, shelf=desk.models, by=desk.actor, reason=reason, now=datetime.now(UTC))
    _show_act(made, as_json=as_json)


@model_command.command("rollback")
@_reason
@json_option
@desk_options
def rollback_command(desk: Settings, reason: str, as_json: bool) -> None:
    r"""Go back to the model that was active before.

    \b
    Example:
      triage model rollback --reason "misses Spanish"
    """
    from triage.workflow.database import open_desk
    from triage.workflow.promote import rollback

    with open_desk(desk.db_url) as opened:
        made = rollback(opened, shelf=desk.models, by=desk.actor, reason=reason, now=datetime.now(UTC))
    _show_act(made, as_json=as_json)


def print_comparison(comparison: Mapping[str, Any]) -> None:
    """Print what a candidate gains over the active model, by level and metric."""
    from triage.learn.card import figure

    for level, gains in comparison["levels"].items():
        click.echo(f"\n{level}s:")
        rows = [
            [metric, figure(gain["active"]), figure(gain["candidate"]), figure(gain["gain"]), _interval(gain)]
            for metric, gain in gains.items()
        ]
        print_table(["", "active", "candidate", "gain", "95 %"], rows)
    if comparison["worse"]:
        click.echo(f"\nworse by more than noise: {', '.join(comparison['worse'])}")


def _interval(gain: Mapping[str, Any]) -> str:
    from triage.learn.card import figure

    return " to ".join(figure(bound) for bound in gain["interval"]) if "interval" in gain else ""


def _show_act(made: Promotion, *, as_json: bool) -> None:
    if as_json:
        print_json(made)
    else:
        click.echo(f"active: {made.model or 'none'}" + (f", in place of {made.replaced}" if made.replaced else ""))


def _promoted(desk: Settings) -> tuple[str | None, set[str]]:
    """Return the active model's id and those of all that ever were, none where there is no desk."""
    from triage.workflow.database import is_there, open_desk
    from triage.workflow.promote import history

    if not is_there(desk.db_url):
        return None, set()
    with open_desk(desk.db_url) as opened:
        made = history(opened)
    return (made[-1].model if made else None), {one.model for one in made if one.model}


def _state(model: str, active: str | None, promoted: set[str]) -> str:
    if model == active:
        return "active"
    return "retired" if model in promoted else "candidate"
