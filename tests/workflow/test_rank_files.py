from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from sample_desk import BRIDGE, DYKE, MILK, NOW, CountingModel, report, take, texts

from triage.domain.report import Account, Blank, Place, Rejection, Report, Row
from triage.domain.score import Warn
from triage.errors import InputError
from triage.intake.pseudonym import Pseudonymiser
from triage.intake.read import read_reports
from triage.rank.policy import Policy
from triage.shipped import shipped
from triage.workflow.database import Desk
from triage.workflow.queue import read_queue
from triage.workflow.rank_files import RankedFile, rank_files

PLACE = Place(file="in.jsonl", line=3)


def rank(
    rows: Iterable[Row], model: CountingModel | None = None, *, seed: int = 0, top: int = 100
) -> tuple[RankedFile, list[Rejection]]:
    aside: list[Rejection] = []
    return rank_files(rows, model=model, policy=Policy(), now=NOW, seed=seed, top=top, reject=aside.append), aside


def many() -> list[Report]:
    return [
        report(f"r{at}", hours_ago=at % 90, text=text, reporter=f"p{at % 7}", subject=f"s{at % 60}")
        for at, text in enumerate(texts(90))
    ]


def test_reports_on_one_subject_are_one_case_named_after_the_earliest() -> None:
    rows = [report("b", hours_ago=1, text=DYKE), report("a", hours_ago=5, text=DYKE), report("c", text=MILK)]

    ranked, _ = rank(rows)

    assert {(one.id, one.reports) for one in ranked.entries} == {("a", 2), ("c", 1)}


def test_the_account_adds_up() -> None:
    broken = Rejection(place=PLACE, reason="is no JSON", raw="{")
    rows: list[Row] = [report("a", text=DYKE), report("a", text=DYKE), report("a", text=MILK), broken]

    ranked, aside = rank([*rows, Blank(place=PLACE)])

    assert ranked.account == Account(accepted=1, duplicate=1, rejected=2, blank=1)
    assert [one.reason for one in aside] == ['the id "a" is known with other content', "is no JSON"]


def test_the_same_input_seed_and_time_give_the_same_order_and_another_seed_another() -> None:
    first, again, other = rank(many())[0], rank(many())[0], rank(many(), seed=5)[0]

    assert first.entries == again.entries
    assert [one.id for one in first.entries] != [one.id for one in other.entries]


def test_a_file_is_ranked_as_the_desk_ranks_it(desk: Desk) -> None:
    rows = [one for one in many() if one.reporter]
    random.Random(1).shuffle(rows)
    take(desk, rows)

    ours = {(one.excerpt, one.urgency, one.reports, one.reporters) for one in rank(rows)[0].entries}
    theirs = read_queue(desk, Policy(), top=100, now=NOW)

    assert ours == {(one.excerpt, one.urgency, one.reports, one.reporters) for one in theirs}


def test_the_parts_of_every_case_sum_to_its_urgency() -> None:
    for one in rank(many(), CountingModel())[0].entries:
        assert sum(one.parts.values()) == pytest.approx(one.urgency, abs=1e-6)


def test_only_the_content_is_scored_and_never_the_claim() -> None:
    model = CountingModel()

    rank([report("a", text=DYKE, claim=MILK), report("b", title=BRIDGE, claim=MILK)], model)

    assert set(model.texts) == set(model.glanced) == {DYKE, BRIDGE}


def test_all_cases_are_scored_and_evidence_is_sought_for_the_first_alone() -> None:
    model = CountingModel()

    ranked, _ = rank(many(), model, top=3)

    assert (len(ranked.entries), ranked.cases, len(model.glanced), len(model.texts)) == (3, 60, 60, 3)
    assert all(one.evidence for one in ranked.entries)


def test_without_a_model_the_order_still_stands() -> None:
    ranked, _ = rank(many())

    assert all(one.model is None and one.parts["markers"] == 0 for one in ranked.entries)
    assert [one.rank for one in ranked.entries] == list(range(1, len(ranked.entries) + 1))


def test_a_report_with_nothing_to_score_says_so() -> None:
    ranked, _ = rank([report("a", url="https://site.example/1")])

    assert ranked.entries[0].warnings == (Warn.NO_TEXT,)


def test_the_warning_of_a_whole_mail_is_kept() -> None:
    ranked, _ = rank([report("a", text=DYKE, warnings=(Warn.WHOLE_MAIL_SCORED,))], CountingModel())

    assert Warn.WHOLE_MAIL_SCORED in ranked.entries[0].warnings


def test_nothing_accepted_is_an_error_that_counts_what_there_was() -> None:
    with pytest.raises(InputError, match="0 rejected, 1 blank"):
        rank([Blank(place=PLACE)])


def test_the_burst_in_the_sample_reports_is_named_and_nothing_else() -> None:
    now = datetime(2026, 9, 10, tzinfo=UTC)
    files = [shipped("reports", "phone.jsonl"), shipped("reports", "feed.jsonl")]
    rows = read_reports(files, mapping={}, channel=None, pseudonymise=Pseudonymiser(b"a key for tests only"), now=now)

    ranked = rank_files(rows, model=None, policy=Policy(), now=now, seed=0, top=1_000, reject=lambda _: None)

    named = [one for one in ranked.entries if "arranged" in one.details]
    assert [one.details["arranged"]["reports"] for one in named] == [8]
    assert named[0].warnings[0] == "burst_of_reports"
