"""YAML 1.2 text → plain values.

`no` stays a word, `1:30` and a date are texts, and a key that stands twice is an error.  Two
readers: libyaml is ten times as fast, which counts where there are ten thousand declarations, but
it is only trusted with where things begin and end in everyday text; everything else, and whatever
is wrong, is left to ruamel.yaml.
"""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable

    Next = Callable[[], yaml.Event]

CONSTANTS = {"null": None, "~": None, "": None, "true": True, "false": False}
WHOLE_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
NO_WORD = re.compile(
    r"[-+]?[0-9_.]+(?:[eE][-+]?[0-9_]*)?|[-+]?0[xob][0-9a-fA-F_]*|[-+]?\.(?:inf|nan)"
    r"|true|false|null|<<|=",
    re.IGNORECASE,
)
"""What ruamel.yaml may take for another thing than a text: numbers and constants in rarer
spellings, and the mark of a merge."""
WORDLY = frozenset(string.ascii_letters) - frozenset("tTfFnN")
"""What none of these begins with."""


class _NotEveryday(Exception):
    """The text has what only a whole reader knows, or nothing that can be read."""


def read_yaml(text: str) -> Any:
    """What `text` says.  Raises NotYaml and RecursionError."""
    try:
        return _read_everyday(text)
    except (_NotEveryday, yaml.YAMLError, RecursionError):
        from pipeline.ground.whole_yaml import read_whole  # noqa: PLC0415 - slow to load, seldom needed

        return read_whole(text)


def _read_everyday(text: str) -> Any:
    if "\t" in text:  # where a tab may stand, the two disagree
        raise _NotEveryday
    event = yaml.CSafeLoader(text).get_event
    event()  # the stream begins
    start = event()
    if not isinstance(start, yaml.DocumentStartEvent) or start.explicit:
        raise _NotEveryday
    value = _value(event, event(), {})
    event()  # the document ends
    if not isinstance(event(), yaml.StreamEndEvent):
        raise _NotEveryday
    return value


def _value(event: Next, first: yaml.Event, anchors: dict[str, Any]) -> Any:
    """The value that begins with `first`; `event` gives its others."""
    if isinstance(first, yaml.AliasEvent):
        if first.anchor not in anchors:
            raise _NotEveryday
        return anchors[first.anchor]
    if first.tag or first.anchor in anchors:
        raise _NotEveryday
    kind = type(first)
    if kind is yaml.ScalarEvent:
        value = first.value if first.style else _plain(first.value)
    else:
        read = _list if kind is yaml.SequenceStartEvent else _mapping
        value = read(event, anchors)
    if first.anchor:
        anchors[first.anchor] = value
    return value


def _list(event: Next, anchors: dict[str, Any]) -> list[Any]:
    read: list[Any] = []
    while type(one := event()) is not yaml.SequenceEndEvent:
        if type(one) is yaml.ScalarEvent and not (one.tag or one.anchor):
            read.append(one.value if one.style else _plain(one.value))
        else:
            read.append(_value(event, one, anchors))
    return read


def _mapping(event: Next, anchors: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = {}
    while type(one := event()) is not yaml.MappingEndEvent:
        key = _value(event, one, anchors)
        if not isinstance(key, str) or key in read:
            raise _NotEveryday
        one = event()
        if type(one) is yaml.ScalarEvent and not (one.tag or one.anchor):
            read[key] = one.value if one.style else _plain(one.value)  # spares most calls
        else:
            read[key] = _value(event, one, anchors)
    return read


def _plain(text: str) -> Any:
    """A scalar without quotes: a constant, a whole number, or a text."""
    if text[:1] in WORDLY:
        return text
    if text in CONSTANTS:
        return CONSTANTS[text]
    if WHOLE_NUMBER.fullmatch(text):
        return int(text)
    if NO_WORD.fullmatch(text):
        raise _NotEveryday
    return text
