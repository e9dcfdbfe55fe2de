"""Crash the database server while moderators work, and look whether anything that was acknowledged is lost.

    python benchmarks/crash.py --db URL --stop COMMAND --start COMMAND [--crashes 20] [--moderators 8]

A claim or decision lets go of the chain before the server's log is on disk and is acknowledged after: this shows that
it keeps the promise. Moderators work as in `soak.py`; `--stop` must end the server at once, without a checkpoint
(`pg_ctl -m immediate stop`), so that what it had not yet written of its log is gone; `--start` starts it again. The
database must be empty.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import subprocess
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

from soak import KEY, NOW, look, work

from triage.errors import StoreError
from triage.workflow.database import init


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--db", "--stop", "--start"):
        parser.add_argument(name, required=True)
    parser.add_argument("--crashes", type=int, default=20)
    parser.add_argument("--moderators", type=int, default=8)
    chosen = parser.parse_args()
    chance = random.Random(0)
    with tempfile.TemporaryDirectory() as folder:
        init(chosen.db, key=KEY, home=Path(folder), actor="crash", seed=0, now=NOW)
        for crash in range(chosen.crashes):
            working = [start(chosen.db, Path(folder), f"m{at}", crash) for at in range(chosen.moderators)]
            for _, heard in working:
                heard.recv()
            time.sleep(chance.uniform(0.2, 1.0))
            subprocess.run(chosen.stop, shell=True, check=True)
            for worker, _ in working:
                worker.join()
            subprocess.run(chosen.start, shell=True, check=True)
        faults, acknowledged = look(chosen.db, Path(folder))
    print("\n".join(faults[:20]) or "each is on record; the chain verifies; the counts add up")
    print(f"{chosen.crashes} crashes of the server; {acknowledged:,} decisions were acknowledged; {len(faults)} faults")
    return 1 if faults else 0


def start(url: str, folder: Path, name: str, seed: int) -> tuple[multiprocessing.context.ForkProcess, Connection]:
    """Return a moderator's process and the pipe by which it says that it is at work."""
    context = multiprocessing.get_context("fork")
    heard, ready = context.Pipe(duplex=False)
    worker = context.Process(target=until_gone, args=(url, folder / f"{name}.acknowledged", name, seed, ready))
    worker.start()
    ready.close()
    return worker, heard


def until_gone(url: str, acknowledged: Path, name: str, seed: int, ready: Connection) -> None:
    """Do a moderator's work until the server is gone."""
    try:
        work(url, acknowledged, name, seed, ready)
    except StoreError as error:
        if "went away" not in str(error):
            raise


if __name__ == "__main__":
    sys.exit(main())
