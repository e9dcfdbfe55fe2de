"""Promote: make a stored model the active one, or go back, by an act that stays on record."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triage.domain.model import Act, Promotion
from triage.errors import NotFound, PromotionRefused
from triage.store import audit
from triage.store.promotions import Promotions
from triage.workflow import ports
from triage.workflow.models import find

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage.workflow.database import Desk


def promote(desk: Desk, name: str, *, shelf: Path, by: str, reason: str, now: datetime) -> Promotion:
    """Make the stored model `name` (an id or a folder) active and return the act.

    A model from elsewhere is put on the shelf first. Raises `ModelRefused` where its checksums do not match, and,
    without a stated reason, `PromotionRefused` where it is worse than the active one or was never compared with it.
    """
    from triage.learn.artefact import load

    folder = find(name, shelf)
    model = load(folder)
    with desk.writing() as connection:
        promotions = Promotions(connection)
        active = promotions.active()
        if active == model.id:
            raise PromotionRefused(f"{model.id} is the active model already")
        if active and not reason:
            _refuse_worse(model.id, model.manifest.get("comparison"), active)
        if folder.resolve() != (shelf / model.id).resolve():
            _put_on_shelf(folder, shelf / model.id)
        made = Promotion(model=model.id, replaced=active, at=now, by=by, reason=reason, act=Act.PROMOTE)
        _record(promotions, connection, made)
    return made


def rollback(desk: Desk, *, shelf: Path, by: str, reason: str, now: datetime) -> Promotion:
    """Make the model active again that was so before the last promotion, or none, and return the act.

    Raises `NotFound` where there is nothing to go back from, `ModelRefused` where the earlier model is damaged.
    """
    from triage.learn.artefact import load

    with desk.writing() as connection:
        promotions = Promotions(connection)
        standing = standing_models(promotions)
        if not standing:
            raise NotFound("no model is active; there is nothing to roll back")
        earlier = standing[-2] if len(standing) > 1 else None
        if earlier:
            load(find(earlier, shelf))
        made = Promotion(model=earlier, replaced=standing[-1], at=now, by=by, reason=reason, act=Act.ROLLBACK)
        _record(promotions, connection, made)
    return made


def history(desk: Desk) -> list[Promotion]:
    """Return every promotion and rollback of a desk, oldest first."""
    with desk.reading() as connection:
        return Promotions(connection).history()


def standing_models(promotions: ports.Promotions) -> list[str]:
    """Return the models that were promoted and not rolled back, oldest first; the last one is active."""
    standing: list[str] = []
    for made in promotions.history():
        if made.act == Act.ROLLBACK:
            standing.pop()
        elif made.model:
            standing.append(made.model)
    return standing


def _refuse_worse(candidate: str, comparison: Mapping[str, Any] | None, active: str) -> None:
    if not comparison or comparison["active"] != active:
        raise PromotionRefused(
            f"{candidate} was never compared with the active {active}; make it with triage retrain, or state a --reason"
        )
    if comparison["worse"]:
        raise PromotionRefused(
            f"{candidate} is worse than the active {active} in {', '.join(comparison['worse'])}; "
            "keep that one, or state a --reason"
        )


def _put_on_shelf(folder: Path, target: Path) -> None:
    import shutil

    if not target.exists():
        shutil.copytree(folder, target)


def _record(promotions: ports.Promotions, connection: Any, made: Promotion) -> None:
    promotions.append(made)
    body = {"model": made.model, "replaced": made.replaced, "reason": made.reason}
    audit.append(connection, at=made.at, by=made.by, act=str(made.act), body=body)
