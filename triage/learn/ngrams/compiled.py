"""Numba's compiler for the kernels, with a cache on disk wherever there is a writable folder for one."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])

# Only `contract` of the fast-math rules: a product and a sum may become one instruction, nothing is reordered.
_OPTIONS = {"nogil": True, "fastmath": {"contract"}, "error_model": "numpy"}


def part(function: F) -> F:
    """Return the function as a part of compiled ones, which stand in the same file: their cache sees no other file."""
    compiled_part: F = njit(**_OPTIONS)(function)
    return compiled_part


def entry(function: F) -> F:
    """Return the function as machine code that lets other threads run, compiled at its first call and then cached.

    Without a writable cache folder (beside the code, in the user's cache, or where NUMBA_CACHE_DIR says) every process
    compiles again; one line says so.
    """
    try:
        cached: F = njit(cache=True, **_OPTIONS)(function)
    except RuntimeError:
        _say_uncached()
        return part(function)
    return cached


@functools.cache
def _say_uncached() -> None:
    logging.getLogger("triage").warning(
        "triage: no writable folder for compiled code, so each start takes some seconds longer; "
        "set NUMBA_CACHE_DIR to a folder that can be written"
    )
