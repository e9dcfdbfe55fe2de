"""What dishonest moderators can do to the priority model: `python benchmarks/adversaries.py [--runs 100] [--sets ced]`.

Moderators are simulated on real labelled sets from /corpora/ (its place is TRIAGE_CORPORA, else beside this clone).
What learns from them, weighs them and judges the candidate is the desk's own code. Eight moderators, of whom an honest
one errs in one case of twenty; each case goes to one of them, 15 % to a second and, where they differ, to a third.

First table: three of eight answer at random, or the reverse of what they see. Printed is the AUC on rows that nobody
decided, by their true labels, with and without second review, beside that with eight honest moderators.

Second: three of eight clear every case of one topic (all that hold one word stem, drawn anew in each run) after the
active model was trained. Printed is how many of those candidates the gate stops, and how many honest ones by mistake.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from triage.domain.case import Decision, Review, Verdict
from triage.domain.label import label_of, said_by
from triage.learn.figures import auc
from triage.learn.lessons import Lesson, judge, teach
from triage.learn.upheld import Seen, UpheldModel

CORPORA = Path(os.environ.get("TRIAGE_CORPORA", Path(__file__).parents[2] / "shared" / "corpora"))
MODERATORS = tuple("abcdefgh")
SLIP, SECOND = 0.05, 0.15
START = datetime(2026, 1, 1, tzinfo=UTC)
SETS = {
    "ced": ("ced_weibo/posts.jsonl.gz", lambda row: row["label"] == "rumor"),
    "unlp": ("unlp2025_telegram/posts.jsonl.gz", lambda row: row["manipulative"] in {True, "yes"}),
    "checkworthy": ("ct24_checkworthy_en/train.jsonl.gz", lambda row: row["check_worthy"] in {True, "yes", "Yes"}),
}
TOPIC = (0.05, 0.3)  # of all cases: the least that are upheld and of the topic, the most that are of the topic
BEFORE = 0.25  # of the cases, decided before the attack begins


@dataclass(frozen=True)
class Row:
    """One labelled text; `upheld` is what an honest moderator sees."""

    text: str
    lang: str
    upheld: bool


Answer = Callable[[Row, random.Random], bool]


def honest(row: Row, chance: random.Random) -> bool:
    """Answer rightly but for a slip."""
    return row.upheld != (chance.random() < SLIP)


def at_random(_row: Row, chance: random.Random) -> bool:
    """Answer by a coin."""
    return chance.random() < 0.5


def reverse(row: Row, _chance: random.Random) -> bool:
    """Answer the reverse."""
    return not row.upheld


def clearing(has_topic: Callable[[Row], bool]) -> Answer:
    """Return an answer that clears whatever has the topic and is honest about the rest."""
    return lambda row, chance: False if has_topic(row) else honest(row, chance)


def decided(
    rows: Sequence[Row], answers: Sequence[Answer], *, second: float, chance: random.Random, first: int = 0
) -> Iterator[Lesson]:
    """Yield the lessons of rows that moderators decide one after the other, with second reviews and adjudication."""
    for at, row in enumerate(rows, start=first):
        order = chance.sample(range(len(answers)), 3)
        made: list[Decision] = []
        for number, review in zip(order, (Review.FIRST, Review.SECOND, Review.ADJUDICATION), strict=True):
            if review is Review.SECOND and chance.random() >= second:
                break
            if review is Review.ADJUDICATION and made[0].verdict == made[1].verdict:
                break
            said = answers[number](row, chance)
            made.append(
                Decision(
                    id=f"{at}-{review}",
                    case=str(at),
                    moderator=MODERATORS[number],
                    verdict=Verdict.DISINFORMATION if said else Verdict.NOT_DISINFORMATION,
                    reason="simulated",
                    decided_at=START + timedelta(minutes=at, seconds=len(made)),
                    review=review,
                )
            )
        label = label_of(made)
        if label:
            yield Lesson(
                case=str(at),
                seen=Seen(text=row.text, lang=row.lang),
                value=label.value,
                by=tuple(one.moderator for one in label.carried_by),
                said=said_by(made),
                at=label.at,
                group=row.text,
                slices=(f"language {row.lang}",),
            )


def read(name: str) -> list[Row]:
    """Return a set's rows."""
    path, is_upheld = SETS[name]
    opener = gzip.open if path.endswith(".gz") else open
    with opener(CORPORA / path, "rt", encoding="utf-8") as stream:
        rows = (json.loads(line) for line in stream)
        return [Row(row["text"], row["lang"][:2], bool(is_upheld(row))) for row in rows if row["text"].strip()]


