"""How fast and how fair the desk is: claims and decisions, the queue, many moderators at once, stale tokens.

    python benchmarks/desk.py open  [--db URL] [--cases 1000000] [--rounds 200]
    python benchmarks/desk.py many  [--db URL] [--claims 100000] [--moderators 16]
    python benchmarks/desk.py stale [--db URL] [--tokens 10000]

`open` fills an empty desk with cases that hold one short report each and are ranked, then measures in one warm process,
beside the machine's own `fsync`: medians of wall time, and of CPU time, which other work on the machine does not
lengthen. `many` lets processes claim and decide until nothing is left and counts what came twice, was lost, and who got
how much while all were at work; its CPU time is that of the moderators, without the server's. `stale` lets leases run
out, has others take the cases, and tries the old tokens. The last line of each states the figures.
Without --db an SQLite desk is made in a folder of its own; a PostgreSQL database must be empty.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from full_desk import NOW, fill

from triage.domain.case import Verdict
from triage.errors import StaleLease
from triage.rank.policy import Policy
from triage.store import audit, queue
from triage.store.schema import assignment, decision
from triage.workflow.database import Desk, init, open_desk
from triage.workflow.queue import read_queue
from triage.workflow.review import Ruling, claim, decide

KEY = "a pseudonym key for benchmarks only"
UPHELD = Ruling(verdict=Verdict.DISINFORMATION, reason="an invented quotation")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["open", "many", "stale"])
    parser.add_argument("--db")
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--moderators", type=int, default=16)
    parser.add_argument("--tokens", type=int, default=10_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = chosen.db or f"sqlite:///{folder}/desk.db"
        init(url, key=KEY, home=Path(folder), actor="bench", seed=0, now=NOW)
        if chosen.what == "open":
            measure_open(url, chosen.cases, chosen.rounds, Path(folder))
        elif chosen.what == "many":
            measure_many(url, chosen.claims, chosen.moderators)
        else:
            measure_stale(url, chosen.tokens)


def measure_open(url: str, count: int, rounds: int, folder: Path) -> None:
    with open_desk(url) as desk:
        begun = time.monotonic()
        fill(desk, count)
        print(f"filled {desk.url.get_backend_name()} with {count:,} open cases in {time.monotonic() - begun:.0f} s")
        times: dict[str, list[tuple[float, float]]] = {"next": [], "decide": [], "queue --top 50": [], "fsync": []}
        for _ in range(rounds):
            got = timed(times["next"], partial(claim, desk, "ann", now=NOW, drawn_every=20))
            assert got
            timed(times["decide"], partial(_decide, desk, got.case, got.token, "ann", NOW))
            timed(times["fsync"], partial(_sync, folder / "fsync"))
        for _ in range(max(rounds // 10, 5)):
            timed(times["queue --top 50"], partial(read_queue, desk, Policy(), top=50, now=NOW))
        for name, taken in times.items():
            wall, cpu = ([one[at] * 1000 for one in taken] for at in (0, 1))
            print(f"{name:15} median {statistics.median(wall):7.2f} ms, of which {statistics.median(cpu):6.2f} ms CPU")
        print_plans(desk)
    wall = {name: statistics.median(one for one, _ in taken) * 1000 for name, taken in times.items()}
    print(
        f"{count:,} open cases on {url.split(':')[0]}: next {wall['next']:.1f} ms, decide {wall['decide']:.1f} ms "
        f"(goal 20 each), queue --top 50 {wall['queue --top 50']:.1f} ms (goal 300)"
    )


def print_plans(desk: Desk) -> None:
    """Print by which index the statements behind `queue` read."""
    seen: list[tuple[str, Any]] = []
    with desk.reading() as connection:
        sa.event.listen(connection, "before_cursor_execute", lambda *given: seen.append((given[2], given[3])))
        queue.most_urgent(connection, 50, NOW)
        queue.lucky(connection, 50, NOW, 0.05)
        asked = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
        for statement, parameters in seen[:2]:
            for row in connection.exec_driver_sql(f"{asked} {statement}", parameters):
                print(f"  plan: {row[-1]}")


def timed(times: list[tuple[float, float]], act: Callable[[], Any]) -> Any:
    wall, cpu = time.perf_counter(), time.process_time()
    given = act()
    times.append((time.perf_counter() - wall, time.process_time() - cpu))
    return given


def _sync(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"x" * 4096)
        os.fsync(file.fileno())


def measure_many(url: str, count: int, moderators: int) -> None:
    with open_desk(url) as desk:
        fill(desk, count)
    ready = multiprocessing.Barrier(moderators)
    done: multiprocessing.Queue[tuple[str, list[tuple[float, int]]]] = multiprocessing.Queue()
    workers = [multiprocessing.Process(target=work, args=(url, f"m{at}", ready, done)) for at in range(moderators)]
    begun = time.monotonic()
    for worker in workers:
        worker.start()
    got = dict(done.get() for _ in workers)
    for worker in workers:
        worker.join()
    seconds = time.monotonic() - begun
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    claimed = Counter(case for taken in got.values() for _, case in taken)
    last_common = min(taken[-1][0] if taken else 0.0 for taken in got.values())
    shares = [sum(at <= last_common for at, _ in taken) for taken in got.values()]
    totals = [len(taken) for taken in got.values()]
    with open_desk(url) as desk, desk.reading() as connection:
        leased = connection.scalar(sa.select(sa.func.count()).select_from(assignment))
        decided = connection.scalar(sa.select(sa.func.count()).select_from(decision))
        faults = list(audit.faults(connection))
    fair = sum(totals) / moderators
    print(f"leases {leased:,}, decisions {decided:,}, faults of the chain {len(faults)}")
    print(f"{(used.ru_utime + used.ru_stime) / count * 1000:.2f} ms of the moderators' CPU a claim and its decision")
    print(f"while all were at work: least {min(shares) * moderators / max(sum(shares), 1):.2f} of a fair share")
    print(
        f"{url.split(':')[0]}, {moderators} moderators: {sum(totals):,} claims of {count:,} cases decided in "
        f"{seconds:.0f} s, {count / seconds:.0f} a second; double {sum(times > 1 for times in claimed.values())}, lost "
        f"{count - len(claimed)}; least {min(totals):,}, most {max(totals):,}, {min(totals) / fair:.2f} of a fair share"
    )


def work(url: str, name: str, ready: Any, done: Any) -> None:
    """Claim and decide until nothing is left."""
    taken: list[tuple[float, int]] = []
    with open_desk(url) as desk:
        ready.wait()
        while got := claim(desk, name, now=NOW, drawn_every=20):
            _decide(desk, got.case, got.token, name, NOW)
            taken.append((time.monotonic(), int(got.case)))
    done.put((name, taken))


def measure_stale(url: str, count: int) -> None:
    later = NOW + timedelta(hours=1)
    with open_desk(url) as desk:
        fill(desk, count)
        stale = list(leases(desk, "ann", NOW))
        fresh = dict(leases(desk, "bob", later))
        refused = 0
        for case, token in stale:
            try:
                _decide(desk, case, token, "ann", later)
            except StaleLease:
                refused += 1
        with desk.reading() as connection:
            decided = connection.scalar(sa.select(sa.func.count()).select_from(decision))
    print(
        f"{url.split(':')[0]}: {len(stale):,} stale tokens, {len(fresh):,} cases taken by another: {decided} decided, "
        f"{refused:,} refused"
    )


def leases(desk: Desk, name: str, now: datetime) -> Iterator[tuple[str, str]]:
    while got := claim(desk, name, now=now, drawn_every=20):
        yield got.case, got.token


def _decide(desk: Desk, case: str, token: str, moderator: str, now: datetime) -> None:
    decide(desk, case, UPHELD, moderator=moderator, lease_token=token, known_markers=(), now=now)


if __name__ == "__main__":
    main()
