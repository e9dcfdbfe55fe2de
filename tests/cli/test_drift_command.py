from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
import sample_desk
from click.testing import CliRunner
from sample_desk import NOW, rank, report, take

from triage.cli.main import cli, run
from triage.domain.score import TextScore
from triage.learn.artefact import read_manifest
from triage.shipped import shipped_model
from triage.workflow.database import init, open_desk

SAID = "the government has done nothing for people in this country and they know it when a city or school needs"
WORDS = SAID.split()


class Starter:
    """Gives low scores to texts with the word "old", high ones to others, under the starter model's id."""

    def __init__(self) -> None:
        folder = shipped_model()
        assert folder
        self.id = read_manifest(folder)["id"]

    def score_texts(self, texts: list[str], langs: object = None, *, evidence: bool = True) -> list[TextScore]:
        return [
            TextScore(
                model=self.id,
                lang="en",
                markers={"technique:Doubt": (0.1 if "old" in text.split() else 0.7) + at % 10 / 100},
            )
            for at, text in enumerate(texts)
        ]


@pytest.fixture
def desk_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRIAGE_HOME", str(tmp_path))
    monkeypatch.setenv("TRIAGE_DB", f"sqlite:///{tmp_path / 'desk.db'}")
    init(f"sqlite:///{tmp_path / 'desk.db'}", key=sample_desk.KEY, home=tmp_path, actor="ann", seed=0, now=NOW)
    return tmp_path / "desk.db"


def busy(file: Path) -> None:
    rng = random.Random(0)
    rows = [
        report(f"{tag}{at}", text=" ".join([tag, *rng.sample(WORDS, 16)]), hours_ago=hours + at / 10)
        for tag, hours in (("old", 24 * 60), ("new", 24))
        for at in range(70)
    ]
    with open_desk(f"sqlite:///{file}") as desk:
        take(desk, rows)
        rank(desk, Starter())


def test_drift_prints_its_figures_and_why_retraining_is_due(desk_file: Path) -> None:
    busy(desk_file)

    shown = CliRunner().invoke(cli, ["drift", "--now", NOW.isoformat()])
    told = json.loads(CliRunner().invoke(cli, ["drift", "--now", NOW.isoformat(), "--json"]).stdout)

    assert shown.exit_code == 0, shown.output
    assert "retraining is due: the scores of 1 of 1 markers have shifted, most technique:Doubt (PSI" in shown.output
    assert told["retrain"] is True
    assert told["scores"]["technique:Doubt"]["psi"] > told["scores"]["technique:Doubt"]["by_chance"] > 0
    assert told["agreement"] == {"before": None, "since": None}
    assert {"model", "since", "reference", "recent", "new_words", "unreliable", "struck", "due"} <= set(told)


def test_a_desk_without_scores_is_one_clear_line(desk_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk_file.is_file()
    assert run(["drift"]) == 1
    assert "holds no score of" in capsys.readouterr().err
