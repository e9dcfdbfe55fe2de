"""How fast texts are scored, as ratios to other ways of doing the same, all measured in one run.

    python benchmarks/throughput.py [--texts 500] [--rounds 5] [--labels 30]

Each way scores the same texts in one process and one thread, the ways taking turns; a figure is the median of the
rounds in CPU time. Texts are the pseudo-news articles under TRIAGE_CORPORA (default ../shared/corpora), where they are
present, else the shipped starter corpus. Models have random weights: speed does not depend on what they say. The last
lines tell what the machine's memory allows: the fused scorer against reading the bytes and adding up the same rows of
weights, with nothing in between.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline

from triage.learn.linear import packed, unpacked
from triage.learn.ngrams import HashedNgrams
from triage.learn.ngrams.foreign import ForeignScorer
from triage.learn.ngrams.fused import RUN, FusedScorer
from triage.learn.ngrams.packing import blocks as runs_of
from triage.learn.ngrams.packing import pack
from triage.learn.ngrams.weighing import gather
from triage.shipped import shipped

KINDS = {"word(1,2)": ("word", (1, 2)), "char_wb(2,5)": ("char_wb", (2, 5))}
FLOAT_ROWS, OWN_ROWS = "decoding and rows of float32 alone", "decoding and its own rows alone"
ROOT = Path(__file__).parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--labels", type=int, default=30)
    chosen = parser.parse_args()
    texts, source = some_texts(chosen.texts)
    size = sum(len(text.encode()) for text in texts)
    print(f"{len(texts)} texts of {size / len(texts):,.0f} bytes in the mean, {source}; {chosen.labels} labels")
    for kind, (analyzer, ngram_range) in KINDS.items():
        print_ratios(kind, ways_of(texts, analyzer, ngram_range, chosen.labels), texts, size, chosen.rounds)


def some_texts(count: int) -> tuple[list[str], str]:
    """Return so many texts, always the same, and where they come from."""
    corpora = Path(os.environ.get("TRIAGE_CORPORA", ROOT.parent / "shared" / "corpora"))
    files = sorted((corpora / "ppn").glob("*.jsonl.gz"))
    if files:
        rows = [row for file in files for row in gzip.decompress(file.read_bytes()).splitlines()]
        source = "articles of ppn (" + ", ".join(file.name.partition(".")[0] for file in files) + ")"
    else:
        rows = [row for file in sorted(shipped("starter").glob("*.jsonl")) for row in file.read_bytes().splitlines()]
        source = "articles of the starter corpus"
    texts = [json.loads(row)["text"] for row in rows]
    return random.Random(0).sample(texts, min(count, len(texts))), source


def ways_of(
    texts: list[str], analyzer: str, ngram_range: tuple[int, int], labels: int
) -> dict[str, Callable[[], object]]:
    """Return the ways of scoring the texts, the slow reference first, the machine's limit last."""
    chance = np.random.default_rng(0)
    vectorizer = TfidfVectorizer(analyzer=analyzer, ngram_range=ngram_range, sublinear_tf=True).fit(texts)
    classifier = linear_model(chance.normal(size=(labels, len(vectorizer.vocabulary_))))
    pipeline = Pipeline([("ngrams", vectorizer), ("weights", classifier)])
    foreign = ForeignScorer(pipeline)
    assert np.array_equal(foreign.predict(texts), pipeline.predict(texts))
    hashed = HashedNgrams(analyzer=analyzer, ngram_range=ngram_range).fit(texts)
    counts, steps = packed(chance.normal(size=(hashed.n_features, labels)).astype(np.float32))
    weights = unpacked(counts, steps)
    scorer = FusedScorer.compiled([hashed.block()], counts, np.zeros(labels), steps=steps)
    in_floats = FusedScorer.compiled([hashed.block()], weights, np.zeros(labels))
    return {
        "scikit-learn": lambda: pipeline.predict(texts),
        "ForeignScorer, its decisions": lambda: foreign.predict(texts),
        "HashedNgrams and its matrix": lambda: hashed.transform(texts) @ weights,
        "FusedScorer, rows of float32": lambda: in_floats.log_odds(texts),
        "FusedScorer": lambda: scorer.log_odds(texts),
        FLOAT_ROWS: rows_alone(texts, hashed, in_floats),
        OWN_ROWS: rows_alone(texts, hashed, scorer),
    }


def linear_model(weights: np.ndarray) -> OneVsRestClassifier:
    """Return a fitted one-vs-rest classifier with these weights, one row a label."""
    classifier = OneVsRestClassifier(LogisticRegression())
    classifier.fit(np.eye(2), np.tile([[0], [1]], len(weights)))
    for estimator, row in zip(classifier.estimators_, weights, strict=True):
        estimator.coef_, estimator.intercept_ = row[None, :], np.zeros(1)
        estimator.n_features_in_ = len(row)
    return classifier


def rows_alone(texts: list[str], hashed: HashedNgrams, scorer: FusedScorer) -> Callable[[], object]:
    """Return a way that decodes the texts and adds up the rows that they need, found beforehand."""
    matrix = hashed.transform(texts)
    rows, weights = matrix.indices.astype(np.int32), matrix.data
    order = np.random.default_rng(0).permutation(len(rows))  # rows come in no order, as those of a text do
    place = np.repeat(np.arange(len(texts)), np.diff(matrix.indptr))
    order = order[np.argsort(place[order], kind="stable")]
    rows, weights = rows[order], weights[order]
    table = np.asarray(scorer.table).reshape(-1)
    table.setflags(write=False)
    sums = np.empty(scorer.table.shape[1], np.float32)

    def run() -> None:
        for some in runs_of(texts, RUN):
            pack(some)
        gather(matrix.indptr, rows, weights, table, scorer.table.shape[1], sums)

    return run


def print_ratios(kind: str, ways: dict[str, Callable[[], object]], texts: list[str], size: int, rounds: int) -> None:
    """Time the ways in turns and print each beside the first and the last."""
    for way in ways.values():
        way()
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            began = time.process_time()
            way()
            seconds[name].append(time.process_time() - began)
    print(f"\n{kind:36}{'µs/text':>10}{'MB/s':>8}{'× scikit-learn':>16}{'/ float rows':>14}{'/ own rows':>12}")
    for name, taken in seconds.items():
        middle = statistics.median(taken)
        times, floats, own = (over(seconds[other], taken) for other in (next(iter(ways)), FLOAT_ROWS, OWN_ROWS))
        print(
            f"{name:36}{middle / len(texts) * 1e6:>10.1f}{size / middle / 1e6:>8.1f}"
            f"{times:>16.1f}{1 / floats:>14.2f}{1 / own:>12.2f}"
        )
    sys.stdout.flush()


def over(some: list[float], others: list[float]) -> float:
    """Return the median ratio of seconds that were measured in turns."""
    return statistics.median(a / b for a, b in zip(some, others, strict=True))


if __name__ == "__main__":
    main()
