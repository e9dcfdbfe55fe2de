from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from triage.domain.case import CaseFacts
from triage.rank.policy import PARTS, Policy
from triage.rank.urgency import report_quality, total, urgency

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
PLAIN = CaseFacts(id="1", opened_at=NOW, reports=1, reporters=1)
SCORED = replace(PLAIN, own_voice={"technique:Doubt": 0.8, "frame:Health_and_safety": 0.5}, is_reliable=True)

probabilities = st.floats(0, 1)
facts = st.builds(
    CaseFacts,
    id=st.just("1"),
    opened_at=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda time: time.replace(tzinfo=UTC)),
    reports=st.integers(1, 10_000),
    reporters=st.integers(1, 10_000),
    harm=st.none() | probabilities,
    own_voice=st.dictionaries(st.sampled_from(["technique:Doubt", "technique:Any", "frame:Economic"]), probabilities),
    is_reliable=st.booleans(),
    report_quality=probabilities,
)


@given(facts)
def test_each_part_is_named_and_stays_within_its_weight(case: CaseFacts) -> None:
    policy = Policy()

    parts = urgency(case, policy, NOW)

    assert tuple(parts) == PARTS
    assert all(0 <= parts[part] <= policy.weights[part] for part in PARTS)


@given(facts)
def test_the_parts_sum_to_the_urgency(case: CaseFacts) -> None:
    parts = urgency(case, Policy(), NOW)

    assert abs(total(parts) - sum(parts.values())) < 1e-9


def test_an_unreliable_score_adds_nothing_for_markers_and_full_uncertainty() -> None:
    parts = urgency(replace(SCORED, is_reliable=False), Policy(), NOW)

    assert parts["markers"] == parts["harm"] == 0
    assert parts["uncertainty"] == Policy().weights["uncertainty"]


def test_a_stronger_technique_is_more_urgent() -> None:
    weak = replace(SCORED, own_voice={"technique:Doubt": 0.2})

    assert urgency(weak, Policy(), NOW)["markers"] < urgency(SCORED, Policy(), NOW)["markers"]


def test_a_frame_gives_no_marker_points() -> None:
    framed = replace(SCORED, own_voice={"frame:Economic": 1.0})

    assert urgency(framed, Policy(), NOW)["markers"] == 0


def test_severity_scales_a_technique() -> None:
    halved = Policy(severity={"technique:Doubt": 0.5})

    assert urgency(SCORED, halved, NOW)["markers"] == urgency(SCORED, Policy(), NOW)["markers"] / 2


def test_the_checklist_replaces_what_the_frames_suggest() -> None:
    assert urgency(SCORED, Policy(), NOW)["harm"] == 20 * 0.5 * 0.5
    assert urgency(replace(SCORED, harm=0.0), Policy(), NOW)["harm"] == 0


def test_each_doubling_of_distinct_reporters_adds_the_same() -> None:
    reach = [urgency(replace(PLAIN, reporters=n), Policy(reach_full_at=64), NOW)["reach"] for n in (1, 2, 4, 64, 640)]

    assert reach == [0, 2.5, 5, 15, 15]


def test_reports_beyond_the_distinct_reporters_add_nothing() -> None:
    assert urgency(replace(PLAIN, reports=500), Policy(), NOW) == urgency(PLAIN, Policy(), NOW)


def test_age_counts_in_whole_hours_up_to_the_service_level() -> None:
    def points(hours: float) -> float:
        return urgency(replace(PLAIN, opened_at=NOW - timedelta(hours=hours)), Policy(), NOW)["age"]

    assert points(36.0) == points(36.9) == 5
    assert points(72) == points(7200) == 10
    assert points(-5) == 0


def test_a_bare_report_is_worth_less_than_one_with_reason_source_and_content() -> None:
    assert report_quality(claim="", url="", subject="x", text="") == 0.15
    assert report_quality(claim="The date is wrong, see page 3", url="https://a.example", subject="", text="t") == 1.0
