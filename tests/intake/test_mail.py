from __future__ import annotations

from email.message import EmailMessage

import pytest

from triage.domain.report import Blank, Place, Rejection
from triage.intake.mail import read_mail

HEAD = {
    "From": "Jo Field <jo@example.org>",
    "Subject": "Please look",
    "Date": "Fri, 01 May 2026 12:00:00 +0200",
    "Message-ID": "<m1@example.org>",
}


def _mail(body: str = "Is this sound?\n", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    for name, value in {**HEAD, **{name.replace("_", "-"): value for name, value in headers.items()}}.items():
        mail[name] = value
    mail.set_content(body)
    return mail


def _report(read, mail: EmailMessage | bytes):
    (report,) = read("a.eml", bytes(mail))
    return report


def test_the_headers_give_id_time_channel_reporter_and_title(read):
    report = _report(read, _mail())

    assert (report.id, report.channel, report.title) == ("m1@example.org", "email", "Please look")
    assert report.received_at.isoformat() == "2026-05-01T10:00:00+00:00"
    assert report.reporter == read("b.jsonl", b'{"text": "a", "reporter": "JO@example.org"}')[0].reporter


def test_a_mail_that_brings_nothing_is_all_text_and_says_so(read):
    report = _report(read, _mail("I am Jo Field, +49 30 901820. The sea is rising.\n"))

    assert report.claim == ""
    assert report.warnings == ("whole_mail_scored",)
    assert "The sea is rising." in report.text
    assert "Field" not in report.text
    assert "901820" not in report.text


def test_what_is_forwarded_in_the_body_is_the_text(read):
    body = "Jo here, look.\n\n---------- Forwarded message ---------\nFrom: x@y.example\nSubject: Inner\n\nThe text.\n"
    report = _report(read, _mail(body))

    assert report.claim.endswith("] here, look.")
    assert (report.title, report.text, report.warnings) == ("Inner", "The text.\n", ())
    assert report.extra == {"subject_line": "Please look"}


def test_a_mail_attached_is_the_text_and_its_subject_the_title(read):
    outer, inner = _mail(), EmailMessage()
    inner["Subject"] = "Inner"
    inner.set_content("The text.\n")
    outer.add_attachment(inner)
    report = _report(read, outer)

    assert (report.claim, report.title, report.text) == ("Is this sound?", "Inner", "The text.\n")


def test_a_text_attached_is_the_text(read):
    mail = _mail()
    mail.add_attachment("Zeile eins\n疫苗\n", filename="a.txt")
    report = _report(read, mail)

    assert (report.claim, report.title, report.text) == ("Is this sound?", "Please look", "Zeile eins\n疫苗\n")


@pytest.mark.parametrize(("kind", "name"), [("html", "page.html"), ("octet-stream", "page.HTM")])
def test_a_page_attached_is_extracted_and_keeps_its_digest(read, kind, name):
    mail = _mail()
    page = (
        "<html><head><title>A page</title></head><body><p>"
        + "The harbour fee rises in May. " * 9
        + "</p></body></html>"
    )
    mail.add_attachment(
        page.encode(), maintype="text" if kind == "html" else "application", subtype=kind, filename=name
    )
    report = _report(read, mail)

    assert report.title == "A page"
    assert report.text.startswith("The harbour fee rises in May.")
    assert len(report.raw_digest) == 64


def test_an_image_attached_is_no_text(read):
    mail = _mail()
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="a.png")

    assert _report(read, mail).warnings == ("whole_mail_scored",)


def test_of_two_renderings_the_plain_one_is_read(read):
    mail = _mail("Plain words.\n")
    mail.add_alternative("<p>Other words.</p>", subtype="html")

    assert _report(read, mail).text == "Plain words.\n"


def test_a_mail_in_html_alone_is_read_line_by_line(read):
    mail = _mail()
    mail.set_content(
        "<style>x{}</style><div>Look at this.</div><div><br></div><div>---------- Forwarded message ---------<br>"
        "From: a@b.example<br>Subject: Inner<br></div><p>The <b>text</b>.</p><p>More.</p>",
        subtype="html",
    )
    report = _report(read, mail)

    assert report.claim == "Look at this."
    assert report.title == "Inner"
    assert report.text.split() == ["The", "text.", "More."]


