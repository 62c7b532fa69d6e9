"""What was taken down is nowhere any more, and the record of it stays whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from isal import igzip

from pipeline.archive.reader import records
from pipeline.archive.rewriting import NEW
from pipeline.errors import DamagedRecord, NothingToTakeDown, NotRecorded
from pipeline.ground.evidence import CaptureEntry, SealEntry, TombstoneEntry
from pipeline.ledger.entries import decode
from pipeline.ledger.reader import LogReader
from pipeline.model import Digest
from pipeline.stories.tombstoning import TakingDown
from pipeline.writing import takedown

SECRET = "Zanzibarquartz"
TITLE = "Quicksilverhedgehog"
REASON = "a court's order"


@pytest.fixture
def page(story):
    """A page that says what has to go."""

    def make(*more, clock="Saturday", title=TITLE):
        return story(f"The {SECRET} was seen at the quay.", *more, clock=clock, title=title)

    return make


async def take_down(work, what, reason=REASON):
    told = []

    async def tell(tidings):
        told.append(tidings["tombstone"])

    await work.errands.run(TakingDown(what=what, reason=reason), tell)
    return told


def octets_of(folder):
    """Every octet in `folder`, packed and unpacked, by file."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_socket():
            continue
        octets = path.read_bytes()
        yield path, octets
        if ".warc.gz" in path.name:
            with igzip.open(path) as file:
                yield path, file.read()


def holding(folder, *words):
    """The files in which any of `words` stands."""
    sought = [word.encode() for word in words]
    return sorted({p.name for p, o in octets_of(folder) if any(word in o for word in sought)})


def entries_of(folder, kind):
    log = LogReader.open(folder)
    told = [(index, decode(octets)) for index, octets in log.entries()]
    return [(index, entry) for index, entry in told if isinstance(entry, kind)]


async def test_nothing_of_it_is_left_anywhere(press, declare, open_work, answer, page, tmp_path):
    press.pages |= {"/news/1": answer(page()), "/news/2": answer("<h1>Other</h1>" * 40)}
    folder = tmp_path / "archive"
    async with open_work(declare(press)) as work:
        await work.look(press.url("/news/1"))
        await work.look(press.url("/news/2"))
        for kept in (*folder.glob("text/*/*.txt"), *folder.glob("documents/*/*.json")):
            # as a crash may leave it
            (kept.parents[1] / f"{kept.name}.new").write_bytes(kept.read_bytes())
        assert len(holding(folder, SECRET, TITLE)) >= 6
        (told,) = await take_down(work, press.url("/news/1"))
        assert holding(folder, SECRET, TITLE) == []
    assert holding(folder, SECRET, TITLE) == []
    assert told["reason"] == REASON
    (_, tombstone), *others = entries_of(folder, TombstoneEntry)
    assert others == []
    assert str(tombstone.entity) == told["entity"]
    (capture,) = [i for i, e in entries_of(folder, CaptureEntry) if e.entity == tombstone.entity]
    assert tombstone.leaves == (capture, capture + 1)
    assert tombstone.revisits == ()


async def test_the_other_records_stay_octet_for_octet_and_the_files_are_whole(
    press, declare, open_work, answer, page, story, tmp_path, evidence
):
    press.pages |= {"/news/1": answer(page()), "/news/2": answer(story())}
    async with open_work(declare(press)) as work:
        await work.look(press.url("/news/1"))
        told = await work.look(press.url("/news/2"))
        before = {record.record_id: record.octets() for record in evidence().records}
        await take_down(work, press.url("/news/1"))
        (path,) = (tmp_path / "archive" / "warc").glob("*.warc.gz")
        after = {found.record.record_id: found.record.octets() for found in records(path)}
    (gone,) = before.keys() - after.keys()
    assert all(before[record] == after[record] for record in after)
    assert gone != told["record"]
    evidence().judge()
    first, second = [entry for _, entry in entries_of(tmp_path / "archive", SealEntry)]
    assert second.replaces == first.sha256
    assert second.sha256 == Digest.of(path.read_bytes())
    assert (second.size, second.records) == (path.stat().st_size, first.records - 1)


async def test_a_visit_a_record_a_text_and_a_url_name_the_same_bytes(
    press, declare, open_work, answer, page, tmp_path
):
    press.pages["/news/1"] = answer(page())
    for number, name in enumerate(("visit", "record", "text", "path", "url")):
        async with open_work(declare(press), folder=f"a{number}") as work:
            report = await work.look(press.url("/news/1"))
            named = {**report, **report["document"], "url": press.url("/news/1?t=7")}[name]
            (told,) = await take_down(work, named)
            assert told["entity"] == report["entity"]
        assert holding(tmp_path / f"a{number}", SECRET) == []


