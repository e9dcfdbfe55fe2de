"""How well the stopping test keeps its promise: `python benchmarks/stopping.py [--runs 1000] [--jobs 2]`.

The seven sets of `benchmarks/ranking.py` are replayed, ten seeds to a draw of rows; after every batch the test is asked
whether to stop. Printed are how often the recall of 95 % was reached at the stop (the promise: in 95 of 100 runs), the
mean recall, and the mean share of the rows that nobody had to look at, over all and set by set. `--first 2` begins with
another draw; `--orders FILE` keeps the replays and reads them from there the next time.
"""

from __future__ import annotations

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np
from ranking import BATCH, SETS, drawn, one_of_either, ours

from triage.learn.priority import pool
from triage.rank.stopping import CONFIDENCE, MOST_ODDS, RECALL, fewest_missing, risk_of

SEEDS = 10
RULES: dict[str, float | None] = {"published": 1.0, "odds 1.25": 1.25, "odds 1.5": 1.5, "ours": None}
Order = tuple[str, list[int]]


def replays(job: tuple[str, int]) -> list[Order]:
    """Return the labels of one draw of a set in review order, once for each seed."""
    name, draw = job
    table = drawn(name, draw)
    features = pool(table.texts)
    seeds = range(draw * SEEDS, (draw + 1) * SEEDS)
    orders = (ours(table, one_of_either(table.labels, seed), seed, features) for seed in seeds)
    return [(name, [table.labels[row] for row in order]) for order in orders]


def stops(order: Order) -> dict[str, int]:
    """Return how many rows were looked at when each rule first let the reviewer stop."""
    labels = order[1]
    stopped = dict.fromkeys(RULES, len(labels))
    waiting = dict(RULES)
    for seen in range(BATCH, len(labels), BATCH):
        tail = labels[:seen], len(labels), fewest_missing(sum(labels[:seen]), RECALL)
        if risk_of(*tail, MOST_ODDS) >= 1 - CONFIDENCE:
            continue  # no rule supposes larger odds
        for rule in [rule for rule, odds in waiting.items() if risk_of(*tail, odds) < 1 - CONFIDENCE]:
            stopped[rule] = seen
            del waiting[rule]
    return stopped


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, metavar="DRAW")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--orders", type=Path, metavar="FILE")
    chosen = parser.parse_args()
    draws = range(chosen.first, chosen.first + -(-chosen.runs // (SEEDS * len(SETS))))
    with ProcessPoolExecutor(chosen.jobs) as workers:
        if chosen.orders and chosen.orders.is_file():
            orders: list[Order] = json.loads(chosen.orders.read_text(encoding="utf-8"))
        else:
            made = workers.map(replays, [(name, draw) for draw in draws for name in SETS])
            orders = list(islice((order for some in made for order in some), chosen.runs))
        if chosen.orders:
            chosen.orders.write_text(json.dumps(orders), encoding="utf-8")
        stopped = list(workers.map(stops, orders, chunksize=10))
    print(f"{len(orders)} runs over {len(SETS)} sets; recall {RECALL:.0%} promised at {CONFIDENCE:.0%} confidence")
    print(f"{'rule':11}{'promise kept':14}{'mean recall':13}{'rows saved':12}kept / saved by set")
    for rule in RULES:
        runs = [(name, *judged(labels, stop[rule])) for (name, labels), stop in zip(orders, stopped, strict=True)]
        kept, recall, saved = np.mean([run[1:] for run in runs], axis=0)
        of_sets = {name: np.mean([run[1:] for run in runs if run[0] == name], axis=0) for name in SETS}
        by_set = "  ".join(f"{name} {figures[0]:.2f} / {figures[2]:.2f}" for name, figures in of_sets.items())
        print(f"{rule:11}{kept:<14.3f}{recall:<13.3f}{saved:<12.3f}{by_set}")


def judged(labels: list[int], seen: int) -> tuple[bool, float, float]:
    """Return whether the promise was kept, the recall, and the share of the rows saved."""
    recall = sum(labels[:seen]) / sum(labels)
    return recall >= RECALL - 1e-9, recall, 1 - seen / len(labels)


if __name__ == "__main__":
    main()
