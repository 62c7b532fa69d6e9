"""What a capture's metadata record says is what the log commits to."""

from __future__ import annotations

import pytest

from pipeline.archive.gathered import Gathered
from pipeline.ground.evidence import CaptureEntry
from pipeline.ledger.entries import decode, encode
from pipeline.ledger.merkle import leaf_hash
from pipeline.ledger.reader import LogReader
from pipeline.writing.folding import Shelf, leaf_of


@pytest.fixture
async def _lived(press, declare, open_work, answer, story):
    """An archive in which most of what can happen has happened."""
    one, two = answer(story(title="One")), answer(story(title="Two"))
    press.pages |= {
        "/news/1": one,
        "/news/2": one,
        "/news/3": [one, two],
        "/news/4": [one, answer(b"gone", status="404 Not Found")],
        "/news/5": answer(b"", "Location: /news/1", status="302 Found"),
        "/news/6": answer(b"slow down", status="503 Service Unavailable"),
        "/file": answer(b"%PDF-1.4", kind="application/pdf"),
    }
    paths = (*sorted(press.pages), "/news/3", "/news/1", "/news/4", "/nowhere")
    register = declare(press)
    async with open_work(register) as work:
        for path in paths:
            await work.look(press.url(path))
    return register


@pytest.mark.usefixtures("_lived")
async def test_a_metadata_record_says_its_entry_octet_for_octet(evidence):
    log, shelf = LogReader.open(evidence().folder), Shelf(evidence().folder)
    logged = {
        leaf_hash(octets) for _, octets in log.entries() if isinstance(decode(octets), CaptureEntry)
    }
    told = [one for name in shelf.names() for one in shelf.captures(name)]
    held = {leaf_of(one.entry) for one in told if isinstance(one, Gathered)}
    assert held == logged
    assert held == {leaf_hash(encode(one.entry)) for one in told if isinstance(one, Gathered)}
