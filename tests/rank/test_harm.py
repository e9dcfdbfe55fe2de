from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.errors import UsageError
from triage.rank.harm import ANSWERS, QUESTIONS, check_answers, harm, shares

answers = st.dictionaries(st.sampled_from(list(QUESTIONS)), st.sampled_from(list(ANSWERS)))
weights = st.fixed_dictionaries({question: st.floats(0, 100) for question in QUESTIONS})


@given(answers, weights)
def test_harm_is_the_sum_of_what_each_question_gives(given: dict[str, str], weighed: dict[str, float]) -> None:
    assert harm(given, weighed) == pytest.approx(sum(shares(given, weighed).values()), abs=1e-6)
    assert 0 <= harm(given, weighed) <= 1
    assert list(shares(given, weighed)) == list(QUESTIONS)


def test_the_checklist_has_a_question_for_each_dimension_of_fable() -> None:
    assert "".join(name[0] for name in QUESTIONS).upper() == "FABSE"


def test_weights_of_nothing_give_no_harm() -> None:
    assert harm(dict.fromkeys(QUESTIONS, "yes"), dict.fromkeys(QUESTIONS, 0.0)) == 0


@pytest.mark.parametrize("given", [{"truth": "yes"}, {"spread": ""}])
def test_what_the_checklist_does_not_know_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        check_answers(given)
