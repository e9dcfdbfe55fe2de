from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sample_desk import DYKE, MILK, NOW, CountingModel, rank, report, take, texts

from triage.domain.case import Assignment, Decision, Verdict
from triage.errors import NotFound, StaleLease, UsageError
from triage.rank.policy import Policy
from triage.store import audit, schema
from triage.workflow.database import Desk, open_desk
from triage.workflow.leases import LEASE, release
from triage.workflow.queue import read_queue
from triage.workflow.review import Ruling, claim, decide, show

UPHELD = Ruling(verdict=Verdict.DISINFORMATION, reason="an invented quotation")
LATER = NOW + LEASE


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """A desk with two open cases."""
    take(desk, [report("1", text=DYKE, reporter="p-1"), report("2", text=DYKE, reporter="p-2"), report("3", text=MILK)])
    return desk


def held(desk: Desk, moderator: str = "ann") -> Assignment:
    got = claim(desk, moderator, now=NOW, drawn_every=20)
    assert got is not None
    return got


def rule(desk: Desk, got: Assignment, ruling: Ruling = UPHELD, **changes: object) -> Decision:
    said = {"moderator": got.moderator, "lease_token": got.token, "known_markers": ("technique:Doubt",), "now": NOW}
    return decide(desk, got.case, ruling, **{**said, **changes})  # type: ignore[arg-type]


def acts(desk: Desk) -> list[str]:
    with desk.reading() as connection:
        assert list(audit.faults(connection)) == []
        return list(connection.scalars(sa.select(schema.audit.c.act).order_by(schema.audit.c.number)))


def test_the_most_urgent_case_comes_first_and_each_is_held_once(busy: Desk) -> None:
    first, second = held(busy, "ann"), held(busy, "bob")

    assert (first.case, second.case) == ("1", "2")
    assert first.expires_at == NOW + LEASE
    assert claim(busy, "cid", now=NOW, drawn_every=20) is None


def test_a_decision_covers_the_case_and_is_on_record(busy: Desk) -> None:
    got = held(busy)

    made = rule(busy, got, replace(UPHELD, note="see file 7", confirmed=("technique:Doubt",)))

    view = show(busy, got.case, now=NOW)
    assert view.decisions == [made]
    assert (made.verdict, made.reason, made.note) == (Verdict.DISINFORMATION, "an invented quotation", "see file 7")
    assert (view.state, view.holder) == ("decided", None)
    assert [one.id for one in read_queue(busy, Policy(), top=5, now=NOW)] == ["2"]
    assert acts(busy) == ["init", "take_in", "claim", "decide"]


def test_repeating_a_decision_under_its_token_gives_the_first_one(busy: Desk) -> None:
    got = held(busy)
    made = rule(busy, got)

    again = rule(busy, got, replace(UPHELD, reason="typed anew"), now=NOW + timedelta(days=3))

    assert again == made
    assert len(show(busy, got.case, now=NOW).decisions) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ruling": replace(UPHELD, verdict=Verdict.CANNOT_TELL)}, "disinformation by ann"),
        ({"moderator": "bob"}, "by ann"),
    ],
)
def test_a_token_decides_once(busy: Desk, changes: dict[str, object], said: str) -> None:
    got = held(busy)
    rule(busy, got)

    with pytest.raises(StaleLease, match=f"decided under this token already: {said}$"):
        rule(busy, got, **changes)  # type: ignore[arg-type]


def test_a_lease_that_ran_out_cannot_decide(busy: Desk) -> None:
    got = held(busy)

    with pytest.raises(StaleLease, match="nobody holds case 1 now, your lease is over"):
        rule(busy, got, now=LATER)


def test_a_stale_lease_cannot_decide_and_says_who_holds_the_case(busy: Desk) -> None:
    stale = held(busy, "ann")
    fresh = claim(busy, "bob", now=LATER, drawn_every=20)
    assert fresh and fresh.case == stale.case

    with pytest.raises(StaleLease, match="case 1 is held by bob until 2026-05-04 13:00 UTC"):
        rule(busy, stale, now=LATER)

    assert rule(busy, fresh, now=LATER).moderator == "bob"


def test_an_older_token_of_the_same_moderator_is_stale(busy: Desk) -> None:
    old = held(busy, "ann")
    new = claim(busy, "ann", now=LATER, drawn_every=20)
    assert new and new.case == old.case and new.token != old.token

    with pytest.raises(StaleLease, match="is not that of your lease of case 1"):
        rule(busy, old, now=LATER)


@pytest.mark.parametrize("token", ["", "1", "1-", "-1", "2-1", "1-2", "1-１", "1-1 ", "x", f"1-{'9' * 30}", "1--1"])
def test_a_token_that_is_none_cannot_decide(busy: Desk, token: str) -> None:
    got = held(busy)

    with pytest.raises(StaleLease):
        rule(busy, got, lease_token=token)

    assert show(busy, got.case, now=NOW).decisions == []


def test_a_case_that_nobody_holds_cannot_be_decided(busy: Desk) -> None:
    got = Assignment(case="1", moderator="ann", token="1-0", expires_at=NOW)

    with pytest.raises(StaleLease, match="nobody holds case 1"):
        rule(busy, got)


def test_a_decided_case_is_not_decided_again(busy: Desk) -> None:
    got = held(busy)
    rule(busy, got)

    with pytest.raises(StaleLease, match="case 1 is decided already"):
        rule(busy, got, lease_token="1-9")


