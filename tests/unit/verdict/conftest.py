"""Answers as the archive holds them, without an archive."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.model import Captured, Digest, Document, RecordRef, StoredBlock
from pipeline.verdict.config import VerdictsConfig
from pipeline.verdict.judging import Asked, judged

ASKED = "https://news.example/2026/05/01/ferry.html"


@pytest.fixture(scope="session")
def stored():
    """Makes a stored answer: `stored(body, "Server: x", status=200)`."""

    def make(body="", *fields, status=200, url=ASKED, kind="text/html; charset=utf-8"):
        octets = body.encode() if isinstance(body, str) else body
        headers = [("Content-Type", kind)] if kind is not None else []
        headers += [tuple(field.split(": ", 1)) for field in fields]
        return StoredBlock(
            record=RecordRef(record_id="urn:uuid:1", type="response", block=Digest.of(octets)),
            url=url,
            observed_at=datetime(2026, 5, 2, tzinfo=UTC),
            status=status,
            headers=tuple(headers),
            entity=Digest.of(octets),
            decoded=octets,
            decoded_digest=Digest.of(octets),
        )

    return make


@pytest.fixture(scope="session")
def read():
    """Makes a document of so many letters: `read(300)`, by a site's own rules."""

    def make(letters=0, *, text=None, generation="1", degraded=False):
        return Document(
            text=text or "x" * letters,
            title=None,
            byline=None,
            published=None,
            language=None,
            source=None,
            charset="utf-8",
            charset_why="header",
            generation=generation,
            extractor="rules",
            degraded=degraded,
        )

    return make


@pytest.fixture(scope="session")
def judge():
    """What an answer comes to, by default of 200 under the address that was asked for."""

    def make(answer, outcome=None, *, document=None, asked=ASKED, home=None, seed=False, **words):
        charset = words.pop("charset", None)
        told = VerdictsConfig(**words)
        wanted = Asked(url=asked, home=home, words=told, is_seed=seed, charset=charset)
        return judged(answer, outcome or Captured(), wanted, document)

    return make


@pytest.fixture(scope="session")
def page():
    """Makes a page in a site's skin: `page("Title", "Heading", "Text")`."""

    def make(title, heading, *paragraphs, head="", after=""):
        told = "".join(f"<p>{one}</p>" for one in paragraphs)
        links = "".join(f'<li><a href="/s/{n}">Section {n}</a></li>' for n in range(20))
        return (
            f"<!doctype html><html><head><title>{title}</title>{head}</head><body>"
            f"<nav><ul>{links}</ul></nav><main><h1>{heading}</h1>{told}</main>{after}"
            f"<footer><a href=/us>Who we are</a></footer></body></html>"
        )

    return make
