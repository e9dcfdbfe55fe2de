from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.domain.case import Sign
from triage.rank.brigading import LEAST_REPORTS, Arrival, Usual, arranged, without

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
P = 1e-3
CLAIM = "This article insults everybody in our district and has to go at once"
ODD = [
    "The picture shows another bridge",
    "My aunt sent me this on Sunday",
    "They quote a doctor who does not exist",
    "Please check the numbers in the third line",
    "The headline says the opposite of the text",
    "Old footage from an earlier flood",
]


def quiet_desk(cases: int = 400, *, old_hands: bool = True) -> Usual:
    """A desk on which one case in four has a second report a day later, mostly by people who reported before."""
    return Usual(
        (
            f"usual-{at}",
            [
                Arrival(
                    at=NOW - timedelta(days=60, hours=at - 30 * late),
                    reporter=f"p-{at % 37}-{late}",
                    is_new=not old_hands or at % 3 == 0,
                    claim=f"{ODD[at % 6]} {at}",
                )
                for late in range(2 if at % 4 == 0 else 1)
            ],
        )
        for at in range(cases)
    )


def reports(count: int, *, minutes: float, new: bool = False, claim: str = "") -> list[Arrival]:
    return [
        Arrival(at=NOW + timedelta(minutes=minutes * at), reporter=f"r-{at}", is_new=new, claim=claim)
        for at in range(count)
    ]


def test_many_reports_in_an_hour_are_a_burst_where_cases_have_few() -> None:
    found = arranged("9", reports(30, minutes=1), quiet_desk(), P)

    assert set(found.signs) == {Sign.BURST}
    assert found.reports == frozenset(range(30))


def test_every_stretch_of_a_long_burst_counts_and_not_what_came_before() -> None:
    before = [Arrival(at=NOW - timedelta(days=9), reporter="a"), Arrival(at=NOW - timedelta(days=4), reporter="b")]

    found = arranged("9", before + reports(120, minutes=3), quiet_desk(), P)

    assert found.reports == frozenset(range(2, 122))


def test_the_same_reports_over_months_are_none() -> None:
    assert not arranged("9", reports(30, minutes=4_320), quiet_desk(), P).signs


def test_a_desk_where_cases_often_come_in_bursts_takes_one_for_usual() -> None:
    lively = Usual((f"usual-{at}", reports(20 + at % 30, minutes=1)) for at in range(300))

    assert not arranged("9", reports(30, minutes=1), lively, P).signs


def test_a_case_that_always_was_lively_is_judged_by_its_own_rate() -> None:
    steady = reports(600, minutes=20)
    fresh = reports(20, minutes=20)

    assert Sign.BURST in arranged("9", fresh + reports(40, minutes=0.1), quiet_desk(), P).signs
    assert (
        arranged("9", steady, quiet_desk(), P).signs[Sign.BURST] > 0
    )  # its first day is unusual here, its last is not
    assert len(arranged("9", steady, quiet_desk(), P).reports) < 300


def test_the_case_itself_is_not_part_of_what_is_usual() -> None:
    attack = reports(60, minutes=1)
    base = [(f"usual-{at}", reports(1, minutes=1)) for at in range(20)]

    alone, within = Usual(base), Usual([*base, ("9", attack)])

    assert arranged("9", attack, within, P) == arranged("9", attack, alone, P)


def test_new_reporters_only_are_named_where_most_have_reported_before() -> None:
    found = arranged("9", reports(30, minutes=4_320, new=True), quiet_desk(), P)

    assert set(found.signs) == {Sign.NEW_REPORTERS}
    assert found.reports == frozenset(range(30))


def test_on_a_desk_where_everyone_is_new_that_says_nothing() -> None:
    young = quiet_desk(old_hands=False)

    assert not arranged("9", reports(30, minutes=4_320, new=True), young, P).signs


def test_a_run_of_new_reporters_is_found_after_old_hands() -> None:
    old = reports(20, minutes=4_320)
    ring = [Arrival(at=NOW + timedelta(days=90 + 3 * at), reporter=f"x-{at}", is_new=True) for at in range(20)]

    found = arranged("9", old + ring, quiet_desk(), P)

    assert found.reports == frozenset(range(20, 40))


def test_near_identical_claims_of_several_reporters_are_named() -> None:
    same = [
        Arrival(at=NOW + timedelta(days=3 * at), reporter=f"r-{at}", claim=f"{CLAIM}{'!' * at} {'Please' * (at % 2)}")
        for at in range(8)
    ]

    assert set(arranged("9", same, quiet_desk(), P).signs) == {Sign.ALIKE}


def test_the_same_claim_by_one_reporter_over_and_over_is_not() -> None:
    same = [Arrival(at=NOW + timedelta(days=3 * at), reporter="r", claim=CLAIM) for at in range(8)]

    assert not arranged("9", same, quiet_desk(), P).signs


def test_a_claim_that_people_make_of_everything_is_not() -> None:
    shrug = Usual((f"usual-{at}", [Arrival(at=NOW, reporter=f"p-{at}", claim="Is this true?")]) for at in range(300))
    same = [Arrival(at=NOW + timedelta(days=3 * at), reporter=f"r-{at}", claim="is this true") for at in range(8)]

    assert not arranged("9", same, shrug, P).signs


def test_claims_that_differ_are_not() -> None:
    varied = [Arrival(at=NOW + timedelta(days=3 * at), reporter=f"r-{at}", claim=ODD[at]) for at in range(6)]

    assert not arranged("9", varied, quiet_desk(), P).signs


@given(st.permutations(range(12)))
def test_the_order_in_which_reports_are_given_does_not_matter(places: list[int]) -> None:
    attack = reports(12, minutes=1, new=True, claim=CLAIM)
    usual = quiet_desk(60)

    found = arranged("9", [attack[place] for place in places], usual, P)

    assert found.signs == arranged("9", attack, usual, P).signs
    assert len(found.reports) == 12


@pytest.mark.parametrize("count", range(LEAST_REPORTS))
def test_too_few_reports_tell_nothing(count: int) -> None:
    assert not arranged("9", reports(count, minutes=0, new=True, claim=CLAIM), quiet_desk(), 1.0).signs


def test_an_empty_desk_has_something_to_go_by() -> None:
    assert Sign.BURST in arranged("9", reports(80, minutes=0.5), Usual([]), P).signs
    assert not arranged("9", reports(6, minutes=5), Usual([]), P).signs


def test_what_is_left_without_some_reports() -> None:
    arrivals = [
        Arrival(at=NOW, reporter="a", quality=0.2),
        Arrival(at=NOW, reporter="b", quality=0.9),
        Arrival(at=NOW, quality=0.4),
        Arrival(at=NOW, quality=0.3),
    ]

    assert without(arrivals, {1}) == (2, 0.4)
    assert without(arrivals, {0, 1, 2, 3}) == (0, 0.0)
