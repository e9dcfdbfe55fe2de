"""The model that ships: what it was trained on, how large it is, and that one command makes it again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from triage import load_model, read_corpus
from triage.config.taxonomy import load_taxonomy
from triage.corpora.read import digest
from triage.learn.linear import packed
from triage.learn.model import MarkerModel
from triage.learn.train import fit
from triage.shipped import located, portable, shipped, shipped_model
from triage.workflow.models import resolve

CORPORA = sorted(shipped("starter").glob("*.jsonl"))
FOLDER = shipped_model()
MOST_BYTES = 12_000_000


@pytest.fixture(scope="module")
def starter() -> MarkerModel:
    assert FOLDER is not None
    return load_model(FOLDER)


def test_a_fresh_install_scores_with_it(tmp_path: Path) -> None:
    assert resolve(None, active=None, shelf=tmp_path) == FOLDER


def test_it_was_trained_on_the_shipped_corpus_as_it_is(starter: MarkerModel) -> None:
    told = {corpus["path"]: corpus["sha256"] for corpus in starter.manifest["corpora"]}

    assert told == {portable(path): digest(path) for path in CORPORA}
    assert all(located(place).is_file() for place in told)


def test_it_knows_every_language_of_the_corpus(starter: MarkerModel) -> None:
    assert set(starter.languages) == {path.stem for path in CORPORA}


def test_it_is_small_enough_for_the_wheel() -> None:
    assert FOLDER is not None
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= MOST_BYTES


def test_training_anew_gives_its_weights_and_its_decisions(starter: MarkerModel) -> None:
    anew = fit(read_corpus(*CORPORA), load_taxonomy(), seed=starter.manifest["seed"], spans=False)

    for old, new in zip(starter.heads, anew.heads, strict=True):
        (counts, steps), (new_counts, new_steps) = packed(old.linear.weights), packed(new.linear.weights)
        np.testing.assert_allclose(new_steps, steps, rtol=1e-4)
        apart = np.abs(new_counts.astype(int) - counts.astype(int))
        assert apart.max(initial=0) <= 1  # another processor may round the other way
        assert (apart > 0).mean() < 1e-3
    rows = [json.loads(line) for line in shipped("reports", "feed.jsonl").read_text(encoding="utf-8").splitlines()]
    golden = [row["text"] for row in rows]
    assert [one.found for one in anew.score_texts(golden)] == [one.found for one in starter.score_texts(golden)]
