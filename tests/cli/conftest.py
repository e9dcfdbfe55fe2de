from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from triage.cli import main as entry

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command line in a folder of its own and gives (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)
    for name in ("TRIAGE_DB", "TRIAGE_KEY", "TRIAGE_HOME", "TRIAGE_AS"):
        monkeypatch.delenv(name, raising=False)

    def once(*line: str) -> tuple[int, str, str]:
        code = entry.run(line)
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return once
