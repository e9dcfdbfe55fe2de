from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_corpus import articles
from scoring_oracle import plain_echo, plain_score

from triage.domain.score import TextScore
from triage.learn.dense import GROUPS
from triage.learn.documents import Document
from triage.learn.model import MarkerModel

QUICK = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
PARTS = st.sampled_from(
    [
        "who can trust them really",
        "shameless",
        "greedy",
        "bunglers",
        "vac\u200bcine",
        "½ﬁt",
        "路灯。",
        "\n",
        " “no one”",
        "ΟΔΟΣ",
        "Σ",
        "İstanbul",
        "e\u0301",
        "SHAME!",
        "said that",
        '"',
        "«да»",
        "—",
        "...",
        "cafÃ©",
        "\U00020000",
        "\u0301",
    ]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(PARTS | st.text(max_size=3), max_size=25).map(" ".join))


HOSTILE = [
    "\u0301\nvac\u200bcine, who can İtrust them\nΟΔΟΣ’ΑΣ",
    "½ﬁt greedy ½ bunglers “greedy one” ½",
    "路灯。greedy路灯",
    "",
]


def check_numbers(model: MarkerModel, plain: dict[str, Any], score: TextScore) -> None:
    assert dict(score.markers) == pytest.approx(plain["markers"], abs=1e-5)
    assert dict(score.own_voice) == pytest.approx(plain["own_voice"], abs=1e-5)
    assert set(score.found) == plain["found"]


@QUICK
@given(st.lists(TEXTS, min_size=1, max_size=3))
def test_scores_are_those_of_a_matrix_and_plain_python(model: MarkerModel, texts: list[str]) -> None:
    scores = model.score_texts(texts, ["en"] * len(texts))

    for text, score in zip(texts, scores, strict=True):
        check_numbers(model, plain_score(model, Document(text, "en")), score)


def test_evidence_is_that_of_terms_laid_on_each_character_by_plain_python(model: MarkerModel) -> None:
    texts = [*HOSTILE, *(article.text for article in articles(8, seed=3))]

    for text, score in zip(texts, model.score_texts(texts, ["en"] * len(texts)), strict=True):
        plain = plain_score(model, Document(text, "en"))
        check_numbers(model, plain, score)
        for marker in score.found:
            for group in (*GROUPS, "rest"):
                share = score.evidence_other[marker].get(group, 0)
                assert share == pytest.approx(plain["other"][marker].get(group, 0), abs=1e-4)
            spans = [(one.start, one.end, one.voice) for one in score.evidence if one.marker == marker]
            assert spans == [(start, end, voice) for start, end, _, voice in plain["evidence"][marker]]


@given(st.lists(PARTS, max_size=30).map("\n".join))
def test_echo_is_counted_as_plain_python_counts_it(text: str) -> None:
    document = Document(text, "en")

    for unit in [*document.piece_units(), document.whole_unit()]:
        bounds = [document.folded_bounds(span) for span in unit.spans]
        assert unit.echo == pytest.approx(plain_echo(document.folded.text, bounds))
