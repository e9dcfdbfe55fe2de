from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_desk import NOW
from wcwidth import wcswidth

from triage.cli.entries import cut, print_entries, print_why, visible
from triage.domain.score import Evidence, Voice
from triage.workflow.entry import Entry

ENTRY = Entry(
    id="7",
    rank=1,
    urgency=42.0,
    parts={"markers": 30.0, "age": 12.0, "reach": 0.0},
    details={
        "harm": {"spread": {"answer": "yes", "points": 4.0}, "believability": {"answer": "no", "points": 0.0}},
        "record": -0.12,
        "arranged": {
            "signs": {"burst_of_reports": 1.2e-9, "near_identical_claims": 3e-5},
            "reports": 40,
            "share": 0.2,
            "withheld": 6.25,
        },
    },
    drawn=True,
    reports=3,
    reporters=2,
    lang="zh",
    markers={"genre:opinion": 0.99, "technique:Any": 0.95, "technique:Doubt": 0.7, "frame:Economic": 0.4},
    own_voice={"genre:opinion": 0.99, "technique:Any": 0.95, "technique:Doubt": 0.6},
    found=("frame:Economic", "genre:opinion", "technique:Any", "technique:Doubt"),
    evidence=(Evidence(marker="technique:Doubt", start=4, end=8, share=0.5, voice=Voice.QUOTED),),
    warnings=(),
    model="markers-1",
    state="open",
    holder="ann",
    opened_at=NOW,
    ranked_at=NOW,
    excerpt="紧急扩散！" * 30,
)


def test_a_line_of_the_queue_names_its_main_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    print_entries([ENTRY])

    line = capsys.readouterr().out.splitlines()[1]
    assert "  markers 30, age 12; Doubt; drawn by lot; reports look arranged; held by ann  3 by 2  " in line


def test_why_names_the_likeliest_marker_first_with_the_words_that_carry_it(capsys: pytest.CaptureFixture[str]) -> None:
    print_why(ENTRY, "Can they be trusted?")

    lines = capsys.readouterr().out.splitlines()
    found = [line.split()[1] for line in lines if line.startswith("  0.")]
    assert found == ["genre:opinion", "technique:Any", "technique:Doubt", "frame:Economic"]
    assert '50% quoted: "they"' in lines[lines.index("  0.70  technique:Doubt (in the author's own voice 0.60)") + 1]


@given(st.text(), st.integers(min_value=1, max_value=80))
def test_a_cut_text_fits_its_column_on_one_line(text: str, width: int) -> None:
    shown = cut(text, width)

    assert "\n" not in shown
    assert wcswidth(shown) <= width


@given(st.text())
def test_what_is_visible_is_as_long_as_before_and_stays_so(text: str) -> None:
    once = visible(text)

    assert len(once) == len(text)
    assert visible(once) == once


def test_why_says_what_stands_behind_the_parts(capsys: pytest.CaptureFixture[str]) -> None:
    print_why(ENTRY, "")

    out = capsys.readouterr().out
    assert "harm by the checklist: spread yes 4, believability no 0" in out
    assert "report quality: -0.12 for what became of the reporter's earlier reports" in out
    assert "40 reports look arranged: burst of reports (p 1e-09), near identical claims (p 3e-05)" in out
    assert "in reach and report quality they may buy 20% of the urgency at most: 6.25 points were withheld" in out
