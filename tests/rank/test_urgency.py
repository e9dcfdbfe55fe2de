from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from triage.domain.case import CaseFacts, Sign
from triage.rank.harm import ANSWERS, QUESTIONS
from triage.rank.policy import PARTS, Policy
from triage.rank.urgency import details, report_quality, total, urgency

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
    answers=st.none() | st.dictionaries(st.sampled_from(list(QUESTIONS)), st.sampled_from(list(ANSWERS))),
    report_quality=probabilities,
    signs=st.sampled_from([{}, {Sign.BURST: 1e-6}]),
    unarranged_reporters=st.just(1),
    upheld=st.none() | probabilities,
    upheld_trust=st.just(0.0) | probabilities,
)


@given(facts)
def test_each_part_is_named_and_stays_within_its_weight(case: CaseFacts) -> None:
    policy = Policy()

    parts = urgency(case, policy, NOW)

    assert tuple(parts) == (PARTS if case.upheld_trust else PARTS[:-1])
    assert all(0 <= points <= policy.weights[part] for part, points in parts.items())


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


def test_a_heavier_question_of_the_checklist_gives_more() -> None:
    answered = replace(PLAIN, answers={"spread": "yes"})
    heavier = Policy(harm_questions={**dict.fromkeys(QUESTIONS, 1.0), "spread": 4.0})

    assert urgency(answered, Policy(), NOW)["harm"] == 4
    assert urgency(answered, heavier, NOW)["harm"] == 10


def test_every_answer_yes_is_full_harm_and_every_no_is_none() -> None:
    for answer, points in (("yes", 20), ("partly", 10), ("no", 0)):
        assert urgency(replace(PLAIN, answers=dict.fromkeys(QUESTIONS, answer)), Policy(), NOW)["harm"] == points


@given(st.integers(1, 5_000), st.integers(1, 50), probabilities, probabilities, st.floats(0.01, 0.9))
def test_arranged_reports_buy_no_more_than_the_stated_share(
    reporters: int, before: int, quality: float, quality_before: float, share: float
) -> None:
    policy = Policy(arranged_share=share)
    plain = replace(SCORED, reporters=before, report_quality=quality_before)
    attacked = replace(
        plain,
        reporters=before + reporters,
        report_quality=max(quality, quality_before),
        signs={Sign.BURST: 1e-9},
        unarranged_reporters=before,
        unarranged_quality=quality_before,
    )

    with_them, without = (total(urgency(one, policy, NOW)) for one in (attacked, plain))

    assert -0.002 <= with_them - without <= share * with_them + 0.002


def test_without_a_sign_many_reporters_count_in_full() -> None:
    many = replace(SCORED, reporters=5_000, unarranged_reporters=1)

    assert urgency(many, Policy(), NOW)["reach"] == 15


def test_what_the_bound_withheld_is_told() -> None:
    attacked = replace(
        SCORED, reporters=5_000, report_quality=1.0, signs={Sign.BURST: 1.23e-9}, arranged=4_999, unarranged_reporters=1
    )
    parts = urgency(attacked, Policy(), NOW)

    said = details(attacked, Policy(), parts)["arranged"]

    assert said["signs"] == {"burst_of_reports": 1.2e-9}
    assert said["reports"] == 4_999
    assert said["withheld"] == round(20 - parts["reach"] - parts["report_quality"], 2) > 0


def test_arranged_reports_that_buy_less_than_the_bound_lose_nothing() -> None:
    few = replace(SCORED, reporters=2, signs={Sign.BURST: 1e-9}, arranged=1, unarranged_reporters=1)
    parts = urgency(few, Policy(), NOW)

    assert parts == urgency(replace(few, signs={}), Policy(), NOW)
    assert details(few, Policy(), parts)["arranged"]["withheld"] == 0


@given(st.lists(facts, min_size=2, max_size=6), probabilities)
def test_a_priority_model_that_says_nothing_changes_no_order(cases: list[CaseFacts], trust: float) -> None:
    cold = [total(urgency(replace(case, upheld_trust=0.0), Policy(), NOW)) for case in cases]
    warm = [total(urgency(replace(case, upheld=None, upheld_trust=trust), Policy(), NOW)) for case in cases]

    assert all(
        (a - b) * (c - d) >= -1e-3 for a, c in zip(cold, warm, strict=True) for b, d in zip(cold, warm, strict=True)
    )


def test_a_warm_priority_model_counts_by_its_weight() -> None:
    warm = replace(PLAIN, upheld=0.8, upheld_trust=1.0)

    assert urgency(warm, Policy(), NOW)["upheld"] == 20


def test_a_model_that_is_half_warm_counts_half_and_the_policy_the_rest() -> None:
    policy_share = total(urgency(PLAIN, Policy(), NOW)) / 100

    half = urgency(replace(PLAIN, upheld=0.8, upheld_trust=0.5), Policy(), NOW)["upheld"]

    assert abs(half - 25 * (0.5 * 0.8 + 0.5 * policy_share)) < 0.001
