from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from triage.domain.score import Voice
from triage.learn.documents import Document

QUOTING = 'The mayor opened the bridge. "They are all shameless bunglers!" said Mr Ambry.\nIt rained.'


@given(st.text())
def test_the_pieces_of_any_text_are_disjoint_and_in_order(text: str) -> None:
    spans = [piece for passage in Document(text, "en").pieces for piece in passage]

    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(0 <= piece.start <= piece.end <= len(text) for piece in spans)


def test_quoted_words_are_left_out_of_the_authors_own() -> None:
    own = Document(QUOTING, "en").own_unit()

    assert own is not None
    assert "bunglers" not in own.text
    assert "It rained." in own.text


def test_a_text_that_only_quotes_has_no_own_voice() -> None:
    document = Document("“They are all shameless bunglers, every one of them!”", "en")

    assert {piece.voice for passage in document.pieces for piece in passage} == {Voice.QUOTED}
    assert document.own_unit() is None


def test_a_corpus_keeps_its_own_passages_whole() -> None:
    document = Document(QUOTING, "en", [(0, len(QUOTING))])

    assert [unit.text for unit in document.passage_units()] == [QUOTING]
    assert len(document.piece_units()) > 1


def test_echo_is_the_share_of_word_pairs_that_the_text_has_again() -> None:
    repeating, plain = Document("no more taxes\nno more taxes\nthe rain fell", "en").piece_units()[::2]

    assert (repeating.echo, plain.echo) == (1.0, 0.0)


def test_positions_run_from_the_first_passage_to_the_last() -> None:
    assert [unit.position for unit in Document("one line\ntwo line\nthree line", "en").piece_units()] == [0, 0.5, 1]
