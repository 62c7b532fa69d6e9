"""Whatever happened, folding the evidence anew gives the catalog's rows, every one."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from pipeline.archive.gathered import Gathered
from pipeline.archive.texts import Texts
from pipeline.catalog import Catalog, embedded
from pipeline.evidence import CaptureEntry
from pipeline.folding import Shelf, fold, leaf_of
from pipeline.ledger.entries import decode, encode
from pipeline.ledger.merkle import leaf_hash
from pipeline.ledger.reader import LogReader


def rows(path):
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'record_%'")
        tables = sorted(name for (name,) in found)
        return {t: sorted(connection.execute(f"SELECT * FROM {t}"), key=repr) for t in tables}  # noqa: S608 - our own names


def folded_anew(archive, elsewhere):
    elsewhere.mkdir()
    with Catalog.open(embedded(elsewhere)) as catalog, catalog.batch() as batch:
        lost = fold(batch.record, LogReader.open(archive), Shelf(archive), Texts(archive))
        assert list(lost) == []
    return rows(elsewhere / "catalog.sqlite")


@pytest.fixture
async def lived(press, declare, open_work, answer, story):
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


async def test_every_row_follows_from_the_evidence(lived, tmp_path, evidence):
    archive = evidence().folder
    assert folded_anew(archive, tmp_path / "anew") == rows(archive / "catalog.sqlite")


async def test_a_metadata_record_says_its_entry_octet_for_octet(lived, evidence):
    log, shelf = LogReader.open(evidence().folder), Shelf(evidence().folder)
    logged = {
        leaf_hash(octets)
        for _, octets in log.entries()
        if isinstance(decode(octets), CaptureEntry)
    }
    told = [one for name in shelf.names() for one in shelf.captures(name)]
    held = {leaf_of(one.entry) for one in told if isinstance(one, Gathered)}
    assert held == logged
    assert held == {leaf_hash(encode(one.entry)) for one in told if isinstance(one, Gathered)}
