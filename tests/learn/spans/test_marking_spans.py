"""A model that learns to find spans, stored and read again."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from triage import load_model, read_corpus
from triage.config.taxonomy import load_taxonomy
from triage.domain.corpus import Article
from triage.learn.artefact import save
from triage.learn.card import card
from triage.learn.evaluate import crossval, evaluate
from triage.learn.judging import SPAN
from triage.learn.model import MarkerModel
from triage.learn.train import fit
from triage.shipped import shipped

ARTICLES = 160


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return list(read_corpus(shipped("starter", "en.jsonl")))[:ARTICLES]


@pytest.fixture(scope="module")
def model(articles: list[Article]) -> MarkerModel:
    return fit(articles, load_taxonomy(), folds=3)


def test_it_finds_spans_of_the_text_as_received(model: MarkerModel, articles: list[Article]) -> None:
    labelled = next(article for article in articles if article.spans)
    found = model.spans(labelled.text, "en")

    assert found
    assert all(0 <= span.start < span.end <= len(labelled.text) for span in found)
    assert all(0 < span.probability <= 1 and span.label in load_taxonomy().markers for span in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_what_it_learnt_from_it_finds_better_than_all_words(model: MarkerModel, articles: list[Article]) -> None:
    report = evaluate(model, articles, load_taxonomy(), levels=(SPAN,)).levels[SPAN]

    assert report["overall"]["span_f1"] > report["baselines"]["constant"]["span_f1"] + 0.1
    assert report["overall"]["technique_given_span"] > report["baselines"]["constant"]["technique_given_span"] + 0.05


def test_a_stored_model_finds_the_same_spans(model: MarkerModel, articles: list[Article], tmp_path: Path) -> None:
    again = load_model(save(model, tmp_path / "model", card(model)))

    texts = [article.text for article in articles[:20]]
    assert [again.spans(text, "en") for text in texts] == [model.spans(text, "en") for text in texts]


def test_without_spans_nothing_is_found(articles: list[Article]) -> None:
    plain = fit(articles, load_taxonomy(), folds=3, spans=False)

    assert "spans" not in plain.manifest
    assert plain.spans(articles[0].text, "en") == []


def test_a_text_in_a_language_not_trained_on_gets_no_spans(model: MarkerModel) -> None:
    german = "Die Bande hat uns wieder einmal schamlos in die Tasche gegriffen, und niemand wehrt sich."

    assert model.spans(german) == []


def test_out_of_fold_it_is_better_than_chance(articles: list[Article]) -> None:
    report = crossval(articles, load_taxonomy(), folds=3, levels=(SPAN,)).levels[SPAN]

    low, _ = report["intervals"]["span_f1"]
    assert low > report["baselines"]["random"]["span_f1"]
    assert report["n"] == sum(len({(s.start, s.end) for s in article.spans}) for article in articles)
