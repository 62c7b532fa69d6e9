"""The catalog from the evidence alone: every row of the record as it was."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from pipeline.archive.lock import one_writer
from pipeline.archive.texts import text_name
from pipeline.discover.seeds import seeds
from pipeline.errors import ArchiveLocked, NoArchive
from pipeline.model import Digest
from pipeline.reading.following import bring_up_to_date
from pipeline.stories import rebuild as rebuilding
from pipeline.stories.rederive import Rederiving
from pipeline.stories.tombstoning import TakingDown


def tables(folder, prefix):
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as connection:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
            if name.startswith(prefix)
        ]
        return {n: sorted(connection.execute(f"SELECT * FROM {n}"), key=repr) for n in names}  # noqa: S608


def files(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.glob("[td][eo]*/*/*")}


def without_catalog(folder):
    for path in folder.glob("catalog.sqlite*"):
        path.unlink()


async def tell_nobody(_tidings):
    pass


@pytest.fixture
def rebuild(settings_of, hand_clock, tmp_path):
    """Rebuilds an archive: what came of it, and which numbers were told on the way."""

    def run(register, folder="archive"):
        told = []
        settings = settings_of(tmp_path / folder)
        done = rebuilding.rebuild(
            settings, register, hand_clock, tell=lambda *numbers: told.append(numbers)
        )
        return done, told

    return run


def conditional(head, page):
    if "if-none-match" in head.lower():
        return b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
    return page


OLD = {"title": "h1", "body": "div.story", "require": {"min_chars": 20}}


@pytest.fixture
async def rich(press, declare, open_work, answer, story, hand_clock, tmp_path):
    """An archive in which everything has happened that can happen: its register."""
    moved = b"HTTP/1.1 302 Found\r\nLocation: /news/2\r\nContent-Length: 0\r\n\r\n"
    tagged = answer(story(title="Tagged"), 'ETag: "1"')
    press.pages |= {
        "/": answer("<a class=story href=/news/1>1</a><a class=story href=/news/new>new</a>"),
        "/news/1": [answer(story()), answer(story("Edited.", "And how.")), answer(story())],
        "/news/2": answer(story()),
        "/news/moved": moved,
        "/news/tagged": lambda head: conditional(head, tagged),
        "/news/gzip": [answer(story(title="Gzip"), gzipped=n) for n in (1, 2)],
        "/news/pdf": answer(b"%PDF-1.7", kind="application/pdf"),
        "/news/no": answer("", status="403 Forbidden"),
        "/news/odd": answer(b"<h1>Odd</h1>" + b"\xe9" * 40),
        "/news/gone": answer(story("To be taken down."), "X: 1"),
    }
    parts = {"fetch": {"delay": "0s", "attempts": 2, "timeout": "5s"}}
    register = declare(press, extract=[OLD], **parts)
    async with open_work(register, folder="source") as work:
        await work.look(press.url("/news/2"))
    hand_clock.advance(days=1)
    async with open_work(register) as work:
        await work.run("harbour")
        for path in (*press.pages, "/news/1", "/news/gzip", "/news/9", "/news/1", "/news/2?t=1"):
            await work.look(press.url(path))
            hand_clock.advance(minutes=7)
        await work.revisit(press.url("/news/tagged"))
        await work.look("http://127.0.0.1:9/refused")
    register = declare(press, extract=[OLD | {"title": "title"}], **parts)
    async with open_work(register) as work:
        await work.look(press.url("/news/1"))
        rederiving = Rederiving(work.archive, register)
        async for _ in rederiving.run(rederiving.urls(None)):
            pass
        source = next((tmp_path / "source" / "warc").iterdir())
        await work.run(replay=[source])
        taking = TakingDown(what=press.url("/news/gone"), reason="asked to")
        await work.errands.run(taking, tell_nobody)
        await work.look(press.url("/news/gone"))
    return register


@pytest.fixture
async def plain(press, declare, open_work, answer, story):
    """An archive of three pages: its register."""
    press.pages |= {f"/news/{n}": answer(story(title=f"Story {n}")) for n in range(3)}
    register = declare(press)
    async with open_work(register) as work:
        for n in range(3):
            await work.look(press.url(f"/news/{n}"))
    return register


async def test_every_row_is_as_it_was(rich, rebuild, settings_of, tmp_path):
    folder = tmp_path / "archive"
    assert bring_up_to_date(settings_of(folder)) is None
    record, work = tables(folder, "record_"), tables(folder, "work_")
    texts = files(folder)
    assert {"record_tombstones", "record_places"} <= record.keys()
    assert all(work[f"work_{name}"] for name in ("shingles", "readings", "finds"))
    done, told = rebuild(rich)
    assert tables(folder, "record_") == record
    assert tables(folder, "work_") == work
    assert files(folder) == texts
    assert (done.lost, done.replaced, done.derived, done.planned) == ((), (), 0, 0)
    assert done.entries == record["record_folded"][0][1]
    assert done.captures == len(record["record_captures"])
    assert told[0] == (0, done.entries)


async def test_without_a_catalog_and_without_texts_it_is_the_same(rich, rebuild, tmp_path):
    folder = tmp_path / "archive"
    record, texts = tables(folder, "record_"), files(folder)
    without_catalog(folder)
    shutil.rmtree(folder / "text")
    shutil.rmtree(folder / "documents")
    done, _ = rebuild(rich)
    assert done.lost == ()
    assert tables(folder, "record_") == record
    assert files(folder) == texts
    taken_down = 2
    assert done.kept + done.derived == len(record["record_extractions"]) - taken_down
    assert done.derived > 0


@pytest.mark.parametrize("octets", [b"", b"no database at all" * 100, None, "half", "tables"])
async def test_a_damaged_catalog_is_set_aside(octets, plain, rebuild, tmp_path):
    path = tmp_path / "archive" / "catalog.sqlite"
    record = tables(path.parent, "record_")
    match octets:
        case bytes():
            path.write_bytes(octets)
        case None:
            whole = bytearray(path.read_bytes())
            whole[4096:16384] = b"\xff" * 12288
            path.write_bytes(whole)
        case "half":
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        case "tables":
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("DROP TABLE record_captures")
    done, _ = rebuild(plain)
    assert bool(done.aside) == (octets != b"")
    assert done.aside is None or done.aside.exists()
    assert tables(path.parent, "record_") == record
    assert done.planned == 3


async def test_one_that_may_hold_what_was_taken_down_does_not_stay(rich, rebuild, tmp_path):
    path = tmp_path / "archive" / "catalog.sqlite"
    path.write_bytes(b"no database at all")
    done, _ = rebuild(rich)
    assert done.aside is None
    assert list(path.parent.glob("*.damaged-*")) == []


async def test_a_text_that_was_altered_is_made_again_and_named(
    press, declare, open_work, answer, story, rebuild, tmp_path
):
    press.pages["/news/1"] = answer(story())
    register, folder = declare(press), tmp_path / "archive"
    async with open_work(register) as work:
        told = await work.look(press.url("/news/1"))
    path = folder / told["document"]["path"]
    true = path.read_bytes()
    path.write_bytes(true.replace(b"quay", b"pier"))
    done, _ = rebuild(register)
    assert done.replaced == (told["document"]["path"],)
    assert (done.kept, done.derived, done.lost) == (0, 1, ())
    assert path.read_bytes() == true


@pytest.mark.damages
async def test_what_cannot_be_read_again_as_it_was_is_named(
    press, declare, open_work, answer, story, rebuild, tmp_path, monkeypatch
):
    press.pages |= {"/news/1": answer(story()), "/news/2": answer(story(title="Two"))}
    register, folder = declare(press), tmp_path / "archive"
    async with open_work(register) as work:
        first = await work.look(press.url("/news/1"))
        second = await work.look(press.url("/news/2"))
    before = tables(folder, "record_")
    (folder / first["document"]["path"]).unlink()
    with monkeypatch.context() as other_software:
        other_software.setattr("pipeline.stories.restoring.derive", lambda *_: None)
        done, _ = rebuild(register)
    (lost,) = done.lost
    assert "not reproducible" in lost.what
    assert text_name(Digest.parse(first["document"]["text"])) in lost.what
    assert tables(folder, "record_") == before
    place = {name: (file, at) for name, *_, file, at, _ in before["record_places"]}[
        second["record"]
    ]
    warc = folder / "warc" / place[0]
    octets = bytearray(warc.read_bytes())
    octets[place[1] + 100] ^= 0xFF
    warc.write_bytes(octets)
    (folder / second["document"]["path"]).unlink()
    done, _ = rebuild(register)
    assert done.derived == 1
    (lost,) = [one for one in done.lost if "bytes" in one.what]
    assert second["document"]["text"].removeprefix("sha256:") in lost.what


async def test_who_reads_meanwhile_sees_the_old_state(
    rich, rebuild, evidence, tmp_path, monkeypatch
):
    catalog, seen = evidence().catalog, []
    fold = rebuilding.fold

    def folding(*arguments, **named):
        yield from fold(*arguments, **named)
        seen.append(catalog.counts())

    monkeypatch.setattr(rebuilding, "fold", folding)
    before = catalog.counts()
    without = tables(tmp_path / "archive", "record_")
    rebuild(rich)
    assert seen == [before]
    assert tables(tmp_path / "archive", "record_") == without


async def test_a_rebuild_that_fails_half_way_changes_nothing(rich, rebuild, tmp_path, monkeypatch):
    folder = tmp_path / "archive"
    before = tables(folder, "record_")

    def broken(*_):
        raise KeyError("a fault of ours")

    with monkeypatch.context() as planted:
        planted.setattr(rebuilding.Restoring, "heading", broken)
        with pytest.raises(KeyError):
            rebuild(rich)
    assert tables(folder, "record_") == before


async def test_nobody_rebuilds_beside_a_writer_or_where_there_is_nothing(
    press, declare, rebuild, tmp_path
):
    register = declare(press)
    with pytest.raises(NoArchive):
        rebuild(register, "nowhere")
    assert not (tmp_path / "nowhere").exists()
    (tmp_path / "archive" / "warc").mkdir(parents=True)
    with (
        one_writer(tmp_path / "archive", verb="run"),
        pytest.raises(ArchiveLocked, match="dateline run"),
    ):
        rebuild(register)


class Killed(BaseException):
    """What a test plants where the power goes."""


@pytest.mark.damages
async def test_what_a_crash_left_is_logged_and_folded_too(
    plain, press, open_work, rebuild, tmp_path, monkeypatch
):
    def die(*_):
        raise Killed

    async def crash():
        async with open_work(plain) as work:
            await work.look(press.url("/news/1"))
            monkeypatch.setattr(work.archive.log, "_commit", die)
            await work.look(press.url("/news/2"))

    with pytest.raises(Killed):
        await crash()
    folder = tmp_path / "archive"
    assert len(list((folder / "warc").glob("*.open"))) == 1
    without_catalog(folder)
    done, _ = rebuild(plain)
    assert (done.captures, done.lost) == (7, ())
    assert list((folder / "warc").glob("*.open")) == []
    record = tables(folder, "record_")
    rebuild(plain)
    assert tables(folder, "record_") == record


async def test_far_from_its_key_an_archive_has_a_catalog_all_the_same(
    plain, rebuild, tmp_path, monkeypatch
):
    folder = tmp_path / "archive"
    record = tables(folder, "record_")
    without_catalog(folder)
    (tmp_path / "nobody").mkdir()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nobody"))
    done, _ = rebuild(plain)
    assert (done.lost, tables(folder, "record_")) == ((), record)
    assert list((tmp_path / "nobody").rglob("*")) == []


async def test_an_archive_from_before_the_log_is_adopted(
    press, declare, open_work, answer, story, rebuild, tmp_path
):
    press.pages["/news/1"] = answer(story())
    register, folder = declare(press), tmp_path / "archive"
    async with open_work(register) as work:
        await work.look(press.url("/news/1"))
    old = tmp_path / "old"
    shutil.copytree(folder / "warc", old / "warc")
    done, _ = rebuild(register, "old")
    assert (done.captures, done.lost) == (2, ())
    before = tables(old, "record_")
    without_catalog(old)
    done, _ = rebuild(register, "old")
    assert tables(old, "record_") == before
    assert all(row[-3] for row in before["record_captures"])


async def test_what_is_looked_at_next_follows_from_what_was_looked_at(
    rich, rebuild, press, tmp_path, open_work
):
    folder = tmp_path / "archive"
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as connection:
        asked = "SELECT url, site, looks, failures, edited_at, next_look_at FROM work_targets"
        before = {row[0]: row for row in connection.execute(asked)}
        health = connection.execute(
            "SELECT site, outcome, failures, last_look_at FROM work_sites"
        ).fetchall()
    without_catalog(folder)
    done, _ = rebuild(rich)
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as connection:
        after = {row[0]: row for row in connection.execute(asked)}
        assert (
            connection.execute(
                "SELECT site, outcome, failures, last_look_at FROM work_sites"
            ).fetchall()
            == health
        )
    assert after.keys() == before.keys()
    assert done.planned == len(before)
    second = timedelta(seconds=1) // timedelta(microseconds=1)
    for url, row in before.items():
        assert after[url][:4] == row[:4]
        for mine, theirs in zip(after[url][4:], row[4:], strict=True):
            assert (mine is None) == (theirs is None)
            assert mine is None or abs(mine - theirs) < second, url
    async with open_work(rich) as work:
        due = await work.archive.scribe.submit(
            lambda batch: batch.work.due(work.clock.now(), limit=100, among={"harbour"})
        )
        assert press.url("/news/new") in {one.url for one in due} | set(before)


async def test_links_that_nobody_looked_at_yet_are_found_in_the_archived_seed(
    press, declare, open_work, answer, rebuild, tmp_path, evidence
):
    links = "".join(f"<a class=story href=/news/{n}>{n}</a>" for n in range(3))
    press.pages["/"] = answer(links)
    register, folder = declare(press), tmp_path / "archive"
    async with open_work(register) as work:
        (seed,) = [one async for one in work.flow.poll_through(*_seed_of(register))]
    assert len(seed.new) == 3
    without_catalog(folder)
    done, _ = rebuild(register)
    assert done.planned == 3
    async with open_work(register) as work:
        due = await work.archive.scribe.submit(
            lambda batch: batch.work.due(work.clock.now(), limit=9, among={"harbour"})
        )
    assert sorted(one.url for one in due) == [press.url(f"/news/{n}") for n in range(3)]
    assert {one.found_in for one in due} == {press.url("/")}
    assert evidence().of_type("response")[-1].target_uri == press.url("/")


def _seed_of(register):
    site = register.sites["harbour"]
    return site, seeds(site.declared.discover)[0]
