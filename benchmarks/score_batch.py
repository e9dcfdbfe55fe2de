"""Where the time of `triage score` goes, stage by stage, as ratios to scikit-learn's bare pipeline in the same run.

    python benchmarks/score_batch.py MODEL [--texts 300] [--rounds 3] [--workers 2]

The reference turns the same texts into char_wb(2,5) TF-IDF and 30 one-vs-rest decisions, with no reading, passages,
evidence or writing. Texts are the articles that benchmarks/throughput.py takes. The ways take turns; a figure is the
median of the rounds in CPU time, that of workers in elapsed time.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import orjson
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits
from throughput import linear_model, some_texts

from triage.domain.report import Report
from triage.exchange.scores import Kind, Layout
from triage.intake.pseudonym import Pseudonymiser, key_from
from triage.intake.read import read_reports
from triage.learn.batch.stored import stored
from triage.learn.batch.workers import in_order
from triage.learn.cutting import CutTexts
from triage.learn.documents import Document
from triage.text.language import identify
from triage.text.normalise import fold
from triage.workflow.score_files import Scoring, Texts

REFERENCE = "scikit-learn char_wb(2,5), 30 labels"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--texts", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    texts, source = some_texts(chosen.texts)
    size = sum(len(text.encode()) for text in texts)
    print(f"{len(texts)} texts of {size / len(texts):,.0f} bytes in the mean, {source}")
    with tempfile.TemporaryDirectory() as folder, threadpool_limits(1):
        file = Path(folder) / "in.jsonl"
        file.write_bytes(b"".join(orjson.dumps({"id": str(at), "text": text}) + b"\n" for at, text in enumerate(texts)))
        print_stages(stages(texts, file, chosen.model), len(texts), size, chosen.rounds)
    print_workers(texts, chosen.model, chosen.rounds, chosen.workers)


def stages(texts: list[str], file: Path, folder: Path) -> dict[str, Callable[[], object]]:
    """Return the stages of scoring a file, each alone, after the reference."""
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True).fit(texts)
    weights = np.random.default_rng(0).normal(size=(30, len(vectorizer.vocabulary_)))
    pipeline = Pipeline([("ngrams", vectorizer), ("weights", linear_model(weights))])
    model = stored(folder)
    layout = Layout(Kind.JSON_LINES, model.markers)
    ids = [str(at) for at in range(len(texts))]
    scores = model.score_texts(texts)
    langs = [score.lang for score in scores]
    documents = [Document(text, lang) for text, lang in zip(texts, langs, strict=True)]
    return {
        REFERENCE: lambda: pipeline.predict(texts),
        "read": lambda: read(file),
        "tell the language": lambda: [identify(text) for text in texts],
        "fold": lambda: [fold(text) for text in texts],
        "passages and voices": lambda: [Document(text, lang).pieces for text, lang in zip(texts, langs, strict=True)],
        "n-grams, dense columns, log-odds": lambda: model.fused.log_odds(CutTexts(documents)),
        "clean and score": lambda: model.score_texts(texts, evidence=False),
        "clean, score, evidence": lambda: model.score_texts(texts),
        "write": lambda: layout.rows(ids, scores),
        "read, clean, score, evidence, write": lambda: Scoring(folder, layout)(read(file)),
    }


def read(file: Path) -> Texts:
    """Return the texts of a file, as the command reads them."""
    part = Texts()
    pseudonymise = Pseudonymiser(key_from([file]))
    for row in read_reports([file], mapping={}, channel=None, pseudonymise=pseudonymise, now=datetime.now(UTC)):
        assert isinstance(row, Report)
        part.add(row)
    return part


def print_stages(ways: dict[str, Callable[[], object]], count: int, size: int, rounds: int) -> None:
    """Measure the ways in turns and print what each takes."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for at in range(rounds + 1):
        for name, way in ways.items():
            began = time.process_time()
            way()
            if at:  # the first round warms up
                taken[name].append(time.process_time() - began)
    reference = statistics.median(taken[REFERENCE])
    for name, seconds in taken.items():
        median = statistics.median(seconds)
        print(
            f"{name:40} {count / median:10,.0f} texts/s {size / median / 1e6:8.2f} MB/s "
            f"{reference / median:7.2f} x the reference"
        )


def print_workers(texts: list[str], folder: Path, rounds: int, workers: int) -> None:
    """Measure one process beside several, whose start counts: give enough texts to make it small."""
    scoring = Scoring(folder, Layout(Kind.JSON_LINES, stored(folder).markers))
    part = Texts([str(at) for at in range(len(texts))], texts, [""] * len(texts), [()] * len(texts))
    taken: dict[int, list[float]] = {1: [], workers: []}
    for _ in range(rounds):
        for number, seconds in taken.items():
            seconds.append(elapsed(scoring, [part] * 24, number))
    one, many = (statistics.median(seconds) for seconds in taken.values())
    print(f"{workers} workers, elapsed time against one, their start included: {one / many:.2f} x")


def elapsed(scoring: Scoring, parts: list[Texts], workers: int) -> float:
    """Return the seconds in which some parts are done, the start of the workers among them."""
    began = time.perf_counter()
    for _ in in_order(scoring, parts, workers):
        pass
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
