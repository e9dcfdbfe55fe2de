"""Rebuild: fit a model again from the snapshot of what it was trained on, and say what a snapshot has lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triage.domain.model import Kind
from triage.errors import NotFound
from triage.learn import artefact, card, sealed, upheld_files
from triage.store import snapshots
from triage.workflow.confirmed import SNAPSHOT, articles_of
from triage.workflow.learn import get_snapshot, lost_line, rebuild_priority
from triage.workflow.lessons import given_again
from triage.workflow.models import find
from triage.workflow.retrain import rebuild as rebuild_markers

if TYPE_CHECKING:
    from triage.domain.taxonomy import Taxonomy
    from triage.workflow.database import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """A model fitted again: its id, where it lies, and whether it lay there before, byte for byte."""

    model: str
    folder: Path
    is_same: bool


def rebuild(desk: Desk, name: str, *, shelf: Path, taxonomy: Taxonomy, jobs: int | None = None) -> Rebuilt:
    """Fit the model of a snapshot again; `name` is the snapshot, or a stored model that names one.

    It is put on the shelf unless it lies there. Raises `NotFound` where there is no such snapshot, `NotEnoughLabels`
    where some of its content was erased.
    """
    with desk.reading() as connection:
        ident = name if snapshots.find(connection, name) else _named_by_model(name, shelf)
        kind = get_snapshot(connection, ident).kind
    if kind is Kind.PRIORITY:
        model = rebuild_priority(desk, ident)
        folder, files = shelf / model.id, model.manifest["files"]
        is_same = _lies_there(folder, files)
        if not is_same:
            upheld_files.save(model, folder, overwrite=True)
        return Rebuilt(model=model.id, folder=folder, is_same=is_same)
    fitted = rebuild_markers(desk, ident, taxonomy, jobs=jobs)
    folder = shelf / fitted.id
    is_same = _lies_there(folder, fitted.manifest["files"])
    if not is_same:
        artefact.save(fitted, folder, card.card(fitted), overwrite=True)
    return Rebuilt(model=fitted.id, folder=folder, is_same=is_same)


def lost(desk: Desk, ident: str) -> str:
    """Return what a snapshot lost to erasure, as a line for a person; "" where nothing, or it is not of this desk."""
    with desk.reading() as connection:
        made = snapshots.find(connection, ident)
        if made is None:
            return ""
        if made.kind is Kind.PRIORITY:
            rows = made.body["training"]
            gone = given_again(connection, rows, desk.identity.id)[1]
        else:
            rows = made.body["confirmed"]
            gone = articles_of(connection, rows, desk.identity.id)[1]
    return lost_line(ident, len(rows), gone) if gone else ""


def snapshot_named(manifest: Mapping[str, Any]) -> str:
    """Return the snapshot that a model names, "" where it was trained on corpora alone."""
    named = [one["path"].removeprefix(SNAPSHOT) for one in manifest.get("corpora", ()) if SNAPSHOT in one["path"]]
    return str(manifest.get("snapshot") or (named[0] if named else ""))


def _named_by_model(name: str, shelf: Path) -> str:
    ident = snapshot_named(sealed.read_manifest(find(name, shelf)))
    if not ident:
        raise NotFound(f"{name} was trained on corpora alone and names no snapshot; fit it again with triage train")
    return ident


def _lies_there(folder: Path, files: Mapping[str, str]) -> bool:
    """Return whether a model with these checksums of its arrays lies in a folder."""
    if not (folder / sealed.MANIFEST).is_file():
        return False
    stored = sealed.read_files(folder, sealed.read_manifest(folder))
    return all(sealed.checksums({name: stored[name]})[name] == checksum for name, checksum in files.items())
