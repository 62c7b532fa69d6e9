"""A cursor goes on with its own search, and another text is refused, whatever it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ground.query import Order
from pipeline.search.cursors import LARGEST, BadCursor, Cursor, read, write
from pipeline.search.parsing import parse

QUERY = parse("bridge")
NUMBERS = st.integers(0, LARGEST)


@given(NUMBERS, NUMBERS, st.frozensets(NUMBERS, max_size=9))
def test_what_is_written_is_read(upto, below, shown):
    cursor = Cursor(order=Order.BEST, upto=upto, below=below, shown=shown)
    assert read(write(cursor, QUERY), QUERY, Order.BEST) == cursor


@pytest.mark.parametrize("fields", [{"upto": LARGEST + 1}, {"upto": 1, "below": 1 << 900}])
def test_a_number_that_no_version_has_is_refused(fields):
    forged = write(Cursor(order=Order.NEWEST, **fields), QUERY)
    with pytest.raises(BadCursor):
        read(forged, QUERY, Order.NEWEST)


@given(st.text())
def test_any_other_text_is_refused(text):
    with pytest.raises(BadCursor):
        read(text, QUERY, Order.BEST)
