"""What the shipped labelled corpus promises, checked on the data itself."""

from __future__ import annotations

from collections import Counter

import pytest

from triage import read_corpus
from triage.config.taxonomy import load_taxonomy
from triage.domain.corpus import Article
from triage.domain.taxonomy import ANY_TECHNIQUE
from triage.shipped import shipped

ARTICLES = read_corpus(*sorted(shipped("starter").glob("*.jsonl")))
LANGUAGES = {article.lang for article in ARTICLES}
TECHNIQUES = set(load_taxonomy().members("technique")) - {ANY_TECHNIQUE}


def is_marked(article: Article) -> bool:
    return bool(article.spans)


def twins() -> list[tuple[Article, Article]]:
    groups: dict[str, list[Article]] = {}
    for article in ARTICLES:
        groups.setdefault(article.group, []).append(article)
    return [
        (pair[0], pair[1]) for pair in (sorted(group, key=is_marked) for group in groups.values()) if len(pair) == 2
    ]


def test_at_least_240_articles_in_seven_languages() -> None:
    assert len(ARTICLES) >= 240
    assert {"en", "zh", "ru", "fr", "de", "es", "ar"} <= LANGUAGES


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
