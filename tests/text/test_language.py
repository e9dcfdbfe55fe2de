from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.text.language import _NO_PROSE, UNKNOWN, _prose, identify, primary

PARTS = st.sampled_from(["https://example.org/", "@ambry", "#dyke", "1234", "word " * 90, " ", "w" * 599])


@given(st.lists(PARTS | st.text(max_size=5), max_size=30).map("".join))
def test_prose_is_what_replacing_in_the_whole_beginning_gives(text: str) -> None:
    assert _prose(text) == _NO_PROSE.sub(" ", text[:2400])[:600]


@given(st.text() | st.text(alphabet=st.characters(codec=None)))
def test_any_text_has_a_language_or_none_with_a_probability(text: str) -> None:
    lang, probability = identify(text)

    assert lang == UNKNOWN or len(lang) == 2
    assert 0 <= probability <= 1


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Council to vote on the Ferrow dyke in September"),
        ("de", "Der Rat stimmt im September über den Deich ab"),
        ("fr", "Le conseil votera en septembre sur la digue"),
        ("es", "El concejo votará en septiembre sobre el dique"),
        ("ru", "Слушания по мосту пройдут в сентябре"),
        ("uk", "Слухання щодо мосту відбудуться у вересні"),
        ("bg", "Обсъждането за моста ще се проведе през септември"),
        ("ar", "يصوّت المجلس على السدّ في سبتمبر"),
        ("he", "המועצה תצביע על הסכר בספטמבר"),
        ("hi", "परिषद सितंबर में बांध पर मतदान करेगी"),
        ("zh", "渔港改造方案公示"),
        ("zh", "漁港改造方案公示"),
        ("zh", "iPhone手机用户请注意"),
        ("ja", "港の改修計画が公示されました"),
        ("ko", "항구 개조 계획이 공시되었습니다"),
    ],
)
def test_a_headline_is_enough(lang: str, text: str) -> None:
    assert identify(text)[0] == lang


@pytest.mark.parametrize(
    "text", ["", "1234 ???", "👍👍👍", "https://example.org/die/nachricht/von/heute", "@someone #tag", "ok", "xxxxxxx"]
)
def test_too_little_is_no_language(text: str) -> None:
    assert identify(text)[0] == UNKNOWN


def test_a_character_newer_than_the_running_python_is_chinese_all_the_same() -> None:
    assert identify("\U0003134b") == ("zh", 1.0)


def test_addresses_and_figures_do_not_count() -> None:
    text = "Слушания пройдут в сентябре"

    assert identify(f"{text} https://www.example.org/council-to-vote-on-the-dyke @the_council 12345") == identify(
        f"{text}      "
    )


@pytest.mark.parametrize(
    ("tag", "code"), [("en", "en"), ("zh-Hans", "zh"), ("PT_br", "pt"), ("", ""), ("English", ""), ("e1", "")]
)
def test_a_language_tag_is_read_for_its_language_alone(tag: str, code: str) -> None:
    assert primary(tag) == code
