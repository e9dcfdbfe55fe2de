"""Learn from decisions: a candidate for the desk's priority model, compared with the active one and on record."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from triage.domain.model import Kind
from triage.errors import NotEnoughLabels, NotFound
from triage.learn import upheld_files
from triage.learn.lessons import Taught, judge, taught, teach
from triage.store import audit, snapshots
from triage.store.promotions import Promotions
from triage.store.snapshots import Snapshot
from triage.workflow.lessons import Decided, check_watermark, decided_cases, given_again, row_of, watermark
from triage.workflow.models import find

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from triage.learn.lessons import Lesson
    from triage.learn.upheld import UpheldModel
    from triage.workflow.database import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityCandidate:
    """A priority model that may replace the active one, and how the two compare."""

    model: UpheldModel
    folder: Path
    active: str | None
    comparison: Mapping[str, Any]


def learn_priority(desk: Desk, shelf: Path, *, by: str, now: datetime, seed: int = 0) -> PriorityCandidate:
    """Return a priority model learnt from the desk's decisions so far, stored on the shelf and compared.

    The newest fifth of the decided cases is held out, for good: what was trained on and what was not stands in a
    snapshot. Raises `NotEnoughLabels` where a class has too few cases, where nothing was decided, undone or put right
    since the active model learnt, or where that one learnt at another desk.
    """
    with desk.reading() as connection:
        active = active_priority(connection, shelf)
        if active:
            check_watermark(connection, desk, active.manifest["watermark"], active.id)
        before = _snapshot_of(connection, active)
        decided = decided_cases(connection, desk.identity.id)
        mark = watermark(connection, desk)
    lessons = {one.case: (one, one.lesson) for one in decided if one.lesson}
    candidate = teach(
        [lesson for _, lesson in lessons.values()],
        others_said=[one.said for one in decided if not one.lesson],
        seen_before=_trained_on(before),
        seed=seed,
    )
    body = _body(candidate, {str(of): one for of, (one, _) in lessons.items()})
    made = Snapshot(snapshot_id(body), Kind.PRIORITY, now, by, {**body, "watermark": mark})
    if active and active.manifest["snapshot"] == made.id:
        raise NotEnoughLabels(
            f"no decision was made, undone or put right since {active.id} learnt; it would be the same"
        )
    with desk.reading() as connection:
        made = snapshots.find(connection, made.id) or made
    model = sealed_model(candidate, made)
    comparison = judge(replace(candidate, model=model), active, _trained_on(before))
    folder = upheld_files.save(model, shelf / model.id, overwrite=True)
    active_id = active.id if active else ""
    with desk.writing() as connection:
        snapshots.add(connection, made)
        snapshots.add_comparison(connection, model.id, active_id, by=by, at=now, body=comparison)
        told = {"model": model.id, "active": active_id, "snapshot": made.id, "held_back": held_back(comparison)}
        audit.append(connection, at=now, by=by, act="retrain", body=told)
    return PriorityCandidate(model=model, folder=folder, active=active_id or None, comparison=comparison)


def compare_priority(desk: Desk, name: str, shelf: Path, *, by: str, now: datetime) -> Mapping[str, Any]:
    """Return how a stored priority model stands beside the one that is active now, and put that on record.

    Both are judged on the cases that the candidate's snapshot held out, without those that the active one trained on.
    Raises `NotFound` where the snapshot is not this desk's.
    """
    candidate = upheld_files.load(find(name, shelf))
    with desk.reading() as connection:
        active = active_priority(connection, shelf)
        active_id = active.id if active else ""
        known = snapshots.newest_comparison(connection, candidate.id, active_id)
        if known is not None:
            return known
        made = get_snapshot(connection, str(candidate.manifest.get("snapshot")))
        check_watermark(connection, desk, made.body["watermark"], candidate.id)
        training, _ = given_again(connection, made.body["training"], desk.identity.id)
        held, _ = given_again(connection, made.body["held"], desk.identity.id)
        seen_before = _trained_on(_snapshot_of(connection, active))
    held = [one for one in held if seen_before.isdisjoint({one.group, one.case})]
    sides = Taught(model=candidate, training=tuple(training), held=tuple(held), seed=made.body["seed"])
    comparison = judge(sides, active, seen_before)
    with desk.writing() as connection:
        snapshots.add_comparison(connection, candidate.id, active_id, by=by, at=now, body=comparison)
    return comparison


def rebuild_priority(desk: Desk, ident: str) -> UpheldModel:
    """Return the priority model of a snapshot, fitted again: the same bytes under the same id.

    Raises `NotFound` for a snapshot that this desk has not, `NotEnoughLabels` where some of its content was erased.
    """
    with desk.reading() as connection:
        made = get_snapshot(connection, ident)
        training, lost = given_again(connection, made.body["training"], desk.identity.id)
    if lost:
        raise NotEnoughLabels(lost_line(ident, len(made.body["training"]), lost))
    again = taught(training, [], made.body["moderators"], made.body["seed"])
    manifest = {**again.model.manifest, "held_out": len(made.body["held"])}
    return sealed_model(replace(again, model=replace(again.model, manifest=manifest)), made)


def lost_line(ident: str, of: int, lost: Sequence[int]) -> str:
    """Return what to say of a snapshot that lost something."""
    cases = ", ".join(str(case) for case in lost[:5]) + (", …" if len(lost) > 5 else "")
    return f"snapshot {ident} lost {len(lost)} of {of} cases to erasure ({cases}); its model cannot be rebuilt"


def held_back(comparison: Mapping[str, Any]) -> list[str]:
    """Return why a candidate may not be promoted without a stated reason; nothing where it may."""
    reasons = [f"it is worse in {name}" for name in comparison["worse"]]
    reasons += [f"moderators part ways in {one['slice']}" for one in comparison["uneven"]]
    if comparison["too_few"]:
        reasons.append(f"{comparison['held_out']} held-out cases are too few to compare on")
    return reasons


def active_priority(connection: Connection, shelf: Path) -> UpheldModel | None:
    """Return the active priority model, or None while there is none."""
    name = Promotions(connection, Kind.PRIORITY).active()
    return upheld_files.load(find(name, shelf)) if name else None


def get_snapshot(connection: Connection, ident: str) -> Snapshot:
    """Return a snapshot, or raise `NotFound`."""
    found = snapshots.find(connection, ident)
    if found is None:
        raise NotFound(f"this desk has no snapshot {ident}; a model names its own: triage model show ID")
    return found


def snapshot_id(body: Mapping[str, Any]) -> str:
    """Return the id of a training set: a digest of all that it says."""
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def sealed_model(candidate: Taught, made: Snapshot) -> UpheldModel:
    """Return a model under its id; its manifest names the snapshot and what stood in it."""
    rows = [[row["case"], row["decisions"], row["digest"]] for row in made.body["training"]]
    facts = {"snapshot": made.id, "watermark": made.body["watermark"], "cases": rows}
    return upheld_files.seal(candidate.model, facts)


def _body(candidate: Taught, decided: Mapping[str, Decided]) -> dict[str, Any]:
    def rows(lessons: Iterable[Lesson]) -> list[dict[str, Any]]:
        return [row_of(decided[one.case], one) for one in lessons]

    return {
        "training": rows(candidate.training),
        "held": rows(candidate.held),
        "trust": dict(candidate.trust),
        "moderators": dict(candidate.model.manifest["moderators"]),
        "seed": candidate.seed,
    }


def _snapshot_of(connection: Connection, model: UpheldModel | None) -> Snapshot | None:
    return snapshots.find(connection, str(model.manifest["snapshot"])) if model else None


def _trained_on(made: Snapshot | None) -> frozenset[str]:
    """Return the groups and the cases that a model was trained on."""
    rows = made.body["training"] if made else []
    return frozenset(row["group"] for row in rows) | frozenset(str(row["case"]) for row in rows)
