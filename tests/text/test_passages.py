from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.text.passages import LONGEST, sentences, split

LONG = st.lists(
    st.sampled_from(
        ["Dr. Ambry paid 3.5 m. ", "谁来付钱？！", "x" * 300, "\n", " ", "“Why?” ", "...", "\u3000", "क्यों। ", "\u200b"]
    ),
    max_size=40,
).map("".join)


@given(st.text() | LONG)
def test_passages_are_in_order_disjoint_and_bare(text: str) -> None:
    spans = split(text)

    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
    assert all(text[start:end] and text[start:end] == text[start:end].strip() for start, end in spans)


@given(LONG)
def test_cutting_at_sentences_loses_nothing_but_space(text: str) -> None:
    spans = sentences(text, 0, len(text))

    kept = "".join(text[start:end] for start, end in spans)
    blank = str.maketrans("", "", " \n\u3000\u200b")
    assert kept.translate(blank) == text.translate(blank)


def test_a_line_is_a_passage_and_only_a_long_one_is_cut() -> None:
    short, long = "One. Two. Three.", "This one is full. " * 40

    spans = split(f"{short}\r\n\r\n{long}")

    assert spans[0] == (0, len(short))
    assert len(spans) == 41
    assert len(long) > LONGEST


@pytest.mark.parametrize(
    ("text", "cuts"),
    [
        ("Dr. Ambry met J. Quillon. They left at 3.5 km. Why? No!", 4),
        ("“Why?” he asked. “No.” She left.", 3),
        ("Der Rat tagt am 12. März. Danach nicht.", 2),
        ("Он приехал в г. Ольшанск. Там тихо… Почему?", 3),
        ("谁来付钱？没有人知道。“不行！”他说。", 4),
        ("यह सच है। वह नहीं है।", 2),
        ("هل هذا صحيح؟ لا أحد يعرف.", 2),
        ("Wait ... what? . . . Then it came.", 2),
        ("1. The first point. 2. The second.", 2),
    ],
)
def test_sentences_end_where_their_script_ends_them(text: str, cuts: int) -> None:
    found = [text[start:end] for start, end in sentences(text, 0, len(text))]

    assert len(found) == cuts, found
