"""The schema.org data in a page's scripts → values by their path."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ARTICLE = re.compile(r"(?:Article|Posting|Report|Review|Analysis)$")
# What else may be the page itself: a book, a product or a film on it has dates of its own.
PAGE = re.compile(r"(?:Page|CreativeWork|Announcement|Recipe|HowTo|Episode|Question)$")
# What often names another object of the page by its `@id`, and where that then stands.
REFERRING = ("author", "creator", "publisher", "isPartOf", "sourceOrganization", "isBasedOn")
NESTED = ("@graph", "mainEntity", "mainEntityOfPage")
# What a value is called by when it is an object.
NAMES = ("@value", "name")
# What a hand writes into JSON, which knows neither comments nor a comma before a bracket; texts in
# quotes stay as they are.  What is not closed goes to the end, so that each character is read once.
BY_HAND = re.compile(
    r'"(?:[^"\\]|\\.)*(?:"|\Z)|(?P<comment>/\*(?:.*?\*/|.*\Z)|(?<!:)//[^\n]*|,(?=\s*[}\]]))',
    re.DOTALL,
)
DECODER = json.JSONDecoder(strict=False)


def objects(scripts: Iterable[str]) -> tuple[dict[str, Any], ...]:
    """The objects that `scripts` hold, articles first; what is no JSON is passed over."""
    found = [thing for script in scripts for thing in _flat(_loaded(script))]
    _refer(found)
    return tuple(sorted(found, key=lambda thing: not _is_article(thing)))


def texts(found: Iterable[dict[str, Any]], path: tuple[str, ...]) -> Iterator[str]:
    """The text at `path` in each object that has one; several in one object parted by commas."""
    for thing in found:
        # Scripts know no character references; templates write them there all the same.
        values = dict.fromkeys(unescape(value) for value in _at(thing, path) if value.strip())
        if values:
            yield ", ".join(values)


def each_text(found: Iterable[dict[str, Any]], path: tuple[str, ...]) -> Iterator[str]:
    """As `texts`, several in one object each on its own."""
    for thing in found:
        yield from dict.fromkeys(unescape(value) for value in _at(thing, path) if value.strip())


def of_the_page(found: Iterable[dict[str, Any]], url: str) -> list[dict[str, Any]]:
    """The objects that may be the page at `url`: its article, else its articles, then the page."""
    mine: list[dict[str, Any]] = []
    articles: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    for thing in found:
        if _is_article(thing):
            (mine if _names(thing, url) else articles).append(thing)
        elif "@type" not in thing or is_a(PAGE, thing):
            others.append(thing)
    return [*mine, *articles, *others]


def _names(thing: dict[str, Any], url: str) -> bool:
    """Whether an object says that it is what stands at `url`."""
    page = thing.get("mainEntityOfPage")
    named = [thing.get("url"), thing.get("@id"), page]
    if isinstance(page, dict):
        named += [page.get("@id"), page.get("url")]
    return any(isinstance(name, str) and _bare(name) == _bare(url) for name in named)


def _bare(url: str) -> str:
    return url.partition("#")[0].partition("://")[2].removeprefix("www.").rstrip("/")


def _loaded(script: str) -> Any:
    """A script's JSON, also from between the marks that hid scripts from old parsers; or None."""
    for text in _tries(script):
        try:
            return DECODER.raw_decode(text.lstrip("\ufeff \t\r\n"))[0]
        except (ValueError, RecursionError):
            continue  # written by hand, or nested without end by somebody who means harm
    return None


def _tries(script: str) -> Iterator[str]:
    """A script as it stands, without its wrapping, without what JSON has not, with its entities."""
    yield script
    bare = script.replace("<![CDATA[", "").replace("]]>", "").strip(" \t\r\n/*<!->;")
    yield bare
    yield BY_HAND.sub(lambda one: "" if one["comment"] else one[0], bare)
    if "&quot;" in bare or "&#34;" in bare:
        yield unescape(bare)


def _flat(loaded: Any) -> Iterator[dict[str, Any]]:
    waiting = [loaded]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, list):
            waiting.extend(reversed(thing))
        elif isinstance(thing, dict):
            yield thing
            waiting.extend(thing[key] for key in NESTED if key in thing)


def _refer(found: list[dict[str, Any]]) -> None:
    """Put the objects that are named by nothing but their `@id` where they are named.

    One step is enough for names, and cannot go in circles.
    """
    named = {str(thing["@id"]): thing for thing in found if "name" in thing and "@id" in thing}
    if not named:
        return
    for thing in found:
        for key in REFERRING:
            if key in thing:
                parts = thing[key] if isinstance(thing[key], list) else [thing[key]]
                thing[key] = [_meant(part, named) for part in parts]


def _meant(part: Any, named: dict[str, dict[str, Any]]) -> Any:
    if isinstance(part, dict) and "name" not in part and "@id" in part:
        return named.get(str(part["@id"]), part)
    return part


def _is_article(thing: dict[str, Any]) -> bool:
    return is_a(ARTICLE, thing)


def is_a(wanted: re.Pattern[str], thing: dict[str, Any]) -> bool:
    """Whether a type of `thing` is one of the `wanted`."""
    kinds = thing.get("@type")
    return any(
        isinstance(kind, str) and wanted.search(kind)
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
