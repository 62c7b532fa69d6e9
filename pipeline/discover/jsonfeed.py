"""A JSON Feed (jsonfeed.org, 1.0 and 1.1) → the links of its items."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipeline.discover.canonical import HTTP, join
from pipeline.discover.mentions import MOST, TOO_MANY, Mention, Reading, Trouble, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

BEFORE = "\ufeff \t\r\n"
VERSION = "jsonfeed.org/version/"


def is_json(text: str) -> bool:
    """Whether `text` begins as a JSON object does, and no XML document."""
    return text[:1024].lstrip(BEFORE).startswith("{")


def read_json_feed(text: str, url: str) -> Reading:
    """The items of `text`, which was found at `url`, or why there are none."""
    try:
        feed = json.loads(text.lstrip(BEFORE), strict=False)
    except (ValueError, RecursionError) as broken:
        words = f"the feed is malformed, and nothing of it was read: {broken}"
        return Reading(troubles=(Trouble("malformed", words),))
    items = feed.get("items")
    if not isinstance(items, list) or VERSION not in str(feed.get("version", "")):
        words = "a feed was expected, and JSON that is no feed came"
        return Reading(troubles=(Trouble("other_document", words),))
    mentions = tuple(_mentions(items[:MOST], url))
    return Reading(mentions=mentions, troubles=tuple(_troubles(len(items), len(mentions))))


def _mentions(items: list[Any], base: str) -> Iterator[Mention]:
    for item in items:
        if isinstance(item, dict) and (url := next(filter(None, _links(item, base)), None)):
            dated = _text(item, "date_published") or _text(item, "date_modified")
            yield Mention(url, one_line(_text(item, "title")), one_line(dated))


def _links(item: dict[str, Any], base: str) -> Iterator[str | None]:
    """Where an item may lead; its `id` is at best its own address, `external_url` another's."""
    yield join(base, _text(item, "url"))
    identity = _text(item, "id").strip()
    yield join(base, identity) if identity.lower().startswith(HTTP) else None
    yield join(base, _text(item, "external_url"))


def _text(item: dict[str, Any], key: str) -> str:
    given = item.get(key)
    return given if isinstance(given, str) else ""


def _troubles(items: int, links: int) -> Iterator[Trouble]:
    if not items:
        yield Trouble("empty", "the feed has no entries")
    elif links < min(items, MOST):
        yield Trouble("no_link", f"{min(items, MOST) - links} of its entries have no usable link")
    if items > MOST:
        yield TOO_MANY
