"""How fast texts are scored, as ratios to other ways of doing the same, all measured in one run.

    python benchmarks/throughput.py [--texts 500] [--rounds 5] [--labels 30] [--no-vw]

Each way scores the same texts in one process and one thread, the ways taking turns; a figure is the median of the
rounds in CPU time. Texts are the pseudo-news articles under TRIAGE_CORPORA (default ../shared/corpora), where they are
present, else the shipped starter corpus. Models have random weights: speed does not depend on what they say. Those of
the fused scorer are whole numbers of a step a label, in a byte, as in every model that triage stores; a second line
shows it with float32. The last lines tell what the machine's memory allows: decoding the texts and adding up the rows
of weights that they need, found beforehand, once in float32 and once in bytes.

Vowpal Wabbit (words and pairs of words, as many labels) runs in an environment of its own, which is made in a temporary
folder; where it cannot be installed, one line says so.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
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

# What runs in Vowpal Wabbit's own environment: it says the CPU seconds of each way that it is asked for.
VW = """
import json, re, sys, time
from vowpalwabbit import Workspace
texts, labels = json.load(open(sys.argv[1], encoding="utf-8")), sys.argv[2]
vw = Workspace(f"--multilabel_oaa {labels} -b 23 --ngram 2 --quiet")
prepare = lambda text: "| " + " ".join(re.findall(r"\\w+", text.lower()))
prepared = [prepare(text) for text in texts]
for at, line in enumerate(prepared[:50]):
    vw.learn(f"{at % int(labels)} {line}")
for way in sys.stdin:
    began = time.process_time()
    for line in prepared if way.strip() == "prepared" else map(prepare, texts):
        vw.predict(line)
    print(time.process_time() - began, flush=True)
"""
KINDS = {"word(1,2)": ("word", (1, 2)), "char_wb(2,5)": ("char_wb", (2, 5))}
FLOAT_ROWS, OWN_ROWS = "decoding and rows of float32 alone", "decoding and its own rows alone"
ROOT = Path(__file__).parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--labels", type=int, default=30)
    parser.add_argument("--no-vw", action="store_true", help="leave Vowpal Wabbit out")
    chosen = parser.parse_args()
    texts, source = some_texts(chosen.texts)
    size = sum(len(text.encode()) for text in texts)
    print(f"{len(texts)} texts of {size / len(texts):,.0f} bytes in the mean, {source}; {chosen.labels} labels")
    with nullcontext({}) if chosen.no_vw else vowpal_wabbit(texts, chosen.labels) as vw:
        for kind, (analyzer, ngram_range) in KINDS.items():
            ways = ways_of(texts, analyzer, ngram_range, chosen.labels)
            print_ratios(kind, ways, vw if analyzer == "word" else {}, texts, size, chosen.rounds)


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


@contextmanager
def vowpal_wabbit(texts: list[str], labels: int) -> Iterator[dict[str, Callable[[], float]]]:
    """Yield ways of scoring the texts with Vowpal Wabbit, each returning its CPU seconds; none where it is missing."""
    with tempfile.TemporaryDirectory() as home:
        python = Path(home) / "vw" / "bin" / "python"
        (Path(home) / "texts.json").write_text(json.dumps(texts), "utf-8")
        try:
            subprocess.run([sys.executable, "-m", "venv", str(python.parent.parent)], check=True, capture_output=True)
            install = [str(python), "-m", "pip", "install", "--quiet", "vowpalwabbit"]
            subprocess.run(install, check=True, capture_output=True, timeout=300)
        except (subprocess.SubprocessError, OSError) as error:
            print(f"Vowpal Wabbit cannot be installed here and is left out ({type(error).__name__})")
            yield {}
            return
        command = [str(python), "-c", VW, f"{home}/texts.json", str(labels)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdin and running.stdout

            def ask(way: str) -> float:
                print(way, file=running.stdin, flush=True)
                return float(running.stdout.readline())

            yield {
                "Vowpal Wabbit, from raw text": lambda: ask("raw"),
                "Vowpal Wabbit, text prepared": lambda: ask("prepared"),
            }
            running.stdin.close()


def seconds_of(way: Callable[[], object]) -> float:
    """Return the CPU seconds of one call."""
    began = time.process_time()
    way()
    return time.process_time() - began


def print_ratios(
    kind: str,
    ways: dict[str, Callable[[], object]],
    elsewhere: dict[str, Callable[[], float]],
    texts: list[str],
    size: int,
    rounds: int,
) -> None:
    """Time the ways in turns and print each beside the first and the last; those elsewhere time themselves."""
    timed = {name: partial(seconds_of, way) for name, way in ways.items()} | elsewhere
    seconds: dict[str, list[float]] = {name: [] for name in timed}
    for at in range(rounds + 1):
        for name, time_it in timed.items():
            taken = time_it()
            if at:  # the first round warms up
                seconds[name].append(taken)
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
