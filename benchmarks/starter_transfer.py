"""How well a model that saw the starter corpus alone tells passages with a technique in real text.

    python benchmarks/starter_transfer.py [MODEL]

Evaluation sets are read from the folder TRIAGE_CORPORA (none of them ships): Telegram posts of UNLP-2025, Bulgarian
sentences of the Slavic persuasion corpus, FIGNEWS posts with a majority vote. Printed is the length-stratified AUC of
`technique:Any` (pairs within deciles of length, where length alone is worth .50), with 95 % bootstrap intervals, and
beside it that of counts of punctuation marks trained on the very set, out of fold.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler

from triage import load_model
from triage.domain.taxonomy import ANY_TECHNIQUE
from triage.learn.figures import auc_length_stratified
from triage.shipped import shipped_model

CORPORA = Path(os.environ.get("TRIAGE_CORPORA", "../shared/corpora"))
DRAWS = 300


def rows(name: str) -> Iterator[dict[str, object]]:
    """Return the rows of one evaluation file."""
    path = CORPORA / name
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def sets() -> dict[str, list[tuple[str, bool, str]]]:
    """Return (text, has a technique, language) by set."""
    found: dict[str, list[tuple[str, bool, str]]] = {}
    for row in rows("unlp2025_telegram/posts.jsonl.gz"):
        found.setdefault(f"UNLP-2025 {row['lang']}", []).append((row["text"], row["manipulative"], row["lang"]))
    for row in rows("slavic_persuasion_bg/sentences.jsonl.gz"):
        found.setdefault("Slavic bg", []).append((row["text"], bool(row["techniques"]), "bg"))
    for row in rows("fignews2024/posts.jsonl"):
        if row["propaganda_majority"] in ("Propaganda", "Not Propaganda"):
            case = (row["text"], row["propaganda_majority"] == "Propaganda", row["lang"])
            found.setdefault(f"FIGNEWS {row['lang']}", []).append(case)
    return found


def interval(labels: np.ndarray, scores: np.ndarray, lengths: np.ndarray) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the length-stratified AUC."""
    chance = np.random.default_rng(0)
    draws = []
    for _ in range(DRAWS):
        at = chance.integers(0, len(labels), len(labels))
        value = auc_length_stratified(labels[at], scores[at], lengths[at])
        if value is not None:
            draws.append(value)
    return tuple(np.quantile(draws, [0.025, 0.975]))


def main() -> None:
    folder = sys.argv[1] if len(sys.argv) > 1 else shipped_model()
    model = load_model(folder)
    print(f"{model.id}: length-stratified AUC of any technique\n")
    print(f"{'':14}{'n':>6}{'share':>7}{'model':>7}  {'95 %':14}{'punctuation':>12}")
    for name, cases in sets().items():
        texts = [text for text, _, _ in cases]
        labels = np.array([has for _, has, _ in cases], dtype=bool)
        lengths = np.array([len(text) for text in texts])
        scored = model.score_texts(texts, [lang for _, _, lang in cases], evidence=False)
        scores = np.array([one.markers[ANY_TECHNIQUE] for one in scored])
        marks = make_pipeline(
            CountVectorizer(token_pattern=r"[^\w\s]"), MaxAbsScaler(), LogisticRegression(max_iter=1000)
        )
        beside = cross_val_predict(marks, texts, labels, cv=5, method="decision_function")
        low, high = interval(labels, scores, lengths)
        ours = auc_length_stratified(labels, scores, lengths)
        theirs = auc_length_stratified(labels, beside, lengths)
        print(f"{name:14}{len(labels):6}{labels.mean():7.2f}{ours:7.3f}  {low:.3f} to {high:.3f}{theirs:12.3f}")


if __name__ == "__main__":
    main()