def ranking_loss(name: str, seeds: int, size: int) -> None:
    """Print the AUC with eight honest moderators and with three of eight who are not."""
    for second in (SECOND, 0.0):
        found: dict[str, list[float]] = {}
        for seed in range(seeds):
            chance = random.Random(seed)
            rows = chance.sample(read(name), size)
            train, test = rows[: size * 3 // 4], rows[size * 3 // 4 :]
            for kind, answer in (("clean", honest), ("random", at_random), ("reversed", reverse)):
                answers = [answer] * 3 + [honest] * 5
                lessons = list(decided(train, answers, second=second, chance=random.Random(seed)))
                found.setdefault(kind, []).append(_auc(teach(lessons, seed=seed).model, test))
        means = {kind: float(np.mean(values)) for kind, values in found.items()}
        losses = ", ".join(f"{kind} {value:.3f} ({value - means['clean']:+.3f})" for kind, value in means.items())
        print(f"{name}: second review {second:.0%}: {losses}", flush=True)


def _auc(model: UpheldModel, rows: Sequence[Row]) -> float:
    upheld = np.array([row.upheld for row in rows])
    return auc(upheld, model.log_odds([Seen(text=row.text, lang=row.lang) for row in rows]))


def topics(rows: Sequence[Row]) -> list[str]:
    """Return the stems (for Chinese, pairs of characters) that a fair share of texts hold, upheld ones among them."""
    holding: Counter[str] = Counter()
    upheld: Counter[str] = Counter()
    for row in rows:
        words = set(_words(row))
        holding.update(words)
        upheld.update(words if row.upheld else ())
    low, high = (len(rows) * bound for bound in TOPIC)
    return sorted(word for word, count in holding.items() if count <= high and upheld[word] >= low)


def _words(row: Row) -> list[str]:
    if row.lang == "zh":
        return [a + b for a, b in zip(row.text, row.text[1:], strict=False) if a.isalnum() and b.isalnum()]
    return [word[:5] for word in re.findall(r"[^\W\d]{5,}", row.text.lower())]


def stopped(name: str, runs: int, size: int) -> None:
    """Print how many candidates the gate stops where three of eight clear a topic, and where nobody does."""
    rows = read(name)
    words = topics(rows)
    if not words:
        print(f"{name}: no word is common enough to be a topic")
        return
    by_kind: dict[str, Counter[str]] = {"clearing": Counter(), "honest": Counter()}
    for run in range(runs):
        chance = random.Random(run)
        chosen = chance.sample(rows, min(size, len(rows)))
        word = chance.choice(words)
        begin = int(len(chosen) * BEFORE)
        before = list(decided(chosen[:begin], [honest] * 8, second=SECOND, chance=chance))
        active = teach(before, seed=run)
        seen_before = frozenset(one.group for one in active.training)
        clear = clearing(lambda row, word=word: word in _words(row))
        for kind, answer in (("clearing", clear), ("honest", honest)):
            answers = [answer] * 3 + [honest] * 5
            after = decided(chosen[begin:], answers, second=SECOND, chance=random.Random(run), first=begin)
            candidate = teach([*before, *after], seen_before=seen_before, seed=run)
            report = judge(candidate, active.model, seen_before)
            by_kind[kind].update(
                {
                    "worse": bool(report["worse"]),
                    "uneven": bool(report["uneven"]),
                    "stopped": bool(report["worse"] or report["uneven"]),
                }
            )
    for kind, count in by_kind.items():
        print(
            f"{name}: {kind}: stopped {count['stopped']} of {runs} "
            f"(worse in a slice {count['worse']}, moderators part ways {count['uneven']})",
            flush=True,
        )


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--runs", type=int, default=100, help="candidates with a cleared topic a set")
    parser.add_argument("--seeds", type=int, default=5, help="runs with random and reversed answers a set")
    parser.add_argument("--size", type=int, default=2000, help="cases decided a run")
    given = parser.parse_args()
    for name in given.sets:
        ranking_loss(name, given.seeds, given.size)
    for name in given.sets:
        stopped(name, given.runs, given.size)


if __name__ == "__main__":
    main()
