from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SOAK = Path(__file__).parent.parent / "benchmarks" / "soak.py"


def test_nothing_that_was_acknowledged_is_lost_when_commands_are_killed() -> None:
    done = subprocess.run(
        [sys.executable, str(SOAK), "--kills", "200"], capture_output=True, text=True, check=False, timeout=600
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "each is on record; the chain verifies; the counts add up" in done.stdout
    assert "200 kills" in done.stdout and " 0 decisions were acknowledged" not in done.stdout
