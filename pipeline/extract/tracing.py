"""A stored page and rules → which of the declared places yielded each value: for rules at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pipeline import charset
from pipeline.extract.body import body_of
from pipeline.extract.fields import date_of, link_of, text_of
from pipeline.extract.metadata import language_of
from pipeline.extract.page import Page
from pipeline.extract.selector import Element, JsonLd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.extract.dropped import Dropped
    from pipeline.extract.rules import Generation, Pick, Rules
    from pipeline.model import Document, StoredBlock

    Read = Callable[[Page, tuple[Pick, ...], Dropped], str | None]


class Yield(Struct, frozen=True, kw_only=True):
    """A field, the first place of its rules that yields something, and what.

    Both are None where the rules name places and none of them yields.
    """

    field: str
    place: str | None
    value: str | None


def yields(stored: StoredBlock, document: Document, rules: Rules) -> tuple[Yield, ...]:
    """Each field that the generation of `document` has rules for; nothing where none read it."""
    chosen = next((one for one in rules.generations if one.ordinal == document.generation), None)
    newest = next(iter(rules.generations), None)
    generation = chosen or newest
    decoded = charset.read(stored.decoded or b"", stored.header("content-type"), rules.charset)
    page = Page.parse(decoded.text) if decoded else None
    if generation is None or page is None:
        return ()
    dropped = page.dropped(generation.drop)
    found = [_field(*one, page, dropped) for one in _fields(generation, rules, stored.url)]
    return (*(one for one in found if one is not None), _body(generation, page, dropped))


def _fields(
    generation: Generation, rules: Rules, base: str
) -> Iterator[tuple[str, tuple[Pick, ...], Read]]:
    fields = generation.fields
    yield "title", fields.title, text_of
    yield "byline", fields.byline, text_of
    yield (
        "published",
        fields.published,
        lambda page, picks, dropped: date_of(
            page, picks, dropped, rules.zone, rules.language or language_of(page)
        ),
    )
    yield "source.name", fields.source_name, text_of
    yield (
        "source.url",
        fields.source_url,
        lambda page, picks, dropped: link_of(page, picks, dropped, base),
    )


def _field(
    name: str, picks: tuple[Pick, ...], read: Read, page: Page, dropped: Dropped
) -> Yield | None:
    for pick in picks:
        for place in pick.places:
            value = read(page, (replace(pick, places=(place,)),), dropped)
            if value:
                cut = f" /{pick.pattern.pattern}/" if pick.pattern else ""
                return Yield(field=name, place=f"{spelled(place)}{cut}", value=value)
    return Yield(field=name, place=None, value=None) if picks else None


def _body(generation: Generation, page: Page, dropped: Dropped) -> Yield:
    for place in generation.bodies:
        found = body_of(page, replace(generation, bodies=(place,)), dropped)
        if found:
            said = f"{len(found)} paragraphs, {sum(map(len, found))} characters"
            return Yield(field="body", place=spelled(place), value=said)
    return Yield(field="body", place=None, value=None)


def spelled(place: object) -> str:
    """A place as a config has it."""
    match place:
        case Element(css=css, attribute=attribute):
            return f"{css}@{attribute}" if attribute else css
        case JsonLd(path=path):
            return f"json-ld:{'.'.join(path)}"
    return str(place)
