from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.text.normalise import fold, repair

INVISIBLE = ["\u200b", "\u200d", "\u00ad", "\u2060", "\u202e", "\ufe0f", "\ufeff", "\U000e0041", "\x00", "\u3164"]
# Letters that are folded or composed, marks, mojibake, breaks of every kind and lone surrogates.
CHARS = st.sampled_from([*"abeоаеαЗﬁ½，ｶﾞé\u0301\u0316Ã©â€œÐŸ\n\r\t \u2028疫", *INVISIBLE, "\ud800", "\u1100", "\u1161"])
TEXTS = st.text() | st.text(alphabet=CHARS) | st.text(alphabet=st.characters(codec=None), max_size=30)


@given(TEXTS)
def test_each_folded_character_has_a_place_in_the_text_as_received(text: str) -> None:
    folded = fold(text)

    assert len(folded.origin) == len(folded.text) + 1
    assert folded.origin[-1] == len(text)
    assert list(folded.origin) == sorted(folded.origin)
    assert all(0 <= at < len(text) for at in folded.origin[:-1])


@given(TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text).text

    assert fold(once).text == once


@given(TEXTS, st.sampled_from(INVISIBLE), st.integers(min_value=0))
def test_an_invisible_character_leaves_no_trace(text: str, invisible: str, at: int) -> None:
    where = at % (len(text) + 1)

    assert fold(text[:where] + invisible + text[where:]).text == fold(text).text


@given(TEXTS)
def test_line_breaks_stay_where_they_were(text: str) -> None:
    folded = fold(text)

    breaks = [folded.origin[at] for at, char in enumerate(folded.text) if char == "\n"]
    assert breaks == [at for at, char in enumerate(text) if char == "\n"]


@given(TEXTS)
def test_repairing_keeps_the_lines(text: str) -> None:
    assert repair(text).count("\n") == text.count("\n")


@given(st.text(alphabet=st.characters(max_codepoint=126, min_codepoint=32)))
def test_plain_text_is_its_own_folding(text: str) -> None:
    folded = fold(text)

    assert folded.text == text
    assert folded.origin == range(len(text) + 1)


def test_every_format_character_is_invisible_but_the_visible_ones() -> None:
    prepended = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
    formats = [code for code in range(0x110000) if unicodedata.category(chr(code)) == "Cf" and code not in prepended]

    assert [hex(code) for code in formats if fold(f"a{chr(code)}b").text != "ab"] == []
    assert fold("\u0600").text == "\u0600"


@pytest.mark.parametrize(
    ("received", "folded"),
    [
        ("vасcine", "vaccine"),  # Cyrillic а and с
        ("войнa", "война"),  # Latin a
        ("Ηello", "Hello"),  # Greek Η
        ("p\u200ba\u00adypаl", "paypal"),
        ("ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("𝐛𝐨𝐥𝐝", "bold"),
        ("cafÃ© â€” naÃ¯ve", "café — naïve"),
        ("ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Привет"),
        ("vacâ€\u2039cine", "vaccine"),  # a zero-width space that was read as Windows-1252
    ],
)
def test_evasion_is_folded(received: str, folded: str) -> None:
    assert fold(received).text == folded


@pytest.mark.parametrize(
    "text",
    [
        "Кремль и НАТО",
        "疫苗接种",
        "iPhone手机",
        "نمی\u200cخواهم".replace("\u200c", ""),
        "Ελλάδα",
        "naïve café",
        "हिन्दी",
    ],
)
def test_honest_words_of_any_script_stay(text: str) -> None:
    assert fold(text).text == text


def test_mended_mojibake_stays_inside_its_line() -> None:
    text = "first\nÐŸÑ€Ð¸Ð²ÐµÑ‚ Ð¼Ð¸Ñ€\nlast"

    folded = fold(text)

    assert folded.text == "first\nПривет мир\nlast"
    start = folded.text.index("мир")
    assert text[folded.origin[start] : folded.origin[start + 3]] == "Ð¼Ð¸Ñ€"


def test_a_place_in_mended_mojibake_is_exact_where_bytes_were_read_one_by_one() -> None:
    text = "â‚¬ 5 naÃ¯ve"

    folded = fold(text)

    assert folded.text == "€ 5 naïve"
    assert folded.origin[folded.text.index("5")] == text.index("5")
    assert folded.origin[folded.text.index("v")] == text.index("v")


def test_a_heap_of_marks_is_cut_down_to_thirty() -> None:
    heap = "a" + "\u0301\u0316" * 20_000

    assert len(fold(heap).text) <= 31


@given(st.lists(st.sampled_from(["plain", "va\u200bссine", "½ﬁt", "cafÃ©", ""]) | st.text(max_size=9), max_size=6))
def test_a_line_is_folded_as_it_is_alone_with_offsets_from_where_it_begins(lines: list[str]) -> None:
    lines = [line.replace("\n", " ") for line in lines]
    text, at, origin = "\n".join(lines), 0, []
    for line in lines:
        origin += [at + place for place in fold(line).origin]
        at += len(line) + 1

    assert fold(text).text == "\n".join(fold(line).text for line in lines)
    assert list(fold(text).origin) == (origin or [0])
