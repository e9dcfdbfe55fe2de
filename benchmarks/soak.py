"""Kill commands in the middle, and look whether anything that was acknowledged is lost.

    python benchmarks/soak.py [--db URL] [--kills 10000] [--moderators 4] [--seed 0]

Moderators claim, decide, undo and release in processes of their own, and write each decision that the desk has
acknowledged down before they go on. One after the other is killed by SIGKILL at a random time after its first act, and
started anew while the next is at work, `kills` times in all. At the end every acknowledged decision must be on record
with the verdict that was given, once, the chain must verify and the counts add up; the last line states the figures.
Without --db an SQLite desk is made in a folder of its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from triage.domain.case import Verdict
from triage.domain.report import Channel, Report
from triage.errors import NotFound, StaleLease, UsageError
from triage.store import decisions
from triage.workflow.audit import verify
from triage.workflow.database import Desk, check, init, open_desk
from triage.workflow.leases import release
from triage.workflow.reconsider import undo
from triage.workflow.review import Ruling, claim, decide
from triage.workflow.rules import Rules
from triage.workflow.take_in import take_in

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
KEY = "a pseudonym key for benchmarks only"
LONGEST_SECONDS = 0.03


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db")
    parser.add_argument("--kills", type=int, default=10_000)
    parser.add_argument("--moderators", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = chosen.db or f"sqlite:///{folder}/desk.db"
        init(url, key=KEY, home=Path(folder), actor="soak", seed=0, now=NOW)
        begun = time.monotonic()
        soak(url, Path(folder), kills=chosen.kills, moderators=chosen.moderators, seed=chosen.seed)
        faults, acknowledged = look(url, Path(folder))
    print("\n".join(faults) or "each is on record; the chain verifies; the counts add up")
    print(
        f"{url.split(':')[0]}: {chosen.kills:,} kills in {time.monotonic() - begun:.0f} s; {acknowledged:,} decisions "
        f"were acknowledged; {len(faults)} faults"
    )
    return 1 if faults else 0


def soak(url: str, folder: Path, *, kills: int, moderators: int, seed: int) -> None:
    """Have moderators work and kill them, `kills` times in all."""
    chance = random.Random(seed)
    context = multiprocessing.get_context("fork")
    with open_desk(url) as desk:
        _take(desk, [f"first {at}" for at in range(3 * kills)])
    names = [f"m{at}" for at in range(moderators)]
    running = {name: _start(context, url, folder, name, 0) for name in names}
    for kill in range(kills):
        name = names[kill % moderators]
        worker, heard = running[name]
        with suppress(EOFError):  # it has ended by itself, which is told below
            heard.recv()
        heard.close()
        time.sleep(chance.uniform(0, LONGEST_SECONDS))
        worker.kill()
        worker.join()
        if worker.exitcode != -signal.SIGKILL:
            raise RuntimeError(f"{name} ended by itself with {worker.exitcode}")
        running[name] = _start(context, url, folder, name, kill + 1)
    for worker, _ in running.values():
        worker.kill()
        worker.join()


def look(url: str, folder: Path) -> tuple[list[str], int]:
    """Return what is wrong with the desk, and how many decisions were acknowledged."""
    faults = []
    acknowledged = [line.split() for path in folder.glob("*.acknowledged") for line in _lines(path)]
    with open_desk(url) as desk:
        with desk.reading() as connection:
            made = {one.id: one for one in decisions.all_made(connection)}
        for number, case, verdict, moderator in acknowledged:
            one = made.get(number)
            if one is None or (one.case, one.verdict, one.moderator) != (case, verdict, moderator):
                faults.append(f"decision {number} of case {case} was acknowledged and is not on record")
        if len({row[0] for row in acknowledged}) != len(acknowledged):
            faults.append("a decision was acknowledged twice")
        faults += verify(desk, []).faults
        faults += [fault for one in check(desk, key=KEY, home=folder) for fault in one.faults]
    return faults, len(acknowledged)


def _lines(path: Path) -> Iterator[str]:
    """Yield the whole lines of a file; the last may have been cut off by a kill, before anybody had read it."""
    text = path.read_text()
    return iter(text[: text.rfind("\n") + 1].splitlines())


def _start(
    context: multiprocessing.context.ForkContext, url: str, folder: Path, name: str, seed: int
) -> tuple[multiprocessing.context.ForkProcess, Connection]:
    """Return a moderator's process, forked from this warm one, and the pipe by which it says that it is at work."""
    heard, ready = context.Pipe(duplex=False)
    worker = context.Process(target=work, args=(url, folder / f"{name}.acknowledged", name, seed, ready))
    worker.start()
    ready.close()
    return worker, heard


def work(url: str, acknowledged: Path, name: str, seed: int, ready: Connection) -> None:
    """Do a moderator's work until killed."""
    chance = random.Random(f"{name} {seed}")
    with open_desk(url) as desk, acknowledged.open("a", buffering=1) as told:
        for at in count():
            if at == 1:
                ready.send(True)
            got = claim(desk, name, now=datetime.now(UTC), drawn_every=20)
            if got is None:
                _take(desk, [f"{name} {seed} {at} {more}" for more in range(20)])
                continue
            if chance.random() < 0.1:
                release(desk, got.case, moderator=name, lease_token=got.token, until=None, now=datetime.now(UTC))
                continue
            ruling = Ruling(verdict=chance.choice(list(Verdict)), reason="a reason")
            made = decide(
                desk,
                got.case,
                ruling,
                moderator=name,
                lease_token=got.token,
                known_markers=(),
                now=datetime.now(UTC),
            )
            told.write(f"{made.id} {made.case} {made.verdict} {name}\n")
            if chance.random() < 0.2:
                with suppress(StaleLease, NotFound, UsageError):  # another was faster
                    undo(desk, got.case, moderator=name, reason="a slip", rules=Rules(), now=datetime.now(UTC))


def _take(desk: Desk, names: list[str]) -> None:
    rows = [
        Report(id=name, received_at=NOW, channel=Channel.WEB, digest=name, claim=f"{name} was called in")
        for name in names
    ]
    for _ in take_in(desk, rows, reject=print, by="soak", now=NOW):
        pass


if __name__ == "__main__":
    sys.exit(main())
