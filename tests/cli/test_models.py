from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from triage.cli.models import model_line
from triage.learn.model import MarkerModel


@dataclass
class Told:
    id: str = "markers-1"
    languages: tuple[str, ...] = ("en", "zh")
    manifest: dict[str, Any] = field(default_factory=dict)


def line(*paths: str) -> str:
    manifest = {"articles": 12, "corpora": [{"path": path} for path in paths]}
    return model_line(cast("MarkerModel", Told(manifest=manifest)))


def test_a_screen_says_which_model_scored_and_what_it_was_trained_on() -> None:
    assert line("/srv/ours.jsonl") == "scored by markers-1, trained on 12 articles in en zh"


def test_a_model_of_shipped_articles_alone_is_told_as_synthetic() -> None:
    assert "of the synthetic starter corpus" in line("shipped:starter/en.jsonl")
    assert "synthetic" not in line("shipped:starter/en.jsonl", "/srv/ours.jsonl")
