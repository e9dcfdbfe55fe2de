from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.text.fingerprint import BANDS, NEAR, Fingerprint, fingerprint, similarity

POSTS = [
    "Wake up before noon!!",
    "Они опять нас обманут",
    "疫苗里有芯片千万不要打疫苗",
    "لا تصدقوا ما يقوله المجلس",
]
ARTICLE = (
    "The council of Ferrow voted on Tuesday to raise the dyke by ninety centimetres. The work will begin in March and "
    "cost eleven million crowns, of which the regional fund pays six. A group of residents asked for a meadow."
)


def made(text: str) -> Fingerprint:
    found = fingerprint(text)
    assert found is not None
    return found


def is_found(one: Fingerprint, other: Fingerprint) -> bool:
    return bool({*one.bands} & {*other.bands}) and similarity(one, other) >= NEAR


@given(st.text(), st.integers(min_value=0), st.sampled_from("\u200b\u2060\u00ad\ufe0f\u202e\ufeff"))
def test_an_invisible_character_never_hides_a_copy(text: str, at: int, invisible: str) -> None:
    where = at % (len(text) + 1)

    assert fingerprint(text[:where] + invisible + text[where:]) == fingerprint(text)


@given(st.text() | st.text(alphabet=st.characters(codec=None)))
def test_a_fingerprint_is_of_one_size_and_fits_the_store(text: str) -> None:
    found = fingerprint(text)

    if found is not None:
        assert len(found.bands) == BANDS
        assert all(-(2**63) <= band < 2**63 for band in found.bands)
        assert len(found.signature) == 512
        assert similarity(found, found) == 1.0


@pytest.mark.parametrize("text", ["", "   ", "!!! ???", "\u200b", "👍👍"])
def test_a_text_without_words_has_no_fingerprint(text: str) -> None:
    assert fingerprint(text) is None


@pytest.mark.parametrize("post", POSTS)
def test_case_spacing_and_punctuation_make_no_other_text(post: str) -> None:
    assert made(f"  {post.upper()} …\n").digest == made(post).digest


def test_width_and_lookalike_letters_make_no_other_text() -> None:
    assert made("Ｗake up b\u0435fore noon").digest == made("Wake up before noon").digest


@pytest.mark.parametrize("post", POSTS)
def test_a_post_of_twenty_characters_is_found_with_one_letter_changed(post: str) -> None:
    at = len(post) // 2

    assert is_found(made(post), made(post[:at] + "x" + post[at + 1 :]))


def test_an_article_is_found_with_a_sentence_added_and_words_changed() -> None:
    edited = ARTICLE.replace("Tuesday", "Wednesday").replace("million", "m") + " Please share!"

    assert is_found(made(ARTICLE), made(edited))
    assert made(ARTICLE).digest != made(edited).digest


def test_different_posts_are_not_taken_for_copies() -> None:
    prints = [made(text) for text in [*POSTS, ARTICLE, "Wake up the whole street", "疫苗接种点今天下午开门"]]

    assert not [
        (one, other) for at, one in enumerate(prints) for other in prints[:at] if similarity(one, other) >= NEAR
    ]


def test_fingerprints_stay_the_same_over_processes_and_versions() -> None:
    code = "from triage.text.fingerprint import fingerprint as f; p = f('Stop the dyke!'); print(p.digest, p.bands[0])"
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout.strip()
        for seed in ("1", "2")
    }

    # A stored band table is worthless once these change: then the bands of every case must be written anew.
    assert runs == {"e252004749266c84373adba1726b3c46 -3690884345945004047"}
