"""Numba's compiler for the kernels, with a cache on disk wherever there is a writable folder for one."""

from __future__ import annotations

import functools
import hashlib
import logging
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from numba import config, njit

F = TypeVar("F", bound=Callable[..., Any])

# Only `contract` of the fast-math rules: a product and a sum may become one instruction, nothing is reordered.
_OPTIONS = {"nogil": True, "fastmath": {"contract"}, "error_model": "numpy"}
_HERE = Path(__file__).parent


def part(function: F) -> F:
    """Return the function as a part of compiled ones."""
    compiled_part: F = njit(**_OPTIONS)(function)
    return compiled_part


def entry(function: F) -> F:
    """Return the function as machine code that lets other threads run, compiled at its first call and then cached.

    Without a writable cache folder (NUMBA_CACHE_DIR, else beside the code, else the user's cache) every process
    compiles again; one line says so.
    """
    folder = _cache_folder()
    if folder is None:
        return part(function)
    given, config.CACHE_DIR = config.CACHE_DIR, str(folder)
    try:
        cached: F = njit(cache=True, **_OPTIONS)(function)
    finally:
        config.CACHE_DIR = given
    cache = cached._cache  # type: ignore[attr-defined]
    cache.save_overload = _where_there_is_room(cache.save_overload)
    return cached


def _where_there_is_room(save: Callable[..., None]) -> Callable[..., None]:
    """Return what saves compiled code, or does nothing where the disk is full."""

    def save_or_leave(*arguments: Any) -> None:
        with suppress(OSError):
            save(*arguments)

    return save_or_leave


@functools.cache
def _cache_folder() -> Path | None:
    """Return a folder for what these sources compile to, or None.

    It is named by their digest, because numba itself notices changes only in the file of an entry, not in its parts'.
    """
    sources = b"".join(file.read_bytes() for file in sorted(_HERE.glob("*.py")))
    name = f"kernels-{hashlib.sha256(sources).hexdigest()[:16]}"
    users = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))  # noqa: PTH111 - never raises
    for base in [Path(config.CACHE_DIR)] if config.CACHE_DIR else [_HERE / "__pycache__", users / "hotline-triage"]:
        try:
            (base / name).mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=base / name).close()
        except OSError:
            continue
        return base / name
    logging.getLogger("triage").warning(
        "triage: no writable folder for compiled code, so each start takes some seconds longer; "
        "set NUMBA_CACHE_DIR to a folder that can be written"
    )
    return None
