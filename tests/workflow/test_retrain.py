from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sample_corpus import rows, taxonomy, write
from sample_desk import NOW

from triage.domain.model import Promotion
from triage.errors import CorpusError, ModelRefused, NotFound, PromotionRefused
from triage.learn.artefact import load, save
from triage.shipped import shipped_model
from triage.workflow.database import Desk
from triage.workflow.models import find, resolve, stored_models
from triage.workflow.promote import history, promote, rollback
from triage.workflow.retrain import Candidate, retrain
from triage.workflow.train import train


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus, new labels, and a model of the corpus outside the shelf."""
    home = tmp_path_factory.mktemp("home")
    write(home / "old.jsonl", rows(48))
    write(home / "new.jsonl", rows(24, seed=1))
    train([home / "old.jsonl"], home / "first", taxonomy(), now=NOW)
    return home


@pytest.fixture(scope="module")
def candidate(home: Path) -> Candidate:
    return retrain(home / "first", [home / "new.jsonl"], home / "models", taxonomy(), now=NOW)


def put(desk: Desk, home: Path, name: str | Path, reason: str = "") -> Promotion:
    return promote(desk, str(name), shelf=home / "models", by="ann", reason=reason, now=NOW)


def test_a_candidate_learns_from_the_old_corpora_and_the_new_labels(home: Path, candidate: Candidate) -> None:
    manifest = load(candidate.folder).manifest

    assert candidate.folder == home / "models" / candidate.model.id
    assert [Path(one["path"]).name for one in manifest["corpora"]] == ["old.jsonl", "new.jsonl"]
    assert manifest["articles"] == 72


def test_both_sides_are_compared_on_the_same_units_with_intervals(home: Path, candidate: Candidate) -> None:
    comparison = candidate.comparison

    assert comparison["active"] == load(home / "first").id
    for gains in comparison["levels"].values():
        low, high = gains["macro_f1"]["interval"]
        assert low <= gains["macro_f1"]["gain"] <= high


def test_labels_that_were_trained_on_already_are_refused(home: Path) -> None:
    with pytest.raises(CorpusError, match="trained on these labels already"):
        retrain(home / "first", [home / "old.jsonl"], home / "models", taxonomy(), now=NOW)


@pytest.mark.parametrize("fault", ["missing", "changed"])
def test_a_corpus_that_is_missing_or_changed_is_refused_by_name(tmp_path: Path, home: Path, fault: str) -> None:
    corpus = write(tmp_path / "mine.jsonl", rows(48))
    train([corpus], tmp_path / "model", taxonomy(), now=NOW)
    corpus.unlink() if fault == "missing" else write(corpus, rows(47))

    with pytest.raises(CorpusError, match=rf"mine.jsonl.*{fault}"):
        retrain(tmp_path / "model", [home / "new.jsonl"], tmp_path / "models", taxonomy(), now=NOW)


def test_the_first_model_needs_no_comparison_and_goes_on_the_shelf(desk: Desk, home: Path) -> None:
    made = put(desk, home, home / "first")

    assert made.replaced is None
    assert desk.active_model() == made.model
    assert find(str(made.model), home / "models").is_dir()


def test_a_candidate_that_was_compared_and_is_no_worse_needs_no_reason(
    desk: Desk, home: Path, candidate: Candidate
) -> None:
    first = put(desk, home, home / "first")

    made = put(desk, home, candidate.model.id)

    assert (made.model, made.replaced) == (candidate.model.id, first.model)


def test_a_model_that_was_never_compared_needs_a_reason(desk: Desk, home: Path, candidate: Candidate) -> None:
    put(desk, home, candidate.model.id)

    with pytest.raises(PromotionRefused, match="never compared"):
        put(desk, home, home / "first")
    assert desk.active_model() == candidate.model.id
    assert put(desk, home, home / "first", reason="a trial").reason == "a trial"


def test_a_candidate_that_is_worse_beyond_noise_needs_a_reason(
    desk: Desk, home: Path, candidate: Candidate, tmp_path: Path
) -> None:
    put(desk, home, home / "first")
    worse = {**candidate.comparison, "worse": ["passage macro_f1"]}
    model = replace(candidate.model, manifest={**candidate.model.manifest, "comparison": worse})
    save(model, tmp_path / "worse", "card")

    with pytest.raises(PromotionRefused, match=r"worse than the active .* in passage macro_f1"):
        put(desk, home, tmp_path / "worse")
    assert put(desk, home, tmp_path / "worse", reason="more languages").model == candidate.model.id


def test_going_back_makes_the_earlier_model_active_and_stays_on_record(
    desk: Desk, home: Path, candidate: Candidate
) -> None:
    first = put(desk, home, home / "first")
    put(desk, home, candidate.model.id)

    back = rollback(desk, shelf=home / "models", by="ben", reason="misses German", now=NOW)

    assert (back.model, desk.active_model()) == (first.model, first.model)
    assert [(one.act, one.by, one.reason) for one in history(desk)] == [
        ("promote", "ann", ""),
        ("promote", "ann", ""),
        ("rollback", "ben", "misses German"),
    ]
    assert rollback(desk, shelf=home / "models", by="ben", reason="", now=NOW).model is None
    with pytest.raises(NotFound, match="nothing to roll back"):
        rollback(desk, shelf=home / "models", by="ben", reason="", now=NOW)


def test_a_damaged_model_is_never_promoted_and_the_list_says_so(desk: Desk, home: Path, tmp_path: Path) -> None:
    folder = save(load(home / "first"), tmp_path / "models" / "broken", "card")
    (folder / "card.md").write_text("other")

    with pytest.raises(ModelRefused):
        put(desk, tmp_path, "broken")
    (folder / "manifest.json").write_text("{}")
    (stored,) = stored_models(tmp_path / "models")
    assert "checksum" in stored.refused


def test_the_wanted_model_wins_over_the_active_one(home: Path, candidate: Candidate) -> None:
    shelf = home / "models"

    assert resolve(None, active=None, shelf=shelf) == shipped_model()
    assert resolve(None, active=candidate.model.id, shelf=shelf) == candidate.folder
    assert resolve(str(home / "first"), active=candidate.model.id, shelf=shelf) == home / "first"
    with pytest.raises(NotFound, match="there is no model nowhere"):
        resolve("nowhere", active=None, shelf=shelf)
