"""What arranged reports can buy on a real hotline's log, and how often ordinary cases are taken for arranged.

The log is Cofacts' (CC0): 42,568 reports on 28,837 messages; its text is read and none of it printed. Open are the
cases of its last fortnight. Run: `python benchmarks/brigading.py [--log reports.csv.gz]`; prints a table and, last, the
false alarms.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from triage.corpora.formats.rows import read_rows, text_of
from triage.domain.case import CaseFacts
from triage.domain.report import Rejection
from triage.intake.dates import parse_time
from triage.rank.brigading import Arrival, Usual
from triage.rank.policy import Policy
from triage.rank.urgency import report_quality, total, urgency
from triage.workflow.facts import with_signs

CORPORA = Path(os.environ.get("TRIAGE_CORPORA") or Path(__file__).resolve().parents[2] / "shared" / "corpora")
OPEN_DAYS = 14
USUAL_CASES = 2_000
ATTACKED = 40
HOURS = 6
SIZES = (5, 10, 20, 50, 100, 200)
CLAIM = "Everybody in our district is outraged by this message, please have it taken down as soon as you can"
ATTACKS = {
    "new reporters, one claim": (True, CLAIM),
    "new reporters, no claim": (True, ""),
    "known reporters, one claim": (False, CLAIM),
    "known reporters, no claim": (False, ""),
}

Cases = dict[str, list[Arrival]]


def read_log(path: Path) -> Cases:
    """Return the arrivals of each case, oldest case first."""
    rows = []
    for row in read_rows(path):
        if not isinstance(row, Rejection):
            cells = row[1]
            claim, case = text_of(cells, "reason"), text_of(cells, "articleId")
            who = text_of(cells, "userIdsha256") or None
            rows.append((parse_time(text_of(cells, "createdAt")), case, who, claim))
    rows.sort(key=lambda one: one[0])
    first: dict[str | None, str] = {}
    cases: Cases = {}
    for at, case, who, claim in rows:
        is_new = who is not None and first.setdefault(who, case) == case
        quality = report_quality(claim=claim, url="", subject=case, text="")
        came = Arrival(at=at, reporter=who, is_new=is_new, claim=claim, quality=quality)
        cases.setdefault(case, []).append(came)
    return cases


def facts_of(case: str, came: Sequence[Arrival]) -> CaseFacts:
    """Return what ranking knows of a case without a text."""
    return CaseFacts(
        id=case,
        opened_at=came[0].at,
        reports=len(came),
        reporters=len({one.reporter for one in came}),
        report_quality=max(one.quality for one in came),
    )


def attack(
    at: datetime, size: int, is_new: bool, claim: str, known: Sequence[str], rng: random.Random
) -> list[Arrival]:
    """Return the reports of a ring within `HOURS` before `at`."""
    names = [f"ring-{one}" for one in range(size)] if is_new else rng.sample(known, size)
    quality = report_quality(claim=claim, url="", subject="x", text="")
    when = sorted(at - timedelta(hours=HOURS * rng.random()) for _ in names)
    return [
        Arrival(at=time, reporter=name, is_new=is_new, claim=claim, quality=quality)
        for time, name in zip(when, names, strict=True)
    ]


def main() -> int:
    """Print what attacks of each kind and size reach with and without the bound, and the false alarms."""
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("--log", type=Path, default=CORPORA / "cofacts" / "reports.csv.gz")
    given.add_argument("--seed", type=int, default=0)
    chosen = given.parse_args()
    if not chosen.log.is_file():
        print(f"{chosen.log} is not there; nothing was measured")
        return 0
    rng = random.Random(chosen.seed)
    cases, policy = read_log(chosen.log), Policy()
    now = max(one.at for came in cases.values() for one in came)
    waiting = {case: came for case, came in cases.items() if now - came[0].at <= timedelta(days=OPEN_DAYS)}
    usual = Usual(list(cases.items())[-USUAL_CASES:])
    known = sorted({one.reporter for came in cases.values() for one in came if one.reporter})
    ordinary = {case: with_signs(facts_of(case, came), came, usual, policy) for case, came in waiting.items()}
    points = {case: total(urgency(facts, policy, now)) for case, facts in ordinary.items()}
    quiet = sorted(case for case, came in waiting.items() if len(came) == 1)
    targets = rng.sample(quiet, ATTACKED)

    def place(case: str, score: float) -> int:
        return 1 + sum(other > score for name, other in points.items() if name != case)

    print(f"{len(waiting)} open cases; {ATTACKED} with one report attacked within {HOURS} h; medians")
    print(f"{'attack':28} {'reports':>7} {'named':>6} {'place':>6} {'unbounded':>9} {'bounded':>8} {'bought':>7}")
    for name, (is_new, claim) in ATTACKS.items():
        for size in SIZES:
            rows = []
            for case in targets:
                came = [*waiting[case], *attack(now, size, is_new, claim, known, rng)]
                bare = facts_of(case, came)
                facts = with_signs(bare, came, usual, policy)
                free, bounded = (total(urgency(one, policy, now)) for one in (bare, facts))
                gain = (bounded - points[case]) / bounded
                rows.append(
                    (bool(facts.signs), place(case, points[case]), place(case, free), place(case, bounded), gain)
                )
            share, *middle = (
                sum(row[0] for row in rows) / len(rows),
                *(_median([row[at] for row in rows]) for at in (1, 2, 3, 4)),
            )
            print(
                f"{name:28} {size:7} {share:6.0%} {middle[0]:6.0f} {middle[1]:9.0f} {middle[2]:8.0f} {middle[3]:7.1%}"
            )
    _alarms(cases, policy)
    return 0


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def _alarms(cases: Cases, policy: Policy) -> None:
    """Print how many of all cases of the log are named, by sign and by size."""
    usual = Usual(cases.items())
    found = {case: with_signs(facts_of(case, came), came, usual, policy) for case, came in cases.items()}
    named = {case: facts for case, facts in found.items() if facts.signs}
    signs = Counter(str(sign) for facts in named.values() for sign in facts.signs)
    print(f"named of all {len(cases)} cases of the log: {len(named)} ({len(named) / len(cases):.2%}); {dict(signs)}")
    for least, most in ((1, 9), (10, 49), (50, 10**9)):
        size = [case for case, came in cases.items() if least <= len(came) <= most]
        print(
            f"  of {len(size)} with {least}-{most if most < 10**9 else ''} reports: {sum(one in named for one in size)}"
        )
    lost = []
    now = max(one.at for came in cases.values() for one in came)
    for facts in named.values():
        full = total(urgency(replace(facts, signs={}), policy, now))
        lost.append(full - total(urgency(facts, policy, now)))
    if lost:
        print(f"  points that the bound takes from those named: median {_median(lost):.1f}, most {max(lost):.1f}")


if __name__ == "__main__":
    sys.exit(main())
