from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_corpus import DOUBT, LOADED, articles

from triage.domain.score import Evidence, Voice
from triage.learn.model import MarkerModel

OWN = "The road to the harbour was repaired. Those shameless greedy bunglers met on monday."
QUOTED = 'The council met on monday about the water. "Shameless greedy bunglers!" said a man at the harbour road.'
WORDS = st.sampled_from(
    ["who can trust them really", "shameless", "greedy", "bunglers", "vac\u200bcine", "½", "ﬁt", "路", "\n", "“no”"]
)
TEXTS = st.one_of(st.text(max_size=40), st.lists(WORDS, max_size=20).map(" ".join))
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def close(a: dict[str, float], b: dict[str, float]) -> bool:
    return a == pytest.approx(b, abs=1e-9)


@QUICK
@given(TEXTS)
def test_the_shares_of_every_found_marker_sum_to_one_and_lie_in_the_text(model: MarkerModel, text: str) -> None:
    score = model.score_texts([text], ["en"])[0]

    assert {one.marker for one in score.evidence} <= set(score.found) == set(score.evidence_other)
    for marker in score.found:
        spans = [one for one in score.evidence if one.marker == marker]
        assert sum(one.share for one in spans) + sum(score.evidence_other[marker].values()) == pytest.approx(
            1, abs=1e-6
        )
        assert all(0 <= one.start < one.end <= len(text) for one in spans)
        assert_disjoint(spans)


@QUICK
@given(TEXTS)
def test_every_marker_of_the_model_has_a_probability(model: MarkerModel, text: str) -> None:
    score = model.score_texts([text])[0]

    assert set(score.markers) == set(score.own_voice) == set(model.markers)
    assert all(0 <= value <= 1 for value in [*score.markers.values(), *score.own_voice.values()])


def test_a_text_has_the_same_score_alone_and_among_others(model: MarkerModel) -> None:
    texts = [OWN, QUOTED, "", *(article.text for article in articles(5, seed=2))]

    for text, score in zip(texts, model.score_texts(texts, ["en"] * len(texts)), strict=True):
        alone = model.score_texts([text], ["en"])[0]
        assert close(dict(alone.markers), dict(score.markers))
        assert alone.found == score.found


def test_evidence_points_at_the_words_that_carry_the_marker(model: MarkerModel) -> None:
    score = model.score_texts([OWN], ["en"])[0]

    heaviest = max((one for one in score.evidence if one.marker == LOADED), key=lambda one: one.share)

    assert set(OWN[heaviest.start : heaviest.end].split()) & {"shameless", "greedy", "bunglers"}


def test_an_invisible_character_hides_nothing_and_offsets_count_it(model: MarkerModel) -> None:
    hidden = OWN.replace("bunglers", "bun\u200bglers")

    plain, evading = model.score_texts([OWN, hidden], ["en", "en"])

    assert close(dict(plain.markers), dict(evading.markers))
    assert [hidden[one.start : one.end].replace("\u200b", "") for one in evading.evidence] == [
        OWN[one.start : one.end] for one in plain.evidence
    ]


def test_quoted_words_count_for_the_text_and_not_for_the_own_voice(model: MarkerModel) -> None:
    own, quoted = model.score_texts([OWN, QUOTED], ["en", "en"])

    assert own.own_voice[LOADED] == own.markers[LOADED]
    assert quoted.own_voice[LOADED] < quoted.markers[LOADED] / 2
    assert {one.voice for one in quoted.evidence if one.marker == LOADED} == {Voice.QUOTED}


def test_a_text_in_quotation_marks_throughout_has_nothing_in_its_own_voice(model: MarkerModel) -> None:
    score = model.score_texts(["“Shameless greedy bunglers met on monday at the harbour road.”"], ["en"])[0]

    assert score.markers[LOADED] > 0.2
    assert set(score.own_voice.values()) == {0.0}


@pytest.mark.parametrize(
    ("text", "lang", "warning"),
    [
        (OWN, "fi", "language_not_trained"),
        ("7 81 42 1234 ??? 5678 90 12 66", "", "language_unknown"),
        ("Shameless greedy bunglers", "en", "too_short"),
        ("\u200b \n", "", "no_text"),
    ],
)
def test_what_cannot_be_relied_on_has_a_number_a_warning_and_nothing_found(
    model: MarkerModel, text: str, lang: str, warning: str
) -> None:
    score = model.score_texts([text], [lang])[0]

    assert warning in score.warnings
    assert not score.is_reliable
    assert (score.found, score.evidence) == ((), ())
    assert set(score.markers) == set(model.markers)


def test_a_missing_language_is_identified_and_given_warnings_are_kept(model: MarkerModel) -> None:
    score = model.score_texts([OWN], warnings=[["whole_mail_scored"]])[0]

    assert score.lang == "en"
    assert "whole_mail_scored" in score.warnings
    assert score.is_reliable


def test_the_passages_of_an_explained_text_are_disjoint_and_the_likeliest_speaks_for_it(model: MarkerModel) -> None:
    low, high = model.explain("The council met on monday at the harbour."), model.explain(QUOTED)

    assert all(a.end <= b.start for a, b in pairwise(high.passages))
    assert max(p.markers[LOADED] for p in high.passages) > max(p.markers[LOADED] for p in low.passages)
    assert high.markers[LOADED] > low.markers[LOADED]


def test_genres_share_one_probability(model: MarkerModel) -> None:
    score = model.score_texts([OWN], ["en"])[0]

    genres = {marker: value for marker, value in score.markers.items() if marker.startswith("genre:")}

    assert sum(genres.values()) == pytest.approx(1)
    assert len([marker for marker in score.found if marker in genres]) == 1


def test_a_frame_keeps_its_index_and_has_one_column_a_marker(model: MarkerModel) -> None:
    frame = pd.DataFrame({"text": [OWN, None], "lang": ["en", None]}, index=["x", "y"])

    scores = model.score(frame)

    assert list(scores.index) == ["x", "y"]
    assert list(scores.columns) == list(model.markers)
    assert scores.loc["x", LOADED] > scores.loc["y", LOADED]
    assert model.score([OWN])[DOUBT].iloc[0] == pytest.approx(scores.loc["x", DOUBT])


def assert_disjoint(spans: list[Evidence]) -> None:
    ordered = sorted(spans, key=lambda one: one.start)
    assert all(a.end <= b.start for a, b in pairwise(ordered))
