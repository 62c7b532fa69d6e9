"""Nothing is told before it is durable, and nothing that was told is ever lost."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import json
import os
import signal
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from pipeline.archive.reader import read_record, stored_block
from pipeline.errors import DatelineError
from pipeline.ground.durable import sync_all

FAULTS = (DatelineError, OSError)
FULL_DISK = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def refusing_fsync(_descriptors):
    raise FULL_DISK


def doubtful_fsync(descriptor):
    """The disk has it, but says that it has not."""
    os.fsync(descriptor)
    raise FULL_DISK


def doubtful_sync(descriptors):
    """As `doubtful_fsync`, for many."""
    sync_all(descriptors)
    raise FULL_DISK


def no_commit(archive):
    def refuse(_connection):
        raise FULL_DISK

    event.listen(archive.catalog._engine, "commit", refuse)


def doubtful_commit(archive):
    batch = archive.catalog.batch

    @contextmanager
    def told_otherwise():
        with batch() as opened:
            yield opened
        raise FULL_DISK

    archive.scribe._open_batch = told_otherwise


def plant(part, fsync, seam="_fsync"):
    def into(archive):
        setattr(getattr(archive, part), seam, fsync)

    return into


LOST = {
    "records": plant("warc", refusing_fsync),
    "texts": plant("texts", refusing_fsync, "_sync_all"),
    "entries": plant("log", refusing_fsync),
    "commit": no_commit,
}
DONE_BUT_SAID_FAILED = {
    "records": plant("warc", doubtful_fsync),
    "texts": plant("texts", doubtful_sync, "_sync_all"),
    "entries": plant("log", doubtful_fsync),
    "commit": doubtful_commit,
}
AFTER = {"records": "new", "texts": "same_bytes", "entries": "same_bytes", "commit": "same_bytes"}
"""A batch is taken back when its records were not written.  Records that are whole are kept: what
follows from them is written by the next start, whoever was or was not told."""


@pytest.fixture
def register(press, declare, answer, story):
    """A site of twenty stories."""
    press.pages |= {f"/news/{n}": answer(story(title=f"Story {n}")) for n in range(20)}
    return declare(press)


@pytest.fixture
def break_down(press, open_work, register):
    """Look at `/news/1`, plant a fault, and look at others: the report of the first."""

    async def run(plant_fault, *paths):
        told = []

        async def work_on():
            async with open_work(register) as work:
                told.append(await work.look(press.url("/news/1")))
                plant_fault(work.archive)
                looks = (work.look(press.url(path)) for path in paths)
                ends = await asyncio.gather(*looks, return_exceptions=True)
                assert all(isinstance(end, FAULTS) for end in ends)
                await work.run(*map(press.url, paths))

        with pytest.raises(FAULTS):
            await work_on()
        return told[0]

    return run


async def test_records_then_texts_then_entries_then_rows_then_words(press, open_work, register):
    happened = []

    def noted(what, then):
        def note(*arguments):
            if happened[-1:] != [what]:
                happened.append(what)
            return then(*arguments)

        return note

    async with open_work(register) as work:
        await work.look(press.url("/robots.txt"))
        work.archive.warc._fsync = noted("records", os.fsync)
        work.archive.texts._sync_all = noted("texts", sync_all)
        work.archive.log._fsync = noted("entries", os.fsync)
        event.listen(work.archive.catalog._engine, "commit", noted("rows", lambda _: None))
        await work.look(press.url("/news/1"))
        happened.append("words")
    assert happened[:5] == ["records", "texts", "entries", "rows", "words"]


@pytest.mark.parametrize("fault", LOST)
async def test_what_was_lost_is_not_told_and_what_was_told_is_not_lost(
    fault, press, open_work, register, break_down, evidence
):
    told = await break_down(LOST[fault], "/news/2")
    catalog = evidence().catalog
    assert catalog.history(press.url("/news/2")) == ()
    assert [row.record for row in catalog.history(press.url("/news/1"))] == [told["record"]]
    async with open_work(register) as work:
        assert (await work.look(press.url("/news/1")))["change"] == "same_bytes"
        assert (await work.look(press.url("/news/2")))["change"] == AFTER[fault]


@pytest.mark.parametrize("fault", DONE_BUT_SAID_FAILED)
async def test_what_was_done_but_said_to_have_failed_does_no_harm(
    fault, press, open_work, register, break_down, evidence
):
    await break_down(DONE_BUT_SAID_FAILED[fault], "/news/2")
    async with open_work(register) as work:
        report = await work.look(press.url("/news/2"))
    assert report["change"] == AFTER[fault]
    catalog, folder = evidence().catalog, evidence().folder
    for path in ("/news/1", "/news/2"):
        for look in catalog.history(press.url(path)):
            for _, place in catalog.capture(look.record).places:
                read_record(folder, place)


@pytest.mark.parametrize("fault", LOST)
async def test_a_failed_write_fails_every_visit_of_its_batch_and_every_later_one(
    fault, break_down, evidence
):
    await break_down(LOST[fault], *(f"/news/{n}" for n in range(2, 20)))
    assert evidence().catalog.counts().documents == 1


async def test_a_process_that_is_killed_loses_nothing_that_it_told(
    press, declare, open_work, answer, story, spawn, tmp_path, evidence
):
    press.pages |= {f"/news/{n}": answer(story(title=f"Story {n}")) for n in range(200)}
    listed = tmp_path / "urls"
    listed.write_text("\n".join(press.url(f"/news/{n}") for n in range(200)))
    register, folder = declare(press), tmp_path / "archive"
    process = await spawn("fetch", "--json", "--from", listed, archive=folder)
    lines = [await process.stdout.readline() for _ in range(30)]
    process.send_signal(signal.SIGKILL)
    lines += (await process.communicate())[0].splitlines(keepends=True)
    assert await process.wait() == -signal.SIGKILL
    told = [json.loads(line) for line in lines if line.endswith(b"\n")]
    assert list((folder / "warc").glob("*.open"))
    async with open_work(register) as work:
        assert (await work.look(told[0]["url"]))["change"] == "same_bytes"
    assert not list((folder / "warc").glob("*.open"))
    catalog = evidence().catalog
    for report in told:
        places = dict(catalog.capture(report["record"]).places)
        stored = stored_block(folder, places[report["record"]])
        assert str(stored.decoded_digest) == report["decoded"]
        octets = (folder / report["document"]["path"]).read_bytes()
        assert f"sha256:{hashlib.sha256(octets).hexdigest()}" == report["document"]["text"]
