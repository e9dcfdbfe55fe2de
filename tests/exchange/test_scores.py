from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from triage.domain.score import Evidence, TextScore, Voice
from triage.errors import UsageError
from triage.exchange.scores import Layout, kind_of

MARKERS = ["technique:Doubt", "frame:Economic"]
ONE = TextScore(
    model="markers-1",
    lang="en",
    markers={"technique:Doubt": 0.81, "frame:Economic": 0.12},
    found=("technique:Doubt",),
    own_voice={"technique:Doubt": 0.34},
    evidence=(Evidence(marker="technique:Doubt", start=120, end=176, share=0.42, voice=Voice.QUOTED),),
    evidence_other={"technique:Doubt": {"length": 0.37, "rest": 0.21}},
    warnings=("language_not_trained",),
)
NONE = TextScore(model="markers-1", lang="", markers={"technique:Doubt": 0.0, "frame:Economic": 1e-9})


def _write(path: Path, rows: list[tuple[str, TextScore]]) -> None:
    layout = Layout(kind_of(path), tuple(MARKERS))
    path.write_bytes(layout.head() + layout.rows([name for name, _ in rows], [score for _, score in rows]))


def test_json_lines_are_as_the_contract_shows_them(tmp_path):
    _write(tmp_path / "s.jsonl", [("a17", ONE), ("b", NONE)])
    lines = (tmp_path / "s.jsonl").read_text("utf-8").splitlines()

    assert json.loads(lines[0]) == {
        "id": "a17",
        "lang": "en",
        "model": "markers-1",
        "markers": {"technique:Doubt": 0.81, "frame:Economic": 0.12},
        "found": ["technique:Doubt"],
        "own_voice": {"technique:Doubt": 0.34},
        "evidence": [{"marker": "technique:Doubt", "start": 120, "end": 176, "share": 0.42, "voice": "quoted"}],
        "evidence_other": {"technique:Doubt": {"length": 0.37, "rest": 0.21}},
        "warnings": ["language_not_trained"],
    }
    assert [json.loads(line)["id"] for line in lines] == ["a17", "b"]


def test_csv_has_a_column_for_each_marker_and_evidence_as_json(tmp_path):
    _write(tmp_path / "s.csv", [("a17", ONE), ("b", NONE)])
    with (tmp_path / "s.csv").open(encoding="utf-8", newline="") as file:
        first, second = csv.DictReader(file)

    assert (first["technique:Doubt"], first["own_voice:technique:Doubt"], first["found"]) == (
        "0.81",
        "0.34",
        MARKERS[0],
    )
    assert (second["own_voice:technique:Doubt"], second["evidence"]) == ("", "[]")
    assert json.loads(first["evidence"])[0]["start"] == 120
    assert json.loads(first["evidence_other"]) == ONE.evidence_other


def test_in_csv_no_cell_is_a_formula(tmp_path):
    ids = ["=cmd|' /C calc'!A0", "@SUM(1)", "+1", "-1", "\t=1", "\r=1", 'a,"b"\n=c']
    _write(tmp_path / "s.csv", [(text_id, ONE) for text_id in ids])
    with (tmp_path / "s.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert not [cell for row in rows for cell in row.values() if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}]
    assert [row["id"].removeprefix("'") for row in rows] == ids


def test_parquet_has_a_typed_column_for_each_marker(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    _write(tmp_path / "s.parquet", [(f"r{number}", NONE if number % 2 else ONE) for number in range(2_001)])
    rows = parquet.read_table(tmp_path / "s.parquet").to_pylist()

    assert [row["id"] for row in rows] == [f"r{number}" for number in range(2_001)]
    assert rows[0]["technique:Doubt"] == 0.81
    assert (rows[0]["own_voice:frame:Economic"], rows[1]["own_voice:technique:Doubt"]) == (None, None)
    assert rows[0]["evidence"] == [{"marker": MARKERS[0], "start": 120, "end": 176, "share": 0.42, "voice": "quoted"}]
    assert rows[0]["evidence_other"] == [("technique:Doubt", [("length", 0.37), ("rest", 0.21)])]
    assert (rows[0]["warnings"], rows[1]["found"]) == (["language_not_trained"], [])


@pytest.mark.parametrize("name", ["s.jsonl", "s.csv", "s.parquet"])
def test_the_same_rows_give_the_same_bytes(name):
    layout = Layout(kind_of(name), tuple(MARKERS))

    assert layout.rows(["a", "b"], [ONE, NONE]) == layout.rows(["a", "b"], [ONE, NONE])


def test_standard_output_gets_json_lines():
    assert kind_of("-") is kind_of("s.jsonl")


def test_another_ending_is_refused_with_those_that_are_known(tmp_path):
    with pytest.raises(UsageError, match=r"must end in one of \.jsonl, \.csv, \.parquet"):
        kind_of(tmp_path / "s.xlsx")
