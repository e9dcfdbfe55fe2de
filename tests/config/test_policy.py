from __future__ import annotations

from pathlib import Path

import pytest

from triage.config.policy import load_policy
from triage.errors import ConfigError
from triage.rank.policy import Policy


def written(folder: Path, text: str) -> Path:
    (folder / "triage.toml").write_text(text, encoding="utf-8")
    return folder


def test_without_a_file_the_policy_is_the_default(tmp_path: Path) -> None:
    assert load_policy(tmp_path) == Policy()


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    policy = load_policy(written(tmp_path, "[urgency]\nservice_level_hours = 24\n[urgency.weights]\nage = 30\n"))

    assert policy.service_level_hours == 24
    assert policy.weights == {**Policy().weights, "age": 30}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[urgency]\nspeed = 1", 'has no "speed"'),
        ("[urgency.weights]\ntruth = 1", 'no part "truth"'),
        ("[urgency.weights]\nage = -1", "urgency.weights.age"),
        ('[urgency]\nreach_full_at = "many"', "urgency.reach_full_at"),
        ("[urgency]\nreach_full_at = 1", "urgency.reach_full_at"),
        ("[urgency]\nseverity = 3", "urgency.severity"),
        ("[urgency", "triage.toml"),
        ("urgency = 3", "urgency must be a table"),
    ],
)
def test_a_broken_policy_is_one_line_that_names_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=r"triage\.toml") as caught:
        load_policy(written(tmp_path, text))

    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
