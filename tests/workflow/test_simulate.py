from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from triage.errors import InputError, NotEnoughLabels, NotFound, TriageError, UsageError
from triage.learn.priority import pool
from triage.workflow.simulate import Replayed, read_replay, review_order, simulate

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
