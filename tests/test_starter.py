"""What the shipped labelled corpus promises, checked on the data itself."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from triage import read_corpus
from triage.config.taxonomy import load_taxonomy
from triage.domain.corpus import Article
from triage.domain.taxonomy import ANY_TECHNIQUE
from triage.shipped import shipped

CHECKS = Path(__file__).parent.parent / "benchmarks" / "starter_corpus.py"
ARTICLES = read_corpus(*sorted(shipped("starter").glob("*.jsonl")))
LANGUAGES = {article.lang for article in ARTICLES}
TECHNIQUES = set(load_taxonomy().members("technique")) - {ANY_TECHNIQUE}


def is_marked(article: Article) -> bool:
    return bool(article.spans)


def words(article: Article) -> int:
    """Words as they are counted for length; two characters of Chinese are about one."""
    return len(article.text) // 2 if article.lang == "zh" else len(article.text.split())


def twins() -> list[tuple[Article, Article]]:
    groups: dict[str, list[Article]] = {}
    for article in ARTICLES:
        groups.setdefault(article.group, []).append(article)
    return [
        (pair[0], pair[1]) for pair in (sorted(group, key=is_marked) for group in groups.values()) if len(pair) == 2
    ]


COMMON = (
    "Loaded_Language",
    "Name_Calling-Labeling",
    "Doubt",
    "Appeal_to_Fear-Prejudice",
    "Questioning_the_Reputation",
    "Exaggeration-Minimisation",
    "Flag_Waving",
    "Causal_Oversimplification",
    "Appeal_to_Authority",
    "Repetition",
)


def test_enough_passages_carry_each_technique() -> None:
    counts = Counter(label for article in ARTICLES for p in article.passages for label in p.labels)

    assert set(counts) == TECHNIQUES
    assert {name for name, count in counts.items() if count < 80} == set()
    assert [name for name in COMMON if counts[f"technique:{name}"] < 200] == []


def test_twelve_languages_none_below_four_in_a_hundred_and_english_and_chinese_fifteen() -> None:
    passages = Counter(article.lang for article in ARTICLES for p in article.passages if p.labels)
    share = {lang: count / passages.total() for lang, count in passages.items()}

    assert len(share) == 12
    assert min(share.values()) >= 0.04
    assert min(share["en"], share["zh"]) >= 0.149


def test_enough_long_articles_and_each_frame_often_enough() -> None:
    long = [article for article in ARTICLES if words(article) >= 150]
    frames = Counter(label for article in long for label in article.labels if label.startswith("frame:"))

    assert len(long) >= 600
    assert set(frames) == set(load_taxonomy().members("frame"))
    assert min(frames.values()) >= 40


def test_no_shortcut_tells_and_nothing_is_nearly_copied_or_filled_into_templates() -> None:
    done = subprocess.run([sys.executable, str(CHECKS)], capture_output=True, text=True, check=False, timeout=900)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 near-copies beside twins" in done.stdout


def test_every_marked_article_has_one_plain_twin_and_what_has_none_is_plain() -> None:
    paired = {article.id for pair in twins() for article in pair}

    assert all(not is_marked(plain) and is_marked(marked) for plain, marked in twins())
    assert [article.id for article in ARTICLES if article.id not in paired and is_marked(article)] == []


def test_twins_have_one_language_the_same_frames_and_about_the_same_length() -> None:
    for plain, marked in twins():
        frames = [{label for label in twin.labels if label.startswith("frame:")} for twin in (plain, marked)]
        assert plain.lang == marked.lang
        assert frames[0] == frames[1]
        assert 0.75 <= len(plain.text) / len(marked.text) <= 1.33, plain.id


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_each_language_has_every_technique_and_every_frame(lang: str) -> None:
    techniques = {span.label for article in ARTICLES if article.lang == lang for span in article.spans}
    frames = {label for article in ARTICLES if article.lang == lang for label in article.labels}

    assert techniques == TECHNIQUES
    assert set(load_taxonomy().members("frame")) <= frames


def test_no_outlet_gives_the_marked_articles_away() -> None:
    kinds: dict[str, Counter[bool]] = {}
    for article in ARTICLES:
        kinds.setdefault(article.source, Counter())[is_marked(article)] += 1

    assert all(0.35 <= count[True] / count.total() <= 0.65 for count in kinds.values()), kinds


def test_a_passage_carries_exactly_the_labels_of_its_spans() -> None:
    for article in ARTICLES:
        for passage in article.passages:
            inside = {s.label for s in article.spans if s.start < passage.end and s.end > passage.start}
            assert passage.labels == inside, article.id


def test_a_span_neither_begins_nor_ends_in_space() -> None:
    for article in ARTICLES:
        for span in article.spans:
            words = article.text[span.start : span.end]
            assert words == words.strip(), (article.id, words)
