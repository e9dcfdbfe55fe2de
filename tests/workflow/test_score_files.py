from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_desk import DYKE, MILK, report

from triage.domain.report import Account, Blank, Place, Rejection, Row
from triage.domain.score import TextScore
from triage.exchange.resumable import resumable
from triage.exchange.scores import Kind, Layout
from triage.workflow import score_files as module
from triage.workflow.score_files import Texts, score_files, score_part

PLACE = Place(file="in.jsonl", line=3)
BROKEN = Rejection(place=PLACE, reason="is no JSON", raw="{")
LAYOUT = Layout(Kind.CSV, ("technique:Doubt",))


class Echo:
    """Scores a text by its length and repeats its warnings."""

    def score_texts(self, texts, langs=None, *, warnings=None):
        return [
            TextScore(model="markers-1", lang=lang, markers={"technique:Doubt": len(text) / 200}, warnings=tuple(told))
            for text, lang, told in zip(texts, langs, warnings, strict=True)
        ]


def run(parts: Iterable[Texts]) -> Iterator[tuple[Texts, bytes]]:
    for part in parts:
        yield part, score_part(Echo(), LAYOUT, part)


def score(
    rows: list[Row], path: Path, *, resume: bool = False, stop: int | None = None
) -> tuple[list[Account], list[Rejection]]:
    """Score rows two a part, and stop after so many parts as if killed."""
    aside: list[Rejection] = []
    accounts = []
    with resumable(path, {}, is_folder=False, overwrite=False, resume=resume) as output:
        going = score_files(rows, run=run, output=output, head=LAYOUT.head(), reject=aside.append, part_rows=2)
        for account in going:
            accounts.append(account)
            if len(accounts) == stop:
                return accounts, aside
        output.finish()
    return accounts, aside


def ids(path: Path) -> list[str]:
    return [line.split(",")[0] for line in path.read_text("utf-8").splitlines()[1:]]


def test_every_text_has_one_row_in_input_order_copies_included(tmp_path):
    score([report("b", text=DYKE), report("a", text=DYKE), report("b", text=MILK)], tmp_path / "s.csv")

    assert ids(tmp_path / "s.csv") == ["b", "a", "b"]


def test_rows_that_cannot_be_read_are_set_aside_and_counted(tmp_path):
    accounts, aside = score([report("a", text=DYKE), BROKEN, Blank(place=PLACE)], tmp_path / "s.csv")

    assert accounts[-1] == Account(accepted=1, rejected=1, blank=1)
    assert aside == [BROKEN]
    assert ids(tmp_path / "s.csv") == ["a"]


def test_the_account_grows_part_by_part(tmp_path):
    accounts, _ = score([report(name, text=DYKE) for name in "abc"], tmp_path / "s.csv")

    assert [account.accepted for account in accounts] == [2, 3, 3]


def test_the_warnings_of_reading_a_text_stand_beside_its_score(tmp_path):
    score([report("a", text=DYKE, lang="en", warnings=("whole_mail_scored",))], tmp_path / "s.csv")

    assert ",en,markers-1,,whole_mail_scored," in (tmp_path / "s.csv").read_text("utf-8")


def test_a_part_ends_early_where_texts_are_long(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PART_CHARACTERS", 10)

    accounts, _ = score([report(name, text=DYKE) for name in "ab"], tmp_path / "s.csv")

    assert [account.accepted for account in accounts] == [1, 2, 2]


@given(kinds=st.lists(st.sampled_from("rxb"), max_size=9), stop=st.integers(1, 4))
def test_a_run_that_goes_on_gives_the_bytes_the_account_and_the_rejections_of_one_that_was_not_stopped(
    tmp_path_factory, kinds, stop
):
    folder = tmp_path_factory.mktemp("runs")
    rows: list[Row] = [
        {"r": report(f"r{at}", text=DYKE[at:]), "x": BROKEN, "b": Blank(place=PLACE)}[kind]
        for at, kind in enumerate(kinds)
    ]
    whole = score(rows, folder / "whole.csv")
    score(rows, folder / "s.csv", stop=stop)

    if not (folder / "s.csv").exists():
        accounts, aside = score(rows, folder / "s.csv", resume=True)
        assert (accounts[-1], aside) == (whole[0][-1], whole[1])
    assert (folder / "s.csv").read_bytes() == (folder / "whole.csv").read_bytes()


def test_what_is_done_is_not_scored_again(tmp_path):
    rows: list[Row] = [report(name, text=DYKE) for name in "abcd"]
    score(rows, tmp_path / "s.csv", stop=1)
    told = json.loads((tmp_path / ".s.csv.checkpoint").read_text("utf-8"))

    accounts, _ = score(rows, tmp_path / "s.csv", resume=True)

    assert told["rows"] == 2
    assert [account.accepted for account in accounts] == [4, 4]


@pytest.mark.parametrize("text", ["", " "])
def test_a_title_stands_for_a_text_that_is_missing(text):
    part = Texts()
    part.add(report("a", title=MILK, text=text))

    assert part.texts == [MILK]
