from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from pipeline.catalog.columns import Instant, Outside, Sha256
from pipeline.model import Digest

DIALECT = sqlite.dialect()
zones = st.integers(-23 * 60, 23 * 60).map(lambda m: timezone(timedelta(minutes=m)))
# a day's margin at both ends, because a zone moves an instant out of Python's calendar
MARGIN = timedelta(days=1)
days = st.dates(date.min + MARGIN, date.max - MARGIN)
instants = st.builds(datetime.combine, days, st.times(timezones=zones))


def stored(value):
    return Instant().process_bind_param(value, DIALECT)


def test_a_naive_datetime_is_refused():
    with pytest.raises(ValueError, match="naive"):
        stored(datetime(2026, 3, 1, 12))  # noqa: DTZ001 - the fault under test


@given(instants)
def test_an_instant_comes_back_as_itself_in_utc(moment):
    back = Instant().process_result_value(stored(moment), DIALECT)
    assert back == moment
    assert back.tzinfo is UTC


@given(instants, instants)
def test_stored_instants_sort_as_instants_do(one, other):
    assert (one < other) == (stored(one) < stored(other))


@given(st.binary(min_size=32, max_size=32))
def test_a_digest_comes_back_as_itself(value):
    digest = Digest("sha256", value)
    column = Sha256()
    assert (
        column.process_result_value(column.process_bind_param(digest, DIALECT), DIALECT) == digest
    )


def test_a_digest_of_another_algorithm_is_refused():
    with pytest.raises(ValueError, match="sha1"):
        Sha256().process_bind_param(Digest("sha1", bytes(20)), DIALECT)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_decent_text_is_kept_as_it_is(text):
    assert Outside().process_bind_param(text, DIALECT) == text


@given(st.text(st.characters() | st.sampled_from("\0\ud800\udfff")))
def test_any_text_becomes_one_that_every_database_can_hold(text):
    held = Outside().process_bind_param(text, DIALECT)
    assert "\0" not in held
    assert held.encode().decode() == held


def test_null_stays_null():
    for column in (Instant(), Sha256(), Outside()):
        assert column.process_bind_param(None, DIALECT) is None
    for column in (Instant(), Sha256()):
        assert column.process_result_value(None, DIALECT) is None
