from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_desk import BRIDGE, DYKE, MILK, report, texts

from triage.domain.report import Report
from triage.workflow.gather import Known, Placement, keys_of, normal_address


def gather(*reports: Report) -> list[int]:
    return [placement.case for placement in place(*reports)]


def place(*reports: Report) -> list[Placement]:
    known = Known()
    return [known.place(keys_of(one), new_case=at, new_print=at) for at, one in enumerate(reports)]


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ({"subject": "post-7", "claim": "panic"}, {"subject": "post-7", "text": MILK}, "subject"),
        ({"text": DYKE}, {"text": f"  {DYKE.upper()}!"}, "copy"),
        ({"text": DYKE}, {"text": DYKE.replace("tonight", "tomorrow")}, "near_copy"),
        ({"text": DYKE, "url": "https://a.example/1"}, {"url": "http://a.example/1/#top"}, "url"),
        ({"url": "https://a.example/1"}, {"text": DYKE, "url": "https://a.example/1?utm_source=x"}, "url"),
        ({"title": "The dyke will break"}, {"title": "The dyke will break!"}, "copy"),
    ],
)
def test_reports_on_the_same_content_join_one_case(first: dict[str, str], second: dict[str, str], why: str) -> None:
    placed = place(report("1", **first), report("2", **second))

    assert (placed[1].case, placed[1].joined_by) == (0, why)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"text": DYKE}, {"text": MILK}),
        ({"text": DYKE, "url": "https://a.example/1"}, {"text": MILK, "url": "https://a.example/1"}),
        ({"title": "Security check", "url": "https://a.example/1"}, {"title": "Security check"}),
        ({"title": "Security check", "subject": "1"}, {"title": "Security check", "subject": "2"}),
        ({"claim": "please look at this"}, {"claim": "please look at this"}),
        ({"url": "https://a.example/?id=1"}, {"url": "https://a.example/?id=2"}),
        ({"text": "..."}, {"text": "!!!"}),
    ],
)
def test_reports_on_different_content_stay_apart(first: dict[str, str], second: dict[str, str]) -> None:
    assert gather(report("1", **first), report("2", **second)) == [0, 1]


def test_a_subject_goes_before_a_copy_and_a_copy_before_an_address() -> None:
    known = [
        report("1", subject="a", text=DYKE),
        report("2", subject="b", text=MILK),
        report("3", url="https://x.example"),
    ]

    assert gather(*known, report("4", subject="b", text=DYKE, url="https://x.example"))[-1] == 1
    assert gather(*known, report("4", text=DYKE, url="https://x.example"))[-1] == 0
    assert gather(*known, report("4", text=DYKE.replace("shop", "inn"), url="https://x.example"))[-1] == 0
    assert gather(*known, report("4", text=BRIDGE, url="https://x.example"))[-1] == 2


def test_the_content_of_a_later_report_leads_to_its_case() -> None:
    assert gather(report("1", subject="a"), report("2", subject="a", text=DYKE), report("3", text=DYKE)) == [0, 0, 0]


def test_a_message_passed_on_with_small_changes_keeps_few_prints() -> None:
    placed = place(*(report(str(at), text=f"{DYKE}, and {at} people have seen it") for at in range(200)))

    assert {placement.case for placement in placed} == {0}
    assert sum(placement.is_print_kept for placement in placed) < 10


def test_unlike_texts_never_join() -> None:
    assert gather(*(report(str(at), text=text) for at, text in enumerate(texts(300)))) == list(range(300))


@given(st.text())
def test_an_address_is_normal_after_one_pass(url: str) -> None:
    once = normal_address(url)

    assert normal_address(once) == once
