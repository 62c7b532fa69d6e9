"""A seed page as the archive would hand it over, and how it is looked through."""

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter

from pipeline.discover.config import DiscoverConfig, TargetsConfig
from pipeline.discover.find import find
from pipeline.discover.seeds import seeds
from pipeline.model import Digest, RecordRef, StoredBlock


def block(body, content_type, url):
    return StoredBlock(
        record=RecordRef(record_id="urn:uuid:0", type="response", block=Digest.of(b"")),
        url=url,
        observed_at=datetime(2026, 3, 4, tzinfo=UTC),
        status=200,
        headers=(("Content-Type", content_type),) if content_type else (),
        entity=Digest.of(body or b""),
        decoded=body,
        decoded_digest=None,
        fault="its gzip is broken" if body is None else None,
    )


@pytest.fixture(scope="session")
def stored():
    """stored(body, content_type, url) → the response as the archive would hand it over."""
    return block


@pytest.fixture
def look():
    """look(rules, body) → Found; `page` is how many pages deep, `targets` the target rules."""

    def looked(rules, body, *, content_type=None, url=None, page=1, **targets):
        seed = seeds(TypeAdapter(DiscoverConfig).validate_python([rules]))[0]
        for _ in range(page - 1):
            seed = type(seed)(url=seed.url, rules=seed.rules, step=seed.step + 1)
        response = block(
            body.encode() if isinstance(body, str) else body, content_type, url or seed.url
        )
        return find(seed, response, TargetsConfig(**targets))

    return looked
