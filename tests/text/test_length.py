from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.text.length import _LETTER, _UNSPACED, is_too_short


@given(st.text() | st.text(st.sampled_from("ab1 路灯ก")))
def test_the_quick_look_says_what_counting_everything_would(text: str) -> None:
    letters, words = len(_LETTER.findall(text)), sum(1 for word in text.split() if _LETTER.search(word))

    assert is_too_short(text) is (letters < 10 if 2 * len(_UNSPACED.findall(text)) > letters else words < 5)


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("", True),
        ("Who pays for it?", True),
        ("Who pays for the dyke?", False),
        ("1 2 3 4 5 6", True),
        ("谁来为新的路灯付钱", True),
        ("谁来为新的路灯付钱吗", False),
        ("ใครจะจ่ายค่าไฟถนน", False),
        ("누가 새 가로등 값을 내나요", False),
        ("परिषद ने मतदान किया", True),
        ("परिषद ने आज मतदान किया", False),
        ("Кто платит за всё это?", False),
    ],
)
def test_five_words_or_ten_letters_are_enough(text: str, short: bool) -> None:
    assert is_too_short(text) is short


@given(st.text())
def test_a_text_said_twice_is_no_shorter(text: str) -> None:
    assert is_too_short(text) or not is_too_short(f"{text} {text}")
