from __future__ import annotations

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.shipped import shipped
from triage.text.extract import Extracted, extract_html

PARAGRAPH = "The council of Ferrow will vote in March on whether to raise the dyke by ninety centimetres, it said. " * 2
OTHER = (
    "The cost is put at eleven million crowns, of which the regional flood fund would pay six; the town the rest. " * 2
)
PAGE = f"""<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>Dyke vote | Ledger</title>
<meta property="og:title" content="Dyke vote"><meta property="article:published_time" content="2026-03-01T06:30:00Z">
<link rel="canonical" href="https://ledger.example/dyke"></head><body><nav><a href="/">Home</a></nav>
<article><h1>Dyke vote</h1><p>{PARAGRAPH}</p><p>{OTHER}</p></article><footer>© 2026 The Ledger</footer></body></html>"""


def test_a_page_gives_article_title_language_date_and_address() -> None:
    found = extract_html(PAGE.encode())

    assert (found.title, found.lang, found.date, found.url) == (
        "Dyke vote",
        "en",
        "2026-03-01",
        "https://ledger.example/dyke",
    )
    assert found.text == f"{PARAGRAPH}\n{OTHER}".replace(" \n", "\n").strip()
    assert "Home" not in found.text
    assert "©" not in found.text


def test_the_name_of_the_site_is_no_part_of_the_title() -> None:
    page = PAGE.replace('<meta property="og:title" content="Dyke vote">', "")

    assert extract_html(page.encode()).title == "Dyke vote"
    assert extract_html(b"<title>A note</title>").title == "A note"


def test_where_the_page_was_found_goes_before_what_it_says() -> None:
    assert extract_html(PAGE.encode(), url="https://mirror.example/1").url == "https://mirror.example/1"


@pytest.mark.parametrize("page", sorted(shipped("reports", "pages").glob("*.html")), ids=lambda page: page.name)
def test_every_saved_page_gives_its_article_and_nothing_of_the_page(page: object) -> None:
    found = extract_html(page.read_bytes())  # type: ignore[attr-defined]

    assert found.title
    assert found.date.startswith("2026-")
    assert len(found.lang) == 2
    assert len(found.text.split("\n")) >= 4
    assert not [word for word in ("CC BY", "ookie", "\ufffd", "+4", "Deutsch", " | ") if word in found.text]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"   ", ""),
        (b"hello", "hello"),
        (b"<p>hi", "hi"),
        (b"<div>a</div><script>b()</script>", "a"),
        (b"<html/>", ""),
    ],
)
def test_scraps_give_what_a_visitor_would_see(data: bytes, text: str) -> None:
    assert extract_html(data).text == text


def test_a_declared_charset_is_used() -> None:
    data = "<html><body><p>Слушания по мосту</p></body></html>".encode("koi8-r")

    assert extract_html(data, charset="koi8-r").text == "Слушания по мосту"


TAGS = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<div",
            ">",
            "<table><tr><td>",
            "<svg>",
            "<!--",
            "]]>",
            "&#0;",
            "<?xml?>",
            "word ",
            "\0",
            "<html>",
            "<title>",
        ]
    )
    | st.text(max_size=5)
).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass"))


@settings(max_examples=60)
@given(st.binary(max_size=200) | TAGS)
def test_no_bytes_make_it_fail(data: bytes) -> None:
    assert isinstance(extract_html(data), Extracted)


def test_deep_nesting_does_not_make_it_fail() -> None:
    assert isinstance(extract_html(b"<div>" * 20_000 + b"deep"), Extracted)


def test_an_empty_page_is_nothing_to_warn_of(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        extract_html(b"<html><body></body></html>")

    assert [entry for entry in caplog.records if entry.levelno >= logging.WARNING] == []
