"""The peak memory of `triage score` for much input against little.

    python benchmarks/memory.py MODEL [--small 100] [--large 2000] [--workers 1]

Scores two JSON Lines files of so many megabytes with the real command, one after the other, and prints the peak
resident memory of each run, its workers included, and their ratio. Rows are shipped articles joined into texts of
200 kB, cut anew for every row, whose language is given. 2 GB take long; --large 400 takes a fifth of it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import orjson

from triage.shipped import shipped

TEXT = 200_000  # bytes a row
SCORE = [sys.executable, "-c", "from triage.cli.main import main; main()", "score"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--small", type=int, default=100, help="megabytes")
    parser.add_argument("--large", type=int, default=2_000, help="megabytes")
    parser.add_argument("--workers", type=int, default=1)
    chosen = parser.parse_args()
    peaks = [measured(chosen.model.resolve(), size, chosen.workers) for size in (chosen.small, chosen.large)]
    print(f"peak memory for {chosen.large} MB against {chosen.small} MB: {peaks[1] / peaks[0] - 1:+.1%}")


def measured(model: Path, megabytes: int, workers: int) -> int:
    """Score so many megabytes; print and return the peak memory in bytes."""
    with tempfile.TemporaryDirectory() as home:
        rows = write_rows(Path(home) / "in.jsonl", megabytes * 10**6)
        began = time.perf_counter()
        words = ["in.jsonl", "-o", "out.jsonl", "--model", str(model), "--workers", str(workers)]
        running = subprocess.Popen([*SCORE, *words], cwd=home, stderr=subprocess.DEVNULL)
        peak = 0
        while running.poll() is None:
            peak = max(peak, resident(running.pid))
            time.sleep(0.05)
        if running.returncode:
            sys.exit(f"triage score ended with {running.returncode}")
        seconds = time.perf_counter() - began
    print(f"{megabytes} MB, {rows} rows, {workers} workers: peak {peak / 1e6:.0f} MB, {seconds:.0f} s", flush=True)
    return peak


def write_rows(file: Path, size: int) -> int:
    """Write rows of about `size` bytes in all; return how many."""
    articles = [
        orjson.loads(row)["text"] for row in (shipped("starter") / "en.jsonl").read_bytes().splitlines() if row.strip()
    ]
    whole = "\n".join(articles)
    whole *= 2 + TEXT // len(whole)
    written = rows = 0
    with file.open("wb") as stream:
        while written < size:
            begin = rows * 997 % (len(whole) - TEXT)
            row = {"id": str(rows), "lang": "en", "text": whole[begin : begin + TEXT]}
            written += stream.write(orjson.dumps(row) + b"\n")
            rows += 1
    return rows


def resident(pid: int) -> int:
    """Return the memory of a process and all that it began, shared pages counted once a process."""
    pages = 0
    waiting = [pid]
    while waiting:
        one = Path("/proc") / str(waiting.pop())
        try:
            pages += int((one / "statm").read_text().split()[1])
            children = [task / "children" for task in (one / "task").iterdir()]
            waiting += [int(child) for file in children for child in file.read_text().split()]
        except (OSError, ValueError):
            continue  # it has just ended
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
