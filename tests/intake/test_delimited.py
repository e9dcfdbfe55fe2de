from __future__ import annotations

import pytest

from triage.domain.report import Blank, Rejection, Report
from triage.errors import InputError, UsageError
from triage.intake.delimited import MOST_LINES


def _texts(rows):
    return [row.text for row in rows if isinstance(row, Report)]


def _rejected(rows):
    return [(row.place.line, row.reason) for row in rows if isinstance(row, Rejection)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_header_tells_the_delimiter(read, delimiter):
    rows = read("a.csv", f"id{delimiter}text\n1{delimiter}a, b; c".replace("a, b; c", '"a,b;c"').encode())

    assert _texts(rows) == ["a,b;c"]


def test_a_delimiter_inside_the_texts_does_not_mislead(read):
    assert _texts(read("a.csv", b"id;text\n1;a, b, c, d\n2;e, f, g\n")) == ["a, b, c, d", "e, f, g"]


def test_a_delimiter_inside_the_names_does_not_mislead(read):
    assert _texts(read("a.csv", b"text;shares, likes, views\na, b;1\n")) == ["a, b"]


def test_excel_may_name_the_delimiter_in_the_first_line(read):
    assert _texts(read("a.csv", b"sep=;\r\nid;text\r\n1;a\r\n")) == ["a"]


def test_a_byte_order_mark_is_no_part_of_the_first_column(read):
    assert [row.id for row in read("a.csv", b"\xef\xbb\xbfid,text\n1,a\n")] == ["1"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_with_its_mark_is_decoded(read, encoding):
    mark = "" if encoding == "utf-16" else "\ufeff"

    assert _texts(read("a.csv", f"{mark}id,text\r\n1,Кремль 疫苗 😀\r\n".encode(encoding))) == ["Кремль 疫苗 😀"]


def test_a_row_stands_at_its_first_line(read):
    rows = read("a.csv", b'id,text\n1,"one\ntwo\r\nthree"\n\n2,b\n')

    assert [(type(row), row.place.line) for row in rows] == [(Report, 2), (Blank, 5), (Report, 6)]
    assert _texts(rows) == ["one\ntwo\r\nthree", "b"]


@pytest.mark.parametrize(
    "rest",
    [
        b"2,b\n3,c\n",
        b'2,"b"\n3,"c"\n',
        b'2,b\n3,"c"\n',
        b'2,"b\nb"\n3,c\n',
        b'"2","b"\n"3","c"\n',
        b'2,"say ""b"""\n3,c\n',
    ],
)
def test_a_quotation_mark_that_is_not_closed_swallows_no_other_row(read, rest):
    rows = read("a.csv", b'id,text\n0,a\n1,"not closed\n' + rest)

    assert [row.id for row in rows if isinstance(row, Report)] == ["0", "2", "3"]
    assert [line for line, _ in _rejected(rows)] == [3]
    assert "quotation mark" in _rejected(rows)[0][1]


def test_a_quotation_mark_that_is_not_doubled_costs_its_own_row_only(read):
    rows = read("a.csv", b'id,text\n1,"He said "no" to me"\n2,b\n')

    assert _texts(rows) == ["b"]
    assert _rejected(rows) == [(2, "a quotation mark is not closed, or not doubled inside a quoted field")]


def test_a_quotation_over_too_many_lines_is_one_that_is_not_closed(read):
    rows = read("a.csv", b'id,text\n1,"not closed\n' + b"1,x\n" * MOST_LINES + b'1,"y"\n')

    assert _texts(rows) == [*["x"] * MOST_LINES, "y"]
    assert _rejected(rows) == [(2, f"a quotation mark is not closed within {MOST_LINES} lines")]


def test_a_quotation_mark_inside_a_plain_field_is_a_character(read):
    assert _texts(read("a.csv", b'id,text\n1,a 5" pipe\n2,b\n')) == ['a 5" pipe', "b"]


@pytest.mark.parametrize(("row", "columns"), [(b"1", 1), (b"1,a,b", 3), (b"1,a,", 3), (b'1,"a\nb",c', 3)])
def test_a_row_with_too_few_or_too_many_columns_is_set_aside(read, row, columns):
    rows = read("a.csv", b"id,text\n" + row + b"\n2,b\n")

    assert _texts(rows) == ["b"]
    assert _rejected(rows) == [(2, f"has {columns} columns where the header has 2")]


@pytest.mark.parametrize("row", [b"", b",", b"   ", b' , "" '[:3], b",,,"])
def test_a_row_with_nothing_in_it_is_blank(read, row):
    assert [type(found) for found in read("a.csv", b"id,text\n" + row + b"\n2,b\n")] == [Blank, Report]


def test_one_line_in_another_encoding_costs_its_own_row_only(read):
    rows = read("a.csv", b"id,text\n1,caf\xe9\n" + "2,café\n".encode() + b'3,"\n\xe9"\n4,d\n')

    assert _texts(rows) == ["café", "d"]
    assert _rejected(rows) == [(2, "text is not UTF-8 (byte 0xE9)"), (4, "text is not UTF-8 (byte 0xE9)")]
    assert rows[0].raw == "1,caf\\xe9"


@pytest.mark.parametrize("encoding", ["cp1251", "gb18030", "koi8-r"])
def test_a_file_wholly_in_another_encoding_is_one_clear_line(read, encoding):
    words = "疫苗" if encoding == "gb18030" else "прививка"

    with pytest.raises(InputError, match=r"a\.csv is not UTF-8 from line 2 on"):
        read("a.csv", "".join(["id,text\n", *(f"{n},{words}\n" for n in range(9))]).encode(encoding))


def test_a_file_in_several_encodings_is_read_row_by_row(read):
    rows = read("a.csv", b"id,text\n1,caf\xe9\n2,caf\xe9\n3,caf\xe9\n" + "4,café\n".encode())

    assert _texts(rows) == ["café"]
    assert [line for line, _ in _rejected(rows)] == [2, 3, 4]


def test_half_a_character_of_utf16_costs_its_own_row_only(read):
    rows = read("a.csv", "\ufeffid,text\n1,a\ud83db\n2,c\n".encode("utf-16-le", "surrogatepass"))

    assert _texts(rows) == ["c"]
    assert [line for line, _ in _rejected(rows)] == [2]


def test_a_header_in_another_encoding_is_one_clear_line(read):
    with pytest.raises(InputError, match="header is not UTF-8"):
        read("a.csv", "id,text,größe\n1,a,b\n".encode("latin-1"))


def test_a_file_full_of_nul_bytes_is_one_clear_line(read):
    with pytest.raises(InputError, match="NUL"):
        read("a.csv", "id,text\n1,a\n".encode("utf-16-le"))


def test_a_nul_byte_costs_its_own_row_only(read):
    rows = read("a.csv", b"id,text\n1,a\0b\n2,b\n")

    assert _texts(rows) == ["b"]
    assert _rejected(rows) == [(2, "text holds a NUL byte")]


def test_a_field_may_be_longer_than_the_standard_reader_allows(read):
    assert _texts(read("a.csv", b"id,text\n1," + b"x" * 300_000 + b"\n")) == ["x" * 300_000]


def test_a_line_that_is_too_long_costs_its_own_row_only(read):
    rows = read("a.csv", b"id,text\n1,a\n2," + b"x" * 10_000_001 + b"\n3,c\n4," + b'"' + b"y" * 10_000_001 + b"\n5,d\n")

    assert _texts(rows) == ["a", "c", "d"]
    assert _rejected(rows) == [(3, "the line is longer than 10 MB"), (5, "the line is longer than 10 MB")]
    assert all(len(row.raw) <= 2_000 for row in rows if isinstance(row, Rejection))


def test_a_foreign_column_is_mapped_and_the_others_are_kept(read):
    (row,) = read("a.csv", b"Body,Note,text\nhello,seen,own\n", mapping={"text": "Body"})

    assert row.text == "hello"
    assert row.extra == {"Note": "seen", "text": "own"}


def test_one_column_may_give_two_fields(read):
    (row,) = read("a.csv", b"article,text\na7,b\n", mapping={"id": "article", "subject": "article"})

    assert (row.id, row.subject) == ("a7", "a7")


def test_a_column_that_is_mapped_is_not_read_under_its_own_name_too(read):
    (row,) = read("a.csv", b"title,lang\nhello,en\n", mapping={"text": "title"})

    assert (row.text, row.title) == ("hello", "")


def test_a_mapped_column_that_does_not_exist_is_named_with_those_that_do(read):
    with pytest.raises(UsageError, match='no column "Bodi"; it has Body, Note'):
        read("a.csv", b"Body,Note\na,b\n", mapping={"text": "Bodi"})


def test_a_table_without_content_says_how_to_map_it(read):
    with pytest.raises(InputError, match=r"has none of the columns url.*it has Body, Note.*--map"):
        read("a.csv", b"Body,Note\na,b\n")


def test_two_columns_of_one_name_are_refused(read):
    with pytest.raises(InputError, match='two columns "text"'):
        read("a.csv", b"text,text\na,b\n")


def test_a_column_without_a_name_is_called_by_its_number(read):
    (row,) = read("a.csv", b",text\n0,a\n")

    assert row.extra == {"column 1": "0"}


def test_bare_carriage_returns_are_one_clear_line(read):
    with pytest.raises(InputError, match="carriage returns"):
        read("a.csv", b"id,text\r1,a\r2,b\r")


def test_a_bare_carriage_return_in_a_row_costs_its_own_row_only(read):
    rows = read("a.csv", b'id,text\n1,a\rb\n2,"c\rd"\n')

    assert _texts(rows) == ["c\rd"]
    assert _rejected(rows) == [(2, "a bare carriage return outside quotation marks")]


def test_a_header_alone_gives_no_rows(read):
    assert read("a.csv", b"id,text\n") == []
