from __future__ import annotations

import numpy as np
import pytest

from triage.learn.gates import Held, Verdicts, compare, uneven

COUNT = 400
CHANCE = np.random.default_rng(0)
UPHELD = CHANCE.random(COUNT) < 0.4
NOISE = CHANCE.normal(size=(2, COUNT))
TOPIC = np.arange(COUNT) % 5 == 0
SLICES = {"topic": TOPIC, **{f"other {at}": np.arange(COUNT) % 7 == at for at in range(7)}}
GROUPS = [str(at) for at in range(COUNT)]


def scores(noise: int = 0, strength: float = 2.0) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.asarray(strength * UPHELD + NOISE[noise])


def test_a_candidate_that_orders_alike_is_worse_nowhere() -> None:
    report = compare(Held(UPHELD, scores(0), scores(1), GROUPS), SLICES, seed=0)

    assert report["worse"] == []
    assert set(report["slices"]) == {"overall", *SLICES}


def test_a_candidate_that_sinks_one_topic_as_a_whole_is_caught_there() -> None:
    sinking = scores(1) - 3.0 * TOPIC

    report = compare(Held(UPHELD, scores(0), sinking, GROUPS), SLICES, seed=0)

    assert "topic (upheld_here)" in report["worse"]
    assert "topic (within)" not in report["worse"]
    assert report["slices"]["topic"]["upheld_here"]["at_most"] < 0


def test_a_candidate_that_raises_one_topic_as_a_whole_is_caught_there() -> None:
    report = compare(Held(UPHELD, scores(0), scores(1) + 3.0 * TOPIC, GROUPS), SLICES, seed=0)

    assert "topic (cleared_here)" in report["worse"]


def test_a_candidate_that_is_worse_throughout_is_caught_overall() -> None:
    report = compare(Held(UPHELD, scores(0), scores(1, strength=0.5), GROUPS), SLICES, seed=0)

    assert "overall (within)" in report["worse"]


def test_equal_models_are_seldom_told_apart_however_many_slices_there_are() -> None:
    chance = np.random.default_rng(1)
    told_apart = 0
    for seed in range(40):
        one, other = 1.5 * UPHELD + chance.normal(size=(2, COUNT))
        many = {f"{at}": chance.random(COUNT) < 0.2 for at in range(30)}
        told_apart += bool(compare(Held(UPHELD, one, other, GROUPS), many, seed)["worse"])

    assert told_apart <= 6  # one in twenty is meant


def test_a_slice_with_too_few_cases_is_not_judged() -> None:
    few = np.arange(COUNT) < 6

    report = compare(Held(UPHELD, scores(0), scores(1), GROUPS), {"few": few}, seed=0)

    assert "within" not in report["slices"].get("few", {})


def test_copies_of_one_case_are_no_evidence_of_their_own() -> None:
    """A loss on one case of which there are many copies is noise: the draws take them or leave them together."""
    copies = np.where(np.arange(COUNT) < 60, "one", np.array(GROUPS)).tolist()
    held = np.where(np.arange(COUNT) < 60, True, UPHELD)
    active, candidate = scores(0), scores(0) - 3.0 * (np.arange(COUNT) < 60)

    apart = compare(Held(held, active, candidate, GROUPS), {}, seed=0)
    together = compare(Held(held, active, candidate, copies), {}, seed=0)

    assert apart["worse"]
    assert together["slices"]["overall"]["within"]["at_most"] > apart["slices"]["overall"]["within"]["at_most"]


@pytest.mark.parametrize("clearing", [True, False])
def test_moderators_who_clear_one_topic_part_ways_there_and_only_there(clearing: bool) -> None:
    names = ["abcdefgh"[at % 8] for at in range(COUNT)]
    clears = np.array([name in "abc" for name in names]) & TOPIC
    said = UPHELD & ~clears if clearing else UPHELD

    found = uneven(Verdicts(names, said, scores(0)), SLICES, seed=0)

    assert [one["slice"] for one in found] == (["topic"] if clearing else [])
    if clearing:
        upheld, _, of = found[0]["moderators"]["a"]
        assert (upheld, of > 5) == (0, True)


def test_a_strict_moderator_alone_parts_ways_nowhere() -> None:
    names = ["abcdefgh"[at % 8] for at in range(COUNT)]
    chance = np.random.default_rng(3)
    strict = np.array([name == "a" for name in names])
    said = UPHELD | (strict & (chance.random(COUNT) < 0.6))

    assert uneven(Verdicts(names, said, scores(0)), SLICES, seed=0) == []
