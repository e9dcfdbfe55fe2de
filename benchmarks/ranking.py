"""How soon the ranking finds, on seven real sets: `python benchmarks/ranking.py [--draws 2] [--seeds 5] [--plain]`.

Each set is drawn from /corpora/ (its place is TRIAGE_CORPORA, else beside this clone) with one row in ten positive.
Each seed starts from one row of either class and batches are of 10. Printed are recall at 10 % and WSS@95 with 95 %
intervals over draws and seeds, and CPU seconds a replay. `--plain` adds a plain ranker from scikit-learn (tf-idf of
words and characters, balanced logistic regression, one place in twenty at random), `--undrawn` ours without that
twentieth place, `--asreview` ASReview 3, installed into an environment of its own, all from the same starting rows.
`--first 6` begins with another draw.

`--warm` compares starts instead, in batches of 100 and 10: one half of each draw is decided, a marker model learns from
it, and the other half is replayed cold, warm from that model, and warm from the model that is shipped. `--cpu` measures
CPU seconds at 2,000 rows in batches of 10 and at 20,000 in batches of 200, with `--asreview` beside it.
"""

from __future__ import annotations

import argparse
import csv
import functools
import gzip
import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from triage.config.taxonomy import load_taxonomy
from triage.domain.corpus import Article
from triage.domain.taxonomy import Level
from triage.learn.artefact import load
from triage.learn.priority import Pool, pool
from triage.learn.train import fit
from triage.rank.policy import Policy
from triage.rank.replay import Found, found
from triage.shipped import shipped_model
from triage.text.language import identify
from triage.workflow.simulate import Replayed, review_order, urgencies

CORPORA = Path(os.environ.get("TRIAGE_CORPORA", Path(__file__).parents[2] / "shared" / "corpora"))
BATCH, EVERY, SHARE = 10, 20, 0.1
UNDRAWN = 10**9
SIZES = ((2_000, 10), (20_000, 200))  # rows and batch whose CPU is measured
ASREVIEW_VERSION = "3.0.8"
MARKER = "desk:Upheld"
STARTER = shipped_model() or Path("models", "starter")
Case = tuple[str, int]
Ranker = Callable[[list[int], int], list[int]]
ASREVIEW = {  # the default model of ASReview 3.0 (ELAS u4), with our size of batch
    "querier": "max",
    "classifier": "svm",
    "classifier_param": {"loss": "squared_hinge", "C": 0.11},
    "balancer": "balanced",
    "balancer_param": {"ratio": 9.8},
    "feature_extractor": "tfidf",
    "feature_extractor_param": {"ngram_range": [1, 2], "sublinear_tf": True, "min_df": 1, "max_df": 0.95},
}


def ced() -> Iterator[Case]:
    yield from ((row["text"], row["label"] == "rumor") for row in _rows("ced_weibo/posts.jsonl.gz"))


def check_worthy() -> Iterator[Case]:
    rows = _rows("ct24_checkworthy_en/train.jsonl.gz")
    yield from ((row["text"], row["check_worthy"] in (True, "yes", "Yes")) for row in rows)


def cofacts() -> Iterator[Case]:
    for row in _rows("cofacts/queue.jsonl.gz"):
        if row["verdicts"]:
            yield "\n".join([row["link_title"] or "", *(row["reasons"] or [])]).strip(), "RUMOR" in row["verdicts"]


def telegram() -> Iterator[Case]:
    for row in _rows("unlp2025_telegram/posts.jsonl.gz"):
        yield row["text"], row["manipulative"] in (True, "yes")


def climate() -> Iterator[Case]:
    rows = _rows("narrative_framing_climate/articles.jsonl.gz")
    yield from ((row["text"], "economic" in row["frames"]) for row in rows)


def headlines() -> Iterator[Case]:
    rows = _rows("newsframing_en/headlines.jsonl")
    yield from ((row["text"], "Economic consequences" in row["frames"]) for row in rows)


def slavic() -> Iterator[Case]:
    yield from ((row["text"], "Doubt" in row["techniques"]) for row in _rows("slavic_persuasion_bg/sentences.jsonl.gz"))


SETS: dict[str, tuple[Callable[[], Iterator[Case]], int]] = {  # and the most rows of one draw
    "ced": (ced, 1600),
    "check_worthy": (check_worthy, 2000),
    "cofacts": (cofacts, 2055),
    "telegram": (telegram, 1100),
    "climate": (climate, 430),
    "headlines": (headlines, 1000),
    "slavic": (slavic, 1500),
}


