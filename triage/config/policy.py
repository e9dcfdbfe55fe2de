"""Read a team's urgency policy from `triage.toml`, key by key over the defaults."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

from triage.config.team_file import read_table
from triage.errors import ConfigError
from triage.rank.harm import QUESTIONS
from triage.rank.policy import PARTS, Policy

_SHARES = {"record_share": 1, "arranged_share": 0.9, "arranged_p": 1}


def load_policy(home: Path) -> Policy:
    """Return the policy of `home/triage.toml`, table `[urgency]`; what the file leaves out keeps its default.

    Raises `ConfigError` naming file and key for an unknown key or a value of the wrong kind.
    """
    path, table = read_table(home, "urgency")
    policy = Policy()
    changes: dict[str, Any] = {}
    for key, value in table.items():
        if key in {"weights", "severity", "frame_harm", "harm_questions"}:
            changes[key] = {**getattr(policy, key), **_numbers(value, key, path)}
        elif key in {"service_level_hours", "reach_full_at", "drawn_every"}:
            changes[key] = _number(value, key, path, least=2 if key != "service_level_hours" else 1)
        elif key in _SHARES:
            changes[key] = _number(value, key, path, least=0, most=_SHARES[key])
        elif key == "record_prior":
            changes[key] = _number(value, key, path, least=0)
        else:
            raise ConfigError(f'{path}: [urgency] has no "{key}"')
    for table_name, what, names in (("weights", "part", PARTS), ("harm_questions", "question", tuple(QUESTIONS))):
        unknown = sorted(set(changes.get(table_name, ())) - set(names))
        if unknown:
            raise ConfigError(f'{path}: urgency has no {what} "{unknown[0]}"; the {what}s are {", ".join(names)}')
    return replace(policy, **changes)


def _numbers(value: Any, key: str, path: Path) -> dict[str, float]:
    if not isinstance(value, dict):
        raise ConfigError(f"{path}: urgency.{key} must be a table of numbers")
    return {name: _number(number, f"{key}.{name}", path, least=0) for name, number in value.items()}


def _number(value: Any, key: str, path: Path, *, least: float, most: float = math.inf) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        bounds = f"of at least {least}" if most == math.inf else f"from {least} to {most}"
        raise ConfigError(f"{path}: urgency.{key} must be a number {bounds}")
    return value
