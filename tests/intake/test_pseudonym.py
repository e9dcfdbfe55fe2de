from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.errors import ConfigError
from triage.intake.pseudonym import Pseudonymiser, key_from

KEY = b"a key for the tests"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("jo@example.org", "JO@Example.ORG"),
        ("Jo Field <jo@example.org>", "jo@example.org"),
        ("Jo Field, +49 30 901820", "+49 (30) 90-18-20"),
        ("+49 30 901820", "0049 30 901820"),
        ("030 901820", "030/901820"),
        ("＋49 30 901820", "+49 30 901820"),
        ("Jo  Field", " jo field"),
        ("jo@example.org", "ｊｏ＠example.org"),
    ],
)
def test_one_person_has_one_pseudonym_however_spelt(one, other):
    of = Pseudonymiser(KEY)

    assert of(one) == of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jo Field", "Jo Fields"),
        ("+49 30 901820", "+49 30 901821"),
        ("jo@example.org", "joe@example.org"),
        ("d4ceaa0c7667ea603a5133", "d4ceaa0c7667ea603a5134"),
        ("user 12", "user 13"),
    ],
)
def test_two_persons_have_two_pseudonyms(one, other):
    of = Pseudonymiser(KEY)

    assert of(one) != of(other)


def test_another_key_gives_other_pseudonyms():
    assert Pseudonymiser(KEY)("Jo") != Pseudonymiser(KEY + b"2")("Jo")


def test_a_key_that_could_be_guessed_is_refused():
    with pytest.raises(ConfigError, match="at least 16"):
        Pseudonymiser(b"short")


@given(st.text())
def test_any_text_has_a_pseudonym_that_shows_nothing_of_it(value):
    pseudonym = Pseudonymiser(KEY)(value)

    assert len(pseudonym) == 18
    assert len(value) < 8 or value not in pseudonym


def test_the_key_of_a_run_without_a_desk_is_made_of_its_input(tmp_path: Path) -> None:
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    one.write_text("a,b", encoding="utf-8")
    other.write_text("a,c", encoding="utf-8")

    assert key_from([one]) == key_from([one])
    assert len({key_from([one]), key_from([other]), key_from([one, other]), key_from([other, one])}) == 4


def test_what_can_be_read_only_once_gives_another_key_each_time() -> None:
    assert key_from(["-"]) != key_from(["-"])
