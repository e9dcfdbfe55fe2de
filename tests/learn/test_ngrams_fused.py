"""The fused scorer against the matrix that it never builds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.learn.ngrams import HashedNgrams
from triage.learn.ngrams.fused import Block, FusedScorer

TEXTS = [
    "They want you to be afraid, afraid, afraid!",
    "Они хотят, чтобы вы боялись.",
    "他们想让你害怕。手机iPhone",
    "",
    "ΟΔΟΣ İstanbul",
    "one",
    "word " * 300 + "end",
    "a b c d e f g h i j k l m n o p q r s t u v w x y z " * 9,
]
some_texts = st.lists(st.one_of(st.sampled_from(TEXTS), st.text(max_size=80)), min_size=1, max_size=8)


def model(labels: int = 5, *, n_features: int = 2**10, **options):
    """Return two fitted transformers with random weights, one row a feature, and intercepts."""
    chance = np.random.default_rng(labels)
    transformers = [
        HashedNgrams(n_features=n_features, **options).fit(TEXTS),
        HashedNgrams(analyzer="char_wb", ngram_range=(2, 5), n_features=n_features, **options).fit(TEXTS),
    ]
    return transformers, chance.normal(size=(2 * n_features, labels)).astype(np.float32), chance.normal(size=labels)


def by_matrix(transformers, weights, intercepts, texts):
    X = np.hstack([transformer.transform(texts).toarray() for transformer in transformers]).astype(np.float64)
    return X @ weights + intercepts


def fused(transformers, weights, intercepts, calibration=None) -> FusedScorer:
    return FusedScorer.compiled([one.block() for one in transformers], weights, intercepts, calibration)


@pytest.mark.parametrize("labels", [1, 5, 15, 16, 31, 40])
@pytest.mark.parametrize(
    "options", [{}, {"norm": None}, {"sublinear_tf": False}, {"use_idf": False}, {"norm": None, "sublinear_tf": False}]
)
def test_log_odds_are_those_of_the_matrix(labels, options):
    parts = model(labels, **options)
    expected = by_matrix(*parts, TEXTS)

    assert np.abs(fused(*parts).log_odds(TEXTS) - expected).max() < 2e-6 * np.abs(expected).max()


@given(some_texts)
@settings(max_examples=100, deadline=None)
def test_log_odds_are_those_of_the_matrix_for_any_texts(texts):
    parts = model()

    assert fused(*parts).log_odds(texts) == pytest.approx(by_matrix(*parts, texts), rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("labels", [1, 16, 17, 41, 70])
def test_weights_that_are_whole_numbers_of_a_step_score_as_their_products(labels):
    transformers, weights, intercepts = model(labels)
    steps = (np.abs(weights).max(axis=0) / 127).astype(np.float32)
    counts = np.rint(weights / steps).astype(np.int8)
    expected = by_matrix(transformers, counts * steps.astype(np.float64), intercepts, TEXTS)

    scorer = FusedScorer.compiled([one.block() for one in transformers], counts, intercepts, steps=steps)

    assert scorer.table.dtype == np.int8
    assert np.abs(scorer.log_odds(TEXTS) - expected).max() < 2e-6 * np.abs(expected).max()


def test_probabilities_are_calibrated_sigmoids():
    parts = model(2)
    calibration = np.array([[0.5, 1.0], [2.0, -1.0]])
    z = by_matrix(*parts, TEXTS)

    plain = fused(*parts).probabilities(TEXTS)
    calibrated = fused(*parts, calibration).probabilities(TEXTS)

    assert plain == pytest.approx(1 / (1 + np.exp(-z)), abs=1e-5)
    assert calibrated == pytest.approx(1 / (1 + np.exp(-(z * [0.5, 2.0] + [1.0, -1.0]))), abs=1e-5)


def test_threads_and_company_change_no_bit():
    scorer = fused(*model())
    many = TEXTS * 200

    one_thread = scorer.log_odds(many)

    assert np.array_equal(one_thread, scorer.log_odds(many, threads=2))
    assert np.array_equal(one_thread, scorer.log_odds(many, threads=5))
    assert np.array_equal(one_thread[: len(TEXTS)], np.vstack([scorer.log_odds([text]) for text in TEXTS]))


def test_bytes_score_as_their_text_does():
    scorer = fused(*model())

    assert np.array_equal(scorer.log_odds(TEXTS), scorer.log_odds([text.encode() for text in TEXTS]))
    assert np.array_equal(scorer.log_odds([b"a\xff\xc3b \xe6\x89"]), scorer.log_odds(["a\ufffd\ufffdb \ufffd"]))


def test_features_that_do_not_count_play_no_part():
    transformers, weights, intercepts = model()
    blocks, kept_weights, masked = [], [], weights.copy()
    for at, transformer in enumerate(transformers):
        columns = np.flatnonzero(np.arange(2**10) % 3 == at).astype(np.int32)
        blocks.append(Block(rule=transformer.rule(), columns=columns, idf=transformer.idf_[columns]))
        kept_weights.append(weights[at * 2**10 + columns])
        transformer.idf_ = np.where(np.isin(np.arange(2**10), columns), transformer.idf_, 0)

    scorer = FusedScorer.compiled(blocks, np.vstack(kept_weights), intercepts)

    assert scorer.log_odds(TEXTS) == pytest.approx(by_matrix(transformers, masked, intercepts, TEXTS), abs=1e-5)


def test_a_mapped_table_scores_the_same(tmp_path):
    scorer = fused(*model())
    np.save(tmp_path / "weights.npy", scorer.table)

    mapped = FusedScorer(
        blocks=scorer.blocks, table=np.load(tmp_path / "weights.npy", mmap_mode="r"), intercepts=scorer.intercepts
    )

    assert np.array_equal(scorer.log_odds(TEXTS), mapped.log_odds(TEXTS))


def test_a_feature_is_counted_exactly_in_a_text_of_a_million_words():
    million = 10**6
    words = HashedNgrams(norm=None, sublinear_tf=False, use_idf=False).fit(["wort"])
    word, pair = (words.occurrences(text)[0].max() for text in ("wort", "wort wort"))
    assert sorted(words.occurrences("wort wort")[0]) == [word, word, pair]
    weights = np.zeros((words.n_features, 2), np.float32)
    weights[word, 0] = weights[pair, 1] = 1

    assert fused([words], weights, np.zeros(2)).log_odds(["wort " * million]).tolist() == [[million, million - 1]]


def test_no_texts_give_no_rows_and_weights_of_another_shape_are_refused():
    transformers, weights, intercepts = model()

    assert fused(transformers, weights, intercepts).log_odds([]).shape == (0, 5)
    with pytest.raises(ValueError, match="weights must be 2048 × 5"):
        fused(transformers, weights[1:], intercepts)
