"""The parts of the span level, each by itself."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logsumexp

from triage.config.taxonomy import load_taxonomy
from triage.domain.corpus import Article, LabelledSpan
from triage.domain.taxonomy import Level
from triage.learn.documents import Document
from triage.learn.prepare import Prepared
from triage.learn.spans.attributes import BITS, attributes
from triage.learn.spans.chain import fit_chain
from triage.learn.spans.facts import FACTS, facts
from triage.learn.spans.labelled import Labelled
from triage.learn.spans.learner import SaidSpans
from triage.learn.spans.measure import measured_spans
from triage.learn.spans.softmax import fit_softmax
from triage.learn.spans.tagger import NOTHING, Found, choose_cut, gather, states_of
from triage.learn.spans.technique import likeliest
from triage.learn.spans.tokens import Tokens, tokenise

TEXT = "The crooks lied.\nThe crooks lied again, and \u201cno one\u201d asked!"
DOUBT, SLOGANS = "technique:Doubt", "technique:Slogans"


def tokens_of(text: str) -> Tokens:
    return tokenise([Document(text, "en")])


@settings(max_examples=50)
@given(st.text())
def test_tokens_of_any_text_stand_in_order_and_never_overlap(text: str) -> None:
    tokens = tokens_of(text)

    assert (tokens.start < tokens.end).all()
    assert (tokens.end[:-1] <= tokens.start[1:]).all()
    assert len(attributes(tokens).indptr) == len(tokens) + 1


def test_tokens_point_into_the_text_as_received() -> None:
    text = "un\u200bderhand \uff36\uff29\uff30 tricks"
    tokens = tokens_of(text)

    assert list(tokens.words) == ["underhand", "VIP", "tricks"]
    assert [text[a:b] for a, b in zip(tokens.start, tokens.end, strict=True)] == [
        "un\u200bderhand",
        text[11:14],
        "tricks",
    ]


def test_every_character_of_a_script_without_spaces_is_a_token() -> None:
    assert list(tokens_of("\u75ab\u82d7\u6709\u6bd2").words) == list("\u75ab\u82d7\u6709\u6bd2")


def test_attributes_do_not_reach_into_other_passages() -> None:
    alone, beside = (
        attributes(tokenise([Document("So be it.\n" + other, "en", [(0, 9), (10, 10 + len(other))])]))
        for other in ("Never again.", "Rain is due.")
    )

    size = alone.indptr[3]
    assert (alone.indices[:size] == beside.indices[:size]).all()
    assert alone.indices.max() < 2**BITS


def test_the_chain_gives_what_all_paths_together_give() -> None:
    tokens = tokens_of("one two three four five six")
    rows = attributes(tokens)
    states = np.array([0, 1, 1, 0, 0, 1])
    chain = fit_chain(rows, tokens.first(), np.array([0]), states, seed=0)
    drawn = np.random.default_rng(0).normal(size=chain.weights.shape).astype(np.float32)
    chain = replace(chain, weights=drawn / np.float32(5))
    place = {int(column): at for at, column in enumerate(chain.columns)}
    scores = np.array(
        [
            chain.bias + sum(chain.weights[place[i]] for i in rows.indices[a:b].tolist() if i in place)
            for a, b in zip(rows.indptr[:-1], rows.indptr[1:], strict=True)
        ]
    )
    paths = np.array(np.meshgrid(*[range(2)] * 6, indexing="ij")).reshape(6, -1).T
    logs = np.array(
        [scores[range(6), path].sum() + sum(chain.moves[a, b] for a, b in pairwise(path)) for path in paths]
    )
    shares = np.exp(logs - logsumexp(logs))

    np.testing.assert_allclose(chain.inside(rows, tokens.first(), np.array([0])), shares @ paths, atol=1e-6)


def test_runs_of_tokens_become_spans_over_short_gaps_but_not_over_passages() -> None:
    tokens = tokens_of(TEXT)
    shares = np.array([word in {"crooks", "again", "The"} for word in tokens.words], dtype=float)

    def texts(gap: int) -> list[str]:
        return [TEXT[start:end] for start, end in gather(tokens, shares, 1, 0.5, gap)[0].bounds]

    assert texts(0) == ["The crooks", "The crooks", "again"]
    assert texts(1) == ["The crooks", "The crooks lied again"]
    assert gather(tokens, shares * 0, 1, 0.5, 0) == [NOTHING]


def test_threshold_and_gap_are_those_that_find_the_labelled_words() -> None:
    tokens = tokens_of(TEXT)
    labelled = [[(4, 10), (21, 27)]]
    states = states_of(tokens, labelled)

    threshold, gap = choose_cut(tokens, np.where(states > 0, 0.3, 0.1), labelled, np.array([0]))

    assert 0.1 < threshold <= 0.3
    assert gap == 0
    assert [tokens.words[at] for at in np.flatnonzero(states)] == ["crooks", "crooks"]


def test_facts_tell_what_recurs_in_the_text_and_among_the_given_spans() -> None:
    own = dict(zip(FACTS, facts(Document(TEXT, "en"), [(4, 10), (21, 27), (45, 51)]).T, strict=True))

    assert own["again"][:2] == pytest.approx(np.log([2, 2]))
    assert own["given_before"][:2] == pytest.approx(np.log([1, 2]))
    assert own["opens_quote"].tolist() == [0, 0, 1]
    assert own["closes_quote"].tolist() == [0, 0, 1]


def test_what_nobody_looked_for_is_no_counterexample() -> None:
    columns = np.array([[1.0], [1.0], [-1.0], [-1.0]] * 10)
    silent = np.array([[1, np.nan], [1, np.nan], [0, 1], [0, 1]] * 10, dtype=np.float32)

    model = fit_softmax(columns, silent, ridge=0.01)

    only_first = model.probabilities(np.array([[1.0]]), np.array([[True, False]]))
    assert only_first.tolist() == [[1.0, 0.0]]
    assert model.probabilities(np.array([[-1.0]]))[0, 1] > 0.9


def test_a_span_that_is_given_twice_gets_its_two_likeliest() -> None:
    hits = likeliest(np.array([[0.5, 0.3, 0.2], [0.2, 0.2, 0.6]]), np.array([2, 1]))

    assert hits.tolist() == [[True, True, False], [False, False, True]]


def article(ident: str, spans: tuple[LabelledSpan, ...], *patterns: str) -> Article:
    return Article(
        id=ident, group=ident, text=f"{TEXT} {ident}", lang="en", spans=spans, annotated={Level.SPAN: patterns}
    )


def test_an_article_that_was_not_searched_for_any_technique_says_nothing_of_where_spans_are() -> None:
    span = LabelledSpan(start=4, end=10, label=DOUBT)
    some = [article("a", (span,), "technique:*"), article("b", (span,), DOUBT)]
    labelled = Labelled(Prepared(some, load_taxonomy()))
    said = SaidSpans([Found([(4, 10)], [0.9])] * 2, np.ones((2, len(labelled.markers))))

    report = measured_spans(labelled, np.arange(2), said, seed=0)

    assert labelled.searched.tolist() == [True, False]
    assert report["span_f1"] == 1
    slogans = labelled.labels[:, labelled.markers.index(SLOGANS)]
    assert slogans[0] == 0
    assert np.isnan(slogans[1])


def test_spans_without_a_technique_are_found_but_not_named() -> None:
    some = [article(name, (LabelledSpan(start=4, end=10, label="technique:Any"),), "technique:Any") for name in "ab"]
    labelled = Labelled(Prepared(some, load_taxonomy()))
    said = SaidSpans([Found([(4, 27)], [0.9]), NOTHING], np.zeros((2, 0)))

    report = measured_spans(labelled, np.arange(2), said, seed=0)

    assert report["technique_given_span"] is None
    assert report["overall"]["span_recall"] == 0.5
    assert report["by_marker"] == {}
