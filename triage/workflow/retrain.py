"""Retrain: the active model's corpora and new labels become a candidate, compared with the active model."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triage.corpora.read import digest
from triage.errors import CorpusError
from triage.learn.artefact import read_manifest, save
from triage.learn.card import card
from triage.learn.compare import compare
from triage.learn.train import fit_beside
from triage.shipped import located
from triage.workflow.train import articles_of, corpora_of

if TYPE_CHECKING:
    from triage.domain.taxonomy import Taxonomy
    from triage.learn.model import MarkerModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A model that may replace the active one, and how the two compare."""

    model: MarkerModel
    folder: Path
    comparison: Mapping[str, Any]


def retrain(
    active: Path,
    labels: Sequence[Path],
    shelf: Path,
    taxonomy: Taxonomy,
    *,
    now: datetime,
    seed: int = 0,
    jobs: int | None = None,
) -> Candidate:
    """Return a candidate fitted on the corpora of the model in `active` and on new label files, stored on the shelf.

    It is compared with the active model's learning on the same held-out units of all articles. Raises `CorpusError`
    where a corpus of the active model is missing or has changed, or where the new files hold nothing new.
    """
    begun = time.monotonic()
    manifest = read_manifest(active)
    old = [_unchanged(corpus, manifest["id"]) for corpus in manifest["corpora"]]
    known = {corpus["sha256"] for corpus in manifest["corpora"]}
    new = [path for path in labels if digest(path) not in known]
    if not new:
        raise CorpusError(f"{manifest['id']} was trained on these labels already; give new ones with --labels")
    before, added = articles_of(old), articles_of(new)
    model, sides = fit_beside(
        [*before, *added], len(before), taxonomy, seed=seed, jobs=jobs, corpora=corpora_of([*old, *new])
    )
    comparison = {"active": manifest["id"], **compare(sides, seed)}
    times = {"trained_at": now.isoformat(), "seconds": round(time.monotonic() - begun, 1)}
    model = replace(model, manifest={**model.manifest, "times": times, "comparison": comparison})
    folder = save(model, shelf / model.id, card(model), overwrite=True)
    return Candidate(model=model, folder=folder, comparison=comparison)


def _unchanged(corpus: Mapping[str, Any], model: str) -> Path:
    path = located(corpus["path"])
    if not path.is_file():
        raise CorpusError(f"{path}, which {model} was trained on, is missing; put it back or train anew")
    if digest(path) != corpus["sha256"]:
        raise CorpusError(f"{path} has changed since {model} was trained on it; put it back or train anew")
    return path
