"""Entries of every kind, as hypothesis draws them and as a log of any length needs them."""

import hashlib
from datetime import UTC, datetime

import pytest

from pipeline.ground.evidence import OpenEntry
from pipeline.ledger.log import Log
from pipeline.ledger.notes import SigningKey
from pipeline.model import Digest

AT = datetime(2026, 11, 21, 10, 0, 0, 123456, tzinfo=UTC)


def numbered(index):
    """A small entry, unlike every other."""
    return OpenEntry(at=AT, name=f"{index}.warc.gz", warcinfo=Digest.of(b"%d" % index))


def _hash(octets):
    return hashlib.sha256(octets).digest()


def root_by_the_book(leaves):
    """MTH of RFC 6962 section 2.1, word for word, over leaf hashes."""
    if not leaves:
        return _hash(b"")
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = root_by_the_book(leaves[:split]), root_by_the_book(leaves[split:])
    return _hash(b"\x01" + left + right)


@pytest.fixture(name="root_by_the_book")
def _root_by_the_book():
    return root_by_the_book


@pytest.fixture(name="numbered")
def _numbered():
    return numbered


@pytest.fixture
def at():
    return AT


@pytest.fixture
def key():
    return SigningKey("example.org/log", bytes(range(32)))


@pytest.fixture
def archive(tmp_path):
    return tmp_path / "archive"


@pytest.fixture
def signed(tmp_path):
    return tmp_path / "log.key.signed"


@pytest.fixture
def grow(archive, key, signed):
    """A function that opens the log, appends so many entries, syncs, and returns it.

    What is synced is of no account here: test_log_crashes sees to that.
    """

    def grown(count, *, by=None, into=archive, signing=key, beside=signed):
        log = Log.open(into, signing, signed=beside, fsync=lambda _descriptor: None)
        for step in range(0, count, by or count or 1):
            for _ in range(min(by or count, count - step)):
                log.append(numbered(log.size))
            log.sync()
        return log

    return grown