def drawn(name: str, draw: int) -> Replayed:
    """Return one draw of a set: no text twice, one row in ten positive, in random order."""
    read, size = SETS[name]
    judged: dict[str, int] = {}
    for text, label in read():
        if text.strip():
            judged.setdefault(text, int(label))
    lots = random.Random(f"{name} {draw}")
    classes = [[case for case in judged.items() if case[1] == label] for label in (0, 1)]
    negatives = min(len(classes[0]), round(size * (1 - SHARE)), round(len(classes[1]) * (1 - SHARE) / SHARE))
    chosen = lots.sample(classes[0], negatives) + lots.sample(classes[1], round(negatives * SHARE / (1 - SHARE)))
    lots.shuffle(chosen)
    texts, labels = zip(*chosen, strict=True)
    return Replayed(tuple(map(str, range(len(chosen)))), texts, labels)


def ours(
    table: Replayed, start: list[int], seed: int, features: Pool, *, batch: int = BATCH, every: int = EVERY
) -> list[int]:
    return review_order(table, features, start, batch=batch, seed=seed, every=every)


def plain(table: Replayed, start: list[int], seed: int, matrix: Any) -> list[int]:
    """Return the order of a plain ranker that learns anew after every batch."""
    from sklearn.linear_model import LogisticRegression

    labels, rng = np.array(table.labels), np.random.default_rng(seed)
    seen = list(start)
    while len(seen) < len(labels):
        model = LogisticRegression(class_weight="balanced", solver="liblinear").fit(matrix[seen], labels[seen])
        waiting = np.setdiff1d(np.arange(len(labels)), seen)
        shown = waiting[np.argsort(-model.decision_function(matrix[waiting]), kind="stable")[:BATCH]].tolist()
        for place in np.flatnonzero(rng.random(len(shown)) < 1 / EVERY):
            shown[place] = int(rng.choice(waiting))
        seen += list(dict.fromkeys(row for row in shown if row not in seen))
    return seen[len(start) :]


def plain_matrix(table: Replayed) -> Any:
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer

    kinds = ({"analyzer": "word", "ngram_range": (1, 2)}, {"analyzer": "char_wb", "ngram_range": (2, 5)})
    return hstack([TfidfVectorizer(sublinear_tf=True, **kind).fit_transform(table.texts) for kind in kinds], "csr")


def asreview(table: Replayed, start: list[int], seed: int, *, batch: int = BATCH) -> list[int]:
    """Return the order of ASReview's simulation with its default model."""
    command = str(asreview_home() / "bin" / "asreview")
    with tempfile.TemporaryDirectory() as folder:
        data, project = Path(folder, "rows.csv"), Path(folder, "rows.asreview")
        with data.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            writer.writerow(["title", "abstract", "included"])
            writer.writerows(("", text, label) for text, label in zip(table.texts, table.labels, strict=True))
        config = Path(folder, "config.json")
        config.write_text(json.dumps({**ASREVIEW, "n_query": batch}), encoding="utf-8")
        prior = [str(row) for row in start]
        arguments = ["--prior-idx", *prior, "--seed", str(seed), "--n-stop", "-1", "--config-file", str(config)]
        simulation = [command, "simulate", str(data), *arguments, "-o", str(project)]
        subprocess.run(simulation, check=True, capture_output=True, cwd=folder)
        subprocess.run([sys.executable, "-m", "zipfile", "-e", str(project), folder], check=True)
        with sqlite3.connect(next(Path(folder).rglob("results.*"))) as results:
            order = [row for (row,) in results.execute("SELECT record_id FROM results ORDER BY rowid")]
    return [row for row in order if row not in start]


@functools.cache
def asreview_home() -> Path:
    """Return an environment with ASReview in it, made where there is none."""
    home = Path(tempfile.gettempdir(), f"asreview-{ASREVIEW_VERSION}")
    if not (home / "bin" / "asreview").is_file():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([home / "bin" / "pip", "install", "-q", f"asreview=={ASREVIEW_VERSION}"], check=True)
    return home


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=2)
    parser.add_argument("--first", type=int, default=0, metavar="DRAW")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--sets", nargs="*", default=list(SETS))
    for flag in ("--plain", "--undrawn", "--asreview", "--warm", "--cpu"):
        parser.add_argument(flag, action="store_true")
    chosen = parser.parse_args()
    if chosen.cpu:
        spend(chosen)
    else:
        compare(chosen)


def spend(chosen: argparse.Namespace) -> None:
    """Print what one replay of many sentences costs."""
    pool(["so that no kernel is compiled in the measured time"])
    if chosen.asreview:
        asreview_home()
    for rows, batch in SIZES:
        lots = random.Random(rows)
        cases = list(dict(check_worthy()).items())
        texts, labels = zip(*lots.sample(cases, rows), strict=True)
        table = Replayed(tuple(map(str, range(rows))), texts, tuple(map(int, labels)))
        start = one_of_either(table.labels, 0)
        for name, order in rankers(table, chosen, batch=batch).items():
            begun = cpu()
            order(start, 0)
            print(f"{rows:6} rows, batches of {batch:3}: {name:9} {cpu() - begun:.1f} CPU s", flush=True)


