from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from sample_desk import NOW, rank, report, take

from triage.domain.case import Review, Verdict
from triage.domain.report import Report
from triage.domain.score import TextScore
from triage.errors import NotEnoughLabels
from triage.learn.artefact import read_manifest
from triage.shipped import shipped_model
from triage.workflow.database import Desk
from triage.workflow.drift import Drift, drift
from triage.workflow.progress import desk_agreement
from triage.workflow.review import Ruling, claim, claim_round, decide
from triage.workflow.rules import Rules

FOLDER = shipped_model()
assert FOLDER
MODEL = read_manifest(FOLDER)["id"]
SAID = """the government has done nothing for people in this country and they know it when a city or school needs more
money for water work health food women children years time day new house road public local plan said will from that"""
KNOWN = sorted(set(SAID.split()))
STRANGE = [f"zq{at}x" for at in range(60)]


class Scores:
    """Gives each text the probability that a function says, and a warning where asked."""

    id = MODEL

    def __init__(self, doubt: Callable[[int], float], warnings: tuple[str, ...] = ()) -> None:
        self._doubt, self._warnings, self._count = doubt, warnings, 0

    def score_texts(
        self, texts: Sequence[str], langs: Sequence[str] | None = None, *, evidence: bool = True
    ) -> list[TextScore]:
        made = []
        for _ in texts:
            probability = self._doubt(self._count)
            self._count += 1
            made.append(
                TextScore(
                    model=MODEL,
                    lang="en",
                    markers={"technique:Doubt": probability, "technique:Slogans": 0.2 + self._count % 10 / 100},
                    own_voice={"technique:Doubt": probability},
                    warnings=self._warnings,
                )
            )
        return made


def low(at: int) -> float:
    return 0.05 + (at * 7 % 20) / 100


def high(at: int) -> float:
    return 0.55 + (at * 7 % 20) / 100


def months(count: int, *, days_ago: float, tag: str, say: list[str] = KNOWN) -> list[Report]:
    rng = random.Random(tag)
    return [
        report(f"{tag}{at}", text=" ".join(rng.sample(say, 24)), hours_ago=24 * days_ago + at / 10)
        for at in range(count)
    ]


def week(desk: Desk, model: Scores, *, say: list[str] = KNOWN, old: Scores | None = None) -> Drift:
    """Score 80 texts of two months ago and then 80 of this week, and look for drift."""
    take(desk, months(80, days_ago=60, tag="old"))
    rank(desk, old or Scores(low))
    take(desk, months(80, days_ago=1, tag="new", say=say))
    rank(desk, model)
    assert FOLDER
    return drift(desk, FOLDER, days=14, now=NOW)


def test_what_stays_as_it_was_is_not_due(desk: Desk) -> None:
    found = week(desk, Scores(low))

    assert (found.reference, found.recent) == (80, 80)
    assert set(found.scores) == {"technique:Doubt", "technique:Slogans"}
    assert found.due == ()


def test_scores_that_shift_make_retraining_due_and_name_the_marker(desk: Desk) -> None:
    found = week(desk, Scores(high))

    assert found.scores["technique:Doubt"].is_large
    assert not found.scores["technique:Slogans"].is_large
    assert len(found.due) == 1
    assert "1 of 2 markers have shifted, most technique:Doubt (PSI" in found.due[0]


def test_new_words_make_retraining_due(desk: Desk) -> None:
    found = week(desk, Scores(low), say=STRANGE)

    assert found.new_words is not None
    assert found.known_words > 10_000
    assert found.new_words.since > 0.9 > found.new_words.before
    assert any("more words are new to the model" in reason for reason in found.due)


def test_texts_that_cannot_be_scored_reliably_make_retraining_due(desk: Desk) -> None:
    found = week(desk, Scores(low, warnings=("language_not_trained",)))

    assert found.unreliable is not None
    assert (found.unreliable.before, found.unreliable.since) == (0, 1)
    assert found.scores == {}
    assert any("cannot be scored reliably" in reason for reason in found.due)


def test_too_few_texts_say_nothing(desk: Desk) -> None:
    take(desk, months(10, days_ago=60, tag="old") + months(10, days_ago=1, tag="new"))
    rank(desk, Scores(high))
    assert FOLDER

    found = drift(desk, FOLDER, days=14, now=NOW)

    assert (found.scores, found.new_words, found.unreliable, found.due) == ({}, None, None, ())


def test_a_desk_without_scores_says_so(desk: Desk) -> None:
    assert FOLDER
    with pytest.raises(NotEnoughLabels, match=f"holds no score of {MODEL}"):
        drift(desk, FOLDER, days=14, now=NOW)


def judge(desk: Desk, moderator: str, now: datetime, *, struck: tuple[str, ...], review: bool = False) -> None:
    rules = Rules(second_review_least=1, second_review_most=1)
    if review:
        got = claim_round(desk, moderator, [Review.SECOND], rules=rules, now=now)
    else:
        got = claim(desk, moderator, now=now, drawn_every=10**6)
    assert got
    verdict = Verdict.CANNOT_TELL if struck and review else Verdict.DISINFORMATION
    confirmed = () if struck else ("technique:Doubt",)
    ruling = Ruling(verdict=verdict, reason="seen", confirmed=confirmed, struck=struck)
    decide(
        desk,
        got.case,
        ruling,
        moderator=moderator,
        lease_token=got.token,
        known_markers=("technique:Doubt",),
        now=now,
        rules=rules,
    )


def test_markers_that_moderators_strike_make_retraining_due_and_a_moderator_who_turned_is_seen(desk: Desk) -> None:
    take(desk, months(50, days_ago=60, tag="old"))
    rank(desk, Scores(low))
    for at in range(50):
        now = NOW - timedelta(days=30 - at % 25) if at < 25 else NOW - timedelta(hours=1)
        struck = () if at < 25 else ("technique:Doubt",)
        judge(desk, "ann", now, struck=struck)
        judge(desk, "bob", now, struck=struck, review=True)
    assert FOLDER

    found = drift(desk, FOLDER, days=2, now=NOW)
    agreed = desk_agreement(desk).drift["bob"]

    assert found.struck is not None
    assert (found.struck.before, found.struck.since) == (0, 1)
    assert found.due == ("moderators strike more of the markers found: 100%, before 0%",)
    assert (agreed.before, agreed.since) == (1, 0)
    assert agreed.p < 1e-6
