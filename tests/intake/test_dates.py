from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.intake.dates import parse_mail_time, parse_time

TEN = "2026-05-01T10:00:00+00:00"


@pytest.mark.parametrize(
    "given_as",
    [
        "2026-05-01T10:00:00Z",
        "2026-05-01T10:00Z",
        "2026-05-01 10:00:00",
        " 2026-05-01T12:00:00+02:00 ",
        "2026-05-01 12:00:00 +0200",
        "2026-05-01T05:00:00.000000-05",
        "2026-05-01T10:00:00,0 UTC",
        "20260501T100000Z",
        "20260501 1000",
        "1777629600",
        "1777629600000",
        "1777629600.0",
        1777629600,
        1777629600.0,
        datetime(2026, 5, 1, 10),
        datetime(2026, 5, 1, 12, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_every_form_means_the_same_moment(given_as):
    assert parse_time(given_as).isoformat() == TEN


@pytest.mark.parametrize("day", ["2026-05-01", "20260501", date(2026, 5, 1)])
def test_a_day_is_its_first_moment(day):
    assert parse_time(day).isoformat() == "2026-05-01T00:00:00+00:00"


@pytest.mark.parametrize(
    "no_date",
    [
        "31/02/2026",
        "2026-02-31",
        "2026-13-01",
        "2026-05-01T25:00",
        "2026-05-01T10:00:61",
        "2026-05-01T10:00.5Z",
        "2026-05-01x10:00",
        "2026-05-01T10",
        "2026-05-01T10:00+25:00",
        "2026-5-1",
        "01.05.2026",
        "yesterday",
        "today",
        "0",
        "17776296",
        "17776296000",
        "٢٠٢٦-٠٥-٠١",
        "2026-W18-5",
        "0001-01-01T00:00+05:00",
        "9999-12-31T23:59-05:00",
        "",
        "nan",
        "2026-05-01T10:00Z" + "0" * 1_000_000,
        float("nan"),
        1e300,
        -5,
    ],
)
def test_anything_else_is_not_a_date(no_date):
    with pytest.raises(ValueError):
        parse_time(no_date)


@given(st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(9999, 12, 30)), st.integers(-840, 840))
def test_a_moment_survives_any_offset(moment, minutes):
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))

    assert parse_time(aware.isoformat()) == aware
    assert parse_time(aware.isoformat(" ")).tzinfo is UTC


@given(st.text())
def test_a_text_is_a_moment_or_a_value_error(text):
    for parse in (parse_time, parse_mail_time):
        with suppress(ValueError):
            assert parse(text).tzinfo is UTC


@pytest.mark.parametrize(
    "header", ["Fri, 01 May 2026 12:00:00 +0200", "1 May 2026 10:00:00 GMT", "Fri, 01 May 2026 10:00:00 -0000"]
)
def test_a_mail_date_is_read_with_its_offset(header):
    assert parse_mail_time(header).isoformat() == TEN


@pytest.mark.parametrize("header", ["", "31/02/2026", "Fri, 31 Feb 2026 10:00:00 +0000", "," * 80_000])
def test_a_mail_date_that_is_none_is_not_a_date(header):
    with pytest.raises(ValueError):
        parse_mail_time(header)
