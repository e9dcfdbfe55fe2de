"""Real corpora, where they lie beside the checkout. The counts are those of their own description and files."""

from __future__ import annotations

import pytest
from layouts import articles, remarks, shared

CORPORA = {
    "unlp2025": ("unlp2025_telegram/posts.jsonl.gz", 3053, 3053, 7199, 12),
    "slavic": ("slavic_persuasion_bg/sentences.jsonl.gz", 79, 4618, 0, 0),
    "gvfc": ("newsframing_en/headlines.jsonl", 1300, 1300, 0, 0),
    "climate-frames": ("narrative_framing_climate/articles.jsonl.gz", 341, 0, 0, 0),
}


@pytest.mark.parametrize("layout", CORPORA)
def test_every_row_of_a_real_corpus_is_an_article_or_is_named(layout: str) -> None:
    name, count, passages, spans, findings = CORPORA[layout]
    found = articles(layout, shared(name)).values()

    assert len(found) == count
    assert sum(len(article.passages) for article in found) == passages
    assert sum(len(article.spans) for article in found) == spans
    assert len(remarks(layout, shared(name))) == findings
    assert all(article.annotated for article in found)
