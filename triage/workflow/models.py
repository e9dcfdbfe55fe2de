"""Where stored models lie, and which one a name means."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triage.domain.model import Kind
from triage.errors import ModelRefused, NotFound
from triage.shipped import shipped_model

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A model on the shelf; `refused` says why, where it cannot be used."""

    id: str
    folder: Path
    manifest: Mapping[str, Any]
    refused: str = ""


def resolve(wanted: str | None, *, active: str | None, shelf: Path) -> Path | None:
    """Return the folder of the model that is wanted (an id or a folder), else of the active one, else the starter's.

    `shelf` is the folder that holds `<id>/`. Raises `NotFound` where the folder of a model
    that is named is missing, and returns None where there is no model at all.
    """
    name = wanted or active
    return find(name, shelf) if name else shipped_model()


def find(name: str, shelf: Path) -> Path:
    """Return the folder of a model by its id or folder, or raise `NotFound`."""
    for folder in (shelf / name, Path(name)):
        if (folder / "manifest.json").is_file():
            return folder
    raise NotFound(f"there is no model {name}, neither a folder nor in {shelf}; see: triage model list")


def stored_models(shelf: Path) -> list[Stored]:
    """Return the models on the shelf, oldest training first; one that is damaged says so. Copies count once."""
    folders = sorted(manifest.parent for manifest in shelf.glob("*/manifest.json"))
    models: dict[str, Stored] = {}
    for model in map(_stored, folders):
        if model.id not in models or model.folder.name == model.id:
            models[model.id] = model
    return sorted(models.values(), key=lambda model: (model.manifest.get("times", {}).get("trained_at", ""), model.id))


def _stored(folder: Path) -> Stored:
    from triage.learn.artefact import read_manifest
    from triage.learn.sealed import read_manifest as read_sealed

    try:
        manifest = read_sealed(folder)
        if manifest.get("kind") != Kind.PRIORITY:
            manifest = read_manifest(folder)
    except ModelRefused as error:
        return Stored(id=folder.name, folder=folder, manifest={}, refused=str(error))
    return Stored(id=manifest["id"], folder=folder, manifest=manifest)
