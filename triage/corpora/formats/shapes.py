"""Whether a row of JSON has the form that its layout says, so that a strange one is set aside and never half read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Shape = Any
"""A type; `[shape]`, a list of it; `{key: shape}`, an object in which keys may be missing; a tuple: any of these."""

SPAN = {"start": int, "end": int, "technique": str, "text": str, "text_fragment": str}


def misfit(row: Mapping[str, Any], shape: Mapping[str, Shape]) -> str:
    """Return the first key of a row whose value has another form than it should, or nothing.

    >>> misfit({"labels": ["Doubt", 3], "id": 1}, {"labels": [str]})
    'labels'
    """
    return next((key for key, form in shape.items() if row.get(key) is not None and not _fits(row[key], form)), "")


def _fits(value: Any, shape: Shape) -> bool:
    if isinstance(shape, tuple):
        return any(_fits(value, form) for form in shape)
    if isinstance(shape, list):
        return isinstance(value, list) and all(_fits(part, shape[0]) for part in value)
    if isinstance(shape, dict):
        return isinstance(value, dict) and not misfit(value, shape)
    return isinstance(value, shape) and (shape is bool or not isinstance(value, bool))
