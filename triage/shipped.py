"""The one way to what ships with the product: starter corpus, example reports, taxonomy."""

from __future__ import annotations

from pathlib import Path

from triage.errors import InputError

_PACKAGE = Path(__file__).parent


def shipped(*parts: str) -> Path:
    """Return the path of shipped data, such as `shipped("starter")`, in the installed package or the clone.

    Raises `InputError` when the installation does not hold it.
    """
    for home in (_PACKAGE / "data", _PACKAGE.parent / "data"):
        path = home.joinpath(*parts)
        if path.exists():
            return path
    raise InputError(f"this installation lacks the shipped data {'/'.join(parts)}; install hotline-triage again")
