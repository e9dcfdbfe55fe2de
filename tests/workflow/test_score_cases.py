from __future__ import annotations

from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from sample_desk import DYKE, MILK, NOW, CountingModel, rank, report, take

from triage.domain.score import TextScore, Warn
from triage.rank.policy import Policy
from triage.store import schema
from triage.workflow.database import Desk
from triage.workflow.queue import read_queue
from triage.workflow.score_cases import score_cases


def test_each_open_case_is_scored_once_by_each_model(desk: Desk) -> None:
    take(desk, [report("1", text=DYKE), report("2", text=DYKE), report("3", text=MILK)])
    first, second = CountingModel("markers-1"), CountingModel("markers-2")

    assert list(score_cases(desk, first, now=NOW)) == [2]
    assert list(score_cases(desk, first, now=NOW)) == []
    assert list(score_cases(desk, second, now=NOW)) == [2]
    assert first.texts == [DYKE, MILK]


def test_the_score_is_of_the_first_text_and_does_not_move(desk: Desk) -> None:
    model = CountingModel()
    take(desk, [report("1", subject="a", title="A headline"), report("2", subject="a", claim="look")])
    rank(desk, model)
    take(desk, [report("3", subject="a", text=DYKE)])
    rank(desk, model)
    take(desk, [report("4", subject="a", text=MILK + DYKE)])
    rank(desk, model)

    assert model.texts == ["A headline", DYKE]


def test_a_case_without_content_is_not_scored_and_says_so(desk: Desk) -> None:
    model = CountingModel()
    take(desk, [report("1", claim="somebody called about a leaflet")])
    rank(desk, model)

    (entry,) = read_queue(desk, Policy(), top=5, now=NOW)

    assert model.texts == []
    assert entry.warnings == (Warn.NO_TEXT,)
    assert entry.model is None


def test_a_score_raises_the_urgency_and_names_its_model(desk: Desk) -> None:
    take(desk, [report("1", text=DYKE)])
    (before,) = read_queue(desk, Policy(), top=5, now=NOW)
    rank(desk, CountingModel("markers-7"))

    (after,) = read_queue(desk, Policy(), top=5, now=NOW)

    assert before.parts["markers"] == 0 < after.parts["markers"]
    assert after.model == "markers-7"
    assert after.found == ("technique:Doubt",)
    assert [(one.start, one.end, one.voice) for one in after.evidence] == [(0, 3, "own")]


def test_a_score_that_must_not_be_relied_on_gives_no_points(desk: Desk) -> None:
    take(desk, [report("1", text=DYKE)])
    rank(desk, CountingModel(warnings=(Warn.LANGUAGE_NOT_TRAINED,)))

    (entry,) = read_queue(desk, Policy(), top=5, now=NOW)

    assert entry.parts["markers"] == 0
    assert entry.warnings == (Warn.LANGUAGE_NOT_TRAINED,)


@pytest.mark.parametrize("gone", [None, "markers-2"])
def test_the_scores_of_another_model_are_not_shown(desk: Desk, gone: str | None) -> None:
    take(desk, [report("1", text=DYKE)])
    rank(desk, CountingModel("markers-1"))
    rank(desk, CountingModel(gone) if gone else None, only_changed=False)

    (entry,) = read_queue(desk, Policy(), top=5, now=NOW)

    assert entry.model == gone


def test_a_score_that_another_command_has_added_meanwhile_stands(desk: Desk) -> None:
    take(desk, [report("1", text=DYKE), report("2", text=MILK)])

    class Overtaken(CountingModel):
        def score_texts(self, texts: Sequence[str], langs: Sequence[str] | None = None) -> list[TextScore]:
            rank(desk, CountingModel(self.id, warnings=("first",)))
            return super().score_texts(texts, langs)

    assert list(score_cases(desk, Overtaken(), now=NOW)) == [2]

    with desk.reading() as connection:
        assert list(connection.scalars(sa.select(schema.score.c.warnings))) == [["first"], ["first"]]
