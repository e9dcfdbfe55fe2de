from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from triage.domain.report import Row
from triage.intake.pseudonym import Pseudonymiser
from triage.intake.read import read_reports

Read = Callable[..., list[Row]]
_DEFAULTS: dict[str, Any] = {
    "mapping": {},
    "channel": None,
    "pseudonymise": Pseudonymiser(b"a key for the tests"),
    "now": datetime(2026, 11, 23, tzinfo=UTC),
}


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return what reads some bytes as a file of a given name, or files that are there already."""

    def of(name: str | list[Path], data: bytes | None = None, **options: Any) -> list[Row]:
        paths: list[Path]
        if isinstance(name, list):
            paths = name
        else:
            paths = [tmp_path / name]
            if data is not None:
                paths[0].write_bytes(data)
        return list(read_reports(paths, **(_DEFAULTS | options)))

    return of


@pytest.fixture(scope="session")
def hostile() -> Path:
    """Return the folder of hostile inputs, or skip the test where it is not at hand."""
    root = Path(__file__).parents[2]
    folder = Path(os.environ.get("TRIAGE_CORPORA", root.parent / "shared" / "corpora")) / "hostile"
    if not folder.is_dir():
        pytest.skip("the hostile inputs are not at hand; TRIAGE_CORPORA names their folder")
    return folder
