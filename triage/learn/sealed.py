"""A folder of arrays with a manifest that holds the checksum of every file, under a seal of its own. No pickle."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from triage.errors import ModelRefused, OutputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

MANIFEST = "manifest.json"
SEAL = "manifest.sha256"
CARD = "card.md"
KEYS = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2


def write(folder: str | Path, files: Mapping[str, bytes], manifest: Mapping[str, Any], *, overwrite: bool) -> Path:
    """Write files and their manifest into a folder, which appears whole or not at all; return it.

    Raises `OutputError` when the folder exists already and `overwrite` is false, or cannot be written.
    """
    target = Path(folder)
    if target.exists() and not overwrite:
        raise OutputError(f"{target} exists already; name another folder or add --overwrite")
    if target.exists() and not (target / MANIFEST).is_file():
        raise OutputError(f"{target} holds no model and is not overwritten; name another folder")
    sealed = orjson.dumps({**manifest, "files": checksums(files)}, option=KEYS)
    everything = {**files, MANIFEST: sealed, SEAL: hashlib.sha256(sealed).hexdigest().encode()}
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as parts:
            made = Path(parts) / "model"
            made.mkdir()
            for name, data in everything.items():
                (made / name).write_bytes(data)
            if target.exists():
                target.replace(Path(parts) / "old")
            made.replace(target)
    except OSError as error:
        raise OutputError(f"{target} cannot be written: {error.strerror}") from error
    return target


def read_manifest(folder: str | Path) -> dict[str, Any]:
    """Return the manifest of a stored model, after its seal has matched, or raise `ModelRefused`."""
    home = Path(folder)
    checksum = _bytes(home / SEAL).decode("ascii", "replace")
    return dict(orjson.loads(checked(home / MANIFEST, checksum)))


def read_card(folder: str | Path) -> str:
    """Return the card of a stored model, after its checksum has matched, or raise `ModelRefused`."""
    return checked(Path(folder) / CARD, read_manifest(folder)["files"][CARD]).decode()


def read_files(folder: str | Path, manifest: Mapping[str, Any]) -> dict[str, bytes]:
    """Return every file that a manifest names, after its checksum has matched, or raise `ModelRefused`."""
    return {name: checked(Path(folder) / name, checksum) for name, checksum in manifest["files"].items()}


def checked(path: Path, checksum: str) -> bytes:
    """Return the bytes of a file, or raise `ModelRefused` where they are not those of the checksum."""
    data = _bytes(path)
    if hashlib.sha256(data).hexdigest() != checksum:
        raise ModelRefused(
            f"{path}: the checksum does not match; the file was changed or damaged, so the model is refused"
        )
    return data


def checksums(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the SHA-256 of each file."""
    return {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def npy(values: NDArray[Any]) -> bytes:
    """Return an array as the bytes of a .npy file."""
    stream = io.BytesIO()
    np.save(stream, values, allow_pickle=False)
    return stream.getvalue()


def array(data: bytes) -> NDArray[Any]:
    """Return the array in the bytes of a .npy file; one that holds objects is refused by numpy."""
    return np.asarray(np.load(io.BytesIO(data), allow_pickle=False))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelRefused(f"{path}: cannot be read ({error.strerror}); {path.parent} holds no whole model") from error
