from __future__ import annotations

import json
from pathlib import Path

import pytest

from triage.cli.main import run


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "decided.csv"
    rows = [f"a{at},they hide the cure {at} from us,1\nb{at},library news {at} for the town,0\n" for at in range(15)]
    path.write_text("id,text,upheld\n" + "".join(rows), encoding="utf-8")
    return path


def test_a_replay_prints_its_figures_and_writes_the_order(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order = tmp_path / "order.txt"
    said = ["simulate", str(table), "--label", "upheld", "--prior", "a0,b0", "--order", str(order), "--json"]

    assert run(said) == 0

    figures = json.loads(capsys.readouterr().out)
    assert {"n", "positives", "recall", "wss95", "atd", "cpu_s"} <= set(figures)
    assert list(figures["recall"]) == ["0.05", "0.1", "0.2", "0.5"]
    assert (figures["n"], figures["positives"]) == (30, 15)
    assert figures["atd"] < figures["baselines"]["random"]["atd"]
    ids = order.read_text(encoding="utf-8").split()
    assert sorted([*ids, "a0", "b0"]) == sorted(f"{kind}{at}" for kind in "ab" for at in range(15))


def test_a_replay_does_not_replace_an_order_unasked(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", str(table), "--label", "upheld", "--order", str(table)]) == 1
    assert "exists already" in capsys.readouterr().err


def test_doubtful_labels_are_listed_for_scripts(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["label-errors", str(table), "--label", "upheld", "--top", "3", "--json"]) == 0

    listed = json.loads(capsys.readouterr().out)
    assert [sorted(one) for one in listed] == [["confidence", "id", "label"]] * 3


def test_a_warm_start_without_a_marker_model_is_refused(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRIAGE_HOME", str(tmp_path))
    missing = str(tmp_path / "nowhere")

    assert run(["simulate", str(table), "--label", "upheld", "--warm", "--model", missing]) == 1
    assert capsys.readouterr().err.startswith("triage: ")


def test_a_warm_start_says_which_model_it_began_with(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", str(table), "--label", "upheld", "--warm", "--json"]) == 0

    said = capsys.readouterr()
    assert json.loads(said.out)["n"] == 30
    assert "scored by markers-" in said.err
