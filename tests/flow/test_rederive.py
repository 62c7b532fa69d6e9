"""Today's rules over yesterday's bytes: new texts that are ours, beside old ones that stay."""

from __future__ import annotations

import pytest

from pipeline.archive.reader import records
from pipeline.errors import NoSuchSite
from pipeline.ground.evidence import ExtractionEntry
from pipeline.ledger.entries import decode
from pipeline.ledger.reader import LogReader
from pipeline.stories.rederive import Came, Rederiving

OLD = {"title": "h1", "body": "div.story", "require": {"min_chars": 20}}
NEW = OLD | {"title": "title"}


@pytest.fixture
def pages(press, answer, story):
    press.pages |= {f"/news/{n}": answer(story(title=f"Story {n}")) for n in range(3)}
    return [press.url(f"/news/{n}") for n in range(3)]


async def rederive(work, register, site=None):
    rederiving = Rederiving(work.archive, register)
    return [one async for page in rederiving.run(rederiving.urls(site)) for one in page]


def made(folder):
    entries = (decode(octets) for _, octets in LogReader.open(folder).entries())
    return [entry for entry in entries if isinstance(entry, ExtractionEntry)]


@pytest.fixture
async def read_before(press, declare, open_work, pages):
    """An archive whose pages were read by other rules than those of today."""
    async with open_work(declare(press, extract=[OLD])) as work:
        for url in pages:
            await work.look(url)
    return declare(press, extract=[NEW])


async def test_every_document_is_read_anew_once(read_before, open_work, pages, tmp_path, evidence):
    async with open_work(read_before) as work:
        first = await rederive(work, read_before)
        second = await rederive(work, read_before)
    assert [one.came for one in first] == [Came.OTHER] * 3
    assert [one.came for one in second] == [Came.CURRENT] * 3
    old, new = made(tmp_path / "archive")[:3], made(tmp_path / "archive")[3:]
    assert [one.technical for one in old] == [False] * 3
    assert [one.technical for one in new] == [True] * 3
    assert [one.record_id for one in old] == [one.record_id for one in new]
    for one, url in zip(first, pages, strict=True):
        assert one.kept.document.title.endswith("| Harbour")
        document = evidence().catalog.document(url)
        assert (document.text, document.changes) == (one.kept.text, 0)
        assert [row.technical for row in evidence().catalog.history(url)] == [False, True]


async def test_the_old_texts_stay(read_before, open_work, tmp_path):
    before = set((tmp_path / "archive").rglob("*.txt"))
    async with open_work(read_before) as work:
        await rederive(work, read_before)
    assert before < set((tmp_path / "archive").rglob("*.txt"))


async def test_todays_config_is_in_the_archive_once_and_stands_by_itself(
    read_before, open_work, configs, tmp_path, evidence
):
    async with open_work(read_before) as work:
        await rederive(work, read_before)
    content = (configs / "harbour.yaml").read_bytes()
    (record,) = [one for one in evidence().of_type("resource") if one.block == content]
    first, *others = made(tmp_path / "archive")[3:]
    assert first.records == (record.ref,)
    assert [one.records for one in others] == [(), ()]
    (shown,) = evidence().catalog.captures_of_text(first.text)
    assert [one.entry for one in shown.extractions][-1] == first
    evidence().judge()


async def test_a_capture_after_it_needs_no_config_of_its_own(
    read_before, open_work, pages, evidence
):
    async with open_work(read_before) as work:
        await rederive(work, read_before)
        again = await work.look(pages[0])
    assert again["change"] == "same_bytes"
    assert again["document"]["title"].endswith("| Harbour")
    assert len(evidence().of_type("resource")) == 2


async def test_rules_that_read_the_same_are_noted_all_the_same(
    press, declare, open_work, pages, tmp_path
):
    async with open_work(declare(press, extract=[OLD])) as work:
        await work.look(pages[0])
    register = declare(press, extract=[OLD | {"byline": "p.nowhere"}])
    async with open_work(register) as work:
        (one,) = await rederive(work, register)
        (again,) = await rederive(work, register)
    assert (one.came, again.came) == (Came.SAME, Came.CURRENT)
    first, second = made(tmp_path / "archive")
    assert first.document == second.document
    assert first.rules != second.rules


async def test_one_site_alone_and_no_other(press, declare, open_press, open_work, pages, answer):
    other = await open_press()
    other.pages["/news/9"] = answer("<title>Nine | Pier</title><h1>Nine</h1>" + "words " * 50)
    declare(press, extract=[OLD])
    async with open_work(declare(other, "pier", extract=[OLD | {"body": "body"}])) as work:
        await work.look(pages[0])
        await work.look(other.url("/news/9"))
    declare(press, extract=[NEW])
    register = declare(other, "pier", extract=[NEW | {"body": "body"}])
    async with open_work(register) as work:
        (one,) = await rederive(work, register, "pier")
        assert (one.url, one.site) == (other.url("/news/9"), "pier")
        assert [each.came for each in await rederive(work, register)] == [Came.OTHER, Came.CURRENT]
        with pytest.raises(NoSuchSite):
            await rederive(work, register, "nowhere")


async def test_what_holds_no_text_and_what_is_damaged_is_told_apart(
    press, declare, open_work, answer, story, tmp_path
):
    press.pages |= {
        "/news/pdf": answer(b"%PDF-1.7", kind="application/pdf"),
        "/news/ok": answer(story()),
    }
    async with open_work(declare(press, extract=[OLD])) as work:
        await work.look(press.url("/news/pdf"))
        told = await work.look(press.url("/news/ok"))
        place = await work.archive.scribe.submit(lambda batch: batch.record.place(told["record"]))
    register = declare(press, extract=[NEW])
    path = tmp_path / "archive" / "warc" / place.file
    whole = path.read_bytes()
    async with open_work(register) as work:
        path.write_bytes(whole[: place.offset + 40] + b"\xff" + whole[place.offset + 41 :])
        came = {one.url: one.came for one in await rederive(work, register)}
        path.write_bytes(whole)
        assert came[press.url("/news/ok")] is Came.FAILED
        assert came[press.url("/news/pdf")] is Came.NO_TEXT
        assert [one.came for one in await rederive(work, register)] == [Came.NO_TEXT, Came.OTHER]


class Killed(BaseException):
    """What a test plants where the power goes."""


@pytest.mark.damages
@pytest.mark.parametrize("committed", [False, True])
async def test_a_config_that_a_crash_left_last_in_its_file_stays_if_the_log_names_it(
    committed, read_before, open_work, tmp_path, monkeypatch, configs
):
    def die(*_arguments, **_named):
        raise Killed

    async def crash():
        async with open_work(read_before) as work:
            if committed:
                monkeypatch.setattr("pipeline.catalog.frontier.Frontier.settle", die)
            else:
                monkeypatch.setattr(work.archive.log, "_commit", die)
            await rederive(work, read_before)

    with pytest.raises(Killed):
        await crash()
    monkeypatch.undo()
    (left,) = (tmp_path / "archive" / "warc").glob("*.open")
    content = (configs / "harbour.yaml").read_bytes()
    assert left.stat().st_size
    async with open_work(read_before) as work:
        assert len(await rederive(work, read_before)) == 3
    new = made(tmp_path / "archive")[3:]
    assert [len(one.records) for one in new] == [1, 0, 0]
    blocks = [
        found.record.block
        for path in (tmp_path / "archive" / "warc").iterdir()
        for found in records(path)
    ]
    assert blocks.count(content) == 1
