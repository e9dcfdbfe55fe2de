"""How well the stopping test keeps its promise: `python benchmarks/stopping.py [--runs 1000]`.

The seven sets of `benchmarks/ranking.py` are replayed with one draw of rows and starting rows a run; after every
batch the test is asked whether to stop. Printed are how often the recall of 95 % was reached at the stop (the
promise: in 95 of 100 runs), the mean recall, and the mean share of the rows that nobody had to look at.
"""

from __future__ import annotations

import argparse

import numpy as np
from ranking import BATCH, SETS, drawn, one_of_either, ours

from triage.learn.priority import pool
from triage.rank.stopping import CONFIDENCE, RECALL, fewest_missing, risk_of

ODDS = (1.0, 1.25, 1.5, 2.0)


def stop(labels: list[int], total: int, odds: float) -> int:
    """Return how many rows were looked at when the test first let the reviewer stop."""
    for seen in range(BATCH, total, BATCH):
        missing = fewest_missing(sum(labels[:seen]), RECALL)
        if risk_of(labels[:seen], total, missing, odds) < 1 - CONFIDENCE:
            return seen
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1000)
    runs = parser.parse_args().runs
    reached: dict[float, list[float]] = {odds: [] for odds in ODDS}
    saved: dict[float, list[float]] = {odds: [] for odds in ODDS}
    for run in range(runs):
        table = drawn(list(SETS)[run % len(SETS)], run // len(SETS))
        start = one_of_either(table.labels, run)
        order = [table.labels[row] for row in ours(table, start, run, pool(table.texts))]
        for odds in ODDS:
            seen = stop(order, len(order), odds)
            reached[odds].append(sum(order[:seen]) / sum(order))
            saved[odds].append(1 - seen / len(order))
    print(f"{runs} runs over {len(SETS)} sets; recall {RECALL:.0%} promised at {CONFIDENCE:.0%} confidence")
    print("odds   promise kept   mean recall   rows saved")
    for odds in ODDS:
        kept = np.mean(np.array(reached[odds]) >= RECALL - 1e-9)
        print(f"{odds:<7}{kept:<15.3f}{np.mean(reached[odds]):<14.3f}{np.mean(saved[odds]):.3f}")


if __name__ == "__main__":
    main()
