"""The settings page shows a file that is read as it stands."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from triage.config.desk import load_rules
from triage.config.policy import load_policy
from triage.rank.policy import Policy
from triage.workflow.rules import Rules

PAGE = (Path(__file__).parent.parent.parent / "docs" / "settings.md").read_text(encoding="utf-8")


def home_of(folder: Path) -> Path:
    shown = re.search(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)
    assert shown is not None
    (folder / "triage.toml").write_text(shown[1], encoding="utf-8")
    return folder


def test_the_shown_policy_is_the_default_but_for_the_severity(tmp_path: Path) -> None:
    policy = load_policy(home_of(tmp_path))

    assert policy.severity == {"technique:Repetition": 0.5}
    assert replace(policy, severity={}) == Policy()
    assert (policy.service_level_hours, policy.reach_full_at, policy.drawn_every) == (72, 200, 20)
    assert (Policy().service_level_hours, Policy().reach_full_at, Policy().drawn_every) == (72, 200, 20)


def test_the_shown_rules_of_the_desk_are_read(tmp_path: Path) -> None:
    rules = load_rules(home_of(tmp_path))

    assert rules.moderators == {"ann", "bo"}
    assert (rules.second_review_least, rules.second_review_most) == (Rules().second_review_least, 0.5)
    assert rules.appeal_days == Rules().appeal_days
