"""The schema.org data in a page's scripts → values by their path."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ARTICLE = re.compile(r"(?:Article|Posting|Report|Review|Analysis)$")
NESTED = ("@graph", "mainEntity", "mainEntityOfPage")
# What a value is called by when it is an object.
NAMES = ("@value", "name")


def objects(scripts: Iterable[str]) -> tuple[dict[str, Any], ...]:
    """The objects that `scripts` hold, articles first; what is no JSON is passed over."""
    found = [thing for script in scripts for thing in _flat(_loaded(script))]
    return tuple(sorted(found, key=lambda thing: not _is_article(thing)))


def texts(found: Iterable[dict[str, Any]], path: tuple[str, ...]) -> Iterator[str]:
    """The text at `path` in each object that has one; several in one object parted by commas."""
    for thing in found:
        # Scripts know no character references; templates write them there all the same.
        values = dict.fromkeys(unescape(value) for value in _at(thing, path) if value.strip())
        if values:
            yield ", ".join(values)


def _loaded(script: str) -> Any:
    """A script's JSON, also from between the marks that hid scripts from old parsers; or None."""
    bare = script.replace("<![CDATA[", "").replace("]]>", "").strip(" \t\r\n/*<!->;")
    for text in dict.fromkeys((script, bare)):
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue  # written by hand, or nested without end by somebody who means harm
    return None


def _flat(loaded: Any) -> Iterator[dict[str, Any]]:
    waiting = [loaded]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, list):
            waiting.extend(reversed(thing))
        elif isinstance(thing, dict):
            yield thing
            waiting.extend(thing[key] for key in NESTED if key in thing)


def _is_article(thing: dict[str, Any]) -> bool:
    kinds = thing.get("@type")
    return any(
        isinstance(kind, str) and ARTICLE.search(kind)
        for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _at(thing: Any, path: tuple[str, ...]) -> Iterator[str]:
    for part in thing if isinstance(thing, list) else [thing]:
        if isinstance(part, dict):
            if path:
                yield from _at(part.get(path[0]), path[1:])
            else:
                yield from (part[key] for key in NAMES if isinstance(part.get(key), str))
        elif isinstance(part, str) and path in {(), ("name",)}:
            # An author may be an object with a name, or just the name.
            yield part
