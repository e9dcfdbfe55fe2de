"""A priority model in a folder: arrays as .npy, a manifest with the checksum of every file, and a card. No pickle."""

from __future__ import annotations

import hashlib
import platform
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from triage.domain.model import Kind
from triage.errors import ModelRefused
from triage.learn import sealed
from triage.learn.calibrate import Sigmoids
from triage.learn.card import figure
from triage.learn.features import N_FEATURES, RULES
from triage.learn.trust import ENOUGH_MODERATORS, MOST
from triage.learn.upheld import LEAST_IN_LANGUAGE, WARM, Recipe, UpheldModel

FORMAT = 1
LIBRARIES = ("numpy", "scipy")
_PASSING = {"times", "digest", "id", "comparison"}


def seal(model: UpheldModel, facts: Mapping[str, Any]) -> UpheldModel:
    """Return the model under the id that its digest gives; `facts` join what the manifest says of the training.

    Times and comparisons do not enter the digest: one snapshot gives one id.
    """
    manifest = {
        **model.manifest,
        **facts,
        "kind": Kind.PRIORITY.value,
        "format": FORMAT,
        "libraries": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
        "unicode": unicodedata.unidata_version,
        "features": _features(),
        "sigmoid": [model.sigmoid.slope.tolist(), model.sigmoid.offset.tolist()],
        "files": sealed.checksums(_packed(model)),
    }
    lasting = {key: value for key, value in manifest.items() if key not in _PASSING}
    digest = hashlib.sha256(orjson.dumps(lasting, option=sealed.KEYS)).hexdigest()
    return replace(model, id=f"{Kind.PRIORITY}-{digest[:12]}", manifest={**manifest, "digest": digest})


def save(model: UpheldModel, folder: Path, *, overwrite: bool = False) -> Path:
    """Write a sealed model and its card into a folder, which appears whole or not at all; return it."""
    files = _packed(model) | {sealed.CARD: card(model).encode()}
    return sealed.write(folder, files, {**model.manifest, "id": model.id}, overwrite=overwrite)


def load(folder: Path) -> UpheldModel:
    """Return the priority model stored in a folder; nothing is parsed before its checksum has matched.

    Raises `ModelRefused` for a missing file, a byte that differs, or a kind or format that this version does not know.
    """
    manifest = sealed.read_manifest(folder)
    if manifest.get("kind") != Kind.PRIORITY or manifest.get("format") != FORMAT:
        raise ModelRefused(f"{folder}: is no priority model of a format that this version of triage reads ({FORMAT})")
    if manifest.get("features") != _features():
        raise ModelRefused(f"{folder}: its features are of another version of triage; train the model again")
    arrays = {name: sealed.array(data) for name, data in sealed.read_files(folder, manifest).items() if _is_array(name)}
    recipe = Recipe(
        columns=arrays["columns.npy"],
        idf=arrays["idf.npy"],
        names=tuple(manifest["columns"]),
        mean=arrays["mean.npy"],
        spread=arrays["spread.npy"],
    )
    slope, offset = (np.array(values, dtype=float) for values in manifest["sigmoid"])
    return UpheldModel(manifest["id"], recipe, arrays["weights.npy"], Sigmoids(slope, offset), manifest)


def card(model: UpheldModel) -> str:
    """Return the card as Markdown."""
    return "\n".join(_lines(model)) + "\n"


def _lines(model: UpheldModel) -> Iterator[str]:
    manifest = model.manifest
    figures, moderators = manifest["figures"], manifest["moderators"]
    yield from (f"# {model.id}", "")
    yield (
        "A priority model: the probability that a moderator of this desk upholds a case, learnt from the desk's own "
        "decisions. It orders the queue. It does not know what is true, and it repeats what moderators decided."
    )
    yield from ("", "## Learnt from", "")
    yield f"{manifest['labels']} decided cases, {manifest['upheld']} of them upheld."
    yield f"{manifest['held_out']} newer ones were held out, to compare models on."
    languages = ", ".join(f"{lang} {count}" for lang, count in manifest["languages"].items())
    yield f"By language: {languages}. Under {LEAST_IN_LANGUAGE} cases in a language, the policy alone orders it."
    yield f"It counts {model.trust:.0%} beside the policy (half at {WARM} cases)."
    if "snapshot" in manifest:
        yield f"Snapshot {manifest['snapshot']}, seed {manifest['seed']}."
        yield f"The same model, byte for byte: triage model rebuild {model.id}"
    yield from ("", "## How good, out of fold", "")
    yield f"AUC {figure(figures['auc'])}, Brier skill {figure(figures['brier_skill'])}, ECE {figure(figures['ece'])}."
    yield "These are of decided cases, which the queue chose; only the drawn ones among them are a fair sample."
    yield from ("", "## Moderators", "")
    if moderators["count"] < ENOUGH_MODERATORS:
        yield (
            f"WARNING: {moderators['count']} moderators, fewer than {ENOUGH_MODERATORS}: one of them carries "
            f"{figure(moderators['largest_share'])} of the weight, and nothing bounds that."
        )
    else:
        yield (
            f"{moderators['count']} moderators; none carries more than {figure(moderators['largest_share'])} of the "
            f"weight (bound {figure(MOST)})."
        )
    yield from ("", "## Not for", "")
    yield "Deciding a case, or judging persons or outlets."


def _features() -> dict[str, Any]:
    return {"ngrams": {rule.analyzer: [rule.low, rule.high] for rule in RULES}, "n_features": N_FEATURES}


def _packed(model: UpheldModel) -> dict[str, bytes]:
    recipe = model.recipe
    arrays = {
        "columns": recipe.columns,
        "idf": recipe.idf,
        "mean": recipe.mean,
        "spread": recipe.spread,
        "weights": model.weights,
    }
    return {f"{name}.npy": sealed.npy(values) for name, values in arrays.items()}


def _is_array(name: str) -> bool:
    return name.endswith(".npy")
