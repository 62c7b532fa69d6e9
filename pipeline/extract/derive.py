"""Archived bytes and rules → a Document: the one way that text comes into being."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pipeline import charset
from pipeline.extract import metadata, signature
from pipeline.extract.body import body_of, length, trimmed
from pipeline.extract.bylines import byline_of
from pipeline.extract.fields import date_of, link_of, text_of
from pipeline.extract.head import SILENT, head_of
from pipeline.extract.language import language, primary
from pipeline.extract.media import Medium, medium_of
from pipeline.extract.own_names import OwnNames
from pipeline.extract.page import Page
from pipeline.extract.prose import blocks, clean_text
from pipeline.extract.published import Asked, published_of
from pipeline.extract.upstream import upstream_of
from pipeline.model import Document, Upstream

if TYPE_CHECKING:
    from pipeline.charset import Decoded
    from pipeline.extract.dropped import Dropped
    from pipeline.extract.head import Head
    from pipeline.extract.rules import Fields, Generation, Rules
    from pipeline.model import StoredBlock

GENERIC = "generic"

# As large as a body may be by default before it is decoded.  A parsed page takes forty times its
# octets: a hundred kilobytes of gzip could stand for gigabytes of memory and half a minute.
MOST_OCTETS = 10**7


class Said(Struct, frozen=True, kw_only=True):
    """What a page says about its text."""

    title: str | None = None
    byline: str | None = None
    published: str | None = None
    source: Upstream | None = None
    language: str | None = None

    def or_else(self, other: Said) -> Said:
        """The same, with what is not known here as `other` knows it."""
        return Said(
            title=self.title or other.title,
            byline=self.byline or other.byline,
            published=self.published or other.published,
            source=self.source or other.source,
            language=self.language or other.language,
        )


class Reading(Struct, frozen=True, kw_only=True):
    """What one way of reading a response came to."""

    paragraphs: list[str]
    said: Said
    generation: str
    extractor: str
    degraded: bool = False
    head: Head = SILENT


def derive(stored: StoredBlock, rules: Rules) -> Document | None:
    """The document that a stored response holds, read by `rules`.

    The same block and rules give the same document, always.  None when there is nothing to
    read: neither HTML, XHTML nor plain text, bytes in no charset, a broken content-coding, more
    than `MOST_OCTETS`, or a page without a word on it.
    """
    content_type = stored.header("content-type")
    if stored.decoded is None or len(stored.decoded) > MOST_OCTETS:
        return None
    if medium_of(content_type, "") is Medium.OTHER:
        return None
    decoded = charset.read(stored.decoded, content_type, rules.charset)
    if decoded is None:
        return None
    match medium_of(content_type, decoded.text):
        case Medium.HTML:
            reading = _read_page(decoded, stored, rules)
        case Medium.PLAIN:
            reading = _read_plain(decoded.text)
        case Medium.OTHER:
            reading = None
    if reading is None or not (reading.said.title or reading.paragraphs):
        return None
    said = reading.said
    text = clean_text(said.title, reading.paragraphs)
    return Document(
        text=text,
        title=said.title,
        byline=said.byline,
        published=said.published,
        language=language(rules.language, said.language, text),
        source=said.source,
        charset=decoded.charset,
        charset_why=decoded.why,
        generation=reading.generation,
        extractor=reading.extractor,
        degraded=reading.degraded,
        canonical=reading.head.canonical,
        amp=reading.head.amp,
        site_name=reading.head.site_name,
    )


def _read_plain(text: str) -> Reading:
    return Reading(
        paragraphs=blocks(text),
        said=Said(),
        generation=GENERIC,
        extractor=signature.PLAIN,
    )


def _read_page(decoded: Decoded, stored: StoredBlock, rules: Rules) -> Reading | None:
    page = Page.parse(decoded.text, decoded.octets)
    if page is None:
        return None
    for generation in rules.holding(stored.url, stored.observed_at):
        reading = _read_by(generation, page, stored, rules)
        if reading is not None:
            return reading
    return (_read_degraded if rules.generations else _read_generic)(page, stored, rules)


def _read_by(
    generation: Generation, page: Page, stored: StoredBlock, rules: Rules
) -> Reading | None:
    """The page as `generation` reads it, or None when it is of another layout."""
    if generation.has is not None and next(page.matches(generation.has), None) is None:
        return None
    dropped = page.dropped(generation.drop)
    body = body_of(page, generation, dropped)
    if not body or length(body) < generation.min_chars:
        return None
    return Reading(
        paragraphs=body,
        said=_said(page, generation.fields, dropped, stored, rules),
        generation=generation.ordinal,
        extractor=signature.BY_RULES,
        head=head_of(page, stored.url),
    )


def _read_degraded(page: Page, stored: StoredBlock, rules: Rules) -> Reading:
    """The page of a site none of whose rules finds a body.

    Its fields stand where some generation says, newest first.  What the newest generation knows
    to be no text stays out: by its place before the main text is looked for, by its words after.
    """
    newest = rules.generations[0]
    said = _said(page, rules.all_fields(), page.dropped(newest.drop), stored, rules)
    generic = _read_generic(page, stored, rules, newest.drop)
    return replace(
        generic,
        paragraphs=trimmed(generic.paragraphs, newest),
        said=said.or_else(generic.said),
        degraded=True,
    )


def _read_generic(
    page: Page, stored: StoredBlock, rules: Rules, drop: tuple[str, ...] = ()
) -> Reading:
    """The page of no site: what it declares, and what looks like its text."""
    from pipeline.extract.generic import main_text  # noqa: PLC0415 - slow to load, seldom needed

    head, publisher = head_of(page, stored.url), metadata.publisher_of(page, stored.url)
    own = OwnNames.of(stored.url, (head.site_name, publisher))
    title, tongue = metadata.title_of(page, own), metadata.language_of(page)
    asked = Asked(
        url=stored.url,
        zone=rules.zone,
        captured=stored.observed_at,
        language=primary(rules.language or tongue or "") or None,
    )
    heading, paragraphs = page.heading(title), main_text(page, drop)
    byline = byline_of(page, stored.url, own, heading)
    return Reading(
        paragraphs=paragraphs,
        said=Said(
            title=title,
            byline=byline,
            published=published_of(page, asked, title),
            source=upstream_of(
                page,
                stored.url,
                head=head,
                own=OwnNames.of(stored.url, (head.site_name or publisher,)),
                heading=heading,
                byline=byline,
                paragraphs=paragraphs,
            ),
            language=tongue,
        ),
        generation=GENERIC,
        extractor=signature.GENERIC,
        head=replace(head, site_name=head.site_name or publisher),
    )


def _said(page: Page, fields: Fields, dropped: Dropped, stored: StoredBlock, rules: Rules) -> Said:
    name = text_of(page, fields.source_name, dropped)
    url = link_of(page, fields.source_url, dropped, stored.url)
    tongue = metadata.language_of(page)
    return Said(
        title=text_of(page, fields.title, dropped),
        byline=text_of(page, fields.byline, dropped),
        published=date_of(page, fields.published, dropped, rules.zone, rules.language or tongue),
        source=Upstream(name=name, url=url) if name or url else None,
        language=tongue,
    )