async def test_all_versions_of_a_url_go_and_revisits_and_304s_are_named(
    press, declare, open_work, answer, page, tmp_path, evidence
):
    def conditional(head):
        if "if-none-match" in head.lower():
            return b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
        return answer(page(), 'ETag: "1"')

    press.pages["/news/1"] = [answer(page("More.", clock="Friday")), conditional]
    press.pages["/news/2"] = answer(page())
    async with open_work(declare(press)) as work:
        for path in ("/news/1", "/news/1", "/news/2"):
            await work.look(press.url(path))
        unchanged = await work.revisit(press.url("/news/1"))
        assert unchanged["outcome"] == "not_modified"
        told = await take_down(work, press.url("/news/1"))
    assert len(told) == 2
    assert holding(tmp_path / "archive", SECRET, TITLE) == []
    revisits = {record.record_id for record in evidence().of_type("revisit")}
    assert {one for entry in told for one in entry["revisits"]} == revisits
    assert len(revisits) == 2
    evidence().judge()


async def test_a_text_that_other_bytes_gave_as_well_stays(
    press, declare, open_work, answer, page, tmp_path
):
    press.pages |= {
        "/news/1": answer(page(clock="Saturday")),
        "/news/2": answer(page(clock="Sunday")),
    }
    async with open_work(declare(press)) as work:
        first = await work.look(press.url("/news/1"))
        second = await work.look(press.url("/news/2"))
        assert first["document"]["text"] == second["document"]["text"]
        await take_down(work, first["record"])
        assert (tmp_path / "archive" / second["document"]["path"]).exists()
        assert (await work.look(press.url("/news/2")))["document"]["title"] == TITLE
        await take_down(work, second["record"])
    assert holding(tmp_path / "archive", SECRET, TITLE) == []


async def test_bytes_that_come_again_are_kept_whole_again_and_read_again(
    press, declare, open_work, answer, page, evidence, tmp_path
):
    press.pages["/news/1"] = answer(page())
    async with open_work(declare(press)) as work:
        first = await work.look(press.url("/news/1"))
        await take_down(work, first["record"])
        again = await work.look(press.url("/news/1"))
        third = await work.look(press.url("/news/1"))
        assert (tmp_path / "archive" / again["document"]["path"]).exists()
        assert again["change"] == third["change"] == "same_bytes"
        assert again["document"]["text"] == first["document"]["text"]
        kinds = [evidence().by_id(one["record"]).type for one in (again, third)]
        assert kinds == ["response", "revisit"]
        assert third["document"]["title"] == TITLE
        shown = evidence().catalog.capture(again["record"])
        assert (shown.taken_down, shown.heading.title) == (None, TITLE)
        await take_down(work, again["record"], "once more")
    assert holding(tmp_path / "archive", SECRET, TITLE) == []


async def test_nothing_is_asked_conditionally_of_what_is_gone(
    press, declare, open_work, answer, page, evidence
):
    def conditional(head):
        if "if-none-match" in head.lower():
            return b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
        return answer(page(), 'ETag: "1"')

    press.pages["/news/1"] = conditional
    async with open_work(declare(press)) as work:
        first = await work.look(press.url("/news/1"))
        await take_down(work, first["visit"])
        again = await work.revisit(press.url("/news/1"))
    assert again["outcome"] == "captured"
    assert evidence().by_id(again["record"]).type == "response"


async def test_a_304_to_validators_of_what_went_meanwhile_refers_to_nothing(
    press, declare, open_work, answer, page, evidence
):
    press.pages["/news/1"] = [
        answer(page(), 'ETag: "1"'),
        b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n',
    ]
    async with open_work(declare(press)) as work:
        first = await work.look(press.url("/news/1"))
        watched = await work.archive.scribe.submit(
            lambda batch: batch.work.target(press.url("/news/1"))
        )
        await take_down(work, first["visit"])
        again = (await (await work.flow.revisit(watched))).as_json()
    assert (again["outcome"], again["document"]) == ("not_modified", None)
    assert evidence().by_id(again["record"]).type == "response"


async def test_what_was_taken_down_says_so(press, declare, open_work, answer, page, evidence):
    press.pages["/news/1"] = answer(page())
    async with open_work(declare(press)) as work:
        told = await work.look(press.url("/news/1"))
        await take_down(work, told["record"])
        with pytest.raises(NothingToTakeDown, match=f"already: {REASON}"):
            await take_down(work, told["record"])
        with pytest.raises(NotRecorded):
            await take_down(work, press.url("/news/9"))
        robots = press.url("/robots.txt")
        with pytest.raises(NothingToTakeDown, match="no bytes"):
            await take_down(work, robots)
        assert (await work.look(press.url("/news/2")))["outcome"] == "gone"
    catalog = evidence().catalog
    shown = catalog.capture(told["record"])
    assert shown.taken_down == REASON
    assert shown.heading is None
    assert told["record"] in [ref.record_id for ref in shown.entry.records]
    assert told["record"] not in dict(shown.places)
    assert [row.taken_down for row in catalog.history(press.url("/news/1"))] == [REASON]
    assert catalog.taken_down(shown.text) == REASON


