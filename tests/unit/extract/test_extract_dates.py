"""Dates as they are printed and declared, and the offsets that may be said of them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.extract.dates import compile_format, declared, printed

PYONGYANG, SEOUL = ZoneInfo("Asia/Pyongyang"), ZoneInfo("Asia/Seoul")
PACIFIC, SHANGHAI = ZoneInfo("America/Los_Angeles"), ZoneInfo("Asia/Shanghai")
MINUTES = "%Y-%m-%d %H:%M"


def date(text, *formats, zone=SEOUL):
    return printed(text, tuple(map(compile_format, formats)), zone)


@pytest.mark.parametrize(
    ("text", "spelled", "iso"),
    [
        ("22/03/2020", "%d/%m/%Y", "2020-03-22"),
        ("2020/5/7", "%Y/%m/%d", "2020-05-07"),
        ("March 22, 2020", "%B %d, %Y", "2020-03-22"),
        ("Mar 22,2020", "%b %d,%Y", "2020-03-22"),
        ("sept. 3, 2020", "%b. %d, %Y", "2020-09-03"),
        ("30 Jan. 2018, 20:01", "%d %b. %Y, %H:%M", "2018-01-30T20:01:00+09:00"),
        ("Sun, 22 March 2020", "%a, %d %B %Y", "2020-03-22"),
        ("22 de mayo de 2020", "%d de %B de %Y", "2020-05-22"),
        ("22. Dezember 2020", "%d. %B %Y", "2020-12-22"),
        ("22 мая 2020 | 10:00", "%d %B %Y | %H:%M", "2020-05-22T10:00:00+09:00"),
        ("22 févr. 2020", "%d %b. %Y", "2020-02-22"),
        ("22/03/20 07:08:09 PM", "%d/%m/%y %I:%M:%S %p", "2020-03-22T19:08:09+09:00"),
        ("2020-03-22 12:30 a.m.", "%Y-%m-%d %I:%M %p", "2020-03-22T00:30:00+09:00"),
        ("2020년 3월 22일 오후 3:05", "%Y년 %m월 %d일 %p %I:%M", "2020-03-22T15:05:00+09:00"),
        ("22.03.2020 10:00 +0100", "%d.%m.%Y %H:%M %z", "2020-03-22T10:00:00+01:00"),
        ("22.03.2020 10:00 GMT", "%d.%m.%Y %H:%M %Z", "2020-03-22T10:00:00+00:00"),
        ("22.03.2020 10:00 KST", "%d.%m.%Y %H:%M %Z", "2020-03-22T10:00:00+09:00"),
        ("100% 2020-03-22", "100%% %Y-%m-%d", "2020-03-22"),
    ],
)
def test_a_printed_date_is_read_by_its_format(text, spelled, iso):
    assert date(text, spelled) == iso


@pytest.mark.parametrize(
    ("language", "iso"), [("hr", "2020-10-22"), ("pl", "2020-11-22"), ("pl-PL", "2020-11-22")]
)
def test_a_month_s_name_by_a_format_is_the_page_s_language_s_or_the_config_s(read, language, iso):
    format_ = {"css": "i", "format": "%d %B %Y"}
    body = f"<html lang=%s><body><p>{'A ferry. ' * 40}<i>22 listopada 2020</i>"
    rule = {"body": "p", "published": format_}
    assert read(body % language, rule).published == iso
    assert read(body % "en", rule, language=language).published == iso
    assert read(body % "en", rule).published is None


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("31/02/2020", "%d/%m/%Y"),
        ("29/02/2019", "%d/%m/%Y"),
        ("00/01/2020", "%d/%m/%Y"),
        ("22/13/2020", "%d/%m/%Y"),
        ("22 goats 2020", "%d %B %Y"),
        ("22 listopada 2020", "%d %B %Y"),
        ("2020-03-22 24:00", MINUTES),
        ("on 22/03/2020", "%d/%m/%Y"),
        ("22/03/2020 x", "%d/%m/%Y"),
        ("22.03.2020 10:00 CST", "%d.%m.%Y %H:%M %Z"),
        ("", "%d/%m/%Y"),
    ],
)
def test_what_is_no_date_or_not_of_the_format_is_none(text, spelled):
    assert date(text, spelled) is None


def test_the_first_format_that_fits_is_taken():
    formats = (MINUTES, "%Y-%m-%d")
    assert date("2020-05-10 01:15", *formats, zone=SHANGHAI) == "2020-05-10T01:15:00+08:00"
    assert date("2020-05-10", *formats, zone=SHANGHAI) == "2020-05-10"


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2015-08-14 12:00", "2015-08-14T12:00:00+09:00"),
        ("2015-08-15 12:00", "2015-08-15T12:00:00+08:30"),
        ("2018-05-04 12:00", "2018-05-04T12:00:00+08:30"),
        ("2018-05-05 12:00", "2018-05-05T12:00:00+09:00"),
    ],
)
def test_a_zone_has_the_offset_that_it_had_then(text, iso):
    """Pyongyang was half an hour apart from Seoul from 15 August 2015 to 4 May 2018."""
    assert date(text, MINUTES, zone=PYONGYANG) == iso


def test_a_time_that_came_twice_is_its_first_and_one_that_never_came_keeps_the_old_offset():
    assert date("2020-11-01 01:30", MINUTES, zone=PACIFIC) == "2020-11-01T01:30:00-07:00"
    assert date("2020-03-08 02:30", MINUTES, zone=PACIFIC) == "2020-03-08T02:30:00-08:00"


def test_a_time_without_a_zone_is_only_a_date():
    assert date("2020-05-10 01:15", MINUTES, zone=None) == "2020-05-10"
    assert declared("2020-05-10T01:15:00", None) == "2020-05-10"


def test_local_mean_time_has_no_offset_that_iso_8601_knows():
    assert date("1900-01-01 10:00", MINUTES) == "1900-01-01"


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2016-12-22", "2016-12-22"),
        ("20161222", "2016-12-22"),
        ("2016-12-22T10:43:37-08:00", "2016-12-22T10:43:37-08:00"),
        ("2016-12-22T10:43:37Z", "2016-12-22T10:43:37+00:00"),
        ("2016-12-22T10:43:37.123+0900", "2016-12-22T10:43:37+09:00"),
        ("2016-12-22T10:43+09", "2016-12-22T10:43:00+09:00"),
        ("2016-12-22 10:43:37", "2016-12-22T10:43:37+09:00"),
        ("20161222T104337Z", "2016-12-22T10:43:37+00:00"),
        ("Thu, 22 Dec 2016 10:43:37 GMT", "2016-12-22T10:43:37+00:00"),
        ("Thu, 22 Dec 2016 10:43:37 -0500", "2016-12-22T10:43:37-05:00"),
        ("Thu, 22 Dec 2016 10:43:37 -0000", "2016-12-22T10:43:37+00:00"),
        ("22 Dec 2016 10:43 +0900", "2016-12-22T10:43:00+09:00"),
        ("2016-12-22T23:59:60Z", "2016-12-23T00:00:00+00:00"),
        ("2016-02-30", None),
        ("2016-12-22T25:00:00Z", None),
        ("2016-12-22T10:43:37+99:99", None),
        ("9999-12-31T23:59:60Z", None),
        ("December 22, 2016", None),
        ("22/12/2016", None),
        ("1482403417", None),
        ("", None),
    ],
)
def test_machine_readable_dates_need_no_format_and_keep_their_offset(text, iso):
    assert declared(text, SEOUL) == iso


@pytest.mark.parametrize(
    ("spelled", "says"),
    [
        ("%d %q %Y", "%q in the format"),
        ("%d/%m", "lacks a year"),
        ("%Y-%m", "lacks a year, a month or a day"),
        ("%d %b %B %Y", "stands twice"),
        ("%d/%m/%Y %", "% in the format"),
    ],
)
def test_an_unsound_format_is_refused(spelled, says):
    with pytest.raises(ValueError, match=says):
        compile_format(spelled)


@pytest.mark.parametrize(
    "spelled", ["%Y-%m-%d %H:%M:%S", "%d %B %Y, %I:%M:%S %p", "%a %b %d %Y at %H.%M.%S"]
)
@given(moment=st.datetimes(datetime(1970, 1, 1), datetime(2099, 12, 31)))  # noqa: DTZ001 - local times
def test_what_strftime_prints_is_read_back(spelled, moment):
    shown = moment.replace(microsecond=0)
    placed = shown.replace(tzinfo=SHANGHAI)
    # a time that summer time skipped was on no clock
    assume(placed.astimezone(UTC).astimezone(SHANGHAI).replace(tzinfo=None) == shown)
    assert date(f"{shown:{spelled}}", spelled, zone=SHANGHAI) == (placed.isoformat())


@given(st.text())
def test_no_text_is_too_odd_to_be_asked(text):
    assert declared(text, SEOUL) is None or declared(text, SEOUL)[:1].isdigit()


def test_of_several_places_the_first_that_is_a_date_counts(read):
    page = "<time datetime='soon'>x</time><time datetime='2020-03-22T10:00:00'>y</time><main>text"
    generation = {"body": "main", "published": ["time", "time@datetime"]}
    assert read(page, generation).published == "2020-03-22T10:00:00+09:00"


def test_a_meta_element_with_an_offset_may_go_before_a_wrong_time_element(read):
    page = (
        "<meta property='article:published_time' content='2016-12-22T10:43:37-08:00'>"
        "<time datetime='2016-12-22T10:43:37Z'>22 Dec</time><main>text</main>"
    )
    places = "meta[property='article:published_time']@content, time@datetime"
    assert (
        read(page, {"body": "main", "published": places}).published == "2016-12-22T10:43:37-08:00"
    )
