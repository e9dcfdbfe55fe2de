"""`triage.toml`: the one file that holds what a team decides."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from triage.errors import ConfigError


def read_table(home: Path, name: str) -> tuple[Path, dict[str, Any]]:
    """Return the path of `home/triage.toml` and its table `name`, empty where there is none.

    Raises `ConfigError` where the file cannot be read or `name` is no table.
    """
    path = home / "triage.toml"
    if not path.is_file():
        return path, {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get(name, {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: {name} must be a table, written [{name}]")
    return path, table
