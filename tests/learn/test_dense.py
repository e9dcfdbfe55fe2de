from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from triage.domain.score import Voice
from triage.learn.dense import DENSE, dense_columns
from triage.learn.documents import WORD, Span, Unit

AT = {name: at for at, (name, _) in enumerate(DENSE)}
TEXTS = st.text(st.sampled_from("aB c9!?,«»—…疫苗\u0130ß_\n") | st.characters())


def unit(text: str) -> Unit:
    return Unit(text=text, spans=(Span(0, len(text), Voice.OWN),))


@given(st.lists(TEXTS, max_size=5))
def test_a_unit_has_the_same_columns_alone_and_among_others(texts: list[str]) -> None:
    together = dense_columns([unit(text) for text in texts])

    assert together.shape == (len(texts), len(DENSE))
    for at, text in enumerate(texts):
        assert np.array_equal(together[at], dense_columns([unit(text)])[0])


@given(TEXTS)
def test_counts_are_those_of_plain_python(text: str) -> None:
    row = dense_columns([unit(text)])[0]
    size = max(len(text), 1)

    assert row[AT["exclamation"]] == np.log1p(sum(map(text.count, "!！¡")))
    assert row[AT["capitals"]] == sum(map(str.isupper, text)) / size
    assert row[AT["digits"]] == sum(map(str.isdigit, text)) / size


def test_words_in_capitals_are_counted_and_short_abbreviations_are_not() -> None:
    text = "WAKE up, EU! ДОВОЛЬНО, hALF"

    shouted = [word for word in WORD.findall(text) if len(word) > 2 and word.isupper()]

    assert dense_columns([unit(text)])[0][AT["shouted"]] == np.log1p(len(shouted)) == np.log1p(2)


def test_each_han_character_is_a_word() -> None:
    assert dense_columns([unit("疫苗 无用")])[0][AT["word_length"]] == 1
    assert dense_columns([unit("vaccine useless")])[0][AT["word_length"]] == 7
    assert len(re.findall(WORD, "疫苗 无用")) == 4
