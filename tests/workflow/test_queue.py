from __future__ import annotations

import math
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sample_desk import DYKE, NOW, CountingModel, rank, report, take, texts

from triage.errors import NotFound
from triage.rank.order import order
from triage.rank.policy import Policy
from triage.store import cases, claims, leases, queue
from triage.workflow.database import Desk
from triage.workflow.leases import release
from triage.workflow.queue import read_queue, why
from triage.workflow.review import claim

MANY = [report(str(at), text=text, reporter=f"p-{at}", hours_ago=(at * 7) % 90) for at, text in enumerate(texts(150))]


def test_the_stored_order_is_that_of_ranking(desk: Desk) -> None:
    take(desk, MANY)
    with desk.reading() as connection:
        facts = cases.facts(connection, list(range(1, 151)), None)
    expected = order(facts, Policy(), NOW, desk.identity.seed)

    entries = read_queue(desk, Policy(), top=150, now=NOW)

    assert [one.rank for one in entries] == list(range(1, 151))
    assert {one.id for one in entries} == {one.id for one in expected}
    assert [(one.urgency, one.drawn) for one in entries] == [(one.urgency, one.drawn) for one in expected]
    assert [one.id for one in entries if one.drawn] == [one.id for one in expected if one.drawn]


def test_the_first_places_do_not_depend_on_how_many_are_shown(desk: Desk) -> None:
    take(desk, MANY)

    whole = read_queue(desk, Policy(), top=150, now=NOW)

    for top in (1, 19, 20, 21, 60):
        assert read_queue(desk, Policy(), top=top, now=NOW) == whole[:top]


def test_the_parts_sum_to_the_urgency(desk: Desk) -> None:
    take(desk, MANY[:20])
    rank(desk, CountingModel())

    for entry in read_queue(desk, Policy(), top=20, now=NOW):
        assert math.isclose(sum(entry.parts.values()), entry.urgency, abs_tol=1e-9)


def test_refreshing_lets_every_case_age(desk: Desk) -> None:
    take(desk, [report("1", text=DYKE)])
    later = NOW + timedelta(hours=24)
    before = read_queue(desk, Policy(), top=1, now=later)[0].parts["age"]
    rank(desk, now=later, only_changed=False)

    after = read_queue(desk, Policy(), top=1, now=later)[0]

    assert after.parts["age"] > before
    assert after.ranked_at == later


def test_a_case_that_is_held_says_by_whom_and_one_put_off_is_left_out(desk: Desk) -> None:
    take(desk, MANY[:3])
    first = claim(desk, "ann", now=NOW, drawn_every=20)
    second = claim(desk, "bob", now=NOW, drawn_every=20)
    assert first and second
    tomorrow = NOW + timedelta(days=1)
    release(desk, second.case, moderator="bob", lease_token=second.token, until=tomorrow, now=NOW)

    now = {one.id: one.holder for one in read_queue(desk, Policy(), top=5, now=NOW)}
    then = {one.id: one.holder for one in read_queue(desk, Policy(), top=5, now=tomorrow)}

    assert now[first.case] == "ann"
    assert second.case not in now
    assert then == dict.fromkeys(["1", "2", "3"])


def test_why_gives_the_case_with_its_place_and_the_content_of_its_evidence(desk: Desk) -> None:
    take(desk, MANY)
    rank(desk, CountingModel())
    fifth = read_queue(desk, Policy(), top=5, now=NOW)[4]

    entry, content = why(desk, fifth.id, now=NOW)

    assert entry == fifth
    assert content == MANY[int(fifth.id) - 1].text


@pytest.mark.parametrize("case", ["999", "0", "-1", "abc", "", "9" * 30, "１", "1; DROP TABLE report"])
def test_an_unknown_case_is_not_found(desk: Desk, case: str) -> None:
    take(desk, MANY[:2])

    with pytest.raises(NotFound, match="there is no case"):
        why(desk, case, now=NOW)


def test_a_later_report_on_a_decided_case_does_not_bring_it_back(desk: Desk) -> None:
    take(desk, [report("1", text=DYKE)])
    with desk.writing() as connection:
        leases.close(connection, 1, "decided")

    take(desk, [report("2", text=DYKE)])

    assert read_queue(desk, Policy(), top=5, now=NOW) == []
    assert why(desk, "1", now=NOW)[0].reports == 2


@pytest.mark.parametrize("which", ["most_urgent", "lucky", "claim"])
def test_the_queue_is_read_through_an_index(desk: Desk, which: str) -> None:
    if not desk.url.drivername.startswith("sqlite"):
        pytest.skip("PostgreSQL scans small tables by choice")
    seen: list[str] = []
    with desk.writing() as connection:
        sa.event.listen(connection, "before_cursor_execute", lambda *given: seen.append((given[2], given[3])))
        if which == "claim":
            claims.claim(connection, "ann", now=NOW, until=NOW)
        elif which == "lucky":
            queue.lucky(connection, 5, NOW, 0.05)
        else:
            queue.most_urgent(connection, 5, NOW)
        statement, parameters = seen[0]
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]

    assert any("USING INDEX ix_case_urgency_" in line for line in plan)
    assert not any("SCAN" in line or "TEMP B-TREE" in line for line in plan)
