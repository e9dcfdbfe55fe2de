from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.text.encoding import declared_in_page, decode

RUSSIAN = "Слушания по мосту пройдут в сентябре, сообщили в администрации города."
CHINESE = "渔港改造方案公示，意见征集至九月二十日，市民可以通过信件或者网站提交意见。"


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "utf-8", "punycode", "hex", "idna", "undefined", "rot13", "\0", "utf-16", "gbk"]),
)
def test_any_bytes_give_a_text(data: bytes, declared: str) -> None:
    assert isinstance(decode(data, declared), str)


@given(st.text())
def test_utf_8_comes_back_whole_whatever_is_declared_wrongly(text: str) -> None:
    assert decode(text.encode(), "no-such-encoding") == text.removeprefix("\ufeff")


@pytest.mark.parametrize(
    ("text", "name"),
    [(RUSSIAN, "windows-1251"), (RUSSIAN, "koi8-r"), (CHINESE, "gb18030"), (CHINESE, "GB2312"), ("мост", "koi8-r")],
)
def test_the_declared_encoding_is_taken(text: str, name: str) -> None:
    assert decode(text.encode(name), name) == text


def test_a_declared_encoding_stands_for_its_larger_family_as_in_browsers() -> None:
    assert decode("朱镕基".encode("gb18030"), "gb2312") == "朱镕基"
    assert decode(b"\x93x\x94", "iso-8859-1") == "“x”"


@pytest.mark.parametrize("mark", [codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE])
def test_a_byte_order_mark_goes_before_what_is_declared(mark: bytes) -> None:
    names = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}

    assert decode(mark + RUSSIAN.encode(names.get(mark, "utf-32-le")), "windows-1251") == RUSSIAN


def test_one_broken_byte_does_not_change_the_encoding() -> None:
    data = (RUSSIAN * 3).encode() + b"\xff"

    assert decode(data, "utf-8") == RUSSIAN * 3 + "\ufffd"


@pytest.mark.parametrize("name", ["windows-1251", "gb18030"])
def test_an_undeclared_encoding_is_guessed(name: str) -> None:
    text = (RUSSIAN if name == "windows-1251" else CHINESE) * 3

    assert decode(text.encode(name)) == text


@pytest.mark.parametrize(
    "head",
    [
        b'<meta charset="gb18030">',
        b"<META http-equiv=Content-Type content='text/html; charset=gb18030'>",
        b'<?xml version="1.0" encoding="gb18030"?>',
    ],
)
def test_a_page_names_its_encoding(head: bytes) -> None:
    assert declared_in_page(b"<html><head>" + head) == "gb18030"
    assert declared_in_page(b"<html><p>nothing</p>") == ""
