from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from learning_desk import Told, busy
from sample_corpus import DOUBT, LOADED, rows, write

from triage.cli.main import run
from triage.domain.case import Verdict
from triage.workflow.database import open_desk


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus, a model of it, and a desk on which sixty cases were decided."""
    home = tmp_path_factory.mktemp("home")
    write(home / "old.jsonl", rows(48))
    assert run(["train", str(home / "old.jsonl"), "-o", str(home / "models" / "first")]) == 0
    assert run(["db", "init", "--db", str(home / "desk.db")]) == 0
    with open_desk(f"sqlite:///{home / 'desk.db'}") as desk:
        busy(desk, 60, answer=says)
    return home


def says(text: str, _moderator: str) -> Told:
    if "poison" in text:
        return Told(Verdict.DISINFORMATION, confirmed=(DOUBT,))
    return Told(Verdict.NOT_DISINFORMATION, struck=(LOADED,))


@pytest.fixture(autouse=True)
def _at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    for name in ("TRIAGE_HOME", "TRIAGE_DB", "TRIAGE_KEY"):
        monkeypatch.delenv(name, raising=False)


def answer(capsys: pytest.CaptureFixture[str], *command: str) -> Any:
    """What a command prints as JSON."""
    assert run(list(command)) == 0
    return json.loads(capsys.readouterr().out)


def test_a_desk_learns_compares_promotes_and_goes_back(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    assert run(["model", "promote", "first", "--reason", "the first"]) == 0
    capsys.readouterr()

    made = answer(capsys, "retrain", "--json", "--jobs", "1")

    priority = made["priority"]["model"]
    assert made["comparison"]["decided"]["cases"] == 12
    assert answer(capsys, "model", "rebuild", priority, "--json")["is_same"]
    assert set(answer(capsys, "model", "compare", priority, "--json")) >= {"held_out", "slices", "worse", "uneven"}
    assert answer(capsys, "model", "promote", priority, "--json")["replaced"] is None
    states = {one["id"]: (one["kind"], one["state"]) for one in answer(capsys, "model", "list", "--json")}
    assert states[priority] == ("priority", "active")
    assert states[made["model"]] == ("markers", "candidate")
    run(["model", "show", priority])
    assert "WARNING: 3 moderators" in capsys.readouterr().out
    assert run(["retrain", "--only", "priority"]) == 1
    assert "it would be the same" in capsys.readouterr().err
    assert answer(capsys, "model", "rollback", "--json")["model"] is None
    assert answer(capsys, "model", "rollback", "--json", "--kind", "markers")["replaced"].startswith("markers-")


def test_too_few_decisions_and_no_labels_end_with_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["db", "init"]) == 0
    capsys.readouterr()

    assert run(["retrain"]) == 1

    assert "10 upheld and 10 not upheld missing" in capsys.readouterr().err


def test_labels_do_not_go_with_the_priority_model_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["retrain", "--only", "priority", "--labels", "old.jsonl"]) == 2

    assert "learns from decisions alone" in capsys.readouterr().err


def test_decided_cases_are_exported(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["export", "--format", "corpus", "-o", str(tmp_path / "confirmed.jsonl")]) == 0

    assert "60 cases in" in capsys.readouterr().err
    assert len((tmp_path / "confirmed.jsonl").read_text().splitlines()) == 60
    assert run(["export", "--format", "corpus", "-o", str(tmp_path / "confirmed.jsonl")]) == 1
