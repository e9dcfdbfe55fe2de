from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from triage.errors import NotEnoughLabels
from triage.learn.figures import auc
from triage.learn.lessons import Lesson, judge, part, teach
from triage.learn.subjects import subject_groups, word_groups
from triage.learn.upheld import Seen, fit

NAMES = tuple("abcdefgh")
SAYS = {1: "secret plot hidden poison", 0: "open day music bread"}
_FILLER = "river town bridge market school winter office summer garden window council harbour ferry lamp stone"
Answer = Callable[[int, bool, random.Random], int]


def lesson(at: int, answer: Callable[[str, int, bool], int], *, second: float = 0.0, noise: float = 0.3) -> Lesson:
    """One decided case: a text whose words mostly tell its class, with a topic in every fifth."""
    chance = random.Random(at)
    truth, has_topic = at % 2, chance.random() < 0.2
    words = SAYS[truth if chance.random() > noise else 1 - truth].split()
    text = " ".join(
        [*chance.sample(_FILLER.split(), 6), *chance.sample(words, 2), *(["lighthouse"] if has_topic else [])]
    )
    names = chance.sample(NAMES, 2 if chance.random() < second else 1)
    said = {name: answer(name, truth, has_topic) for name in names}
    agreed = len(set(said.values())) == 1
    return Lesson(
        case=str(at),
        seen=Seen(text=text, lang="en", facts={"reporters": 1.0}),
        value=said[names[0]] if agreed else truth,
        by=tuple(names) if agreed else ("z",),
        said=said if agreed else {**said, "z": truth},
        at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=at),
        group=str(at),
        slices=("language en",),
    )


def honest(_name: str, truth: int, _has_topic: bool) -> int:
    return truth


def reverse(name: str, truth: int, _has_topic: bool) -> int:
    return 1 - truth if name in "abc" else truth


def clearing(name: str, truth: int, has_topic: bool) -> int:
    return 0 if name in "abc" and has_topic else truth


def quality(lessons: Sequence[Lesson]) -> float:
    """The AUC on cases that nobody decided, by their true classes."""
    unseen = [lesson(at, honest) for at in range(5_000, 5_400)]
    model = teach(lessons).model
    return auc(np.array([one.value == 1 for one in unseen]), model.log_odds([one.seen for one in unseen]))


def test_three_of_eight_who_answer_the_reverse_cost_little_with_second_review_and_much_without() -> None:
    clean = quality([lesson(at, honest, second=0.15) for at in range(600)])
    reviewed = quality([lesson(at, reverse, second=0.15) for at in range(600)])
    alone = quality([lesson(at, reverse) for at in range(600)])

    assert clean - reviewed <= 0.02
    assert clean - alone > 0.03


@pytest.mark.parametrize("answer", [honest, clearing])
def test_three_of_eight_who_clear_one_topic_are_seen_and_honest_ones_are_not(
    answer: Callable[[str, int, bool], int],
) -> None:
    before = [lesson(at, honest, second=0.15) for at in range(150)]
    active = teach(before)
    seen_before = frozenset(one.group for one in active.training)
    after = [lesson(at, answer, second=0.15) for at in range(150, 700)]

    found = judge(teach([*before, *after], seen_before=seen_before), active.model, seen_before)

    names = [one["slice"] for one in found["uneven"]]
    assert bool(names) == (answer is clearing)
    if names:
        assert any("lighthouse" in name or "of" in name for name in names)


def test_a_group_is_held_out_whole_and_by_its_oldest_case() -> None:
    lessons = [lesson(at, honest) for at in range(20)]
    lessons[19] = replace(lessons[19], group="0")

    training, held = part(lessons, frozenset())

    assert [one.case for one in held] == ["16", "17", "18"]
    assert "19" in {one.case for one in training}


def test_too_few_of_a_class_are_counted() -> None:
    with pytest.raises(NotEnoughLabels, match=r"9 upheld and 15 other cases .*: 1 upheld missing \(the newest fifth"):
        teach([replace(lesson(at, honest), value=int(at < 9)) for at in range(29)])


def test_where_second_reviews_bear_out_fewer_than_four_of_five_nothing_is_learnt() -> None:
    said = [{"a": at % 2, "b": 1 - at % 2, "c": at % 2, "d": 1 - at % 2, "e": at % 2} for at in range(60)]
    lessons = [replace(lesson(at, honest), by=("abcde"[at % 5],), said={}) for at in range(60)]

    with pytest.raises(NotEnoughLabels, match="bear out fewer than four of 5 moderators"):
        teach(lessons, others_said=said)


def test_the_same_lessons_give_the_same_bytes_and_another_seed_others() -> None:
    lessons = [lesson(at, honest) for at in range(120)]

    one, same, other = (teach(lessons, seed=seed).model for seed in (0, 0, 1))

    assert one.weights.tobytes() == same.weights.tobytes()
    assert one.sigmoid.slope.tobytes() == same.sigmoid.slope.tobytes()
    assert one.sigmoid.slope.tobytes() != other.sigmoid.slope.tobytes()


def test_a_label_of_no_weight_teaches_nothing() -> None:
    lessons = [lesson(at, honest) for at in range(100)]
    seen, values = [one.seen for one in lessons], [one.value for one in lessons]
    groups = [one.group for one in lessons]

    without = fit(seen[:80], values[:80], [1.0] * 80, groups[:80], 0)
    with_none = fit(seen, values, [1.0] * 80 + [0.0] * 20, groups, 0)

    assert without.weights.tobytes() == with_none.weights.tobytes()


def test_probabilities_are_calibrated_out_of_fold() -> None:
    model = teach([lesson(at, honest, noise=0.35) for at in range(1_000)]).model
    unseen = [lesson(at, honest, noise=0.35) for at in range(5_000, 7_000)]

    said = model.probabilities([one.seen for one in unseen])

    upheld = np.array([one.value for one in unseen])
    for low, high in ((0.0, 0.5), (0.5, 1.01)):
        inside = (said >= low) & (said < high)
        assert abs(said[inside].mean() - upheld[inside].mean()) < 0.06


def test_no_probability_is_surer_than_the_labels_can_make_it() -> None:
    model = teach([lesson(at, honest, noise=0.0) for at in range(100)]).model

    said = model.probabilities([lesson(at, honest, noise=0.0).seen for at in range(200, 300)])

    assert said.min() >= 1 / 82
    assert said.max() <= 1 - 1 / 82


def test_subject_groups_part_a_language_and_words_are_found_in_scripts_without_spaces() -> None:
    texts = ["桥梁收费的消息" if at % 5 == 0 else f"天气很好{at}" for at in range(200)]

    words = word_groups(texts, ["zh"] * 200)
    model = teach([lesson(at, honest) for at in range(100)]).model
    ngrams = model.recipe.rows([lesson(at, honest).seen for at in range(100)]).ngrams
    groups = subject_groups(ngrams, ["en"] * 60 + ["fr"] * 40, 0)

    assert any(mask.sum() == 40 for mask in words.values())
    assert {name[:2] for name in groups} == {"en", "fr"}
    assert all(mask[:60].sum() == 0 for name, mask in groups.items() if name.startswith("fr"))
