"""Where the desk lives and who acts, from options and environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DEFAULT_DB = "sqlite:///desk.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What every command may need to know. `home` holds `models/<id>/` and, where a team has them, its own settings."""

    db_url: str
    actor: str
    home: Path
    model: str | None = None

    @property
    def models(self) -> Path:
        """Return the folder of stored models."""
        return self.home / "models"


def settings(
    environ: Mapping[str, str],
    *,
    db_url: str | None = None,
    actor: str | None = None,
    model: str | None = None,
) -> Settings:
    """Return the settings that options and environment give; an option wins."""
    return Settings(
        db_url=db_url or environ.get("TRIAGE_DB") or DEFAULT_DB,
        actor=actor or environ.get("TRIAGE_AS") or _system_user(environ),
        home=Path(environ.get("TRIAGE_HOME") or "."),
        model=model,
    )


def _system_user(environ: Mapping[str, str]) -> str:
    named = environ.get("LOGNAME") or environ.get("USER") or environ.get("USERNAME")
    return named or (f"uid{os.getuid()}" if hasattr(os, "getuid") else "unknown")
