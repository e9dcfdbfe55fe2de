"""Numba's compiler for the kernels, with a cache on disk wherever there is a writable folder for one."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Return the function as machine code that lets other threads run, compiled at its first call and then cached.

    Without a writable cache folder (beside the code, or where NUMBA_CACHE_DIR says) every process compiles again; one
    line says so. What a compiled function calls stands in its own file: the cache only looks at that one for changes.
    """
    options = {"nogil": True, "fastmath": {"contract"}, "error_model": "numpy", "boundscheck": False}
    try:
        cached: F = njit(cache=True, **options)(function)
    except RuntimeError:
        _say_uncached()
        uncached: F = njit(**options)(function)
        return uncached
    return cached


@functools.cache
def _say_uncached() -> None:
    logging.getLogger("triage").warning(
        "triage: no writable folder for compiled code, so each start takes some seconds longer; "
        "set NUMBA_CACHE_DIR to a folder that can be written"
    )
