"""A stored model as a worker holds it: read and checked once a process."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from triage.learn.artefact import load

if TYPE_CHECKING:
    from triage.learn.model import MarkerModel


@lru_cache(maxsize=1)
def stored(folder: Path) -> MarkerModel:
    """Return the model in a folder; another call in the same process gives the same one.

    Raises `ModelRefused` as `load` does.
    """
    return load(folder)