def test_an_unknown_case_is_not_found(busy: Desk) -> None:
    with pytest.raises(NotFound, match='there is no case "77"'):
        rule(busy, replace(held(busy), case="77"))


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_decision_needs_a_reason(busy: Desk, reason: str) -> None:
    with pytest.raises(UsageError, match="a decision needs a reason"):
        rule(busy, held(busy), replace(UPHELD, reason=reason))


def test_an_unknown_marker_is_a_usage_error_and_nothing_is_decided(busy: Desk) -> None:
    got = held(busy)

    with pytest.raises(UsageError, match='"technique:Doubtt" is no known marker'):
        rule(busy, got, replace(UPHELD, struck=("technique:Doubtt",)))

    assert show(busy, got.case, now=NOW).decisions == []


def test_a_marker_that_the_score_names_is_known(busy: Desk) -> None:
    rank(busy, CountingModel())

    made = rule(busy, held(busy), replace(UPHELD, struck=("frame:Economic",)), known_markers=())

    assert made.struck == ("frame:Economic",)


def test_a_marker_cannot_be_both_confirmed_and_struck(busy: Desk) -> None:
    marker = ("technique:Doubt",)

    with pytest.raises(UsageError, match="cannot be both"):
        rule(busy, held(busy), replace(UPHELD, confirmed=marker, struck=marker))


def test_a_released_case_is_free_at_once(busy: Desk) -> None:
    got = held(busy, "ann")
    release(busy, got.case, moderator="ann", lease_token=None, until=None, now=NOW)

    assert held(busy, "bob").case == got.case
    assert acts(busy)[-2:] == ["release", "claim"]


def test_a_case_put_off_comes_back_when_its_time_has_come(busy: Desk) -> None:
    got = held(busy)
    release(busy, got.case, moderator="ann", lease_token=got.token, until=LATER, now=NOW)

    assert held(busy, "bob").case == "2"
    back = claim(busy, "cid", now=LATER, drawn_every=20)
    assert back and back.case == got.case


def test_only_the_holder_gives_a_case_back(busy: Desk) -> None:
    got = held(busy, "ann")

    with pytest.raises(StaleLease, match="is held by ann"):
        release(busy, got.case, moderator="bob", lease_token=got.token, until=None, now=NOW)
    with pytest.raises(UsageError, match="is not in the future"):
        release(busy, got.case, moderator="ann", lease_token=got.token, until=NOW, now=NOW)


def test_every_twentieth_lease_goes_to_the_lowest_lot(desk: Desk) -> None:
    take(desk, [report(str(at), text=text) for at, text in enumerate(texts(200))])
    with desk.reading() as connection:
        lots = connection.execute(sa.select(schema.case_urgency.c.case_id, schema.case_urgency.c.lot))
        by_lot = [str(case) for case, lot in sorted(lots, key=lambda row: row[1]) if lot < 0.05]

    cases = [held(desk).case for _ in range(60)]

    with desk.reading() as connection:
        rows = connection.execute(sa.select(schema.assignment.c.case_id).where(schema.assignment.c.drawn))
        drawn = {str(row.case_id) for row in rows}
    assert drawn == {cases[19], cases[39], cases[59]}
    assert drawn <= set(by_lot)


def test_when_no_drawn_case_is_left_the_most_urgent_takes_the_place(busy: Desk) -> None:
    assert [claim(busy, "ann", now=NOW, drawn_every=2) is not None for _ in range(3)] == [True, True, False]


def test_moderators_who_claim_at_once_never_get_the_same_case(db_url: str) -> None:
    with open_desk(db_url) as desk:
        take(desk, [report(str(at), text=text) for at, text in enumerate(texts(120))])
    got: list[str] = []

    def work(moderator: str) -> None:
        with open_desk(db_url) as own:
            while one := claim(own, moderator, now=NOW, drawn_every=20):
                got.append(one.case)
                decide(
                    own,
                    one.case,
                    UPHELD,
                    moderator=moderator,
                    lease_token=one.token,
                    known_markers=(),
                    now=NOW,
                )

    workers = [threading.Thread(target=work, args=(f"m{at}",)) for at in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert Counter(got) == Counter(str(at) for at in range(1, 121))
    with open_desk(db_url) as desk:
        assert acts(desk).count("decide") == 120


def test_a_case_that_is_just_being_ranked_is_waited_for(busy: Desk, db_url: str) -> None:
    got: list[Assignment | None] = []

    def work() -> None:
        with open_desk(db_url) as own:
            got.append(claim(own, "ann", now=NOW, drawn_every=20))

    worker = threading.Thread(target=work)
    with busy.writing() as connection:
        connection.execute(sa.update(schema.case_urgency).values(is_stale=False))
        worker.start()
        worker.join(0.3)
        assert got == []
    worker.join()

    assert [one.case for one in got if one] == ["1"]


def test_showing_a_case_gives_its_reports_in_order_and_the_scores_with_their_model(busy: Desk) -> None:
    rank(busy, CountingModel("markers-1"))

    view = show(busy, "1", now=NOW, most_reports=1)

    assert [one.id for one in view.reports] == ["1"]
    assert view.reports_in_all == 2
    assert view.content == DYKE
    assert [one.model for one in view.scores] == ["markers-1"]
