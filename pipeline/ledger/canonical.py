"""Values ↔ canonical JSON (RFC 8785), as far as the ledger speaks it: no floating point at all."""

from __future__ import annotations

import json
from typing import Any, NoReturn

import orjson

# RFC 7493 section 2.2: beyond these, readers in other languages see another number.
MOST_INTEGER = 2**53 - 1

_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":")
)


def canonical(value: object) -> bytes:
    """The one UTF-8 spelling of `value`: dicts, lists, tuples, str, int, bool and None.

    Raises ValueError for everything that has no such spelling: floats, integers beyond
    ±(2**53 - 1), keys that are no text, lone surrogates, and nesting beyond Python's own depth.
    """
    try:
        return _ENCODER.encode(_ordered(value)).encode()
    except RecursionError as error:
        raise ValueError("JSON nested too deep") from error


def parse(octets: bytes) -> dict[str, Any]:
    """The JSON object that `octets` spell, in whatever order and with whatever white space.

    Raises ValueError for what `canonical` could not have written, for duplicate keys, for
    anything but UTF-8 and for anything but an object.
    """
    text = octets.decode()
    try:
        value = _DECODER.decode(text)
    except RecursionError as error:
        raise ValueError("JSON nested too deep") from error
    if type(value) is not dict:
        raise ValueError(f"a JSON object was expected, not {type(value).__name__}")
    if "\\u" in text:  # the only way a lone surrogate gets through UTF-8
        canonical(value)
    return value


def spell(ordered: dict[str, Any]) -> bytes:
    """`canonical` for a value that holds only what may be said, its keys in order already.

    For writers of many entries: it looks at nothing but surrogates, for which it raises ValueError.
    """
    try:
        return orjson.dumps(ordered)
    except TypeError as error:
        raise ValueError(str(error)) from error


def _ordered(value: object) -> object:
    match value:
        case None | bool() | str():
            return value
        case int():
            return _checked(value)
        case dict():
            return {key: _ordered(value[key]) for key in sorted(value, key=_utf16)}
        case list() | tuple():
            return [_ordered(item) for item in value]
        case _:
            raise ValueError(f"{value!r} is nothing that canonical JSON can say")


def _utf16(key: object) -> bytes:
    """What RFC 8785 section 3.2.3 orders by; code points order otherwise above U+D7FF."""
    if not isinstance(key, str):
        raise ValueError(f"{key!r} is no name of a JSON member")  # noqa: TRY004 - not its shape: the one error for all that cannot be said
    return key.encode("utf-16-be")


def _checked(number: int) -> int:
    if abs(number) > MOST_INTEGER:
        raise ValueError(f"{number} is beyond what JSON readers agree on (2**53 - 1)")
    return number


def _integer(digits: str) -> int:
    return _checked(int(digits))


def _no_float(number: str) -> NoReturn:
    raise ValueError(f"{number} is no integer")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!r} is said twice")
    return members


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_float=_no_float,
    parse_int=_integer,
    parse_constant=_no_float,
)
