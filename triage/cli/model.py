"""`triage retrain` and `triage model`: candidates, and which model is active."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from triage.cli.options import desk_options, json_option, seed_option
from triage.cli.output import print_json, print_table, say
from triage.config.settings import Settings
from triage.domain.model import Kind
from triage.errors import NotEnoughLabels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage.domain.model import Promotion
    from triage.workflow.database import Desk

_SHOWN_SLICES = 12
_reason = click.option("--reason", default="", metavar="TEXT", help="Why; stays on record.")
_kind = click.option(
    "--kind", type=click.Choice([kind.value for kind in Kind]), help="Which of the two; else the one promoted last."
)


@click.command()
@click.option(
    "--labels",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="CORPUS",
    help="New labelled articles; may be given more than once.",
)
@click.option("--only", type=click.Choice([kind.value for kind in Kind]), help="Fit one of the two models alone.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes; else one a core.")
@seed_option
@json_option
@desk_options
def retrain_command(
    desk: Settings, labels: tuple[Path, ...], only: str | None, jobs: int | None, seed: int, as_json: bool
) -> None:
    r"""Fit candidates from the desk's decisions and from new labels.

    The priority model learns from decisions which cases moderators uphold. The marker model is fitted anew on the
    active one's corpora, new labels, and the markers that moderators confirmed or struck. Each candidate is compared
    with the active model and stored under its id in TRIAGE_HOME/models. It becomes active only when someone promotes
    it. What it was trained on is kept as a snapshot, from which triage model rebuild fits it again.

    \b
    Examples:
      triage retrain
      triage retrain --labels confirmed.jsonl
      triage retrain --only priority --json
    """
    from triage.errors import NotFound

    if labels and only == Kind.PRIORITY:
        raise click.UsageError("--labels are labels of markers; the priority model learns from decisions alone")
    with _desk_if_any(desk) as opened:
        if opened is None and only == Kind.PRIORITY:
            raise NotFound("there is no desk to learn from; create one with: triage db init")
        idle: list[str] = []
        printed: dict[str, Any] = {}
        if only != Kind.PRIORITY:
            printed |= _retrain_markers(desk, opened, labels, idle, jobs=jobs, seed=seed, as_json=as_json)
        if opened is not None and only != Kind.MARKERS:
            printed |= _retrain_priority(desk, opened, idle, seed=seed, as_json=as_json)
    if not printed:
        raise NotEnoughLabels("; ".join(idle))
    for line in idle:
        say(line)
    if as_json:
        print_json(printed)


def _retrain_markers(
    desk: Settings,
    opened: Desk | None,
    labels: tuple[Path, ...],
    idle: list[str],
    *,
    jobs: int | None,
    seed: int,
    as_json: bool,
) -> dict[str, Any]:
    from triage.config.taxonomy import load_taxonomy
    from triage.errors import NotFound
    from triage.workflow.models import resolve
    from triage.workflow.promote import active
    from triage.workflow.retrain import has_confirmed, retrain

    name = active(opened, Kind.MARKERS) if opened else None
    folder = resolve(desk.model, active=name, shelf=desk.models)
    if folder is None:
        raise NotFound("no model is active; train one with triage train and promote it, or name one with --model")
    if not labels and not (opened and has_confirmed(opened, folder)):
        idle.append("no markers were confirmed or struck since the marker model learnt, and no --labels given")
        return {}
    now = datetime.now(UTC)
    taxonomy = load_taxonomy(desk.home)
    made = retrain(folder, labels, desk.models, taxonomy, now=now, seed=seed, jobs=jobs, desk=opened, by=desk.actor)
    if not as_json:
        click.echo(f"{made.model.id} in {made.folder}, from {made.model.manifest['articles']} articles")
        print_comparison(made.comparison)
        say(f"make it active with: triage model promote {made.model.id}")
    return {"model": made.model.id, "folder": str(made.folder), "comparison": made.comparison}


def _retrain_priority(desk: Settings, opened: Desk, idle: list[str], *, seed: int, as_json: bool) -> dict[str, Any]:
    from triage.workflow.learn import learn_priority

    try:
        made = learn_priority(opened, desk.models, by=desk.actor, now=datetime.now(UTC), seed=seed)
    except NotEnoughLabels as error:
        idle.append(f"the priority model stays as it is: {error}")
        return {}
    if not as_json:
        facts = made.model.manifest
        click.echo(f"{made.model.id} in {made.folder}, from {facts['labels']} decided cases, {facts['upheld']} upheld")
        print_gates(made.comparison)
        say(f"make it active with: triage model promote {made.model.id}")
    priority = {
        "model": made.model.id,
        "folder": str(made.folder),
        "snapshot": made.model.manifest["snapshot"],
        "active": made.active,
        "comparison": made.comparison,
    }
    return {"priority": priority}


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
            "kind": str(Kind.of(model.id)),
            "trained_at": model.manifest.get("times", {}).get("trained_at"),
            "articles": model.manifest.get("articles", model.manifest.get("labels")),
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
    from triage.learn.sealed import read_card as sealed_card
    from triage.learn.sealed import read_manifest as read_sealed
    from triage.workflow.models import find

    folder = find(name, desk.models)
    manifest = read_sealed(folder)
    if as_json:
        print_json(manifest)
        return
    click.echo(sealed_card(folder))
    if line := _lost(desk, manifest):
        say(line)


@model_command.command("compare")
@click.argument("name", metavar="ID_OR_FOLDER")
@json_option
@desk_options
def compare_command(desk: Settings, name: str, as_json: bool) -> None:
    r"""Show how a candidate did beside the active model.

    Marker models were judged on the same held-out articles when the candidate was made. A priority model is judged on
    the newest decided cases, on which neither it nor the active one was trained; what comes out stays on record.

    \b
    Example:
      triage model compare markers-0123456789ab
    """
    from triage.errors import NotFound
    from triage.learn.sealed import read_manifest
    from triage.workflow.models import find

    manifest = read_manifest(find(name, desk.models))
    if Kind.of(manifest["id"]) is Kind.PRIORITY:
        from triage.workflow.database import open_desk
        from triage.workflow.learn import compare_priority

        with open_desk(desk.db_url) as opened:
            found = compare_priority(opened, name, desk.models, by=desk.actor, now=datetime.now(UTC))
        print_json(found) if as_json else print_gates(found)
        return
    if "comparison" not in manifest:
        raise NotFound(f"{manifest['id']} was never compared; a candidate made by triage retrain is")
    if as_json:
        print_json(manifest["comparison"])
    else:
        print_comparison(manifest["comparison"])


@model_command.command("rebuild")
@click.argument("name", metavar="ID_OR_SNAPSHOT")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes; else one a core.")
@json_option
@desk_options
def rebuild_command(desk: Settings, name: str, jobs: int | None, as_json: bool) -> None:
    r"""Fit a model again from the snapshot of what it was trained on.

    The same snapshot gives the same model under the same id, on one machine and with one version. Where a text was
    erased since, that is said and nothing is fitted.

    \b
    Example:
      triage model rebuild priority-0123456789ab
    """
    from triage.config.taxonomy import load_taxonomy
    from triage.workflow.database import open_desk
    from triage.workflow.rebuild import rebuild

    with open_desk(desk.db_url) as opened:
        made = rebuild(opened, name, shelf=desk.models, taxonomy=load_taxonomy(desk.home), jobs=jobs)
    if as_json:
        print_json({"model": made.model, "folder": str(made.folder), "is_same": made.is_same})
    elif made.is_same:
        click.echo(f"{made.model}: the same model, byte for byte, as in {made.folder}")
    else:
        click.echo(f"{made.model} in {made.folder}")


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
@_kind
@_reason
@json_option
@desk_options
def rollback_command(desk: Settings, kind: str | None, reason: str, as_json: bool) -> None:
    r"""Go back to the model that was active before, and rank the queue by it at once.

    \b
    Example:
      triage model rollback --reason "misses Spanish"
    """
    from triage.cli.models import desk_model, desk_priority
    from triage.cli.output import progress
    from triage.config.policy import load_policy
    from triage.workflow.database import open_desk
    from triage.workflow.promote import newest_promotion, rollback
    from triage.workflow.queue import refresh

    policy, now = load_policy(desk.home), datetime.now(UTC)
    with open_desk(desk.db_url) as opened:
        which = Kind(kind) if kind else newest_promotion(opened)
        made = rollback(opened, shelf=desk.models, by=desk.actor, reason=reason, now=now, kind=which)
        model, priority = desk_model(opened, desk), desk_priority(opened, desk)
        done = refresh(opened, policy, model, now=now, only_changed=False, priority=priority)
        for _ in progress(done, unit="batches"):
            pass
    _show_act(made, as_json=as_json)


def print_gates(comparison: Mapping[str, Any]) -> None:
    """Print how a priority model stands beside the active one, over all and where it loses the most."""
    from triage.learn.card import figure
    from triage.workflow.learn import held_back

    ordered = sorted(
        ((one["gain"], name, kind, one) for name, own in comparison["slices"].items() for kind, one in own.items()),
        key=lambda found: (found[1] != "overall", found[0]),
    )
    rows = [
        [name, kind.replace("_", " "), *(figure(one[key]) for key in ("active", "candidate", "gain", "at_most"))]
        for _, name, kind, one in ordered[:_SHOWN_SLICES]
    ]
    click.echo(f"{comparison['held_out']} newer cases held out, {len(comparison['slices'])} slices looked at")
    if rows:
        print_table(["", "pairs", "active", "candidate", "gain", "at most"], rows)
    for one in comparison["uneven"]:
        said = ", ".join(f"{name} upheld {up} of {of}" for name, (up, _, of) in one["moderators"].items())
        click.echo(f"moderators part ways in {one['slice']}: {said}")
    for line in held_back(comparison):
        click.echo(f"held back: {line}")


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


def _promoted(desk: Settings) -> tuple[set[str], set[str]]:
    """Return the ids of the active models and of all that ever were, none where there is no desk."""
    from triage.workflow.promote import history

    with _desk_if_any(desk) as opened:
        made = [history(opened, kind) for kind in Kind] if opened else []
    active = {own[-1].model for own in made if own and own[-1].model}
    return {one for one in active if one}, {one.model for own in made for one in own if one.model}


@contextmanager
def _desk_if_any(desk: Settings) -> Iterator[Desk | None]:
    from triage.workflow.database import is_there, open_desk

    if not is_there(desk.db_url):
        yield None
        return
    with open_desk(desk.db_url) as opened:
        yield opened


def _lost(desk: Settings, manifest: Mapping[str, Any]) -> str:
    """Return what the snapshot of a model lost to erasure, "" where it lost nothing or is not of this desk."""
    from triage.workflow.rebuild import lost, snapshot_named

    ident = snapshot_named(manifest)
    with _desk_if_any(desk) as opened:
        return lost(opened, ident) if opened and ident else ""


def _state(model: str, active: set[str], promoted: set[str]) -> str:
    if model in active:
        return "active"
    return "retired" if model in promoted else "candidate"
