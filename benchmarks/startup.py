"""How much CPU `triage --help` takes beside `python -c "import click"`, interleaved: `python benchmarks/startup.py`."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

RUNS = 25
HELP = [str(Path(sys.executable).parent / "triage"), "--help"]
CLICK = [sys.executable, "-c", "import click"]


def cpu_s(command: list[str]) -> float:
    """Return the user and system time of one run of `command`, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    cpu_s(HELP), cpu_s(CLICK)
    pairs = [(cpu_s(HELP), cpu_s(CLICK)) for _ in range(RUNS)]
    ours, theirs = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"triage --help  {ours:.3f} s of CPU")
    print(f"import click   {theirs:.3f} s of CPU")
    print(f"difference     {ours - theirs:+.3f} s")
    print(f"ratio          {ours / theirs:.2f}   (medians of {RUNS} interleaved runs)")


if __name__ == "__main__":
    main()
