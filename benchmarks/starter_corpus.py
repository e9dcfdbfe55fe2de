"""What the starter corpus gives away besides the way of saying: `python benchmarks/starter_corpus.py [FILE...]`.

Twin passages are paragraph i of a marked article, where it carries a technique, and paragraph i of its plain twin.
Shortcut classifiers that see only length, punctuation, subject or language are trained on them with whole pairs held
out; an AUC near .50 means that the shortcut tells nothing. Also printed: near-copies beside twins and sequences of
words that recur, how many passages carry each technique, by language, and the agreement of a second, blind reading.

Exit code 1 where a shortcut tells more than .55, a passage is nearly copied or a sequence stands in more than 0.5 % of
the passages.
"""

from __future__ import annotations

import csv
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import krippendorff
import numpy as np
from scipy import sparse
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler

from triage import read_corpus
from triage.domain.corpus import Article
from triage.shipped import shipped

UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
WORDS = re.compile(r"\w+")
MOST_TOLD = 0.55  # AUC of a shortcut
NEAR = 0.5  # Jaccard similarity of the five-character sequences of two passages
MOST_COMMON = 0.005  # share of passages with one sequence of six words, or ten characters without spaces


@dataclass(frozen=True)
class Twin:
    """One passage of a pair, and the words of the plain one of the two."""

    text: str
    plain: str
    is_marked: bool
    group: str
    lang: str


def twins(articles: Sequence[Article]) -> list[Twin]:
    """Return both passages of every pair, marked and plain in turn."""
    groups: dict[str, list[Article]] = {}
    for article in articles:
        groups.setdefault(article.group, []).append(article)
    found = []
    for pair in groups.values():
        if len(pair) != 2:
            continue
        plain, marked = sorted(pair, key=lambda article: bool(article.spans))
        if len(plain.passages) != len(marked.passages):
            continue
        for one, other in zip(marked.passages, plain.passages, strict=True):
            if one.labels:
                sober = plain.text[other.start : other.end]
                found.append(Twin(marked.text[one.start : one.end], sober, True, marked.group, marked.lang))
                found.append(Twin(sober, sober, False, marked.group, marked.lang))
    return found


def length(twin: Twin) -> dict[str, float]:
    """Return how long a passage is."""
    return {"characters": len(twin.text), "words": len(WORDS.findall(twin.text))}


def punctuation(twin: Twin) -> dict[str, float]:
    """Return how often each mark of punctuation stands in a passage."""
    return dict(Counter(mark for mark in twin.text if unicodedata.category(mark)[0] in "PS"))


def content_words(text: str) -> set[str]:
    """Return the longer words of a text; in scripts without spaces its pairs of characters."""
    if UNSPACED.search(text):
        letters = "".join(WORDS.findall(text))
        return {letters[at : at + 2] for at in range(len(letters) - 1)}
    return {word for word in map(str.lower, WORDS.findall(text)) if len(word) >= 5 and not word.isdigit()}


def subject_words(passages: Sequence[Twin]) -> set[str]:
    """Return the words that name subjects: content words that mostly stand in both twins."""
    both, either = Counter[str](), Counter[str]()
    for twin in passages:
        if twin.is_marked:
            mine, plain = content_words(twin.text), content_words(twin.plain)
            both.update(mine & plain)
            either.update(mine | plain)
    return {word for word, count in both.items() if count >= 0.5 * either[word]}


def shortcuts(passages: Sequence[Twin]) -> dict[str, list[dict[str, float]]]:
    """Return what each shortcut sees of each passage."""
    names = subject_words(passages)
    return {
        "length": [length(twin) for twin in passages],
        "punctuation": [punctuation(twin) for twin in passages],
        "subject": [dict.fromkeys(content_words(twin.text) & names, 1.0) for twin in passages],
        "language": [{twin.lang: 1.0} for twin in passages],
    }


def shortcut_auc(passages: Sequence[Twin], shortcut: str) -> float:
    """Return the AUC of one shortcut for "any technique", whole pairs held out; 0.5 tells nothing."""
    X = sparse.csr_matrix(DictVectorizer().fit_transform(shortcuts(passages)[shortcut]))
    y = np.array([twin.is_marked for twin in passages])
    learner = make_pipeline(MaxAbsScaler(), LogisticRegression(max_iter=1000))
    groups = [twin.group for twin in passages]
    scores = cross_val_predict(learner, X, y, groups=groups, cv=GroupKFold(5), method="decision_function")
    return float(roc_auc_score(y, scores))


