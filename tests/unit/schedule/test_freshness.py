"""How long an answer stays fresh (RFC 9111), and what is not to be believed of it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.schedule.freshness import LONGEST, fresh_for

DATE = "Sat, 21 Nov 2026 10:00:00 GMT"
LATER = "Sat, 21 Nov 2026 10:30:00 GMT"


def fresh(**headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return fresh_for(named.get)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"cache_control": "max-age=600"}, 600),
        ({"cache_control": "public, Max-Age=600, must-revalidate"}, 600),
        ({"cache_control": 'max-age="600"'}, 600),
        ({"cache_control": "s-maxage=900"}, 0),
        ({"cache_control": "max-age=600", "age": "400"}, 200),
        ({"cache_control": "max-age=600", "age": "4000"}, 0),
        ({"cache_control": "max-age=600", "age": "9" * 5000}, 0),
        ({"cache_control": "max-age=600", "age": "soon"}, 600),
        ({"cache_control": "max-age=-1"}, 0),
        ({"cache_control": "no-cache, max-age=600"}, 0),
        ({"cache_control": "max-age=600, no-store"}, 0),
        ({"expires": LATER, "date": DATE}, 1800),
        ({"expires": LATER}, 0),
        ({"expires": "0", "date": DATE}, 0),
        ({"expires": DATE, "date": LATER}, 0),
        ({"cache_control": "max-age=60", "expires": LATER, "date": DATE}, 60),
    ],
)
def test_what_a_server_says_is_read_as_rfc_9111_has_it(headers, seconds):
    assert fresh(**headers) == timedelta(seconds=seconds)


def test_a_year_is_not_believed():
    assert fresh(cache_control="max-age=31536000") == LONGEST


@given(st.text(), st.text(), st.text(), st.text())
def test_whatever_is_said_the_answer_lies_within_bounds(control, expires, date, age):
    told = fresh(cache_control=control, expires=expires, date=date, age=age)
    assert timedelta(0) <= told <= LONGEST