def compare(chosen: argparse.Namespace) -> None:
    """Print the figures of every ranker, or of every start, set by set and in the mean."""
    if chosen.asreview:
        asreview_home()
    print(f"{'set':13}{'rows':>6} {'ranker':12} {'recall at 10 %':24}{'WSS@95':24}CPU s")
    means: dict[str, list[tuple[float, float]]] = {}
    for name in chosen.sets:
        runs: dict[str, list[Found]] = {}
        spent: dict[str, float] = {}
        for draw in range(chosen.first, chosen.first + chosen.draws):
            table = drawn(name, draw)
            compared = starts(table) if chosen.warm else rankers(table, chosen)
            table = later_half(table) if chosen.warm else table
            for ranker, order in compared.items():
                for seed in range(chosen.seeds):
                    begun = cpu()
                    places = order(one_of_either(table.labels, seed), seed)
                    spent[ranker] = spent.get(ranker, 0.0) + cpu() - begun
                    runs.setdefault(ranker, []).append(found([table.labels[row] for row in places]))
        for ranker, made in runs.items():
            recall, saved = [run.recall["0.1"] for run in made], [run.wss95 for run in made]
            means.setdefault(ranker, []).append((float(np.mean(recall)), float(np.mean(saved))))
            seconds = spent[ranker] / len(made)
            figures = f"{interval(recall):24}{interval(saved):24}{seconds:.1f}"
            print(f"{name:13}{len(table.ids):6} {ranker:12} {figures}", flush=True)
    for ranker, pairs in means.items():
        print(
            f"{'mean':13}{'':6} {ranker:12} {np.mean([p[0] for p in pairs]):<24.3f}{np.mean([p[1] for p in pairs]):.3f}"
        )


def rankers(table: Replayed, chosen: argparse.Namespace, *, batch: int = BATCH) -> dict[str, Ranker]:
    """Return the rankers to compare, each from starting rows and seed to an order. Ours reads the texts every time."""
    every: dict[str, Ranker] = {
        "triage": lambda start, seed: ours(table, start, seed, pool(table.texts), batch=batch),
        "random": lambda start, seed: shuffled(table, start, seed),
    }
    if chosen.undrawn:
        every["undrawn"] = lambda start, seed: ours(table, start, seed, pool(table.texts), batch=batch, every=UNDRAWN)
    if chosen.plain:
        every["plain"] = lambda start, seed: plain(table, start, seed, plain_matrix(table))
    if chosen.asreview:
        every["asreview"] = lambda start, seed: asreview(table, start, seed, batch=batch)
    return every


def starts(table: Replayed) -> dict[str, Ranker]:
    """Return cold and warm starts on the later half of a table, in batches of 100 and of 10."""
    half = len(table.ids) // 2
    articles = [
        Article(
            id=ident,
            group=ident,
            text=text,
            lang=identify(text)[0],
            labels=frozenset([MARKER] if label else []),
            annotated={Level.ARTICLE: (MARKER,)},
        )
        for ident, text, label in zip(table.ids[:half], table.texts[:half], table.labels[:half], strict=True)
    ]
    later = later_half(table)
    features = pool(later.texts)
    first = {"cold": None, "warm": urgencies(later, fit(articles, load_taxonomy()), Policy())}
    first["shipped"] = urgencies(later, load(STARTER), Policy())
    return {
        f"{name} {batch}": functools.partial(started, later, features, scores, batch)
        for batch in (100, 10)
        for name, scores in first.items()
    }


def started(table: Replayed, features: Pool, first: Any, batch: int, start: list[int], seed: int) -> list[int]:
    """Return the order of one replay; all but a cold start know no row."""
    known = start if first is None else []
    order = review_order(table, features, known, batch=batch, seed=seed, every=EVERY, first=first)
    return [row for row in order if row not in start]


def later_half(table: Replayed) -> Replayed:
    half = len(table.ids) // 2
    return Replayed(table.ids[half:], table.texts[half:], table.labels[half:])


def shuffled(table: Replayed, start: list[int], seed: int) -> list[int]:
    order = [row for row in range(len(table.ids)) if row not in start]
    random.Random(seed).shuffle(order)
    return order


def one_of_either(labels: tuple[int, ...], seed: int) -> list[int]:
    """Return two starting rows, the first of them positive."""
    rng = np.random.default_rng(seed)
    return [int(rng.choice(np.flatnonzero(np.asarray(labels) == label))) for label in (1, 0)]


def interval(values: list[float]) -> str:
    half = 1.96 * np.std(values, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else 0.0
    return f"{np.mean(values):.3f} ({np.mean(values) - half:.3f} to {np.mean(values) + half:.3f})"


def cpu() -> float:
    """Return the CPU seconds of this process and of those it has started."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _rows(path: str) -> Iterator[dict[str, Any]]:
    file = CORPORA / path
    if not file.is_file():
        sys.exit(f"{file} does not exist; say where the corpora are with TRIAGE_CORPORA")
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as stream:
        yield from map(json.loads, stream)


if __name__ == "__main__":
    main()
