from __future__ import annotations

import random

import pytest
import sqlalchemy as sa
from sample_desk import BRIDGE, DYKE, MILK, NOW, rank, report, take, texts

from triage.domain.case import Verdict
from triage.errors import NotFound, StaleLease, TriageError, UsageError
from triage.rank.harm import QUESTIONS
from triage.rank.policy import Policy
from triage.store import audit, desks, schema
from triage.workflow.cases import assess, merge, split
from triage.workflow.database import Desk
from triage.workflow.leases import LEASE, release
from triage.workflow.queue import read_queue, refresh, why
from triage.workflow.reconsider import undo
from triage.workflow.review import Ruling, claim, decide, show
from triage.workflow.rules import Rules

WEIGHTS = dict.fromkeys(QUESTIONS, 1.0)
UPHELD = Ruling(verdict=Verdict.DISINFORMATION, reason="an invented quotation")
MIXED = [
    report("a", subject="s", text=DYKE),
    report("b", subject="s", text=MILK),
    report("c", subject="s", claim="look"),
    report("d", text=BRIDGE),
]


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """A desk with case 1 (a, b, c: two texts under one subject) and case 2 (d)."""
    take(desk, MIXED)
    return desk


def ids(desk: Desk, case: str) -> list[str]:
    return [one.id for one in show(desk, case, now=NOW).reports]


def faults(desk: Desk) -> list[str]:
    with desk.reading() as connection:
        return [*desks.miscounts(connection), *audit.faults(connection)]


def split_off(desk: Desk, case: str, *names: str, by: str = "ann") -> str:
    return split(desk, case, names, by=by, reason="two matters", now=NOW)


def merged(desk: Desk, case: str, into: str, by: str = "ann") -> int:
    return merge(desk, case, into, by=by, reason="one matter", now=NOW)


def decided(desk: Desk, moderator: str = "ann") -> str:
    got = claim(desk, moderator, now=NOW, drawn_every=20)
    assert got
    decide(desk, got.case, UPHELD, moderator=moderator, lease_token=got.token, known_markers=(), now=NOW)
    return got.case


def test_a_split_moves_the_reports_and_tells_it(busy: Desk) -> None:
    new = split_off(busy, "1", "b")
    rank(busy)

    assert (ids(busy, "1"), ids(busy, new)) == (["a", "c"], ["b"])
    assert show(busy, new, now=NOW).content == MILK
    assert [(one.reports, one.state) for one in (why(busy, case, now=NOW)[0] for case in ("1", new))] == [
        (2, "open"),
        (1, "open"),
    ]
    (told,) = show(busy, new, now=NOW).regroupings
    assert (told.act, told.from_case, told.to_case, told.by, told.reason) == ("split", 1, 3, "ann", "two matters")
    assert faults(busy) == []


def test_later_copies_follow_the_split(busy: Desk) -> None:
    new = split_off(busy, "1", "b")
    take(
        busy,
        [report("e", text=MILK), report("f", text=DYKE), report("g", text=MILK + " now"), report("h", subject="s")],
    )

    assert ids(busy, new) == ["b", "e", "g"]
    assert ids(busy, "1") == ["a", "c", "f", "h"]


def test_a_near_copy_whose_print_was_not_kept_is_found_again_after_a_split(desk: Desk) -> None:
    text = " ".join(texts(12))
    near = text[:-1] + "!"
    take(desk, [report("1", text=text), report("2", text=near + " again and again")])
    assert ids(desk, "1") == ["1", "2"]
    new = split_off(desk, "1", "2")
    take(desk, [report("3", text=near + " again and again")])

    assert ids(desk, new) == ["2", "3"]


def test_splitting_the_content_off_leaves_the_other_text(busy: Desk) -> None:
    split_off(busy, "1", "a")

    assert show(busy, "1", now=NOW).content == MILK


def test_a_split_from_a_decided_case_is_open(busy: Desk) -> None:
    assert decided(busy) == "1"
    new = split_off(busy, "1", "b")
    rank(busy)

    assert [one.id for one in read_queue(busy, Policy(), top=9, now=NOW)].count(new) == 1
    assert show(busy, "1", now=NOW).state == "decided"
    assert faults(busy) == []


@pytest.mark.parametrize(
    ("names", "error", "said"),
    [
        (["d"], NotFound, 'case 1 has no report "d"'),
        (["a", "b", "c"], UsageError, "leaves some; it has 3"),
        ([], UsageError, "leaves some; it has 3"),
    ],
)
def test_a_split_that_cannot_be_changes_nothing(
    busy: Desk, names: list[str], error: type[TriageError], said: str
) -> None:
    with pytest.raises(error, match=said):
        split_off(busy, "1", *names)

    assert ids(busy, "1") == ["a", "b", "c"]
    with pytest.raises(NotFound):
        show(busy, "3", now=NOW)


def test_a_merge_moves_everything_and_tells_it(busy: Desk) -> None:
    assert merged(busy, "2", "1") == 1
    rank(busy)

    assert ids(busy, "1") == ["a", "b", "c", "d"]
    gone = show(busy, "2", now=NOW)
    assert (gone.state, gone.merged_into, gone.reports) == ("merged", 1, [])
    assert [one.id for one in read_queue(busy, Policy(), top=9, now=NOW)] == ["1"]
    take(busy, [report("e", text=BRIDGE)])
    assert ids(busy, "1")[-1] == "e"
    assert faults(busy) == []


