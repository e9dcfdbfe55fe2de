"""How fast and how fair the desk is: claims and decisions, the queue, many moderators at once, stale tokens.

    python benchmarks/desk.py open  [--db URL] [--cases 1000000] [--rounds 200]
    python benchmarks/desk.py many  [--db URL] [--claims 100000] [--moderators 16]
    python benchmarks/desk.py stale [--db URL] [--tokens 10000]

`open` fills an empty desk with cases that hold one short report each and are ranked, then measures in one warm process,
beside the machine's own `fsync`: medians of wall time, and of CPU time, which other work on the machine does not
lengthen. `many` lets processes claim and decide until nothing is left and counts what came twice, was lost, and who got
how much while all were at work. `stale` lets leases run out, has others take the cases, and tries the old tokens.
Without --db an SQLite desk is made in a folder of its own; a PostgreSQL database must be empty.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from triage.domain.case import Verdict
from triage.domain.report import Channel, Report
from triage.errors import StaleLease
from triage.rank.order import draw
from triage.rank.policy import Policy
from triage.store import audit, cases, counters, queue, reports
from triage.store.schema import assignment, decision
from triage.workflow.database import Desk, init, open_desk
from triage.workflow.queue import read_queue
from triage.workflow.review import Ruling, claim, decide

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
KEY = "a pseudonym key for benchmarks only"
UPHELD = Ruling(verdict=Verdict.DISINFORMATION, reason="an invented quotation")
BATCH = 10_000


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


def fill(desk: Desk, count: int) -> None:
    """Open `count` ranked cases, with the store's own functions, as intake and ranking leave them."""
    chance = random.Random(0)
    for start in range(1, count + 1, BATCH):
        numbers = range(start, min(start + BATCH, count + 1))
        with desk.writing() as connection:
            counters.reserve(connection, "report", len(numbers))
            counters.reserve(connection, "case", len(numbers))
            received = {number: NOW - timedelta(minutes=chance.randrange(60 * 24 * 30)) for number in numbers}
            came = [reports.NumberedReport(number, _report(number, received[number]), 0.5) for number in numbers]
            reports.add(connection, came, NOW)
            new = [cases.NewCase(number, number, 2, received[number], draw(str(number), 0)) for number in numbers]
            cases.add(connection, new)
            cases.join(connection, [cases.Joining(number, number, "new") for number in numbers])
            ranked = [
                queue.Urgency(number, points, {"markers": points}, 1, 1, received[number])
                for number in numbers
                for points in [chance.uniform(0, 100)]
            ]
            queue.set_urgency(connection, ranked, model=None, at=NOW)
            audit.append(connection, at=NOW, by="bench", act="take_in", body={"cases_new": len(numbers)})
    with desk.writing() as connection:
        connection.exec_driver_sql("ANALYZE")


def _report(number: int, received_at: datetime) -> Report:
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    return Report(id=f"r{number}", received_at=received_at, channel=Channel.WEB, digest=digest, text=digest * 8)


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
    begun = time.monotonic()
    workers = [multiprocessing.Process(target=work, args=(url, f"m{at}", ready, done)) for at in range(moderators)]
    for worker in workers:
        worker.start()
    got = dict(done.get() for _ in workers)
    for worker in workers:
        worker.join()
    seconds = time.monotonic() - begun
    claimed = Counter(case for taken in got.values() for _, case in taken)
    last_common = min(taken[-1][0] if taken else 0.0 for taken in got.values())
    shares = [sum(at <= last_common for at, _ in taken) for taken in got.values()]
    totals = [len(taken) for taken in got.values()]
    with open_desk(url) as desk, desk.reading() as connection:
        leased = connection.scalar(sa.select(sa.func.count()).select_from(assignment))
        decided = connection.scalar(sa.select(sa.func.count()).select_from(decision))
        faults = list(audit.faults(connection))
    print(f"{moderators} moderators, {sum(totals):,} claims of {count:,} cases in {seconds:.0f} s, {url.split(':')[0]}")
    print(f"double {sum(times > 1 for times in claimed.values())}, lost {count - len(claimed)}")
    print(f"leases {leased:,}, decisions {decided:,}, faults of the chain {len(faults)}")
    fair = sum(totals) / moderators
    print(f"least {min(totals):,} and most {max(totals):,} of a fair share of {fair:,.0f}: {min(totals) / fair:.2f}")
    if sum(shares):
        print(f"while all were at work: least {min(shares) * moderators / sum(shares):.2f} of a fair share")


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
    print(f"{len(stale):,} stale tokens, {len(fresh):,} cases taken by another: {decided} decided, {refused:,} refused")


def leases(desk: Desk, name: str, now: datetime) -> Iterator[tuple[str, str]]:
    while got := claim(desk, name, now=now, drawn_every=20):
        yield got.case, got.token


def _decide(desk: Desk, case: str, token: str, moderator: str, now: datetime) -> None:
    decide(desk, case, UPHELD, moderator=moderator, lease_token=token, known_markers=(), now=now)


if __name__ == "__main__":
    main()
