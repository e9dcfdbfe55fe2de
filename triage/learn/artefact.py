"""A model in a folder: weights as .npy, a manifest with the checksum of every file, and a card. No pickle anywhere."""

from __future__ import annotations

import hashlib
import platform
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from triage.errors import ModelRefused
from triage.learn import sealed
from triage.learn.calibrate import Sigmoids
from triage.learn.dense import DENSE
from triage.learn.features import N_FEATURES, RULES
from triage.learn.heads import Head, Scale
from triage.learn.linear import Linear, packed, unpacked
from triage.learn.model import MarkerModel
from triage.learn.sealed import CARD, KEYS
from triage.learn.spans.marking import Marking
from triage.learn.spans.stored import RECIPE, arrays_of, facts_of, marking_of

FORMAT = 2
HEADS = ("passage", "article")
LIBRARIES = ("numpy", "scipy", "scikit-learn")
_ARRAYS = ("columns", "idf", "mean", "scale", "intercept")
_WEIGHTS = ("weights", "steps")
_SPANS = "spans."


def seal(
    passage: Head | None, article: Head | None, facts: Mapping[str, Any], marking: Marking | None = None
) -> MarkerModel:
    """Return the model of two heads, and of what marks spans, under the id that its digest gives.

    `facts` are what the manifest says of the training; times, paths and comparisons do not enter the digest, so two
    trainings on the same labels with one seed have one id.
    """
    model = MarkerModel(id="", passage=passage, article=article, marking=marking)
    manifest = {
        **facts,
        "format": FORMAT,
        "libraries": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
        "unicode": unicodedata.unidata_version,
        "features": _features(),
        "heads": {name: _described(head) for name, head in _heads(model).items()},
        **({"spans": facts_of(marking)} if marking else {}),
        "files": sealed.checksums(_packed(model)),
    }
    digest = _digest(manifest)
    return replace(model, id=f"markers-{digest[:12]}", manifest={**manifest, "digest": digest})


def save(model: MarkerModel, folder: str | Path, card: str, *, overwrite: bool = False) -> Path:
    """Write a sealed model into a folder, which appears whole or not at all; returns it.

    Raises `OutputError` when the folder exists already and `overwrite` is false, or cannot be written.
    """
    files = _packed(model) | {CARD: card.encode()}
    return sealed.write(folder, files, {**model.manifest, "id": model.id}, overwrite=overwrite)


def load(folder: str | Path) -> MarkerModel:
    """Return the model stored in a folder.

    Nothing is parsed before its checksum has matched. Raises `ModelRefused` for a missing file, a byte that differs,
    or a format or feature recipe that this version does not know.
    """
    home = Path(folder)
    manifest = read_manifest(home)
    if manifest.get("features") != _features():
        raise ModelRefused(f"{home}: its features are of another version of triage; train the model again")
    files = sealed.read_files(home, manifest)
    heads = {name: _unpacked(name, described, files) for name, described in manifest["heads"].items()}
    marking = _marking(home, manifest["spans"], files) if "spans" in manifest else None
    return MarkerModel(manifest["id"], heads.get("passage"), heads.get("article"), manifest, marking)


def read_manifest(folder: str | Path) -> dict[str, Any]:
    """Return the manifest of a stored model, after its seal has matched. Raises `ModelRefused` as `load` does."""
    home = Path(folder)
    manifest = sealed.read_manifest(home)
    if manifest.get("format") != FORMAT:
        raise ModelRefused(
            f"{home}: model format {manifest.get('format')!r} is not known here; this version of triage reads {FORMAT}"
        )
    return manifest


def read_card(folder: str | Path) -> str:
    """Return the card of a stored model, after its checksum has matched. Raises `ModelRefused` as `load` does."""
    return sealed.checked(Path(folder) / CARD, read_manifest(folder)["files"][CARD]).decode()


def _digest(manifest: Mapping[str, Any]) -> str:
    lasting = {key: value for key, value in manifest.items() if key not in {"times", "digest", "id", "comparison"}}
    lasting["corpora"] = sorted(corpus["sha256"] for corpus in manifest.get("corpora", ()))
    return hashlib.sha256(orjson.dumps(lasting, option=KEYS)).hexdigest()


def _features() -> dict[str, Any]:
    return {
        "ngrams": {rule.analyzer: [rule.low, rule.high] for rule in RULES},
        "n_features": N_FEATURES,
        "dense": [name for name, _ in DENSE],
    }


def _marking(home: Path, described: Mapping[str, Any], files: Mapping[str, bytes]) -> Marking:
    if described.get("recipe") != RECIPE:
        raise ModelRefused(f"{home}: its spans are of another version of triage; train the model again")
    mine = (name for name in files if name.startswith(_SPANS))
    return marking_of(described, {name[len(_SPANS) : -len(".npy")]: sealed.array(files[name]) for name in mine})


def _heads(model: MarkerModel) -> dict[str, Head]:
    return {name: head for name in HEADS if (head := getattr(model, name))}


def _packed(model: MarkerModel) -> dict[str, bytes]:
    """Return the arrays of the heads as the bytes of .npy files."""
    files: dict[str, bytes] = {}
    for name, head in _heads(model).items():
        arrays = {array: getattr(head.linear, array) for array in _ARRAYS}
        arrays |= zip(_WEIGHTS, packed(head.linear.weights), strict=True)
        files |= {f"{name}.{array}.npy": sealed.npy(values) for array, values in arrays.items()}
    if model.marking:
        files |= {f"{_SPANS}{name}.npy": sealed.npy(values) for name, values in arrays_of(model.marking).items()}
    return files


def _described(head: Head) -> dict[str, Any]:
    scales = {"scale": head.scale, **({"text_scale": head.text_scale} if head.text_scale else {})}
    return {
        "markers": list(head.markers),
        "exclusive": [list(family) for family in head.exclusive],
        **{
            name: {
                "slope": scale.sigmoids.slope.tolist(),
                "offset": scale.sigmoids.offset.tolist(),
                "threshold": scale.thresholds.tolist(),
            }
            for name, scale in scales.items()
        },
    }


def _unpacked(name: str, described: Mapping[str, Any], files: Mapping[str, bytes]) -> Head:
    arrays = {array: sealed.array(files[f"{name}.{array}.npy"]) for array in (*_ARRAYS, *_WEIGHTS)}
    counts, steps = (arrays.pop(array) for array in _WEIGHTS)
    text_scale = described.get("text_scale")
    return Head(
        markers=tuple(described["markers"]),
        linear=Linear(weights=unpacked(counts, steps), **arrays),
        scale=_scale(described["scale"]),
        text_scale=_scale(text_scale) if text_scale else None,
        exclusive=tuple(tuple(family) for family in described["exclusive"]),
    )


def _scale(described: Mapping[str, Any]) -> Scale:
    return Scale(
        Sigmoids(np.array(described["slope"], dtype=float), np.array(described["offset"], dtype=float)),
        np.array(described["threshold"], dtype=float),
    )