@pytest.mark.parametrize(
    ("charset", "declared"),
    [
        ("utf-8", "utf-8"),
        ("cp1251", "windows-1251"),
        ("utf-8", "utf-8859-16x"),
        ("utf-8", "us-ascii"),
        ("koi8-r", "koi8-r"),
    ],
)
def test_a_body_is_decoded_as_declared_or_as_it_turns_out(read, charset, declared):
    words = "Котельную продали, проверьте это письмо, пожалуйста.\n"
    head = f"From: a@b.example\nContent-Type: text/plain; charset={declared}\nContent-Transfer-Encoding: 8bit\n\n"

    assert _report(read, head.encode() + words.encode(charset)).text == words


@pytest.mark.parametrize(
    ("header", "title"),
    [
        (b"=?utf-8?b?0KLQtdC80LA=?=", "Тема"),
        ("Тема".encode(), "Тема"),
        (b"a\n =?utf-8?q?b=C3=A9?= =?utf-8?q?c?=", "a béc"),
        (b"=?utf-8?b?broken", "=?utf-8?b?broken"),
        (b"=?no-such?q?abc?=", "abc"),
        (b"=?utf-8?b?=ZZ?=", "=?utf-8?b?=ZZ?="),
        (b"=?idna?q?" + b"a" * 70 + b"?=", "a" * 70),
    ],
)
def test_a_subject_is_read_however_it_is_encoded(read, header, title):
    assert _report(read, b"From: a@b.example\nSubject: " + header + b"\n\nwords\n").title == title


def test_a_date_that_is_none_sets_the_mail_aside(read):
    (row,) = read("a.eml", bytes(_mail()).replace(b"Fri, 01 May", b"Fri, 31 Feb"))

    assert row.reason == 'received_at "Fri, 31 Feb 2026 12:00:00 +0200" is not a date'


def test_a_mail_without_a_date_was_received_now(read):
    assert _report(read, b"Subject: a\n\nwords\n").received_at.year == 2026


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no header at all\n\nand some words", "is no mail"),
        (b"From: a@b.example\nDate: Fri, 01 May 2026 12:00:00 +0200\n\n", "has no url, title, text, claim or subject"),
        (b"From: a@b.example\n\nwith a \0 byte", "text holds a NUL byte"),
        (b"Subject: a\n" + b"Content-Type: message/rfc822\n\n" * 5_000, "is no mail that can be read (RecursionError)"),
        (b"Subject: a\nContent-Disposition: x; a*=1; a*0=2\n\nwords", "is no mail that can be read (TypeError)"),
        (b"Subject: a\nContent-Type: text/plain\n\n" + b"words\n" * 2_000_000, "holds a text of more than 10 MB"),
        (
            b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(300)),
            "has too many nested parts (300)",
        ),
    ],
)
def test_a_mail_that_cannot_be_read_is_set_aside(read, data, reason):
    (row,) = read("a.eml", data)

    assert isinstance(row, Rejection)
    assert row.reason.startswith(reason)
    assert len(row.raw) <= 2_000


def test_a_mail_with_nothing_in_it_is_blank():
    assert read_mail(b"\n \r\n", Place(file="a")) == Blank(place=Place(file="a"))


@pytest.mark.parametrize("name", ["From", "Subject", "To", "Content-Type", "Content-Disposition", "Date", "X-Other"])
@pytest.mark.parametrize(
    "stuff", [b"a@b,", b"<", b'"', b"a;", b'; x="', b"=?utf-8?b?aGVsbG8=?= ", b"=?utf-8?q?=41", b"x\n "]
)
def test_a_header_is_cut_before_it_is_parsed(name, stuff):
    kept = read_mail(name.encode() + b": " + stuff * 20_000 + b"\nSubject: a\n\nwords\n", Place(file="a"))

    assert len(repr(kept)) < 40_000
