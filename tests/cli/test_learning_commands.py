from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sample_corpus import rows, write

from triage.cli.main import run


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    write(home / "old.jsonl", rows(48))
    write(home / "new.jsonl", rows(24, seed=1))
    assert run(["train", str(home / "old.jsonl"), "-o", str(home / "first")]) == 0
    return home


@pytest.fixture(autouse=True)
def _at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    for name in ("TRIAGE_HOME", "TRIAGE_DB", "TRIAGE_KEY"):
        monkeypatch.delenv(name, raising=False)


def answer(capsys: pytest.CaptureFixture[str], *command: str) -> Any:
    """What a command prints as JSON."""
    assert run(list(command)) == 0
    return json.loads(capsys.readouterr().out)


def test_train_prints_its_figures_beside_the_baselines(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["train", "old.jsonl", "-o", str(tmp_path / "m")]) == 0

    out = capsys.readouterr().out
    assert "constant" in out
    assert "punctuation" in out
    assert "macro-F1" in out


def test_train_leaves_a_model_alone_unless_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "old.jsonl", "-o", "first"]) == 1

    assert "add --overwrite" in capsys.readouterr().err


def test_evaluate_gives_one_level_flat_and_writes_what_was_found(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    found = tmp_path / "found.jsonl"

    report = answer(
        capsys, "evaluate", "first", "new.jsonl", "--level", "passage", "--predictions", str(found), "--json"
    )

    lines = [json.loads(line) for line in found.read_text().splitlines()]
    assert (report["level"], report["n"]) == ("passage", len(lines))
    assert set(lines[0]) == {"id", "start", "end", "labels"}
    assert set(answer(capsys, "evaluate", "first", "new.jsonl", "--json")) == {"levels"}


def test_evaluate_says_when_articles_were_trained_on(capsys: pytest.CaptureFixture[str]) -> None:
    run(["evaluate", "first", "old.jsonl", "--level", "article"])

    assert "48 of these articles were trained on" in capsys.readouterr().err


def test_spans_that_nobody_labelled_cannot_be_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", "first", "new.jsonl", "--level", "span", "--json"]) == 2

    assert "nobody labelled spans" in capsys.readouterr().err


def test_crossval_holds_sources_out_whole(capsys: pytest.CaptureFixture[str]) -> None:
    report = answer(
        capsys, "crossval", "old.jsonl", "--group-by", "source", "--folds", "3", "--level", "article", "--json"
    )

    assert report["n"] == 48


def test_explain_prints_the_contracts_row(capsys: pytest.CaptureFixture[str]) -> None:
    text = 'Those shameless greedy bunglers met on monday. "Who can trust them really?" asked a man.'

    row = answer(capsys, "explain", text, "--model", "first", "--lang", "en", "--json")

    assert row["id"] is None
    assert {"lang", "model", "markers", "found", "own_voice", "evidence", "evidence_other", "warnings"} <= set(row)
    assert {part["voice"] for part in row["passages"]} == {"own", "quoted"}
    assert "".join(text[part["start"] : part["end"]] for part in row["passages"]).strip() == text


def test_explain_reads_a_file_and_shows_the_words(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "post.txt").write_text(
        "Those shameless greedy bunglers met on monday at the harbour.", encoding="utf-8"
    )

    assert run(["explain", str(tmp_path / "post.txt"), "--model", "first", "--lang", "en"]) == 0

    out = capsys.readouterr().out
    assert "technique:Loaded_Language" in out
    assert "bunglers" in out


def test_a_changed_byte_in_a_model_ends_with_exit_code_4(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    run(["train", "old.jsonl", "-o", "broken", "--overwrite"])
    (home / "broken" / "card.md").write_text("changed")

    assert run(["explain", "Any text at all would do here.", "--model", "broken"]) == 4
    assert "checksum" in capsys.readouterr().err


def test_corpus_check_fails_on_a_fault_and_passes_a_sound_corpus(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    faulty = write(tmp_path / "bad.jsonl", [*rows(12), {"id": "z"}])

    assert run(["corpus", "check", "old.jsonl"]) == 0
    assert run(["corpus", "check", str(faulty)]) == 1
    assert "bad.jsonl line 13: text is missing" in capsys.readouterr().out


def test_a_candidate_is_made_listed_promoted_and_rolled_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["db", "init"]) == 0
    assert run(["model", "promote", "first"]) == 0
    capsys.readouterr()

    made = answer(capsys, "retrain", "--labels", "new.jsonl", "--json")
    states = {one["id"]: one["state"] for one in answer(capsys, "model", "list", "--json")}
    assert sorted(states.values()) == ["active", "candidate"]
    assert states[made["model"]] == "candidate"

    assert answer(capsys, "model", "promote", made["model"], "--reason", "more labels", "--json")["act"] == "promote"
    assert answer(capsys, "model", "rollback", "--json")["replaced"] == made["model"]
    assert {one["id"]: one["state"] for one in answer(capsys, "model", "list", "--json")}[made["model"]] == "retired"
    assert answer(capsys, "model", "compare", made["model"], "--json")["levels"]


@pytest.mark.parametrize("name", ["missing.txt", "."])
def test_a_file_that_cannot_be_read_is_no_text_to_explain(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert run(["explain", name, "--model", "first"]) == 1

    assert name in capsys.readouterr().err