async def test_an_altered_file_is_not_rewritten_and_the_work_goes_on(
    press, declare, open_work, answer, page, story, tmp_path
):
    press.pages |= {"/news/1": answer(page()), "/news/2": answer(story())}
    register = declare(press)
    async with open_work(register) as work:
        told = await work.look(press.url("/news/1"))
    (path,) = (tmp_path / "archive" / "warc").glob("*.warc.gz")
    whole = path.read_bytes()
    path.write_bytes(whole + b"\0")
    async with open_work(register) as work:
        with pytest.raises(DamagedRecord, match="its seal says"):
            await take_down(work, told["record"])
        assert list(path.parent.glob(f"*{NEW}")) == []
        path.write_bytes(whole)
        assert (await work.look(press.url("/news/2")))["change"] == "new"
        assert len(await take_down(work, told["record"])) == 1


async def test_more_revisits_than_an_entry_has_room_for_are_told_in_several(
    press, declare, open_work, answer, page, monkeypatch
):
    monkeypatch.setattr(takedown, "MOST_REVISITS", 2)
    press.pages["/news/1"] = answer(page())
    async with open_work(declare(press)) as work:
        for _ in range(6):
            await work.look(press.url("/news/1"))
        told = await take_down(work, press.url("/news/1"))
    assert [len(one["revisits"]) for one in told] == [2, 2, 1]
    assert [len(one["leaves"]) for one in told] == [2, 0, 0]


@pytest.fixture
def register(press, declare, answer, page, story):
    """A site with a page that has to go, and another."""
    press.pages |= {"/news/1": answer(page()), "/news/2": answer(story())}
    return declare(press)


class Killed(BaseException):
    """What a test plants where the power goes."""


STEPS = ["_commit", "log", "forget", "put_in_place", "commit"]


@pytest.mark.damages
@pytest.mark.parametrize("step", STEPS)
async def test_a_takedown_that_a_crash_cut_short_is_completed_or_undone(
    step, register, press, open_work, tmp_path, monkeypatch
):
    folder = tmp_path / "archive"

    def die(*_arguments, **_named):
        raise Killed

    async def crash():
        async with open_work(register) as work:
            await work.look(press.url("/news/1"))
            await work.look(press.url("/news/2"))
            with monkeypatch.context() as planted:
                match step:
                    case "_commit":
                        planted.setattr(takedown.Takedown, "_commit", die)
                    case "log":
                        planted.setattr(work.archive.log, "_replace_checkpoint", die)
                    case "commit":
                        planted.setattr("pipeline.catalog.frontier.Frontier.settle", die)
                    case _:
                        planted.setattr(takedown, step, die)
                await take_down(work, press.url("/news/1"))

    with pytest.raises(Killed):
        await crash()
    async with open_work(register) as work:
        committed = entries_of(folder, TombstoneEntry)
        assert list(folder.rglob(f"*{NEW}")) == []
        if committed:
            assert holding(folder, SECRET, TITLE) == []
        assert bool(committed) == (step in {"forget", "put_in_place", "commit"})
        assert (await work.look(press.url("/news/2")))["change"] == "same_bytes"
        if not committed:
            await take_down(work, press.url("/news/1"))
    assert holding(folder, SECRET, TITLE) == []


async def test_a_reader_in_the_way_is_not_waited_for_for_ever(
    press, declare, open_work, answer, page, tmp_path, monkeypatch
):
    """The next start scrubs what could not be scrubbed."""
    monkeypatch.setattr("pipeline.catalog.scrubbing.PATIENCE_S", 0)
    press.pages["/news/1"] = answer(page())
    register, folder = declare(press), tmp_path / "archive"
    aside = folder / "catalog.sqlite.damaged-20260101"
    async with open_work(register) as work:
        await work.look(press.url("/news/1"))
        aside.write_bytes(TITLE.encode())
        with closing(sqlite3.connect(folder / "catalog.sqlite")) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM record_captures").fetchone()
            await take_down(work, press.url("/news/1"))
            assert not aside.exists()
            assert holding(folder, TITLE) != []
    async with open_work(register):
        assert holding(folder, SECRET, TITLE) == []