def test_a_merge_brings_the_text_to_a_case_that_had_none(desk: Desk) -> None:
    take(desk, [report("1", claim="a caller heard it"), report("2", text=DYKE)])
    merged(desk, "2", "1")

    assert show(desk, "1", now=NOW).content == DYKE


def test_a_decision_covers_what_is_merged_into_its_case(busy: Desk) -> None:
    assert decided(busy) == "1"
    merged(busy, "2", "1")

    assert claim(busy, "bob", now=NOW, drawn_every=20) is None
    assert faults(busy) == []


def test_only_open_cases_are_merged_and_into_living_ones(busy: Desk) -> None:
    with pytest.raises(UsageError, match="cannot be merged into itself"):
        merged(busy, "1", "1")
    assert decided(busy) == "1"
    with pytest.raises(UsageError, match="case 1 is decided; only an open case"):
        merged(busy, "1", "2")
    merged(busy, "2", "1")
    take(busy, [report("z", text="Something else entirely, said by nobody in particular at any time of the day")])
    with pytest.raises(UsageError, match="case 2 is merged; merge into one that is not"):
        merged(busy, "3", "2")


def test_cases_are_not_regrouped_under_the_hands_of_another(busy: Desk) -> None:
    claim(busy, "bob", now=NOW, drawn_every=20)

    for attempt in (lambda: merged(busy, "2", "1"), lambda: merged(busy, "1", "2"), lambda: split_off(busy, "1", "a")):
        with pytest.raises(StaleLease, match="case 1 is held by bob"):
            attempt()
    assert merged(busy, "1", "2", by="bob") == 3


@pytest.mark.parametrize("reason", ["", " "])
def test_regrouping_needs_a_reason(busy: Desk, reason: str) -> None:
    with pytest.raises(UsageError, match="merging needs a reason"):
        merge(busy, "1", "2", by="ann", reason=reason, now=NOW)
    with pytest.raises(UsageError, match="splitting needs a reason"):
        split(busy, "1", ["a"], by="ann", reason=reason, now=NOW)


def test_the_checklist_gives_the_harm_in_the_urgency(busy: Desk) -> None:
    before = why(busy, "1", now=NOW)[0].parts["harm"]

    assert assess(busy, "1", {"spread": "yes", "actionability": "partly"}, weights=WEIGHTS, by="ann", now=NOW) == 0.3
    rank(busy)

    entry = why(busy, "1", now=NOW)[0]
    assert entry.parts["harm"] == pytest.approx(6.0) != before
    assert entry.details["harm"]["spread"] == {"answer": "yes", "points": 4.0}
    assert sum(one["points"] for one in entry.details["harm"].values()) == pytest.approx(entry.parts["harm"])
    assert set(entry.details["harm"]) == set(QUESTIONS)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"boddy": "yes"}, '"boddy" is no question of the checklist'),
        ({"spread": "perhaps"}, '"perhaps" is no answer to spread; use no, partly, yes'),
    ],
)
def test_an_unknown_question_or_answer_changes_nothing(busy: Desk, answers: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        assess(busy, "1", answers, weights=WEIGHTS, by="ann", now=NOW)

    assert show(busy, "1", now=NOW).answers is None


def test_answers_are_weighed_anew_when_the_team_changes_its_weights(busy: Desk) -> None:
    assess(busy, "1", {"spread": "yes"}, weights=WEIGHTS, by="ann", now=NOW)
    heavier = Policy(harm_questions={**WEIGHTS, "spread": 4.0})

    for _ in refresh(busy, heavier, None, now=NOW, only_changed=False):
        pass

    assert why(busy, "1", now=NOW)[0].parts["harm"] == pytest.approx(10.0)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_done_counts_add_up_and_no_report_is_lost(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    pool = texts(30)
    at = 0
    for _ in range(40):
        act = chance.choice(["take", "take", "split", "merge", "decide", "undo", "release"])
        case = str(chance.randint(1, 25))
        try:
            if act == "take":
                rows = [
                    report(f"r{at + more}", text=chance.choice(pool), subject=chance.choice("xyz "))
                    for more in range(4)
                ]
                take(desk, rows)
                at += 4
            elif act == "split":
                names = ids(desk, case)
                split_off(desk, case, *chance.sample(names, chance.randint(0, len(names))))
            elif act == "merge":
                merged(desk, case, str(chance.randint(1, 25)))
            elif act == "decide":
                decided(desk)
            elif act == "undo":
                undo(desk, case, moderator="ann", reason="a slip", rules=Rules(), now=NOW)
            else:
                release(desk, case, moderator="ann", lease_token=None, until=NOW + LEASE, now=NOW)
        except (TriageError, AssertionError):
            pass
    rank(desk)

    assert faults(desk) == []
    with desk.reading() as connection:
        joined = connection.scalar(sa.select(sa.func.count()).select_from(schema.case_report))
        queued = connection.scalar(
            sa.select(sa.func.sum(schema.case_urgency.c.reports)).where(schema.case_urgency.c.is_open)
        )
    assert joined == at
    assert queued == sum(one.reports for one in read_queue(desk, Policy(), top=999, now=NOW + LEASE))
