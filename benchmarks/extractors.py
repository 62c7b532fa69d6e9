"""A name → what reads a page's main text: ours, and others' where they are installed.

Each is `html -> text`.  A loader imports its library, so that one which is not there says so.
"""

# ruff: noqa: PLC0415 - as said

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.extract.derive import derive
from pipeline.extract.generic import main_text
from pipeline.extract.page import Page
from pipeline.extract.rules import Rules
from pipeline.model import Digest, RecordRef, StoredBlock

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Document

    Extractor = Callable[[str], str]
    # title, byline, date of publication
    Metadata = tuple[str | None, str | None, str | None]


def stored(body: bytes, url: str) -> StoredBlock:
    """A response as the archive's own parser would hand it on."""
    digest = Digest.of(body)
    return StoredBlock(
        record=RecordRef(record_id="urn:uuid:0", type="response", block=digest),
        url=url,
        observed_at=datetime(2026, 1, 1, tzinfo=UTC),
        status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        entity=digest,
        decoded=body,
        decoded_digest=digest,
    )


def _document(html: str) -> Document | None:
    return derive(stored(html.encode("utf-8", "replace"), "http://page.invalid/"), Rules.generic())


def dateline() -> Extractor:
    """Our generic path without the fields: what it costs and finds beside others' text alone."""

    def text(html: str) -> str:
        page = Page.parse(html)
        return "\n".join(main_text(page)) if page else ""

    return text


def dateline_document() -> Extractor:
    """The whole of it, as an archive has it: the title leads the text."""

    def text(html: str) -> str:
        document = _document(html)
        return document.text if document else ""

    return text


def trafilatura(*, fast: bool) -> Extractor:
    import trafilatura as library

    return lambda html: library.extract(html, fast=fast, include_comments=False) or ""


def readability() -> Extractor:
    from lxml import html as lxml_html
    from readability import Document

    return lambda html: lxml_html.fromstring(Document(html).summary()).text_content()


def resiliparse() -> Extractor:
    from resiliparse.extract.html2text import extract_plain_text

    return lambda html: extract_plain_text(html, main_content=True)


def justext() -> Extractor:
    import justext as library

    stop_words = library.get_stoplist("English")
    return lambda html: "\n".join(
        one.text for one in library.justext(html, stop_words) if not one.is_boilerplate
    )


def boilerpy3() -> Extractor:
    from boilerpy3.extractors import ArticleExtractor

    reader = ArticleExtractor(raise_on_failure=False)
    return reader.get_content


def goose3() -> Extractor:
    from goose3 import Goose

    reader = Goose({"enable_image_fetching": False})
    return lambda html: reader.extract(raw_html=html).cleaned_text


def newspaper() -> Extractor:
    from newspaper import Article

    def text(html: str) -> str:
        article = Article("http://page.invalid/")
        article.download(input_html=html)
        article.parse()
        return article.text

    return text


EXTRACTORS: dict[str, Callable[[], Extractor]] = {
    "dateline": dateline,
    "dateline-document": dateline_document,
    "trafilatura": lambda: trafilatura(fast=False),
    "trafilatura-fast": lambda: trafilatura(fast=True),
    "readability-lxml": readability,
    "resiliparse": resiliparse,
    "justext": justext,
    "boilerpy3": boilerpy3,
    "goose3": goose3,
    "newspaper4k": newspaper,
}


def our_metadata(html: str) -> Metadata:
    document = _document(html)
    return (document.title, document.byline, document.published) if document else (None, None, None)


def their_metadata(html: str) -> Metadata:
    import trafilatura as library

    said = library.extract_metadata(html)
    return (said.title, said.author, said.date) if said else (None, None, None)


METADATA: dict[str, Callable[[str], Metadata]] = {
    "dateline-document": our_metadata,
    "trafilatura": their_metadata,
}
