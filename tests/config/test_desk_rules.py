from __future__ import annotations

from pathlib import Path

import pytest

from triage.config.desk import load_rules, rules_for
from triage.errors import ConfigError, NotFound
from triage.workflow.rules import Rules


def write(home: Path, text: str) -> Path:
    (home / "triage.toml").write_text(text, encoding="utf-8")
    return home


def test_without_a_file_the_rules_are_the_defaults(tmp_path: Path) -> None:
    assert load_rules(tmp_path) == load_rules(write(tmp_path, "[urgency]\nreach_full_at = 9\n")) == Rules()


def test_rules_are_read_key_by_key(tmp_path: Path) -> None:
    home = write(
        tmp_path, '[desk]\nreasons = {quote = "A quotation"}\nseniors = ["sue"]\nretention_days = {phone = 30}\n'
    )

    rules = load_rules(home)

    assert (rules.reasons, rules.seniors, rules.retention_days) == (
        {"quote": "A quotation"},
        frozenset({"sue"}),
        {"phone": 30},
    )
    assert rules.second_review_least == Rules().second_review_least


def test_only_a_moderator_or_senior_acts_where_they_are_named(tmp_path: Path) -> None:
    home = write(tmp_path, '[desk]\nmoderators = ["ann"]\nseniors = ["sue"]\n')

    assert rules_for("ann", home) == rules_for("sue", home)
    with pytest.raises(NotFound, match='"zed" is no moderator'):
        rules_for("zed", home)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[desk]\ncolour = 1\n", r'\[desk\] has no "colour"'),
        ("desk = 1\n", r"desk must be a table, written \[desk\]"),
        ("[desk]\nreasons = ['quote']\n", "desk.reasons must be a table of texts"),
        ("[desk]\nreasons = {quote = ' '}\n", "desk.reasons must be a table of texts"),
        ("[desk]\nmoderators = 'ann'\n", "desk.moderators must be a list of names"),
        ("[desk]\nsecond_review_most = 2\n", "desk.second_review_most must be a number from 0 to 1"),
        ("[desk]\nappeal_days = true\n", "desk.appeal_days must be a number"),
        ("[desk]\nretention_days = {pigeon = 1}\n", "names channels, phone, email, web, file, api, not pigeon"),
        ("[desk]\nretention_days = 3\n", "names channels"),
        ("[desk\n", "triage.toml: "),
    ],
)
def test_a_broken_rule_names_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load_rules(write(tmp_path, text))
