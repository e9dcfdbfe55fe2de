"""Which marker model a command scores with: the one that --model names, else the desk's active one, else none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from triage.config.settings import Settings
    from triage.learn.model import MarkerModel
    from triage.learn.upheld import UpheldModel
    from triage.workflow.database import Desk


def desk_model(desk: Desk, settings: Settings) -> MarkerModel | None:
    """Return the model for work at an open desk.

    Raises `NotFound` where the model's folder is missing, `ModelRefused` where its checksums do not match.
    """
    return _load(settings, active=None if settings.model else desk.active_model())


def desk_priority(desk: Desk, settings: Settings) -> UpheldModel | None:
    """Return the active priority model of a desk, or None while there is none. Raises as `desk_model` does."""
    from triage.domain.model import Kind
    from triage.workflow.models import find
    from triage.workflow.promote import active

    name = active(desk, Kind.PRIORITY)
    if name is None:
        return None
    from triage.learn.upheld_files import load

    return load(find(name, settings.models))


def model_of(settings: Settings) -> MarkerModel | None:
    """Return the model for work without a desk; the active one of a desk counts where there is a desk."""
    folder = folder_of(settings)
    return _read(folder) if folder else None


def folder_of(settings: Settings) -> Path | None:
    """Return the folder of the model for work without a desk, for those who load it themselves."""
    from triage.workflow.database import is_there, open_desk
    from triage.workflow.models import resolve

    active = None
    if not settings.model and is_there(settings.db_url):
        with open_desk(settings.db_url) as desk:
            active = desk.active_model()
    return resolve(settings.model, active=active, shelf=settings.models)


def _load(settings: Settings, *, active: str | None) -> MarkerModel | None:
    from triage.workflow.models import resolve

    folder = resolve(settings.model, active=active, shelf=settings.models)
    return _read(folder) if folder else None


def _read(folder: Path) -> MarkerModel:
    from triage.learn.artefact import load

    return load(folder)


def model_line(model: MarkerModel) -> str:
    """Return which model it was and what it was trained on, for a person."""
    from triage.shipped import is_shipped

    corpora = [corpus["path"] for corpus in model.manifest.get("corpora", ())]
    source = " of the synthetic starter corpus" if corpora and all(map(is_shipped, corpora)) else ""
    languages = " ".join(model.languages)
    return f"scored by {model.id}, trained on {model.manifest.get('articles')} articles{source} in {languages}"
