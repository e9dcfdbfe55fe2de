from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from triage.learn.trust import ENOUGH_MODERATORS, MOST, carried_by, label_parts, trusts

NAMES = tuple("abcdefgh")


def pairs(reversed_ones: str, cases: int = 400) -> list[dict[str, int]]:
    """What pairs of moderators said of the same cases, some of them the reverse of what they saw."""
    chance = random.Random(0)
    said = []
    for _ in range(cases):
        truth = chance.randrange(2)
        said.append({name: truth ^ (name in reversed_ones) for name in chance.sample(NAMES, 2)})
    return said


def test_moderators_who_answer_the_reverse_lose_their_trust_and_the_others_keep_it() -> None:
    found = trusts(pairs("abc"))

    assert all(found[name] < 0.2 for name in "abc")
    assert all(found[name] > 0.8 for name in "defgh")


def test_without_second_reviews_everyone_has_the_same_trust() -> None:
    found = trusts([{name: 1} for name in NAMES])

    assert set(found.values()) == {0.8}


def test_a_label_of_one_who_is_not_trusted_weighs_nothing() -> None:
    trusted, other = label_parts([(1, ["ann"]), (1, ["ben"])], {"ann": 0.9, "ben": 0.3})

    assert trusted["ann"] > 0.7
    assert other["ben"] == 0


def test_two_who_agree_weigh_more_than_one() -> None:
    one, two = label_parts([(0, ["ann"]), (0, ["ann", "ben"])], {"ann": 0.8, "ben": 0.8})

    assert sum(two.values()) > sum(one.values())


@given(
    st.lists(st.tuples(st.sampled_from([0, 1]), st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True)))
)
def test_with_five_moderators_none_carries_more_than_a_quarter(labels: list[tuple[int, list[str]]]) -> None:
    parts = label_parts(labels, dict.fromkeys(NAMES, 0.8))

    carried = carried_by(parts)
    assert all(0 <= sum(own.values()) <= 1 for own in parts)
    if len(carried) >= ENOUGH_MODERATORS:
        assert max(carried.values()) <= MOST * sum(carried.values()) * 1.001
        assert sum(carried.values()) > 0


def test_below_five_moderators_nothing_is_capped() -> None:
    labels = [(1, ["ann"])] * 90 + [(0, ["ben"])] * 10

    assert len({sum(own.values()) for own in label_parts(labels, {"ann": 0.8, "ben": 0.8})}) == 1
