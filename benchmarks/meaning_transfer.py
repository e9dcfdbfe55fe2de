"""What sentence embeddings carry over from the starter corpus to real text, alone and as weights of single words.

    python benchmarks/meaning_transfer.py [--rows N]

Needs the extra `semantic`, and the evaluation sets that `starter_transfer.py` reads. A logistic regression on the
embeddings of the starter corpus' short passages learns *any technique*. Printed is its length-stratified AUC on N rows
of each set drawn at random, with 95 % bootstrap intervals, and that of the mean of the words of a text, where a word
weighs what the same regression says of the embedding of the word alone.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

import click
import numpy as np
from sklearn.linear_model import LogisticRegression
from starter_transfer import interval, sets

from triage import read_corpus
from triage.learn.figures import auc_length_stratified
from triage.shipped import shipped
from triage.text.meaning import embed

WORD = re.compile(r"\w+")
STRENGTH = 0.1
BATCH = 256


def embedded(texts: Sequence[str]) -> np.ndarray:
    """Return the embeddings of some texts, one row a text."""
    return np.concatenate([embed(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)])


def weights_of_words(texts: Sequence[str], direction: np.ndarray) -> dict[str, float]:
    """Return what the embedding of each word of the texts says, against the mean of all."""
    words = sorted({word for text in texts for word in WORD.findall(text.lower())})
    said = embedded(words) @ direction
    return dict(zip(words, said - said.mean(), strict=True))


@click.command()
@click.option("--rows", default=900, show_default=True, help="Rows of each set.")
def main(rows: int) -> None:
    articles = [a for a in read_corpus(*sorted(shipped("starter").glob("*.jsonl"))) if "-A" not in a.group]
    passages = [(a.text[p.start : p.end], bool(p.labels)) for a in articles for p in a.passages]
    learner = LogisticRegression(C=STRENGTH, max_iter=2000)
    learner.fit(embedded([text for text, _ in passages]), [marked for _, marked in passages])
    direction = learner.coef_[0]
    print(f"{len(passages)} passages learnt from\n\n{'':14}{'n':>6}{'texts':>7}  {'95 %':14}{'words':>7}  95 %")
    for name, cases in sets().items():
        drawn = random.Random(0).sample(cases, min(rows, len(cases)))
        texts = [text for text, _, _ in drawn]
        labels = np.array([has for _, has, _ in drawn], dtype=bool)
        lengths = np.array([len(text) for text in texts])
        known = weights_of_words(texts, direction)
        words = np.array([np.mean([known[w] for w in WORD.findall(text.lower())] or [0.0]) for text in texts])
        line = f"{name:14}{len(drawn):6}"
        for scores in (embedded(texts) @ direction, words):
            low, high = interval(labels, scores, lengths)
            line += f"{auc_length_stratified(labels, scores, lengths):7.3f}  {low:.3f} to {high:.3f}"
        print(line, flush=True)


if __name__ == "__main__":
    main()
