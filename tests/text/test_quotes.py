from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.text.quotes import quotes

MARKS = st.text(alphabet="“”„«»‹›「」『』〝〞‘’‚\"＂' abж疫.\n:—")


def found(text: str) -> list[str]:
    return [text[start:end] for start, end in quotes(text, 0, len(text))]


@given(MARKS, st.integers(0, 60), st.integers(0, 60))
def test_quotes_are_disjoint_in_order_and_inside_the_passage(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))

    spans = [(start, start), *quotes(text, start, end), (end, end)]

    assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))


@pytest.mark.parametrize(
    "quote",
    [
        "“not here”",
        "„nicht hier“",
        "„nie tutaj”",
        "»nicht hier«",
        "«не здесь»",
        "« pas ici »",
        "「不在這裡」",
        "『不在這裡』",
        '"no aquí"',
        "‘not here’",
        "'not here'",
        "“they said ‘no’ to us”",
        "«он сказал «нет» нам»",
        "‹pas ici›",
        "〝不在〟",
        "＂no＂",
    ],
)
def test_quotes_of_every_script_are_found(quote: str) -> None:
    assert found(f"Before {quote} after.") == [quote]


@pytest.mark.parametrize(
    "text",
    [
        "The workers' plan isn't the mayor's plan, it's the dogs' dinner.",
        "Les gens d’ici n’en veulent pas.",
        'A slip " of the pen in the middle.',
        "A stray “mark that nobody closed.",
        "书名《不在这里》很有名。",
        'It is 6" tall and 5" wide.',
    ],
)
def test_apostrophes_titles_and_slips_are_no_quotes(text: str) -> None:
    assert found(text) == []


def test_speech_that_runs_on_lasts_to_the_end_of_the_line() -> None:
    text = "“We shall not pay.\n“Never, she said.\nHe added: «Мы не заплатим\nThe end."

    assert found(text) == ["“We shall not pay.", "“Never, she said.", "«Мы не заплатим"]


def test_a_passage_cut_within_a_quote_is_quoted() -> None:
    text = 'He said: "We shall not pay. Not one crown. Never." Then he left.'
    start = text.index("Not one")

    assert quotes(text, start, start + 14) == [(start, start + 14)]
