"""A site's zone is that whose offsets its pages print; else a guess, and said to be one."""

import pytest

from pipeline.drafting.clocks import moments
from pipeline.drafting.guess import Sure
from pipeline.drafting.zones import zone_of


@pytest.mark.parametrize(
    ("published", "language", "home", "zone"),
    [
        (["2026-03-10T10:00:00+09:00", "2026-07-10T10:00:00+09:00"], "ko", "", "Asia/Seoul"),
        (["2026-03-10T10:00:00+01:00", "2026-07-10T10:00:00+02:00"], "de", "", "Europe/Berlin"),
        (["2026-03-10T10:00:00+00:00"], "en", "https://a.example.co.uk/", "Europe/London"),
        (["2026-03-10T10:00:00+03:00"], "ru", "", "Europe/Moscow"),
        (["2026-03-10T10:00:00+09:00"], "en", "", "Etc/GMT-9"),
        (["2026-03-10T10:00:00-05:00"], "en", "", "Etc/GMT+5"),
        (["2026-03-10T10:00:00+01:00", "2026-07-10T10:00:00+02:00"], "en", "", "UTC"),
        (["2026-03-10T10:00:00+05:30"], "en", "", "UTC"),
        (["2026-03-10T10:00:00-13:00"], "en", "", "UTC"),
        (["2026-03-10T10:00:00+23:00"], "en", "", "UTC"),
        (["2026-03-10T10:00:00+09:00"], "de", "", "Etc/GMT-9"),
    ],
)
def test_the_offsets_that_pages_print_tell_the_zone(published, language, home, zone):
    guess = zone_of(published, language, home)
    assert guess.value == zone
    assert guess.sure is not Sure.UNSURE or zone == "UTC"


@pytest.mark.parametrize(
    ("language", "home", "zone"),
    [
        ("ko", "", "Asia/Seoul"),
        ("en", "https://www.example.ie/", "Europe/Dublin"),
        ("ko", "https://www.example.kp/", "Asia/Pyongyang"),
        ("ru", "", "UTC"),
        ("en", "https://www.example.com/", "UTC"),
        (None, "", "UTC"),
    ],
)
def test_where_they_print_none_it_is_a_guess_that_asks(language, home, zone):
    guess = zone_of(["2026-03-10", None], language, home)
    assert (guess.value, guess.sure) == (zone, Sure.UNSURE)
    assert guess.why.endswith("is it the site's?")


@pytest.mark.parametrize(
    ("clocks", "told", "found"),
    [
        (
            ["2026-03-10T10:00:00+00:00", "2026-07-10T10:05:00+00:00"],
            ["Tue, 10 Mar 2026 09:00:12 +0000", "2026-07-10T10:05:41+02:00"],
            ["2026-03-10T10:00:00+01:00", "2026-07-10T10:05:00+02:00"],
        ),
        (
            ["2026-03-10T10:00:00+00:00", "2026-03-11T23:00:00+00:00", None],
            ["Tue, 10 Mar 2026 04:30:00 GMT", "2026-03-11T17:30:59Z", "2026-03-11"],
            ["2026-03-10T10:00:00+05:30", "2026-03-11T23:00:00+05:30"],
        ),
        (["2026-03-10T10:00:00+00:00"], ["2026-03-10T07:00:00Z"], []),
        (["2026-03-10T10:00:00+00:00"] * 2, ["2026-03-10T10:00:00Z"] * 2, []),
        (["2026-03-10T10:00:00+00:00"] * 2, ["2026-03-10T07:00:00Z", "2026-03-10T04:00:00Z"], []),
        (["2026-03-10T10:00:00+00:00"] * 2, ["2026-03-10T07:00:00Z", "2026-03-10T07:07:00Z"], []),
        (["2026-03-10T10:00:00+00:00"] * 2, ["2026-03-10 07:00", "soon"], []),
        (["2026-03-10"] * 2, ["2026-03-10T07:00:00Z"] * 2, []),
    ],
    ids=["summer", "half", "one", "same", "differ", "odd", "nowhere", "days"],
)
def test_a_feed_s_moments_tell_the_offset_of_clocks_that_pages_print(clocks, told, found):
    assert moments(clocks, told) == found
