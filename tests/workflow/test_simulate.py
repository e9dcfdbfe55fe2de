from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from triage.domain.score import TextScore
from triage.errors import InputError, NotEnoughLabels, NotFound, TriageError, UsageError
from triage.learn.priority import pool
from triage.rank.policy import Policy
from triage.workflow.simulate import Replayed, read_replay, review_order, simulate, urgencies

SIZE = 60
TABLE = Replayed(
    ids=tuple(f"r{number}" for number in range(SIZE)),
    texts=tuple(
        f"they hide the cure number {number} from us" if number % 10 == 0 else f"library news {number} for the town"
        for number in range(SIZE)
    ),
    labels=tuple(int(number % 10 == 0) for number in range(SIZE)),
)


class Watched(tuple[int, ...]):
    """Labels that remember which rows were looked up."""

    seen: list[int]

    def __getitem__(self, at):  # type: ignore[no-untyped-def]
        self.seen.append(at)
        return super().__getitem__(at)


def test_what_is_like_the_upheld_case_comes_first() -> None:
    made = simulate(TABLE, prior=["r0", "r1"], batch=5, seeds=2, seed=0, every=20)

    assert made.learnt.recall["0.1"] > made.random.recall["0.1"]
    assert set(made.order[:5]) == {"r10", "r20", "r30", "r40", "r50"}
    assert made.n == SIZE
    assert made.positives == 6


def test_the_order_holds_every_other_row_once() -> None:
    made = simulate(TABLE, prior=["r7"], batch=7, seeds=1, seed=3, every=4)

    assert sorted(made.order) == sorted(set(TABLE.ids) - {"r7"})


def test_a_label_is_looked_up_only_after_its_row_is_placed() -> None:
    labels = Watched(TABLE.labels)
    labels.seen = []
    order = review_order(replace(TABLE, labels=labels), pool(TABLE.texts), [0, 1], batch=10, seed=0, every=20)

    assert labels.seen == [0, 1, *order]


def test_labels_of_later_batches_do_not_change_earlier_ones() -> None:
    turned = replace(TABLE, labels=TABLE.labels[:2] + tuple(1 - label for label in TABLE.labels[2:]))
    orders = [review_order(one, pool(TABLE.texts), [0, 1], batch=10, seed=0, every=20) for one in (TABLE, turned)]

    assert orders[0][:10] == orders[1][:10]
    assert orders[0] != orders[1]


def test_every_twentieth_place_is_drawn() -> None:
    orders = [review_order(TABLE, pool(TABLE.texts), [0, 1], batch=10, seed=0, every=every) for every in (4, 10**9)]

    assert orders[0][:3] == orders[1][:3]
    assert orders[0][3] != orders[1][3]


def test_the_same_seed_gives_the_same_order() -> None:
    orders = {simulate(TABLE, prior=[], batch=10, seeds=1, seed=5, every=20).order for _ in range(2)}

    assert len(orders) == 1


@pytest.mark.parametrize(
    ("rows", "error", "said"),
    [
        (["id,text", "a,b"], UsageError, 'no column "upheld"; it has id, text'),
        (["id,text,upheld", "a,x,1", "b,y,"], InputError, 'line 3: upheld "" is neither 1 nor 0'),
        (["id,text,upheld", "a,x,1", "a,y,0"], InputError, 'line 3: the id "a" stands there twice'),
        (["id,text,upheld", "a,x,1", "b,y,0"], NotEnoughLabels, "1 of 2 rows have upheld 1"),
        (["id,text,upheld", "a,x,1,4"], InputError, "4 cells under 3 columns"),
    ],
)
def test_a_table_that_cannot_be_replayed_is_one_clear_line(
    rows: list[str], error: type[TriageError], said: str, tmp_path: Path
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")

    with pytest.raises(error, match=said):
        read_replay(path, "upheld")


def test_an_unknown_starting_row_is_refused() -> None:
    with pytest.raises(NotFound, match='no row "nobody"'):
        simulate(TABLE, prior=["nobody"], batch=10, seeds=1, seed=0, every=20)


def test_a_warm_start_needs_no_decided_row_and_begins_with_the_highest_score() -> None:
    first = np.array([float(number == 41) + number / 100 for number in range(SIZE)])

    made = simulate(TABLE, prior=[], batch=5, seeds=1, seed=0, every=10**9, first=first)

    assert made.order[0] == "r41"
    assert sorted(made.order) == sorted(TABLE.ids)


def test_first_scores_that_say_nothing_change_nothing() -> None:
    features = pool(TABLE.texts)
    orders = [
        review_order(TABLE, features, [0, 1], batch=5, seed=0, every=20, first=first)
        for first in (None, np.full(SIZE, 7.0))
    ]

    assert orders[0] == orders[1]


class Shouting:
    """A marker model that finds doubt in every text with a secret cure."""

    id = "markers-test"

    def score_texts(
        self, texts: Sequence[str], langs: Sequence[str] | None = None, *, evidence: bool = True
    ) -> list[TextScore]:
        return [
            TextScore(
                lang="en",
                model=self.id,
                markers={"technique:Doubt": probability},
                found=(),
                own_voice={"technique:Doubt": probability},
            )
            for probability in (0.9 if "cure" in text else 0.1 for text in texts)
        ]


def test_the_policy_turns_what_a_marker_model_finds_into_a_first_order() -> None:
    first = urgencies(TABLE, Shouting(), Policy())

    assert min(first[::10]) > max(np.delete(first, range(0, SIZE, 10)))
