from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import orjson
import pytest
from sample_desk import DYKE, NOW, CountingModel, rank, report, take

from triage.domain.case import Review, Verdict
from triage.errors import NotFound, UsageError
from triage.workflow.database import Desk
from triage.workflow.review import Ruling, claim, claim_round, decide
from triage.workflow.rules import Rules
from triage.workflow.statement import as_text, statement

RULES = Rules(reasons={"quote": "An invented quotation"}, second_review_least=0, second_review_most=0)
UPHELD = Ruling(
    verdict=Verdict.DISINFORMATION, reason="Jo Field says so", note="call 030 1234567", confirmed=("technique:Doubt",)
)
PRIVATE = ("p-1", "Jo Field", "030 1234567", "zora", "Ferrow", "example.org", "shouted", "A headline")


@pytest.fixture
def decided(desk: Desk) -> Desk:
    """A desk with one case of two reports, decided by zora."""
    fields: dict[str, Any] = {"text": DYKE, "claim": "shouted", "url": "https://example.org/jo", "title": "A headline"}
    take(desk, [report("1", reporter="p-1", **fields), report("2", reporter="p-2", text=DYKE)])
    rank(desk, CountingModel("markers-7"))
    rule(desk, "zora", UPHELD)
    return desk


def rule(desk: Desk, moderator: str, ruling: Ruling, rules: Rules | None = None) -> None:
    got = claim(desk, moderator, now=NOW, drawn_every=20)
    got = got or claim_round(desk, moderator, list(Review), rules=RULES, now=NOW)
    assert got is not None
    known = ("technique:Doubt",)
    decide(
        desk,
        got.case,
        ruling,
        moderator=moderator,
        lease_token=got.token,
        known_markers=known,
        now=NOW,
        rules=rules,
    )


def test_a_statement_has_the_parts_of_article_17(decided: Desk) -> None:
    said = statement(decided, "1", rules=RULES)

    assert said.facts["reports"] == 2
    assert said.facts["channels"] == {"web": 2}
    assert said.facts["style_markers_confirmed"] == ("technique:Doubt",)
    assert (said.automated_means["in_the_decision"], said.automated_means["model"]) == (False, "markers-7")
    assert "judged to be disinformation" in said.ground
    assert len(said.redress) == 3 and "until 2026-10-31" in said.redress[0]
    assert said.effect == {"restriction": None, "territory": None, "duration": None}
    assert (said.automated_means["in_finding_the_content"], said.automated_means["in_the_order_of_reading"]) == (
        False,
        True,
    )
    for heading in ("Effect\n", "Facts\n", "Automated means\n", "Ground\n", "Redress\n"):
        assert heading in as_text(said)


def test_a_statement_holds_no_personal_data_and_no_free_words(decided: Desk) -> None:
    said = statement(decided, "1", rules=RULES)

    for written in (as_text(said), orjson.dumps(asdict(said)).decode()):
        assert not [one for one in PRIVATE if one in written]


def test_a_reason_of_the_list_is_given_in_its_words(desk: Desk) -> None:
    take(desk, [report("1", text=DYKE)])
    rule(desk, "ann", Ruling(verdict=Verdict.DISINFORMATION, reason="quote"), RULES)

    said = statement(desk, "1", rules=RULES)

    assert said.ground == "the content was judged to be disinformation by one person; reason: An invented quotation"
    assert "No model had marked the content." in as_text(said)


def test_there_is_no_statement_before_the_last_word(desk: Desk) -> None:
    take(desk, [report("1", text=DYKE)])
    with pytest.raises(NotFound, match="case 1 has no decision"):
        statement(desk, "1", rules=RULES)
    rule(desk, "ann", UPHELD, Rules(second_review_least=1, second_review_most=1))
    with pytest.raises(UsageError, match="case 1 waits for second; its statement comes after that"):
        statement(desk, "1", rules=RULES)
    rule(desk, "bob", replace(UPHELD, verdict=Verdict.OUT_OF_SCOPE))
    rule(desk, "cid", UPHELD)

    assert "by a third person, after two had judged differently" in statement(desk, "1", rules=RULES).ground
