"""Run every check of the project, in the order in which they fail fastest: `python tests/check.py`.

Formatter, linter, types, import layers, generated pages, then the tests with their doctests. Ends with exit code 1 if
any check is red, after all of them have run, and names the red ones.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
CHECKS: dict[str, list[str]] = {
    "format": [str(BIN / "ruff"), "format", "--check", "."],
    "lint": [str(BIN / "ruff"), "check", "."],
    "types": [str(BIN / "mypy")],
    "layers": [str(BIN / "lint-imports"), "--config", "setup.cfg"],
    "pages": [sys.executable, "docs/make_commands.py", "--check"],
    "tests": [sys.executable, "-m", "pytest"],
}


def main() -> int:
    """Run the checks named on the command line, else all, and return 1 if any is red."""
    red = []
    for name in sys.argv[1:] or CHECKS:
        began = time.monotonic()
        outcome = subprocess.run(CHECKS[name], cwd=ROOT, check=False)
        print(f"== {name}: {'ok' if outcome.returncode == 0 else 'RED'} ({time.monotonic() - began:.0f} s)", flush=True)
        if outcome.returncode != 0:
            red.append(name)
    if red:
        print(f"red: {', '.join(red)}", flush=True)
    return 1 if red else 0


if __name__ == "__main__":
    sys.exit(main())
