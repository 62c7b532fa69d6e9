"""YAML 1.2 text → plain values.

`no` stays a word, `1:30` and a date are texts, and a key that stands twice is an error.  Two
readers: libyaml is ten times as fast, which counts where there are ten thousand declarations, but
it is only trusted with where things begin and end in everyday text; everything else, and whatever
is wrong, is left to ruamel.yaml.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

if TYPE_CHECKING:
    from collections.abc import Iterator

CONSTANTS = {"null": None, "~": None, "": None, "true": True, "false": False}
WHOLE_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
NO_WORD = re.compile(
    r"[-+]?[0-9_.]+(?:[eE][-+]?[0-9_]*)?|[-+]?0[xob][0-9a-fA-F_]*|[-+]?\.(?:inf|nan)"
    r"|true|false|null|<<|=",
    re.IGNORECASE,
)
"""What ruamel.yaml may take for another thing than a text: numbers and constants in rarer
spellings, and the mark of a merge."""


class _Words(SafeConstructor):
    """Reads a date as the text that it is, so that a wrong one is a problem of its own key."""


_Words.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


class _NotEveryday(Exception):
    """The text has what only a whole reader knows, or nothing that can be read."""


def read_yaml(text: str) -> Any:
    """What `text` says.  Raises ruamel.yaml's YAMLError, ValueError and RecursionError."""
    try:
        return _read_everyday(text)
    except (_NotEveryday, yaml.YAMLError, RecursionError):
        reader = YAML(typ="safe", pure=True)
        reader.Constructor = _Words
        return reader.load(io.StringIO(text))


def _read_everyday(text: str) -> Any:
    if "\t" in text:  # where a tab may stand, the two disagree
        raise _NotEveryday
    events = yaml.parse(text, Loader=yaml.CSafeLoader)
    next(events)  # the stream begins
    start = next(events)
    if not isinstance(start, yaml.DocumentStartEvent) or start.explicit:
        raise _NotEveryday
    value = _value(events, next(events), {})
    next(events)  # the document ends
    if not isinstance(next(events), yaml.StreamEndEvent):
        raise _NotEveryday
    return value


def _value(events: Iterator[yaml.Event], event: yaml.Event, anchors: dict[str, Any]) -> Any:
    """The value that begins with `event`; its other events are taken from `events`."""
    if isinstance(event, yaml.AliasEvent):
        if event.anchor not in anchors:
            raise _NotEveryday
        return anchors[event.anchor]
    if event.tag or event.anchor in anchors:
        raise _NotEveryday
    value = _read(events, event, anchors)
    if event.anchor:
        anchors[event.anchor] = value
    return value


def _read(events: Iterator[yaml.Event], event: yaml.Event, anchors: dict[str, Any]) -> Any:
    match event:
        case yaml.ScalarEvent():
            return event.value if event.style else _plain(event.value)
        case yaml.SequenceStartEvent():
            ends = yaml.SequenceEndEvent
            return [_value(events, one, anchors) for one in _within(events, ends)]
    read: dict[str, Any] = {}
    for one in _within(events, yaml.MappingEndEvent):
        key = _value(events, one, anchors)
        if not isinstance(key, str) or key in read:
            raise _NotEveryday
        read[key] = _value(events, next(events), anchors)
    return read


def _within(events: Iterator[yaml.Event], end: type[yaml.Event]) -> Iterator[yaml.Event]:
    """The events before `end`; whoever takes one takes all that belong to it."""
    for event in events:
        if isinstance(event, end):
            return
        yield event


def _plain(text: str) -> Any:
    """A scalar without quotes: a constant, a whole number, or a text."""
    if text in CONSTANTS:
        return CONSTANTS[text]
    if WHOLE_NUMBER.fullmatch(text):
        return int(text)
    if NO_WORD.fullmatch(text):
        raise _NotEveryday
    return text
