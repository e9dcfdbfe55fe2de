"""`ForeignScorer`: somebody's fitted scikit-learn text model, many times as fast and with the same decisions."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from triage.learn.ngrams import known
from triage.learn.ngrams.alphabet import alphabet
from triage.learn.ngrams.fused import Block, Float32s, Float64s, FusedScorer, in_runs, light_of
from triage.learn.ngrams.packing import SPARE, pack
from triage.learn.ngrams.rule import Rule, scratch_for

# How much a score may differ from scikit-learn's, as a share of the largest: nearer decisions are left to the pipeline.
TOLERANCE: Final = 2e-5
_SHORTEST: Final = {r"(?u)\b\w\w+\b": 2, r"\b\w\w+\b": 2, r"(?u)\b\w+\b": 1, r"\b\w+\b": 1, r"(?u)\w+": 1, r"\w+": 1}
_SEEN_WORDS, _SEEN_CODES, _SEEN_COLUMNS = 1 << 16, 1 << 20, 1 << 21


class ForeignScorer:
    """A fitted pipeline of `TfidfVectorizer` and a linear classifier, compiled.

    N-grams are matched as exact strings, and decisions are the pipeline's own on every text: where two classes lie
    within `TOLERANCE`, the pipeline decides. The classifier has `coef_` and `intercept_`, or is a
    `OneVsRestClassifier` of such. The pipeline is an object in memory: nothing is ever unpickled here.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        """Compile a pipeline; raises ValueError, naming the step or option, for one that cannot be."""
        self.pipeline = pipeline
        vectorizer, classifier = _steps(pipeline)
        coefficients, intercepts = _linear(classifier)
        low, high = vectorizer.ngram_range
        columns = len(vectorizer.vocabulary_)
        idf = vectorizer.idf_ if vectorizer.use_idf else np.ones(columns)
        self.block = Block(
            rule=Rule(vectorizer.analyzer, low, high, columns),
            columns=np.arange(columns, dtype=np.int32),
            idf=idf.astype(np.float32),
            sublinear_tf=vectorizer.sublinear_tf,
            has_norm=vectorizer.norm is not None,
        )
        self.scorer = FusedScorer.compiled([self.block], coefficients.T, intercepts)
        self.lexicon = _lexicon(vectorizer, idf)
        self._of_thread = threading.local()

    def decision_function(self, texts: Sequence[str | bytes], *, threads: int = 1) -> Float64s:
        """Return the scores of the texts, one row a text and one column a label; for two classes one number a text."""
        scores = self._scores(texts, threads)
        return scores[:, 0] if scores.shape[1] == 1 else scores

    def predict(self, texts: Sequence[str], *, threads: int = 1) -> npt.NDArray[Any]:
        """Return what `pipeline.predict(texts)` would."""
        scores = self._scores(texts, threads)
        decided = self._decide(scores)
        close = np.flatnonzero(self._is_close(scores))
        if len(close):
            decided[close] = self.pipeline.predict([texts[place] for place in close])
        return decided

    def _scores(self, texts: Sequence[str | bytes], threads: int) -> Float64s:
        sums = np.zeros((len(texts), len(self.scorer.intercepts)), np.float32)
        in_runs(texts, sums, threads, self._score)
        return sums.astype(np.float64) + self.scorer.intercepts

    def _score(self, texts: Sequence[str | bytes], out: Float32s) -> None:
        packed, rules, (way,) = pack(texts), self.block.rule.key(), self.scorer.ways()
        if not hasattr(self._of_thread, "seen"):
            self._of_thread.seen = _nothing_seen()
        known.score_known(
            packed.data,
            packed.bounds,
            alphabet(),
            rules,
            scratch_for(packed, rules),
            light_of(self.block),
            self.scorer.flat(),
            way,
            np.empty(way.width, np.float32),
            out,
            self.lexicon,
            self._of_thread.seen,
        )

    def _is_multilabel(self) -> bool:
        return bool(getattr(self.pipeline[-1], "multilabel_", False))

    def _decide(self, scores: Float64s) -> npt.NDArray[Any]:
        if self._is_multilabel():
            return (scores > 0).astype(np.int64)
        chosen = (scores[:, 0] > 0).astype(np.intp) if scores.shape[1] == 1 else scores.argmax(axis=1)
        decided: npt.NDArray[Any] = np.asarray(self.pipeline.classes_)[chosen]
        return decided

    def _is_close(self, scores: Float64s) -> npt.NDArray[np.bool_]:
        if not len(scores):
            return np.zeros(0, np.bool_)
        if self._is_multilabel() or scores.shape[1] == 1:
            gap = np.abs(scores).min(axis=1)
        else:
            gap = np.diff(np.partition(scores, -2, axis=1)[:, -2:], axis=1)[:, 0]
        close: npt.NDArray[np.bool_] = gap <= TOLERANCE * (1 + np.abs(scores).max(axis=1))
        return close


