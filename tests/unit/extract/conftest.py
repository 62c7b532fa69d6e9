from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter

from pipeline.extract.config import ExtractConfig
from pipeline.extract.derive import derive
from pipeline.extract.rules import Rules
from pipeline.model import Digest, RecordRef, StoredBlock

READER = TypeAdapter(ExtractConfig)


def _stored(
    body, *, content_type="text/html; charset=utf-8", url="https://news.example/a", at="2026-01-15"
):
    octets = body.encode() if isinstance(body, str) else body
    digest = Digest.of(octets or b"")
    return StoredBlock(
        record=RecordRef(record_id="urn:uuid:0", type="response", block=digest),
        url=url,
        observed_at=datetime.fromisoformat(f"{at}T12:00:00").replace(tzinfo=UTC),
        status=200,
        headers=(("content-TYPE", content_type),) if content_type else (),
        entity=digest,
        decoded=octets,
        decoded_digest=digest,
    )


def _rules(*generations, zone="Asia/Seoul", language=None):
    declared = READER.validate_python(list(generations))
    return Rules.compile(declared, zone=ZoneInfo(zone), language=language)


@pytest.fixture
def stored():
    """A stored response, made here as only the archive makes it in production."""
    return _stored


@pytest.fixture
def rules():
    """Rules out of generations that are written as in a config, newest first."""
    return _rules


@pytest.fixture
def read():
    """The document that a page holds by some generations; by none, the generic rules."""

    def read(body, *generations, zone="Asia/Seoul", language=None, **response):
        made = _rules(*generations, zone=zone, language=language)
        return derive(_stored(body, **response), made if generations else Rules.generic())

    return read


@pytest.fixture
def lines(read):
    """The paragraphs of a page's `main` element."""

    def lines(inner, **generation):
        document = read(f"<body><main>{inner}</main></body>", {"body": "main", **generation})
        assert document.generation == "1"
        return document.text.removesuffix("\n").split("\n\n")

    return lines
