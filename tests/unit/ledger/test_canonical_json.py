import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ledger.canonical import canonical, parse

INTEGERS = st.integers(-(2**53) + 1, 2**53 - 1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | INTEGERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
)
OBJECTS = st.dictionaries(TEXTS, VALUES, max_size=6)


@given(OBJECTS)
def test_what_is_spelled_reads_back_and_spells_the_same(value):
    octets = canonical(value)
    assert parse(octets) == value
    assert canonical(parse(octets)) == octets


@given(OBJECTS)
def test_any_json_reader_reads_it(value):
    assert json.loads(canonical(value)) == value


def test_rfc_8785_orders_names_by_utf_16():
    """RFC 8785 section 3.2.3's own sample: the last two differ in order by code point."""
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    ordered = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    spelled = canonical(dict.fromkeys(names, 0))
    assert list(json.loads(spelled)) == ordered


def test_rfc_8785_spells_texts():
    """RFC 8785 section 3.2.4's own sample, its floating point numbers left out."""
    value = {
        "string": '\u20ac$\u000f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    expected = (
        "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c22737472696e67223a22"
        "e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d"
    )
    assert canonical(value).hex() == expected


def test_control_characters_have_one_spelling_each():
    spelled = canonical({"": "\x00\b\t\n\x0b\f\r\x1f\x7f\u2028"})
    assert spelled == '{"":"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\x7f\u2028"}'.encode()


def test_integers_go_to_what_all_readers_agree_on():
    most = 2**53 - 1
    assert canonical([most, -most, 0, -1]) == b"[9007199254740991,-9007199254740991,0,-1]"


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), 2**53, -(2**53), {1: 2}, {"a": b""}, {"\ud800": 1}, ["\udfff"], {1, 2}],
)
def test_what_has_no_spelling_is_refused(value):
    with pytest.raises(ValueError):
        canonical(value)


def test_nesting_beyond_reason_is_refused_both_ways():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ValueError, match="too deep"):
        canonical(deep)
    with pytest.raises(ValueError):
        parse(b'{"a":' + b"[" * 100_000)
    while deep:  # freeing it in one go would recurse in C
        deep = deep[0]


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"[]",
        b'"a"',
        b"null",
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'{"a":9007199254740992}',
        b'{"a":1' + b"0" * 5000 + b"}",
        b'{"a":1,"a":1}',
        b'{"b":{"a":1,"a":2}}',
        b'{"a":"\\ud800"}',
        b'{"\\udc00":1}',
        b'{"a":"\xff"}',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":1}x',
        b'{"a":1}\x00',
        b'{"a":"\n"}',
    ],
)
def test_what_could_not_have_been_spelled_is_refused(octets):
    with pytest.raises(ValueError):
        parse(octets)


@given(st.binary(max_size=60))
def test_any_octets_are_read_or_refused(octets):
    try:
        value = parse(octets)
    except ValueError:
        return
    assert isinstance(value, dict)
