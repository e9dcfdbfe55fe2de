"""The one way to what ships with the product: starter corpus and model, example reports, taxonomy."""

from __future__ import annotations

from pathlib import Path

from triage.errors import InputError

_PACKAGE = Path(__file__).parent
_MARK = "shipped:"


def shipped(*parts: str) -> Path:
    """Return the path of shipped data, such as `shipped("starter")`, in the installed package or the clone.

    Raises `InputError` when the installation does not hold it.
    """
    path = _find("data", *parts)
    if path is None:
        raise InputError(f"this installation lacks the shipped data {'/'.join(parts)}; install hotline-triage again")
    return path


def shipped_model() -> Path | None:
    """Return the folder of the starter model, or None where the installation has none."""
    return _find("models", "starter")


def portable(path: Path) -> str:
    """Return where a file lies in a form that holds on other machines: shipped data by name, else the absolute path.

    >>> portable(shipped("starter", "en.jsonl"))
    'shipped:starter/en.jsonl'
    """
    home, place = shipped().resolve(), path.resolve()
    return _MARK + place.relative_to(home).as_posix() if place.is_relative_to(home) else str(place)


def is_shipped(place: str) -> bool:
    """Return whether `portable` gave this for shipped data."""
    return place.startswith(_MARK)


def located(place: str) -> Path:
    """Return the path that `portable` gave."""
    name = place.removeprefix(_MARK)
    return shipped().joinpath(name) if name != place else Path(place)


def _find(*parts: str) -> Path | None:
    for home in (_PACKAGE, _PACKAGE.parent):
        path = home.joinpath(*parts)
        if path.exists():
            return path
    return None
