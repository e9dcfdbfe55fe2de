"""The peak memory of `triage score` for much input against little.

    python benchmarks/memory.py MODEL [--small 100] [--large 2000] [--workers 1] [--text 500] [--other 20000]

Scores two JSON Lines files of so many megabytes with the real command, one after the other, and prints the peak
resident memory of each run, its workers included, and their ratio. A row has a text of --text characters of shipped
articles, cut anew for every row, and a column of --other characters that is read and not scored: without it 2 GB would
take hours. Give --other 0 and a smaller --large to score all that is read.
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

SCORE = [sys.executable, "-c", "from triage.cli.main import main; main()", "score"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--small", type=int, default=100, help="megabytes")
    parser.add_argument("--large", type=int, default=2_000, help="megabytes")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--text", type=int, default=500, help="characters a row that are scored")
    parser.add_argument("--other", type=int, default=20_000, help="characters a row that are only read")
    chosen = parser.parse_args()
    peaks = [measured(chosen, size) for size in (chosen.small, chosen.large)]
    print(f"peak memory for {chosen.large} MB against {chosen.small} MB: {peaks[1] / peaks[0] - 1:+.1%}")


def measured(chosen: argparse.Namespace, megabytes: int) -> int:
    """Score so many megabytes; print and return the peak memory in bytes."""
    with tempfile.TemporaryDirectory() as home:
        rows = write_rows(Path(home) / "in.jsonl", megabytes * 10**6, chosen.text, chosen.other)
        began = time.perf_counter()
        words = ["in.jsonl", "-o", "out.jsonl", "--model", str(chosen.model.resolve())]
        words += ["--workers", str(chosen.workers)]
        running = subprocess.Popen([*SCORE, *words], cwd=home, stderr=subprocess.DEVNULL)
        peak = 0
        while running.poll() is None:
            peak = max(peak, resident(running.pid))
            time.sleep(0.05)
        if running.returncode:
            sys.exit(f"triage score ended with {running.returncode}")
        seconds = time.perf_counter() - began
    print(
        f"{megabytes} MB, {rows} rows, {chosen.workers} workers: peak {peak / 1e6:.0f} MB, {seconds:.0f} s", flush=True
    )
    return peak


def write_rows(file: Path, size: int, text: int, other: int) -> int:
    """Write rows of about `size` bytes in all; return how many."""
    articles = [
        orjson.loads(row)["text"] for row in (shipped("starter") / "en.jsonl").read_bytes().splitlines() if row.strip()
    ]
    whole = "\n".join(articles)
    whole *= 2 + max(text, other) // len(whole)
    written = rows = 0
    with file.open("wb") as stream:
        while written < size:
            begin = rows * 997 % (len(whole) - max(text, other))
            row = {"id": str(rows), "lang": "en", "text": whole[begin : begin + text]}
            row["other"] = whole[begin : begin + other]
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
