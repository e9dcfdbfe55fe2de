"""Retrain: the active model's corpora and new labels become a candidate, compared with the active model."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triage.corpora.read import digest
from triage.domain.model import Kind
from triage.errors import CorpusError, NotEnoughLabels
from triage.learn.artefact import load, read_manifest, save
from triage.learn.card import card
from triage.learn.compare import compare
from triage.learn.train import fit, fit_beside
from triage.shipped import located
from triage.store import audit, snapshots
from triage.store.snapshots import Snapshot
from triage.workflow.confirmed import SNAPSHOT, Confirmed, gather, on_decided
from triage.workflow.confirmed import articles_of as confirmed_articles
from triage.workflow.learn import get_snapshot, lost_line, snapshot_id
from triage.workflow.lessons import watermark
from triage.workflow.train import articles_of, corpora_of

if TYPE_CHECKING:
    from triage.domain.taxonomy import Taxonomy
    from triage.learn.model import MarkerModel
    from triage.workflow.database import Desk


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
    desk: Desk | None = None,
    by: str = "",
) -> Candidate:
    """Return a candidate fitted on the active model's corpora, new labels and what moderators said of markers.

    `active` is that model's folder; markers that were confirmed or struck at `desk` are labels of those texts, for
    these markers alone. The candidate is stored on the shelf. It is compared with the active model's learning on the
    same held-out units of all articles, and with the active model on the newest fifth of the decided cases, on which
    neither trains. What it was trained on is a snapshot of the desk. Raises `CorpusError` where a corpus of the active
    model is missing or has changed, or where there is nothing new.
    """
    begun = time.monotonic()
    manifest = read_manifest(active)
    old = [_unchanged(corpus, manifest["id"]) for corpus in manifest["corpora"] if not _is_decisions(corpus)]
    known = {corpus["sha256"] for corpus in manifest["corpora"]}
    new = [path for path in labels if digest(path) not in known]
    confirmed = gather(desk, manifest) if desk else Confirmed()
    if not new and not confirmed.has_changed:
        raise CorpusError(f"{manifest['id']} was trained on these labels already; give new ones with --labels")
    before = [*articles_of(old), *confirmed.articles[: confirmed.known]]
    added = [*articles_of(new), *confirmed.articles[confirmed.known :]]
    corpora, made, spans = corpora_of([*old, *new]), None, "spans" in manifest
    if desk and confirmed.rows:
        made = _snapshot(desk, confirmed, corpora, old=len(old), spans=spans, seed=seed, by=by, now=now)
        corpora.append(_as_corpus(made))
    model, sides = fit_beside(
        [*before, *added], len(before), taxonomy, seed=seed, jobs=jobs, corpora=corpora, spans=spans
    )
    comparison = {"active": manifest["id"], **compare(sides, seed)}
    decided = on_decided(load(active), model, confirmed, seed)
    comparison["decided"] = decided
    comparison["worse"] = [*comparison["worse"], *(f"decided cases, {name}" for name in decided["worse"])]
    times = {"trained_at": now.isoformat(), "seconds": round(time.monotonic() - begun, 1)}
    model = replace(model, manifest={**model.manifest, "times": times, "comparison": comparison})
    folder = save(model, shelf / model.id, card(model), overwrite=True)
    if desk and made:
        with desk.writing() as connection:
            snapshots.add(connection, made)
            body = {"model": model.id, "active": manifest["id"], "snapshot": made.id, "worse": comparison["worse"]}
            audit.append(connection, at=now, by=by, act="retrain", body=body)
    return Candidate(model=model, folder=folder, comparison=comparison)


def has_confirmed(desk: Desk, active: Path) -> bool:
    """Return whether moderators confirmed or struck markers that the model in `active` has not learnt from."""
    return gather(desk, read_manifest(active)).has_changed


def rebuild(desk: Desk, ident: str, taxonomy: Taxonomy, *, jobs: int | None = None) -> MarkerModel:
    """Return the marker model of a snapshot, fitted again: the same weights under the same id.

    Raises `NotFound` for a snapshot that this desk has not, `CorpusError` where a corpus is missing or has changed,
    `NotEnoughLabels` where the text of a decided case was erased.
    """
    with desk.reading() as connection:
        made = get_snapshot(connection, ident)
        body = made.body
        confirmed, lost = confirmed_articles(connection, body["confirmed"], desk.identity.id)
    if lost:
        raise NotEnoughLabels(lost_line(ident, len(body["confirmed"]), lost))
    paths = [_unchanged(corpus, f"snapshot {ident}") for corpus in body["corpora"]]
    before = [*articles_of(paths[: body["old"]]), *confirmed[: body["known"]]]
    added = [*articles_of(paths[body["old"] :]), *confirmed[body["known"] :]]
    corpora = [*body["corpora"], _as_corpus(made)]
    return fit([*before, *added], taxonomy, seed=body["seed"], jobs=jobs, corpora=corpora, spans=body["spans"])


def _snapshot(
    desk: Desk,
    confirmed: Confirmed,
    corpora: Sequence[Mapping[str, Any]],
    *,
    old: int,
    spans: bool,
    seed: int,
    by: str,
    now: datetime,
) -> Snapshot:
    body = {
        "confirmed": list(confirmed.rows),
        "known": confirmed.known,
        "held": list(confirmed.held_rows),
        "corpora": [dict(corpus) for corpus in corpora],
        "old": old,
        "spans": spans,
        "seed": seed,
    }
    with desk.reading() as connection:
        mark = watermark(connection, desk)
        ident = snapshot_id(body)
        return snapshots.find(connection, ident) or Snapshot(ident, Kind.MARKERS, now, by, {**body, "watermark": mark})


def _as_corpus(made: Snapshot) -> dict[str, Any]:
    """Return how a manifest names the decided cases of a snapshot among its corpora."""
    return {"path": SNAPSHOT + made.id, "sha256": made.id, "articles": len(made.body["confirmed"])}


def _is_decisions(corpus: Mapping[str, Any]) -> bool:
    return str(corpus["path"]).startswith(SNAPSHOT)


def _unchanged(corpus: Mapping[str, Any], model: str) -> Path:
    path = located(corpus["path"])
    if not path.is_file():
        raise CorpusError(f"{path}, which {model} was trained on, is missing; put it back or train anew")
    if digest(path) != corpus["sha256"]:
        raise CorpusError(f"{path} has changed since {model} was trained on it; put it back or train anew")
    return path
