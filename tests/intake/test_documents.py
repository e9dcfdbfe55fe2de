from __future__ import annotations

import hashlib

import pytest

from triage.errors import InputError

PAGE = (
    "<!DOCTYPE html><html lang=de><head><meta charset=utf-8><title>Ein Titel</title></head>"
    "<body><article><h1>Ein Titel</h1>"
    + "<p>Die Gebühr im Hafen steigt im Mai um zwei Taler, sagt das Amt.</p>" * 5
    + "</article></body></html>"
)


def test_a_text_file_is_the_text_as_it_is(read):
    text = "\ufeffEine Zeile\r\n\r\nnoch eine \u200b疫苗\n"
    (report,) = read("a.txt", text.encode())

    assert report.text == text
    assert (report.claim, report.channel, report.title) == ("", "file", "")


def test_a_text_taken_by_phone_is_the_claim_with_its_contacts_masked(read):
    (report,) = read("a.txt", b"Ring me at +49 30 901820", channel="phone")

    assert (report.text, report.channel) == ("", "phone")
    assert report.claim.startswith("Ring me at [phone:p-")


def test_utf16_with_its_mark_is_decoded_and_the_mark_kept(read):
    assert read("a.txt", "疫苗\r\n".encode("utf-16"))[0].text == "\ufeff疫苗\r\n"


def test_a_page_gives_title_text_and_language_and_keeps_the_digest_of_the_file(read):
    (report,) = read("a.html", PAGE.encode())

    assert (report.title, report.lang) == ("Ein Titel", "de")
    assert "Die Gebühr im Hafen steigt" in report.text
    assert report.raw_digest == hashlib.sha256(PAGE.encode()).hexdigest()


def test_a_page_in_another_encoding_is_read_as_it_declares(read):
    assert "Gebühr" in read("a.htm", PAGE.replace("utf-8", "windows-1252").encode("cp1252"))[0].text


def test_the_same_document_has_the_same_id_again(read):
    assert read("a.html", PAGE.encode())[0].id == read("b.htm", PAGE.encode())[0].id
    assert read("a.txt", b"one")[0].id == read("b.txt", b"one")[0].id != read("c.txt", b"two")[0].id


@pytest.mark.parametrize(
    ("name", "data", "line"),
    [
        ("a.txt", "прививка\n".encode("cp1251"), r"is not UTF-8 \(byte 0xEF in line 1\)"),
        ("a.txt", b"one\ntwo\n\xe9", r"is not UTF-8 \(byte 0xE9 in line 3\)"),
        ("a.txt", b"\xef\xbb\xbf \r\n", "is empty"),
        ("a.txt", b"x" * 10_000_001, "is larger than 10 MB"),
        ("a.txt", b"some words\0and more", "NUL byte"),
        ("a.html", b"<html><body></body></html>", "without any text"),
    ],
)
def test_a_document_that_cannot_be_read_is_one_clear_line(read, name, data, line):
    if "NUL" in line:
        assert line in read(name, data)[0].reason
    else:
        with pytest.raises(InputError, match=line):
            read(name, data)
