from __future__ import annotations

import pytest

from triage.text.attribution import begins_with_saying, is_attributed, reported
from triage.text.speech_verbs import GRAMMARS


def test_reported_speech_ends_with_its_sentence() -> None:
    text = "It rained. Ambry said that the wall leaks. It does."

    assert [text[start:end] for start, end in reported(text, 0, len(text), "en")] == ["the wall leaks."]


def test_offsets_are_those_of_the_whole_text() -> None:
    text = "First line.\nThe clerk said that it leaks."

    assert reported(text, 12, len(text), "en") == [(32, len(text))]


@pytest.mark.parametrize("lang", GRAMMARS)
def test_every_table_gives_forms_that_are_found(lang: str) -> None:
    form = GRAMMARS[lang].says.split()[0].split("+")[0]

    assert begins_with_saying(f"{form} x", lang)


def test_an_attribution_stands_close_to_its_quote_and_in_its_sentence() -> None:
    close, far = 'They call it "progress".', 'They call us names. It is "progress".'

    assert is_attributed(close, 0, len(close), (13, 23), "en")
    assert not is_attributed(far, 0, len(far), (26, 36), "en")


def test_a_language_without_a_table_reports_nothing() -> None:
    text = "The mayor said that it leaks."

    assert reported(text, 0, len(text), "sv") == []
