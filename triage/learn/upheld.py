"""The priority model of a desk: the probability that a moderator upholds a case, from text, markers and case facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from scipy.special import logit
from threadpoolctl import threadpool_limits

from triage.domain.score import Warn
from triage.learn.calibrate import Sigmoids, fit_sigmoids
from triage.learn.dense import DENSE as STYLE
from triage.learn.dense import dense_columns
from triage.learn.documents import Unit
from triage.learn.features import N_FEATURES, RULES
from triage.learn.figures import auc, calibration_error
from triage.learn.priority import CLIP, DENSE, MIN_TEXTS, Pool, learn_weights, weigh
from triage.text.normalise import fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

FOLDS = 5
LEAST_EACH = 10  # labels of each class, without which nothing is learnt
LEAST_IN_LANGUAGE = 5  # decided cases of a language, without which the model says nothing of it
WARM = 50  # labels at which the model counts as much as the policy
STYLE_WEIGHT = 0.1  # of the inner product of length and punctuation beside that of the n-grams
FACTS_WEIGHT = 0.5  # of that of markers and case facts
NO_LANGUAGE = "und"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A case as the priority model sees it. `markers` are those of a reliable score, `facts` named numbers."""

    text: str
    lang: str = NO_LANGUAGE
    markers: Mapping[str, float] = field(default_factory=dict)
    facts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upheld:
    """What the priority model says of a case; with a warning it must not be relied on."""

    probability: float
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recipe:
    """How cases become columns: which n-grams, how rare each is, and the scale of every named number."""

    columns: NDArray[np.int64]
    idf: Floats
    names: tuple[str, ...]
    mean: Floats
    spread: Floats

    def rows(self, cases: Sequence[Seen]) -> Pool:
        """Return cases as rows: n-grams of length 1, half words and half characters, and the named numbers."""
        folded = [fold(case.text).text for case in cases]
        counted = _counts(folded)[:, self.columns]
        counted.data = counted.data * self.idf[counted.indices]
        size = int(np.searchsorted(self.columns, N_FEATURES))
        ngrams = sp.hstack([_halved(counted[:, :size]), _halved(counted[:, size:])], format="csr", dtype=np.float32)
        numbers = np.clip((_numbers(cases, folded, self.names) - self.mean) / self.spread, -CLIP, CLIP)
        return Pool(ngrams, (numbers * _scales(len(self.names))).astype(np.float32))


@dataclass(frozen=True)
class UpheldModel:
    """A fitted priority model. `weights` are those of the n-grams, the named numbers and a constant."""

    id: str
    recipe: Recipe
    weights: Floats
    sigmoid: Sigmoids
    manifest: Mapping[str, Any] = field(default_factory=dict)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which enough cases were decided."""
        counts: Mapping[str, int] = self.manifest.get("languages", {})
        return tuple(lang for lang, count in counts.items() if count >= LEAST_IN_LANGUAGE)

    @property
    def trust(self) -> float:
        """How far the model counts beside the policy, 0 to 1: half at 50 labels."""
        labels = float(self.manifest.get("labels", 0))
        return labels / (labels + WARM)

    def log_odds(self, cases: Sequence[Seen]) -> Floats:
        """Return the uncalibrated log-odds of cases."""
        return self.weighed(self.recipe.rows(cases))

    def weighed(self, rows: Pool) -> Floats:
        """Return the uncalibrated log-odds of rows that the model's own recipe gave."""
        with threadpool_limits(1):
            return weigh(rows, self.weights).astype(float)

    def probabilities(self, cases: Sequence[Seen]) -> Floats:
        """Return the calibrated probability of each case, whatever its language.

        No case is surer than so many labels can make it: one in n + 2, by the rule of succession (Laplace 1774).
        """
        if not cases:
            return np.zeros(0)
        least = 1 / (float(self.manifest.get("labels", 0)) + 2)
        return np.clip(self.sigmoid.probabilities(self.log_odds(cases)[:, None])[:, 0], least, 1 - least)

    def score_cases(self, cases: Sequence[Seen]) -> list[Upheld]:
        """Return what the model says of each case; one in a language without decisions has a warning."""
        said = []
        for case, probability in zip(cases, self.probabilities(cases).tolist(), strict=True):
            unknown = Warn.LANGUAGE_UNKNOWN if case.lang == NO_LANGUAGE else Warn.LANGUAGE_NOT_TRAINED
            warnings = () if case.lang in self.languages else (unknown.value,)
            said.append(Upheld(probability=round(probability, 4), warnings=warnings))
        return said


