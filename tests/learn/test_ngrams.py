"""The hashed n-grams of the kernel against the oracle's, and against what scikit-learn promises."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import ngrams_oracle as oracle
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError, SkipTestWarning
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import check_estimator

import triage
from triage.learn.ngrams import HashedNgrams

N_FEATURES = 2**18
CHECKS_WITHOUT_A_MATRIX = [
    estimator_checks.check_do_not_raise_errors_in_init_or_set_params,
    estimator_checks.check_estimator_cloneable,
    estimator_checks.check_estimator_repr,
    estimator_checks.check_estimator_tags_renamed,
    estimator_checks.check_get_params_invariance,
    estimator_checks.check_mixin_order,
    estimator_checks.check_no_attributes_set_in_init,
    estimator_checks.check_parameters_default_constructible,
    estimator_checks.check_set_params,
    estimator_checks.check_valid_tag_types,
]

ALPHABETS = [
    "abz AZ_09.,-'",
    "éÉßẞÄøŁİıIiſK",
    "ΑΣσςΟΔ ός.'\u0301",
    "дЁЇщ ъ",
    "سلام\u064e\u0640 ١٢",
    "שָׁלוֹם ",
    "हिन्दी क्षेत्र ",
    "ไทยนี่ ๑",
    "ລາວ ខ្មែរ မြန်မာ ",
    "漢字語々〇かなカナー手ﾊﾟ，。",
    "한국어 \u1100\u1161\u11a8",
    "𠀀𪜀𐐀𐐨𝒜😀🏳\ufe0f\u200d🌈",
    " \t\n\r\x0b\x1c\x85\xa0\u2003\u3000\u200b\ufeff",
    "a\u0300\u0489\u20e3\u0903",
    "\ud800\udfff\x00\U0010ffff",
]
characters = st.one_of([st.sampled_from(alphabet) for alphabet in ALPHABETS] + [st.characters(codec=None)])
texts = st.one_of([st.text(alphabet, max_size=40) for alphabet in ALPHABETS] + [st.text(characters, max_size=60)])
ranges = st.tuples(st.integers(1, 5), st.integers(0, 4)).map(lambda pair: (pair[0], pair[0] + pair[1]))


def ngrams_of(text: str, analyzer: str, ngram_range: tuple[int, int], n_features: int = N_FEATURES):
    cut = oracle.word_ngrams if analyzer == "word" else oracle.char_wb_ngrams
    return cut(text, *ngram_range, n_features)


def assert_equals_the_oracle(
    text: str, analyzer: str, ngram_range: tuple[int, int], n_features: int = N_FEATURES
) -> None:
    hashed = HashedNgrams(analyzer=analyzer, ngram_range=ngram_range, n_features=n_features)
    expected = ngrams_of(text, analyzer, ngram_range, n_features)

    found = [
        (f, *((start, end) if start < end else (-1, -1)))
        for f, start, end in zip(*map(np.ndarray.tolist, hashed.occurrences(text)), strict=True)
    ]
    assert Counter(found) == Counter(expected)
    _, indices, counts = hashed.rule().counts([text])
    assert dict(zip(indices.tolist(), counts.tolist(), strict=True)) == Counter(f for f, _, _ in expected)
    assert indices.tolist() == sorted(set(indices.tolist()))


@given(texts, ranges)
@example("", (1, 2))
@example("İSTANBUL'DA İ", (1, 2))
@example("ΟΔΟΣ ΣΑΣ Σ aΣ' Σ.", (1, 2))
@example("e\u0301te\u0301 \u0301a 手\u0301b", (1, 2))
@settings(max_examples=300, deadline=None)
def test_words_and_their_places_are_the_oracles_in_every_script(text, ngram_range):
    assert_equals_the_oracle(text, "word", ngram_range)


@given(texts, ranges)
@example("", (2, 5))
@example("a b", (1, 1))
@example("a b", (4, 5))
@example("İ Σ", (2, 5))
@settings(max_examples=300, deadline=None)
def test_characters_in_words_and_their_places_are_the_oracles_in_every_script(text, ngram_range):
    assert_equals_the_oracle(text, "char_wb", ngram_range)


@given(texts, st.sampled_from(["word", "char_wb"]), st.sampled_from([1, 2, 7, 2**20, 2**31 - 1]))
@settings(max_examples=50, deadline=None)
def test_any_number_of_features_will_do(text, analyzer, n_features):
    if n_features > 2**20:
        rule = HashedNgrams(analyzer=analyzer, n_features=n_features).rule()
        expected = [f for f, _, _ in ngrams_of(text, analyzer, (1, 2), n_features)]
        assert Counter(rule.occurrences(text)[0].tolist()) == Counter(expected)
    else:
        assert_equals_the_oracle(text, analyzer, (1, 2), n_features)


@pytest.mark.parametrize("analyzer", ["word", "char_wb"])
@pytest.mark.parametrize("piece", ["Mil Worte ", "длинноеслово漢字𐐀𪜀"])
def test_a_text_of_a_megabyte_is_counted_exactly(analyzer, piece):
    assert_equals_the_oracle(piece * (1_000_000 // len(piece.encode())) + "end", analyzer, (2, 2))


@pytest.mark.parametrize("analyzer", ["word", "char_wb"])
def test_every_assigned_code_point_is_lowered_and_classed_as_python_does(analyzer):
    for first in [*range(0, 0x34000, 0x1000), 0xE0000, 0xF0000, sys.maxunicode - 0xFFF]:
        assert_equals_the_oracle("a".join(map(chr, range(first, first + 0x1000))), analyzer, (1, 1))


@given(st.lists(texts, min_size=1, max_size=6), st.sampled_from(["word", "char_wb"]))
@settings(max_examples=100, deadline=None)
def test_weights_are_the_oracles(some_texts, analyzer):
    matrix = HashedNgrams(analyzer=analyzer, ngram_range=(1, 3)).fit_transform(some_texts)
    expected = oracle.weights([ngrams_of(text, analyzer, (1, 3)) for text in some_texts])

    assert matrix.dtype == np.float32
    for row, expected_row in zip(matrix, expected, strict=True):
        assert dict(zip(row.indices, row.data, strict=True)) == pytest.approx(expected_row, rel=1e-5)


@given(texts, ranges, st.sampled_from(["word", "char_wb"]))
@settings(max_examples=100, deadline=None)
def test_ngrams_are_those_of_scikit_learn_where_its_words_are_ours(text, ngram_range, analyzer):
    text = "".join(c for c in text if not (oracle.is_mark(c) or oracle.is_solo(c)) and c != "İ")
    theirs = CountVectorizer(analyzer=analyzer, ngram_range=ngram_range, token_pattern=r"\w+").build_analyzer()(text)
    if analyzer == "word":
        hashes = [oracle.hash_of_words(gram.split(" ")) for gram in theirs]
    else:
        hashes = [oracle.hash_of_codes(gram) for gram in theirs]

    found, _, _ = HashedNgrams(analyzer=analyzer, ngram_range=ngram_range).occurrences(text)

    assert Counter(found.tolist()) == Counter(oracle.feature(h, N_FEATURES) for h in hashes)


def test_rows_do_not_depend_on_the_texts_beside_them():
    several = ["One two", "", "Drei vier fünf", "一二三", "one " * 5000]
    hashed = HashedNgrams(analyzer="char_wb", ngram_range=(2, 5)).fit(several)

    together = hashed.transform(several)

    for place, text in enumerate(several):
        assert (together[place] != hashed.transform([text])).nnz == 0


def test_more_texts_than_fit_one_call_are_all_counted():
    many = [f"text {number} " * 200 for number in range(2000)]

    together = HashedNgrams(analyzer="char_wb", ngram_range=(2, 5), n_features=2**12).fit_transform(many)

    alone = HashedNgrams(analyzer="char_wb", ngram_range=(2, 5), n_features=2**12).fit(many).transform(many[-1:])
    assert together.shape == (2000, 2**12)
    assert (together[-1] != alone).nnz == 0


def test_it_is_a_scikit_learn_estimator():
    with pytest.warns(SkipTestWarning, match="input  of type"):  # what needs a numeric matrix does not apply to texts
        check_estimator(HashedNgrams())
    for check in CHECKS_WITHOUT_A_MATRIX:
        check("HashedNgrams", HashedNgrams())
    hashed = HashedNgrams(analyzer="char_wb", ngram_range=(2, 3), n_features=64, norm=None)

    assert clone(hashed).get_params() == hashed.get_params()
    assert HashedNgrams().fit(["a"]).unicode_version_ == unicodedata.unidata_version


def test_transform_before_fit_is_refused():
    with pytest.raises(NotFittedError):
        HashedNgrams().transform(["a"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"analyzer": "char"},
        {"ngram_range": (0, 1)},
        {"ngram_range": (3, 2)},
        {"n_features": 0},
        {"n_features": 2**31},
        {"norm": "l1"},
    ],
)
def test_parameters_that_cannot_be_meant_are_refused_at_fit(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        HashedNgrams(**wrong).fit(["a"])


def test_one_text_is_no_list_of_texts_and_a_number_no_text():
    with pytest.raises(ValueError, match="list of texts"):
        HashedNgrams().fit("a text")
    with pytest.raises(TypeError, match="text 1 is float"):
        HashedNgrams().fit(["a", float("nan")])


def test_without_a_writable_cache_folder_it_only_compiles_again_and_says_so_once(tmp_path):
    package = Path(triage.__file__).parent
    shutil.copytree(package, tmp_path / "triage", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "triage/learn/ngrams/__pycache__").write_text("no folder")
    environment = {"XDG_CACHE_HOME": os.devnull, "HOME": os.devnull}
    program = "from triage.learn.ngrams import HashedNgrams; print(HashedNgrams().fit_transform(['a b']).nnz)"

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout == "3\n"
    assert done.stderr.count("no writable folder for compiled code") == 1
    assert len(done.stderr.splitlines()) == 1


@given(
    st.lists(
        st.sampled_from(["a", "ab", "Wortende", "donaudampfschiff", "слово" * 7, "漢字", " ", ".", "é"]), max_size=60
    )
)
def test_words_of_any_length_end_where_the_oracles_do_at_any_place(pieces):
    for text in ("".join(pieces), " ".join(pieces)):
        assert_equals_the_oracle(text, "word", (1, 2))


@pytest.mark.parametrize("size", [1, 7, 8, 9, 16, 17, 63, 64, 65, 129])
@pytest.mark.parametrize("before", [0, 1, 62, 63, 64])
def test_long_words_are_cut_nowhere(size, before):
    assert_equals_the_oracle("." * before + "W" * size + " end", "word", (1, 2))
