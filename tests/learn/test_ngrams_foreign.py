"""Compiled scikit-learn pipelines against the pipelines themselves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neighbors import NearestCentroid
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from triage.learn.ngrams import foreign
from triage.learn.ngrams.foreign import ForeignScorer

TEXTS = [
    "They want you to be afraid, a b c the the the",
    "Они хотят, чтобы вы боялись ОЧЕНЬ",
    "他们想让你害怕 手机iPhone 害怕",
    "ΟΔΟΣ İstanbul ΣΑΣ",
    "one two three four",
    "you you two want four THREE",
    "हिन्दी e\u0301te\u0301 ไทยนี่",
    "to be afraid of be afraid",
]
Y = ["a", "b", "c", "a", "b", "c", "a", "b"]
LABELS = np.array([[1, 0, 1], [0, 1, 1], [1, 1, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0], [1, 1, 1], [0, 0, 0]])
VECTORIZERS = [
    {"ngram_range": (1, 2), "sublinear_tf": True},
    {"ngram_range": (2, 3), "stop_words": ["the", "be", "два"], "norm": None},
    {"ngram_range": (1, 3), "token_pattern": r"\w+", "use_idf": False, "stop_words": "english"},
    {"ngram_range": (1, 2), "max_features": 12},
    {"analyzer": "char_wb", "ngram_range": (2, 5), "sublinear_tf": True},
    {"analyzer": "char_wb", "ngram_range": (1, 2)},
    {"analyzer": "char_wb", "ngram_range": (5, 7)},
    {"analyzer": "char_wb", "ngram_range": (1, 5), "max_features": 40},
]
texts = st.lists(
    st.one_of(
        st.sampled_from(TEXTS),
        st.lists(st.sampled_from(" ".join(TEXTS).split()), max_size=12).map(" ".join),
        st.text(st.sampled_from([*sorted(set("".join(TEXTS))), "\n"]), max_size=60),
        st.text(max_size=30),
    ),
    max_size=6,
)
fitted = [make_pipeline(TfidfVectorizer(**options), LinearSVC(random_state=0)).fit(TEXTS, Y) for options in VECTORIZERS]
compiled = [ForeignScorer(pipeline) for pipeline in fitted]


@given(texts, st.sampled_from(range(len(VECTORIZERS))))
@settings(max_examples=400, deadline=None)
def test_scores_and_decisions_are_the_pipelines_on_any_text(some_texts, which):
    if some_texts:
        expected = fitted[which].decision_function(some_texts)

        assert np.abs(compiled[which].decision_function(some_texts) - expected).max() <= 2e-6 * (
            1 + np.abs(expected).max()
        )
        assert compiled[which].predict(some_texts).tolist() == fitted[which].predict(some_texts).tolist()


@pytest.mark.parametrize(
    ("classifier", "labels"),
    [
        (LogisticRegression(), Y),
        (LogisticRegression(), [label == "a" for label in Y]),
        (RidgeClassifier(), [len(label) + (label == "a") for label in Y]),
        (OneVsRestClassifier(LogisticRegression(fit_intercept=False)), Y),
        (OneVsRestClassifier(LinearSVC(random_state=0)), LABELS),
    ],
)
def test_classifiers_of_every_shape_decide_the_same(classifier, labels):
    pipeline = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), classifier).fit(TEXTS, labels)
    scorer = ForeignScorer(pipeline)
    mixed = [f"{one} {two}" for one in TEXTS for two in TEXTS]

    assert scorer.predict(mixed).tolist() == pipeline.predict(mixed).tolist()
    assert scorer.decision_function(mixed).shape == pipeline.decision_function(mixed).shape
    assert scorer.predict([]).shape[0] == 0


def test_the_pipeline_decides_where_the_scores_are_too_close():
    pipeline = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LinearSVC()).fit(TEXTS, [label == "a" for label in Y])
    scores = pipeline.decision_function(TEXTS)
    for text, score in zip(TEXTS, scores, strict=True):
        for hair in (1e-9, -1e-9):
            pipeline[-1].intercept_ = pipeline[-1].intercept_ + (hair - pipeline.decision_function([text]))

            assert abs(score) > 0.1
            assert pipeline.predict([text])[0] == (hair > 0)
            assert ForeignScorer(pipeline).predict([text])[0] == (hair > 0)


def test_memory_for_words_that_runs_out_changes_no_score(monkeypatch):
    monkeypatch.setattr(foreign, "_SEEN_WORDS", 4)
    monkeypatch.setattr(foreign, "_SEEN_CODES", 256)
    monkeypatch.setattr(foreign, "_SEEN_COLUMNS", 1024)
    forgetful = ForeignScorer(fitted[4])
    many = [" ".join(TEXTS), *TEXTS, "verylongword" * 40] * 3

    assert np.array_equal(forgetful.decision_function(many), compiled[4].decision_function(many))


def test_threads_change_no_bit():
    many = TEXTS * 3000

    assert np.array_equal(compiled[4].decision_function(many), compiled[4].decision_function(many, threads=3))


@pytest.mark.parametrize(
    ("pipeline", "reason"),
    [
        (make_pipeline(CountVectorizer(), LinearSVC()), "TfidfVectorizer and a linear"),
        (make_pipeline(TfidfVectorizer(), NearestCentroid()), "NearestCentroid has no weights"),
        (make_pipeline(TfidfVectorizer(analyzer="char"), LinearSVC()), "analyzer='char'"),
        (make_pipeline(TfidfVectorizer(analyzer=str.split), LinearSVC()), "analyzer="),
        (make_pipeline(TfidfVectorizer(lowercase=False), LinearSVC()), "lowercase=False"),
        (make_pipeline(TfidfVectorizer(strip_accents="unicode"), LinearSVC()), "strip_accents='unicode'"),
        (make_pipeline(TfidfVectorizer(token_pattern="[a-z]+"), LinearSVC()), "token_pattern="),
        (make_pipeline(TfidfVectorizer(norm="l1"), LinearSVC()), "norm='l1'"),
        (make_pipeline(TfidfVectorizer(binary=True), LinearSVC()), "binary=True"),
    ],
)
def test_what_cannot_be_compiled_is_refused_by_name(pipeline, reason):
    pipeline.fit(TEXTS, Y)

    with pytest.raises(ValueError, match=reason):
        ForeignScorer(pipeline)