def fit(
    cases: Sequence[Seen], labels: Sequence[int], weights: Sequence[float], groups: Sequence[str], seed: int
) -> UpheldModel:
    """Return a priority model without an id, fitted on decided cases and calibrated out of fold.

    `weights`, 0 to 1, say how much each label counts; one of 0 is left out. No fold divides a group. The same input
    and seed give the same model, bit for bit, on one machine.
    """
    counted = [at for at, weight in enumerate(weights) if weight > 0]
    kept = [cases[at] for at in counted]
    upheld = np.array([labels[at] == 1 for at in counted], dtype=bool)
    trust = np.array([weights[at] for at in counted], dtype=np.float32)
    recipe = _recipe(kept)
    rows = recipe.rows(kept)
    held = out_of_fold(rows, upheld, trust, [groups[at] for at in counted], seed)
    with threadpool_limits(1):
        learnt = learn_weights(rows, upheld, trust)
    sigmoid = fit_sigmoids(held[:, None], upheld[:, None].astype(np.float32))
    probabilities = sigmoid.probabilities(held[:, None])[:, 0]
    manifest = {
        "labels": len(kept),
        "upheld": int(upheld.sum()),
        "languages": dict(sorted(Counter(case.lang for case in kept).items())),
        "columns": list(recipe.names),
        "figures": {
            "auc": auc(upheld, held),
            "brier_skill": float(1 - np.mean((probabilities - upheld) ** 2) / upheld.var()),
            "ece": calibration_error(upheld, probabilities),
        },
    }
    return UpheldModel("", recipe, learnt, sigmoid, manifest)


def out_of_fold(rows: Pool, upheld: NDArray[np.bool_], trust: Floats, groups: Sequence[str], seed: int) -> Floats:
    """Return the log-odds of each row by a model that learnt from the other folds; `trust` says how labels weigh."""
    fold_of = _folds(groups, upheld, seed)
    held = np.zeros(len(upheld))
    with threadpool_limits(1):
        for at in range(FOLDS):
            out, inside = fold_of == at, (fold_of != at) & (trust > 0)
            if out.any():
                learnt = learn_weights(rows.chosen(inside), upheld[inside], trust[inside])
                held[out] = weigh(rows.chosen(out), learnt)
    return held


def _recipe(cases: Sequence[Seen]) -> Recipe:
    folded = [fold(case.text).text for case in cases]
    counted = _counts(folded)
    having = np.bincount(counted.indices, minlength=counted.shape[1])
    columns = np.flatnonzero(having >= MIN_TEXTS)
    idf = (np.log((1 + len(cases)) / (1 + having[columns])) + 1).astype(np.float32)
    names = tuple(
        [name for name, _ in STYLE[:DENSE]]
        + sorted({f"marker {name}" for case in cases for name in case.markers})
        + sorted({f"fact {name}" for case in cases for name in case.facts})
    )
    numbers = _numbers(cases, folded, names)
    spread = numbers.std(axis=0)
    return Recipe(columns, idf, names, numbers.mean(axis=0), np.where(spread > 1e-9, spread, 1.0))


def _counts(folded: Sequence[str]) -> sp.csr_matrix:
    """Return the log counts of the n-grams of folded texts, words before characters."""
    blocks = []
    for rule in RULES:
        indptr, indices, counts = rule.counts(folded)
        weights = 1 + np.log(counts.astype(np.float32))
        blocks.append(sp.csr_matrix((weights, indices, indptr), shape=(len(folded), N_FEATURES)))
    return sp.hstack(blocks, format="csr", dtype=np.float32)


def _halved(block: sp.csr_matrix) -> sp.csr_matrix:
    """Return rows of squared length one half."""
    lengths = np.sqrt(2 * np.asarray(block.multiply(block).sum(axis=1, dtype=np.float64))).ravel()
    lengths[lengths == 0] = 1
    return sp.diags((1 / lengths).astype(np.float32)) @ block


def _numbers(cases: Sequence[Seen], folded: Sequence[str], names: Sequence[str]) -> Floats:
    """Return the named numbers, one row a case; a marker without a score is NaN-free: it stands at even odds."""
    style = dense_columns([Unit(text=text, spans=()) for text in folded])[:, :DENSE]
    rows = np.zeros((len(cases), len(names) - DENSE))
    for at, name in enumerate(names[DENSE:]):
        kind, _, key = name.partition(" ")
        for row, case in enumerate(cases):
            if kind == "fact":
                rows[row, at] = case.facts.get(key, 0.0)
            elif key in case.markers:
                rows[row, at] = logit(min(max(case.markers[key], 1e-3), 1 - 1e-3))
    return np.hstack([style, rows])


def _scales(count: int) -> Floats:
    """Return what each named number is multiplied by, so that the two kinds weigh as they should beside the n-grams."""
    others = max(count - DENSE, 1)
    scales = np.full(count, np.sqrt(FACTS_WEIGHT / others))
    scales[:DENSE] = np.sqrt(STYLE_WEIGHT / DENSE)
    return scales


def _folds(groups: Sequence[str], upheld: NDArray[np.bool_], seed: int) -> NDArray[np.intp]:
    """Return the fold of each case: groups are dealt whole, those with an upheld case first."""
    has_upheld = dict.fromkeys(groups, False)
    for group, value in zip(groups, upheld.tolist(), strict=True):
        has_upheld[group] |= value
    names = sorted(has_upheld)
    lots = np.random.default_rng(seed).permutation(len(names))
    shuffled = sorted((names[at] for at in lots), key=lambda name: not has_upheld[name])
    fold_of = {name: at % FOLDS for at, name in enumerate(shuffled)}
    return np.array([fold_of[group] for group in groups], dtype=np.intp)
