from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from triage.corpora.read import parse_article
from triage.corpora.write import article_line
from triage.domain.corpus import Article, LabelledPassage, LabelledSpan
from triage.domain.report import Place
from triage.domain.taxonomy import Level

PLACE = Place(file="corpus.jsonl", line=1)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
MARKERS = st.sampled_from(["technique:Doubt", "frame:Economic", "bias:Biased"])


@st.composite
def labelled_articles(draw: st.DrawFn) -> Article:
    text = draw(WORDS)
    end = draw(st.integers(1, len(text)))
    return Article(
        id=draw(WORDS),
        group=draw(WORDS),
        text=text,
        title=draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=5)),
        labels=draw(st.frozensets(MARKERS)),
        passages=(LabelledPassage(start=0, end=end, labels=draw(st.frozensets(MARKERS))),),
        spans=(LabelledSpan(start=end - 1, end=end, label=draw(MARKERS)),),
        votes=draw(st.dictionaries(MARKERS, st.just((1, 3)))),
        annotated=draw(st.dictionaries(st.sampled_from(Level), st.just(("technique:*",)))),
        corpus=PLACE.file,
        place=PLACE,
    )


@given(labelled_articles())
def test_an_article_that_is_written_reads_back_the_same(article: Article) -> None:
    assert replace(parse_article(article_line(article), PLACE), place=PLACE) == article
