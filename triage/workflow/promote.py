"""Promote: make a stored model the active one, or go back, by an act that stays on record."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triage.domain.model import Act, Kind, Promotion
from triage.errors import NotFound, PromotionRefused
from triage.store import audit, snapshots
from triage.store.promotions import Promotions
from triage.workflow import ports
from triage.workflow.models import find

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import Connection

    from triage.workflow.database import Desk

_NEVER = datetime.min.replace(tzinfo=UTC)


def promote(desk: Desk, name: str, *, shelf: Path, by: str, reason: str, now: datetime) -> Promotion:
    """Make the stored model `name` (an id or a folder) active among those of its kind and return the act.

    A model from elsewhere is put on the shelf first. Raises `ModelRefused` where its checksums do not match, and,
    without a stated reason, `PromotionRefused` where a gate holds it back or it was never compared with the active one.
    """
    folder = find(name, shelf)
    kind, ident, comparison = _loaded(folder)
    with desk.writing() as connection:
        promotions = Promotions(connection, kind)
        replaced = promotions.active()
        if replaced == ident:
            raise PromotionRefused(f"{ident} is the active model already")
        if not reason.strip():
            if kind is Kind.PRIORITY:
                _refuse_held_back(connection, ident, replaced)
            elif replaced:
                _refuse_worse(ident, comparison, replaced)
        if folder.resolve() != (shelf / ident).resolve():
            _put_on_shelf(folder, shelf / ident)
        made = Promotion(model=ident, replaced=replaced, at=now, by=by, reason=reason, act=Act.PROMOTE)
        _record(promotions, connection, made)
    return made


def rollback(desk: Desk, *, shelf: Path, by: str, reason: str, now: datetime, kind: Kind = Kind.MARKERS) -> Promotion:
    """Make the model of a kind active again that was so before the last promotion, or none, and return the act.

    Raises `NotFound` where there is nothing to go back from, `ModelRefused` where the earlier model is damaged.
    """
    with desk.writing() as connection:
        promotions = Promotions(connection, kind)
        standing = standing_models(promotions)
        if not standing:
            raise NotFound(f"no {kind} model is active; there is nothing to roll back")
        earlier = standing[-2] if len(standing) > 1 else None
        if earlier:
            _loaded(find(earlier, shelf))
        made = Promotion(model=earlier, replaced=standing[-1], at=now, by=by, reason=reason, act=Act.ROLLBACK)
        _record(promotions, connection, made)
    return made


def active(desk: Desk, kind: Kind) -> str | None:
    """Return the id of the active model of a kind, or None while there is none."""
    with desk.reading() as connection:
        return Promotions(connection, kind).active()


def history(desk: Desk, kind: Kind = Kind.MARKERS) -> list[Promotion]:
    """Return every promotion and rollback of a desk's models of one kind, oldest first."""
    with desk.reading() as connection:
        return Promotions(connection, kind).history()


def newest_promotion(desk: Desk) -> Kind:
    """Return the kind of the model that was promoted or rolled back last, marker models where none ever was."""
    made = {kind: history(desk, kind) for kind in Kind}
    return max(Kind, key=lambda kind: (made[kind][-1].at if made[kind] else _NEVER, kind is Kind.MARKERS))


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


def _refuse_held_back(connection: Connection, candidate: str, active: str | None) -> None:
    """Refuse a priority model that was not compared with the one active now, or that a gate holds back."""
    from triage.workflow.learn import held_back

    comparison = snapshots.newest_comparison(connection, candidate, active or "")
    if comparison is None:
        other = f"the active {active}" if active else "the decisions of this desk"
        raise PromotionRefused(
            f"{candidate} was never compared with {other}; "
            f"compare them with: triage model compare {candidate}, or state a --reason"
        )
    reasons = held_back(comparison)
    if reasons:
        more = f" and {len(reasons) - 3} more" if len(reasons) > 3 else ""
        raise PromotionRefused(
            f"{candidate} is held back: {'; '.join(reasons[:3])}{more}; look at it with: "
            f"triage model compare {candidate}, and keep the active one or state a --reason"
        )


def _loaded(folder: Path) -> tuple[Kind, str, Mapping[str, Any] | None]:
    """Return kind, id and stored comparison of a model all of whose files are what their checksums say."""
    from triage.learn import artefact, sealed, upheld_files

    if sealed.read_manifest(folder).get("kind") == Kind.PRIORITY:
        return Kind.PRIORITY, upheld_files.load(folder).id, None
    model = artefact.load(folder)
    return Kind.MARKERS, model.id, model.manifest.get("comparison")


def _put_on_shelf(folder: Path, target: Path) -> None:
    import shutil

    if not target.exists():
        shutil.copytree(folder, target)


def _record(promotions: ports.Promotions, connection: Any, made: Promotion) -> None:
    promotions.append(made)
    body = {"model": made.model, "replaced": made.replaced, "reason": made.reason}
    audit.append(connection, at=made.at, by=made.by, act=str(made.act), body=body)
