from __future__ import annotations

import csv
from pathlib import Path

import orjson
import pytest
from learning_desk import Told, decide_all
from sample_corpus import DOUBT, LOADED, taxonomy
from sample_desk import DYKE, MILK, NOW, report, take

from triage.corpora.read import read_articles
from triage.domain.case import Verdict
from triage.domain.taxonomy import Level
from triage.errors import NotEnoughLabels, OutputError
from triage.workflow.convert import convert_corpus
from triage.workflow.database import Desk
from triage.workflow.export import Format, export
from triage.workflow.purge import erase_reporter

FORMULA = '=HYPERLINK("https://site.example")'


@pytest.fixture
def decided(desk: Desk) -> Desk:
    """A desk with two decided cases; a marker of the first is confirmed and one struck."""
    take(
        desk,
        [
            report("1", text=DYKE, title=FORMULA, reporter="p-1", claim="my neighbour 555-0100 sent it", lang="en"),
            report("2", text=MILK, reporter="p-2", lang="en"),
        ],
    )
    decide_all(desk, ("ann",), says)
    return desk


def says(text: str, _moderator: str) -> Told:
    if text == DYKE:
        return Told(Verdict.DISINFORMATION, confirmed=(DOUBT,), struck=(LOADED,))
    return Told(Verdict.NOT_DISINFORMATION)


def out(desk: Desk, path: Path, wanted: Format) -> bytes:
    export(desk, path, wanted, overwrite=False, by="ann", now=NOW)
    return path.read_bytes()


def test_a_corpus_is_annotated_for_the_markers_that_were_spoken_of_alone(decided: Desk, tmp_path: Path) -> None:
    out(decided, tmp_path / "confirmed.jsonl", Format.CORPUS)

    (article,) = read_articles([tmp_path / "confirmed.jsonl"])
    assert (article.text, article.labels, article.lang) == (DYKE, {DOUBT}, "en")
    assert set(article.annotated[Level.ARTICLE]) == {DOUBT, LOADED}


def test_no_cell_of_the_table_begins_as_a_formula_does(decided: Desk, tmp_path: Path) -> None:
    rows = list(csv.DictReader(out(decided, tmp_path / "cases.csv", Format.CSV).decode().splitlines()))

    assert [row["verdict"] for row in rows] == ["disinformation", "not_disinformation"]
    assert rows[0]["title"] == "'" + FORMULA
    assert (rows[0]["confirmed"], rows[0]["struck"]) == (DOUBT, LOADED)


@pytest.mark.parametrize("wanted", list(Format))
def test_nothing_tells_who_reported_or_decided(decided: Desk, tmp_path: Path, wanted: Format) -> None:
    written = out(decided, tmp_path / "out", wanted).decode()

    assert not [word for word in ("p-1", "neighbour 555", '"ann"', ",ann,") if word in written]


def test_label_studio_reads_back_what_was_confirmed(decided: Desk, tmp_path: Path) -> None:
    out(decided, tmp_path / "tasks.json", Format.LABEL_STUDIO)

    convert_corpus("label-studio", tmp_path / "tasks.json", tmp_path / "back.jsonl", taxonomy())
    back = {article.text: article for article in read_articles([tmp_path / "back.jsonl"])}
    assert DOUBT in back[DYKE].all_labels()
    assert LOADED not in back[DYKE].all_labels()
    assert not any(back[MILK].annotated.values())


def test_erased_content_leaves_no_more(decided: Desk, tmp_path: Path) -> None:
    erase_reporter(decided, "p-1", by="ann", now=NOW)

    rows = [orjson.loads(line) for line in out(decided, tmp_path / "cases.jsonl", Format.JSON_LINES).splitlines()]

    assert [row["case"] for row in rows] == ["2"]
    with pytest.raises(NotEnoughLabels, match="has confirmed or struck markers"):
        out(decided, tmp_path / "confirmed.jsonl", Format.CORPUS)


def test_a_file_that_exists_is_left_as_it_is(decided: Desk, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("dear diary")

    with pytest.raises(OutputError, match="exists already"):
        out(decided, tmp_path / "mine", Format.CSV)
    assert (tmp_path / "mine").read_text() == "dear diary"
