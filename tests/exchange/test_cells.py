from __future__ import annotations

import pytest

from triage.exchange.cells import neutral


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x"])
def test_what_could_be_a_formula_begins_with_an_apostrophe(text):
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "1-2", "'=1", " words", "疫苗"])
def test_any_other_text_stays_as_it_is(text):
    assert neutral(text) == text
