from __future__ import annotations

import pytest

from triage.domain.report import Report
from triage.intake.privacy import is_contact_column, mask_reporter


def _mask(said: str, reporter: str) -> str:
    return mask_reporter(said, reporter, lambda _: "p")


@pytest.mark.parametrize(
    ("said", "reporter", "kept"),
    [
        ("Ana Field here. Yours, Ana", "Ana Field", "[reporter:p] here. Yours, [reporter:p]"),
        ("Mr FIELD rang", "Ana Field, +49 30 901820", "Mr [reporter:p] rang"),
        ("Ms Haddow", '"Haddow, Wren" <wren@example.org>', "Ms [reporter:p]"),
        ("我是顾青禾，请看", "顾青禾", "我是[reporter:p]，请看"),
        ("Пишет Тихон", "Тихон Белозёрцев", "Пишет [reporter:p]"),
        ("a Fielder in the fields", "Ana Field", "a Fielder in the fields"),
        ("the reader and the north", "reader from the north", "the reader and the north"),
        ("Al rang; al fresco", "Al Field", "[reporter:p] rang; al fresco"),
        ("nothing to hide", "jo@example.org", "nothing to hide"),
        ("", "Ana Field", ""),
    ],
)
def test_the_reporters_own_name_is_masked_in_what_they_say(said, reporter, kept):
    assert _mask(said, reporter) == kept


def test_numbers_and_addresses_are_masked_in_what_they_say():
    masked = _mask("ring +49 30 901820 or jo@example.org", "")

    assert "901820" not in masked
    assert "example.org" not in masked


@pytest.mark.parametrize(
    "column",
    [
        *["phone", "Telephone no.", "E-Mail", "email_address", "callerPhone", "Your contact", "name", "First name"],
        *["Telefon", "Имя", "Телефон", "电话", "联系方式", "Nom", "prénom", "teléfono", "هاتف"],
    ],
)
def test_a_contact_column_is_known_by_its_name(column):
    assert is_contact_column(column)


@pytest.mark.parametrize("column", ["site_name", "outlet", "How did you see it?", "shares", "", "nominal", "taken_by"])
def test_another_column_is_none(column):
    assert not is_contact_column(column)


def test_nothing_personal_is_left_in_a_report(read):
    header = b"text,reporter,claim,phone,E-mail,note,code\n"
    row = b"a,Ana Field,Ana Field: ring 030 901820,030 901821,ana@example.org,ring +49 30 901822 please,A17\n"
    (report,) = read("a.csv", header + row)

    assert isinstance(report, Report)
    assert not [secret for secret in ("Ana", "Field", "90182", "ana@") if secret in repr(report)]
    assert report.extra["code"] == "A17"


def test_the_content_complained_about_keeps_its_hotline(read):
    (report,) = read("a.jsonl", b'{"text": "Call +49 30 901820", "reporter": "Ana Field"}')

    assert report.text == "Call +49 30 901820"
