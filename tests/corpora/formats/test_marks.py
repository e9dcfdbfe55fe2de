from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layouts import TAXONOMY

from triage.corpora.formats.marks import Fitted, Names, fit, line_bounds, with_unix_lines

BMP = st.characters(exclude_categories=["Cs"])
TEXTS = st.text(BMP | st.sampled_from("🌊🧂\n "), min_size=1, max_size=60)


@st.composite
def texts_with_words(draw: st.DrawFn) -> tuple[str, int, int]:
    text = draw(TEXTS)
    start = draw(st.integers(0, len(text) - 1))
    return text, start, draw(st.integers(start + 1, len(text)))


@given(texts_with_words())
def test_a_span_inside_its_text_stays_where_it_is(case: tuple[str, int, int]) -> None:
    text, start, end = case

    assert fit(text, start, end) == fit(text, start, end, text[start:end]) == Fitted(start, end)


@given(texts_with_words())
def test_offsets_in_utf_16_units_are_found_by_their_words(case: tuple[str, int, int]) -> None:
    text, start, end = case
    before, words = (len(part.encode("utf-16-le")) // 2 for part in (text[:start], text[start:end]))

    where = fit(text, before, before + words, text[start:end])

    assert isinstance(where, Fitted)
    assert text[where.start : where.end] == text[start:end]
    assert not where.change


def test_words_that_stand_elsewhere_once_are_found_there_and_the_move_is_told() -> None:
    assert fit("the old dyke", 0, 4, "dyke") == Fitted(8, 12, "moved from 0-4 to where its words stand")


def test_words_that_stand_nowhere_or_twice_cannot_be_placed() -> None:
    assert fit("dyke and dyke", 1, 4, "dyke") == "1-4 does not hold the words of the annotation"
    assert fit("dyke", 0, 4, "dune") == "0-4 does not hold the words of the annotation"


def test_spaces_around_the_annotated_words_do_not_matter() -> None:
    assert fit("a dyke, a dyke", 9, 14, "dyke") == Fitted(10, 14)


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (3, 1), (None, 2), (1, "2"), (True, 2), (4, 6)])
def test_what_is_no_stretch_of_the_text_cannot_be_placed(start: object, end: object) -> None:
    assert isinstance(fit("dyke", start, end), str)


@given(st.lists(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=8), min_size=1))
def test_every_line_is_found_whole(lines: list[str]) -> None:
    text = "\n".join(lines)

    assert [text[start:end] for start, end in line_bounds(text)] == lines


@given(st.lists(st.sampled_from(["Ferrow", "a b", ""]), min_size=2, max_size=6), st.data())
def test_offsets_moved_to_unix_lines_hold_the_same_words(lines: list[str], data: st.DataObject) -> None:
    raw = "\r\n".join(lines)
    spans = [(start, end) for start, end in line_bounds(raw.replace("\r", " ")) if end - start > 1]
    text, moved, remark = with_unix_lines(raw, spans)

    assert remark
    for start, end in spans:
        assert text[moved(start) : moved(end)].strip() == raw[start:end].strip()


def test_a_text_with_unix_lines_is_left_alone() -> None:
    assert with_unix_lines("a\nb", [(0, 1)]) == ("a\nb", int, "")


@pytest.mark.parametrize(
    ("spelling", "marker"),
    [
        ("technique:Doubt", "technique:Doubt"),
        ("Appeal_to_fear-prejudice", "technique:Appeal_to_Fear-Prejudice"),
        ("name calling / labeling", "technique:Name_Calling-Labeling"),
        ("bias:Biased", "bias:Biased"),
        ("Sarcasm, dry", "doccano:Sarcasm-_dry"),
        ("*", "doccano:unnamed"),
    ],
)
def test_a_label_is_known_by_its_letters_or_stays_in_the_layouts_family(spelling: str, marker: str) -> None:
    assert Names(TAXONOMY, "doccano").marker(spelling) == marker
