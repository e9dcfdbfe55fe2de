from __future__ import annotations

from dataclasses import replace

import pytest

from triage.errors import NotEnoughLabels
from triage.workflow.label_errors import label_errors
from triage.workflow.simulate import Replayed

SIZE = 80
LABELS = tuple(int(number % 2 == 0) for number in range(SIZE))
TABLE = Replayed(
    ids=tuple(f"r{number}" for number in range(SIZE)),
    texts=tuple(
        f"they hide the cure number {number} from us" if label else f"library news {number} for the town"
        for number, label in enumerate(LABELS)
    ),
    labels=LABELS,
)
PLANTED = {4, 17, 30, 55}


def test_planted_errors_come_first() -> None:
    turned = tuple(1 - label if at in PLANTED else label for at, label in enumerate(LABELS))

    doubtful = label_errors(replace(TABLE, labels=turned), seed=0)

    assert {one.id for one in doubtful[:4]} == {f"r{at}" for at in PLANTED}
    assert len(doubtful) == SIZE
    assert doubtful[0].confidence < 0.5 < doubtful[-1].confidence


def test_a_copy_does_not_vouch_for_its_own_label() -> None:
    turned = tuple(1 - label if at == 4 else label for at, label in enumerate(LABELS))
    doubled = Replayed((*TABLE.ids, "copy"), (*TABLE.texts, TABLE.texts[4]), (*turned, turned[4]))

    assert {one.id for one in label_errors(doubled, seed=0)[:2]} == {"r4", "copy"}


def test_too_few_of_a_class_says_how_many_are_missing() -> None:
    with pytest.raises(NotEnoughLabels, match="3 rows have the label 1; 2 more are missing"):
        label_errors(replace(TABLE, labels=(1, 1, 1, *[0] * (SIZE - 3))), seed=0)
