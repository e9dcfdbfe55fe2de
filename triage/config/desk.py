"""Read what a desk has agreed on from `triage.toml`, table `[desk]`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from triage.config.team_file import read_table
from triage.domain.report import Channel
from triage.errors import ConfigError
from triage.workflow.rules import Rules


def rules_for(actor: str, home: Path) -> Rules:
    """Return the rules of a desk for one who acts at it; raise `NotFound` if they are none of its moderators."""
    rules = load_rules(home)
    rules.check_moderator(actor)
    return rules


def load_rules(home: Path) -> Rules:
    """Return the rules of `home/triage.toml`, table `[desk]`; what the file leaves out keeps its default.

    Raises `ConfigError` naming file and key for an unknown key or a value of the wrong kind.
    """
    path, table = read_table(home, "desk")
    return Rules(**{key: _value(key, value, path) for key, value in table.items()})


def _value(key: str, value: Any, path: Path) -> Any:
    if key == "reasons":
        if isinstance(value, dict) and all(isinstance(text, str) and text.strip() for text in value.values()):
            return value
        raise ConfigError(f'{path}: desk.reasons must be a table of texts, such as {{quote = "An invented quotation"}}')
    if key in {"moderators", "seniors"}:
        if isinstance(value, list) and all(isinstance(name, str) and name for name in value):
            return frozenset(value)
        raise ConfigError(f"{path}: desk.{key} must be a list of names")
    if key in {"second_review_least", "second_review_most"}:
        return _number(value, key, path, most=1)
    if key == "appeal_days":
        return int(_number(value, key, path))
    if key == "retention_days":
        unknown = sorted(set(value) - {one.value for one in Channel}) if isinstance(value, dict) else ["?"]
        if unknown:
            raise ConfigError(f"{path}: desk.retention_days names channels, {', '.join(Channel)}, not {unknown[0]}")
        return {channel: _number(days, f"{key}.{channel}", path) for channel, days in value.items()}
    raise ConfigError(f'{path}: [desk] has no "{key}"')


def _number(value: Any, key: str, path: Path, *, most: float = 100_000) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise ConfigError(f"{path}: desk.{key} must be a number from 0 to {most}")
    return value
