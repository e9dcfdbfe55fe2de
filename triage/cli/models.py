"""Which marker model a command scores with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from triage.errors import NotFound

if TYPE_CHECKING:
    from triage.config.settings import Settings
    from triage.learn.model import MarkerModel
    from triage.workflow.database import Desk


def desk_model(desk: Desk, settings: Settings) -> MarkerModel | None:
    """Return the model that --model names, else the desk's active one, else None.

    Raises `NotFound` where the folder of either is missing, `ModelRefused` where its checksums do not match.
    """
    wanted = settings.model or desk.active_model()
    return _load(settings, wanted) if wanted else None


def _load(settings: Settings, wanted: str) -> MarkerModel:
    from triage.learn.artefact import load

    for folder in (Path(wanted), settings.models / wanted):
        if (folder / "manifest.json").is_file():
            return load(folder)
    raise NotFound(f"there is no model {wanted} in {settings.models}; see: triage model list")
