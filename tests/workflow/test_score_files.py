from __future__ import annotations

from sample_desk import DYKE, MILK, CountingModel, report, texts

from triage.domain.report import Account, Blank, Place, Rejection, Row
from triage.domain.score import TextScore
from triage.workflow.score_files import BATCH_ROWS, score_files

PLACE = Place(file="in.jsonl", line=3)


def score(rows: list[Row], model: CountingModel) -> tuple[list[Account], list[tuple[str, TextScore]], list[Rejection]]:
    written: list[tuple[str, TextScore]] = []
    aside: list[Rejection] = []
    accounts = list(
        score_files(rows, model=model, write=lambda name, one: written.append((name, one)), reject=aside.append)
    )
    return accounts, written, aside


def test_every_text_has_one_row_in_input_order_copies_included() -> None:
    rows: list[Row] = [report("b", text=DYKE), report("a", text=DYKE), report("b", text=MILK)]

    _, written, _ = score(rows, CountingModel())

    assert [name for name, _ in written] == ["b", "a", "b"]


def test_rows_that_cannot_be_read_are_set_aside_and_counted() -> None:
    broken = Rejection(place=PLACE, reason="is no JSON", raw="{")

    accounts, written, aside = score([report("a", text=DYKE), broken, Blank(place=PLACE)], CountingModel())

    assert accounts[-1] == Account(accepted=1, rejected=1, blank=1)
    assert aside == [broken]
    assert len(written) == 1


def test_the_account_grows_batch_by_batch() -> None:
    rows: list[Row] = [report(str(at), text=text) for at, text in enumerate(texts(BATCH_ROWS + 1))]

    accounts, _, _ = score(rows, CountingModel())

    assert [account.accepted for account in accounts] == [BATCH_ROWS, BATCH_ROWS + 1]