def _steps(pipeline: Pipeline) -> tuple[TfidfVectorizer, Any]:
    if len(pipeline.steps) != 2 or type(pipeline[0]) is not TfidfVectorizer:
        raise ValueError("only a pipeline of a TfidfVectorizer and a linear classifier can be compiled")
    vectorizer, classifier = pipeline[0], pipeline[1]
    check_is_fitted(vectorizer, "vocabulary_")
    expected: Mapping[str, tuple[Any, ...]] = {
        "analyzer": ("word", "char_wb"),
        "lowercase": (True,),
        "strip_accents": (None,),
        "preprocessor": (None,),
        "tokenizer": (None,),
        "binary": (False,),
        "norm": ("l2", None),
    }
    for option, can_be in expected.items():
        if getattr(vectorizer, option) not in can_be:
            raise ValueError(f"a TfidfVectorizer with {option}={getattr(vectorizer, option)!r} cannot be compiled")
    if vectorizer.analyzer == "word" and vectorizer.token_pattern not in _SHORTEST:
        raise ValueError(f"a TfidfVectorizer with token_pattern={vectorizer.token_pattern!r} cannot be compiled")
    return vectorizer, classifier


def _linear(classifier: Any) -> tuple[Float64s, Float64s]:
    parts = classifier.estimators_ if isinstance(classifier, OneVsRestClassifier) else [classifier]
    if not all(hasattr(part, "coef_") and hasattr(part, "decision_function") for part in parts):
        raise ValueError(f"{type(classifier).__name__} has no weights (coef_) to compile")
    coefficients = np.vstack([np.atleast_2d(part.coef_) for part in parts])
    return coefficients, np.concatenate(
        [np.broadcast_to(part.intercept_, len(np.atleast_2d(part.coef_))) for part in parts]
    )


def _lexicon(vectorizer: TfidfVectorizer, idf: Float64s) -> known.Lexicon:
    terms = sorted(vectorizer.vocabulary_, key=lambda term: idf[vectorizer.vocabulary_[term]])  # frequent ones together
    words: dict[str, int] = {}
    stop_words = vectorizer.get_stop_words() or frozenset()
    if vectorizer.analyzer == "word":
        for term in terms:
            for word in term.split(" "):
                words.setdefault(word, len(words) + 1)
    children = {number: number for number in words.values()}
    columns = {}
    for term in terms:
        node = 0
        for symbol in [words[word] for word in term.split(" ")] if words else map(ord, term):
            node = children.setdefault(node << 32 | symbol, len(children) + 1)
        columns[node] = vectorizer.vocabulary_[term]
    keys = np.fromiter(children.keys(), np.uint64, len(children))
    values = np.array([node | (columns.get(node, -1) + 1) << 32 for node in children.values()], np.uint64)
    branches = np.zeros(2 * _room_for(len(children)), np.uint64)
    known.plant(keys, values, branches)
    all_words = dict.fromkeys([*words, *stop_words])
    begins, codes = _laid_out(all_words)
    slots = np.zeros(_room_for(len(all_words)), np.int32)
    known.enrol(slots, begins, codes)
    word_values = np.full(len(all_words), known.STOP)
    word_values[: len(words)] = values[: len(words)]
    word_values[[place for place, word in enumerate(all_words) if word in stop_words]] = known.STOP
    return known.Lexicon(
        branches=branches,
        word_slots=slots,
        word_begins=begins,
        word_codes=codes,
        word_values=word_values,
        shortest=_SHORTEST.get(vectorizer.token_pattern, 1),
    )


def _laid_out(words: Iterable[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
    """Return where each word begins, and the code points of all."""
    begins = np.cumsum([0, *map(len, words)], dtype=np.int64)
    return begins, np.array([*(ord(character) for word in words for character in word), *[0] * SPARE], np.uint32)


def _room_for(count: int) -> int:
    return 1 << (2 * count + 1).bit_length()


def _nothing_seen() -> known.Seen:
    return known.Seen(
        slots=np.zeros(2 * _SEEN_WORDS, np.int32),
        begins=np.zeros(_SEEN_WORDS + 1, np.int64),
        codes=np.zeros(_SEEN_CODES + SPARE, np.uint32),
        column_begins=np.zeros(_SEEN_WORDS + 1, np.int64),
        columns=np.empty(_SEEN_COLUMNS, np.int32),
        used=np.zeros(3, np.int64),
    )