def near_copies(articles: Sequence[Article]) -> list[tuple[str, str]]:
    """Return the articles of one language, not twins, that have nearly the same passage."""
    found = []
    for lang in sorted({article.lang for article in articles}):
        passages = [(one, one.text[p.start : p.end]) for one in articles if one.lang == lang for p in one.passages]
        counted = CountVectorizer(analyzer="char", ngram_range=(5, 5), binary=True, dtype=np.int32)
        X = counted.fit_transform([text for _, text in passages])
        sizes = X.sum(axis=1).A1
        shared = (X @ X.T).tocoo()
        near = shared.data > NEAR * (sizes[shared.row] + sizes[shared.col] - shared.data)
        for left, right in zip(shared.row[near], shared.col[near], strict=True):
            one, other = passages[left][0], passages[right][0]
            if left < right and one.group != other.group:
                found.append((one.id, other.id))
    return found


def sequences(text: str) -> set[str]:
    """Return the sequences of six words of a passage; in scripts without spaces, of ten characters."""
    words = WORDS.findall(text.lower())
    if UNSPACED.search(text):
        letters = "".join(words)
        return {letters[at : at + 10] for at in range(len(letters) - 9)}
    return {" ".join(words[at : at + 6]) for at in range(len(words) - 5)}


def commonest_sequence(articles: Sequence[Article]) -> tuple[str, float]:
    """Return the sequence that most passages have, and their share."""
    passages = [one.text[p.start : p.end] for one in articles for p in one.passages]
    words, count = Counter(found for text in passages for found in sequences(text)).most_common(1)[0]
    return words, count / len(passages)


def second_reading() -> Iterator[tuple[str, float]]:
    """Return Krippendorff's alpha (nominal) of author and blind second reader, for any technique and each."""
    with shipped("starter", "second-reading.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    said = [[set(row[who].split()) for row in rows] for who in ("author_said", "reader_said")]

    def alpha(technique: str) -> float:
        found = [[float(technique in labels) if technique else float(bool(labels)) for labels in one] for one in said]
        return float(krippendorff.alpha(found, level_of_measurement="nominal"))

    yield "any technique", alpha("")
    for technique in sorted(set().union(*said[0])):
        yield technique, alpha(technique)


def main() -> int:
    articles = read_corpus(*(sys.argv[1:] or sorted(shipped("starter").glob("*.jsonl"))))
    passages = twins(articles)
    languages = sorted({article.lang for article in articles})
    print(f"{len(articles)} articles and passages, {len(passages) // 2} twin pairs of passages\n")
    print("AUC of shortcuts for any technique, pairs held out\n")
    print(f"{'':12}{'all':>7}" + "".join(f"{lang:>7}" for lang in languages))
    told = {}
    for shortcut in ("length", "punctuation", "subject", "language"):
        row = [shortcut_auc(passages, shortcut)]
        row += [shortcut_auc([twin for twin in passages if twin.lang == lang], shortcut) for lang in languages]
        told[shortcut] = row[0]
        print(f"{shortcut:12}" + "".join(f"{auc:7.3f}" for auc in row))
    copies, (words, share) = near_copies(articles), commonest_sequence(articles)
    print(f"\n{len(copies)} near-copies beside twins; the commonest sequence, {words!r}, is in {share:.2%} of passages")
    print("\npassages that carry each technique\n")
    counts = Counter((label, article.lang) for article in articles for p in article.passages for label in p.labels)
    print(f"{'':32}{'all':>7}" + "".join(f"{lang:>7}" for lang in languages))
    for label, total in Counter(label for one in articles for p in one.passages for label in p.labels).most_common():
        by_language = "".join(f"{counts[label, lang]:7}" for lang in languages)
        print(f"{label.removeprefix('technique:'):32}{total:7}{by_language}")
    print("\nKrippendorff's alpha of a second, blind reading of a tenth\n")
    for technique, alpha in second_reading():
        print(f"{technique:34}{alpha:5.2f}")
    return int(max(told.values()) > MOST_TOLD or bool(copies) or share > MOST_COMMON)


if __name__ == "__main__":
    sys.exit(main())
