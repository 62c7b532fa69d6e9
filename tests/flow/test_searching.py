"""Words and passages are found in every version of every page that the archive holds."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from pipeline.errors import ArchiveUnwritable, BadQuery
from pipeline.ground.query import Order
from pipeline.reading.indexing import SLICE, Indexing, WordIndex
from pipeline.reading.searching import Searching
from pipeline.reading.tracing import Tracing
from pipeline.search.cursors import BadCursor
from pipeline.search.snippets import plain
from pipeline.sites.register import Register
from pipeline.stories.tombstoning import TakingDown, take_down
from pipeline.writing.opening import looked_into

FIRST = "The harbour office says that the ferry will carry forty goats to the island on Monday."
SECOND = "The harbour office says that the ferry will carry nobody at all until the autumn comes."


@pytest.fixture
def searching(tmp_path, settings_of):
    """Opens a search of the archive, brought up to date: `searching()`."""
    opened = []

    def opener():
        opened.append(Searching.open(settings_of(tmp_path / "archive")))
        Indexing((opened[-1].index,)).catch_up()
        return opened[-1]

    yield opener
    for one in opened:
        one.close()


@pytest.fixture
def tracing(tmp_path, settings_of, configs):
    opened = []

    def opener():
        register = Register.read(configs)
        opened.append(Tracing.open(settings_of(tmp_path / "archive"), register))
        Indexing((opened[-1].index,)).catch_up()
        return opened[-1]

    yield opener
    for one in opened:
        one.close()


def urls(found):
    return [hit.url.rpartition("/")[2] for hit in found.hits]


async def looked_at(work, press, answer, **pages):
    for name, page in pages.items():
        press.pages[f"/news/{name}"] = answer(page)
        await work.look(press.url(f"/news/{name}"))


async def test_deleted_wording_is_found_and_said_to_be_of_an_earlier_version(
    press, declare, open_work, answer, story, searching
):
    async with open_work(declare(press)) as work:
        await looked_at(work, press, answer, a=story(FIRST))
        work.clock.advance(hours=1)
        await looked_at(work, press, answer, a=story(SECOND), b=story("No goats here but these."))
    search = searching()
    (found,) = search.search('"forty goats"').hits
    assert (found.is_current, found.until is not None) == (False, True)
    assert plain(found.snippet) == FIRST
    assert [piece.text for piece in found.snippet if piece.is_match] == ["forty goats"]
    assert search.search("nobody").hits[0].is_current
    assert sorted(urls(search.search("goats"))) == ["a", "b"]
    assert urls(search.search("goats in:earlier")) == ["a"]
    assert urls(search.search("goats in:now")) == ["b"]
    assert urls(search.search("ferry in:earlier")) == []


async def test_the_title_weighs_more_than_the_body_and_attributes_choose(
    press, declare, open_work, answer, story, searching
):
    async with open_work(declare(press)) as work:
        await looked_at(
            work,
            press,
            answer,
            body=story("The weather was fine, and the walrus was seen by nobody but the pilots."),
            title=story("An animal was seen in the bay by three of the pilots.", title="A walrus"),
            korean=story("평양시에서 전국과학자대회가 월요일에 열렸다고 신문이 보도했다."),
            chinese=story("两国领导人在北京大学举行了会谈，并就双边关系交换了意见，气氛友好。"),
        )
        del press.pages["/news/body"]
        await work.look(press.url("/news/body"))
    search = searching()
    assert urls(search.search("walrus")) == ["title", "body"]
    assert urls(search.search("title:walrus")) == ["title"]
    assert urls(search.search("walrus -title:walrus")) == ["body"]
    assert urls(search.search("state:gone")) == ["body"]
    assert urls(search.search("평양")) == urls(search.search("과학자대회")) == ["korean"]
    assert urls(search.search("평")) == ["korean"]
    assert urls(search.search('"北京"')) == urls(search.search("京")) == ["chinese"]
    assert urls(search.search("walrus site:harbour published:2026-11 seen:2026-11-21")) == [
        "title",
        "body",
    ]
    assert urls(search.search("walrus site:127.0.0.1 lang:en after:2026-11-21")) == []
    assert urls(search.search("walrus -site:harbour")) == []
    assert urls(search.search("pilots (walrus OR goat) -weather")) == ["title"]
    assert search.search("site:harbour").count == 4


@pytest.mark.parametrize("order", Order)
async def test_paging_shows_each_document_once_however_the_index_grows(
    press, declare, open_work, answer, story, searching, order
):
    def page(number):
        return story(f"The lamp of pier {number} " + "was lit again, " * (number % 3) + "they say.")

    async with open_work(declare(press)) as work:
        await looked_at(work, press, answer, **{f"p{n}": page(n) for n in range(7)})
        search = searching()
        wanted = "lamp" if order is Order.BEST else "lamp OR dark"
        shown = search.search(wanted, limit=3, order=order)
        seen = urls(shown)
        await looked_at(
            work,
            press,
            answer,
            p0=story("The lamp of pier 0 is dark for good, and nobody lights the lamp again."),
            **{f"q{n}": page(n) for n in range(5)},
        )
        Indexing((search.index,)).catch_up()
        while shown.next:
            shown = search.search(wanted, limit=3, order=order, cursor=shown.next)
            seen += urls(shown)
        assert sorted(seen) == [f"p{n}" for n in range(7)]
        if order is Order.NEWEST:
            assert seen == [f"p{n}" for n in reversed(range(7))]
        with pytest.raises(BadCursor):
            search.search("other", cursor="AAAA")


async def test_what_was_taken_down_is_found_no_more_and_not_left_in_the_file(
    press, declare, open_work, answer, story, searching, tmp_path
):
    register = declare(press)
    async with open_work(register) as work:
        await looked_at(work, press, answer, a=story(FIRST), b=story(SECOND))
        search = searching()
        assert urls(search.search("goats")) == ["a"]
        url = press.url("/news/a")
        await take_down(work.archive, register, TakingDown(what=url, reason="a court says so"))
        assert urls(search.search("goats")) == []
        Indexing((search.index,)).catch_up()
        assert urls(search.search("goats")) == []
        assert urls(search.search("nobody")) == ["b"]
        search.close()
    for path in (tmp_path / "archive").glob("search.sqlite*"):
        assert b"goats" not in path.read_bytes()


async def test_an_index_that_is_damaged_or_foreign_is_made_again(
    press, declare, open_work, answer, story, searching, tmp_path
):
    async with open_work(declare(press)) as work:
        await looked_at(work, press, answer, a=story(FIRST))
    searching().close()
    path = tmp_path / "archive/search.sqlite"
    path.write_bytes(b"this is no database at all, and it is longer than a header" * 20)
    assert urls(searching().search("goats")) == ["a"]
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE about SET value = '0/0' WHERE key = 'made_for'")
    assert urls(searching().search("goats")) == ["a"]


async def test_the_index_goes_on_in_slices_and_says_how_far_it_is_behind(
    press, declare, open_work, answer, story, tmp_path, settings_of
):
    async with open_work(declare(press)) as work:
        await looked_at(work, press, answer, **{f"p{n}": story(f"{FIRST} {n}") for n in range(5)})
        index = WordIndex(work.archive.folder, looked_into(settings_of(tmp_path / "archive")))
        assert (index.is_there, index.behind()) == (False, 5)
        assert index.index_some(3) == 3
        behind = [index.behind()]
        while index.index_some(3):
            behind.append(index.behind())
        assert behind[-1] == 0
        assert behind == sorted(behind, reverse=True)
        assert index.index_some(SLICE) == 0
        index.close()


class FullDisk:
    """An index that cannot be written."""

    is_there = True

    def __init__(self):
        self.asked = 0

    def index_some(self, limit):
        assert limit
        self.asked += 1
        raise ArchiveUnwritable(Path("search.sqlite"), why="no space left on device")

    def close(self):
        pass


async def test_the_daemons_timer_brings_the_index_up_to_date_and_outlives_a_full_disk(
    press, declare, open_work, answer, story, tmp_path, settings_of
):
    async with open_work(declare(press)) as work:
        await looked_at(work, press, answer, a=story(FIRST), b=story(SECOND))
        index = WordIndex(work.archive.folder, looked_into(settings_of(tmp_path / "archive")))
        (timer,) = Indexing((index,)).timers()
        await timer.run()
        assert index.behind() == 0
        index.close()
    full = FullDisk()
    indexing = Indexing((full,))
    (timer,) = indexing.timers()
    await timer.run()
    await timer.run()
    assert full.asked == 1
    indexing.catch_up_a_little()
    with pytest.raises(ArchiveUnwritable):
        indexing.catch_up()


async def test_a_query_that_cannot_be_read_reaches_no_index(searching, press, declare, open_work):
    async with open_work(declare(press)):
        pass
    with pytest.raises(BadQuery):
        searching().search('"')
    assert searching().search("anything NEAR ^x {title} : y -z").hits == ()


async def test_a_passage_is_traced_to_who_published_it_first(
    press, declare, open_work, answer, story, tracing
):
    said = "We will mend the long pier before the first storm of this coming winter."

    def dated(date, *paragraphs):
        return story(*paragraphs).replace("datetime=2026-11-20", f"datetime={date}")

    async with open_work(declare(press)) as work:
        await looked_at(
            work,
            press,
            answer,
            late=dated("2026-11-20T23:30:00+01:00", f"He spoke. “{said[:-1]},” he said."),
            undated=dated("none", f"Somebody was heard to say this: {said}"),
            day=dated("2026-11-20", f"The mayor spoke. {said} Nobody clapped."),
            early=dated("2026-11-20T01:00:00+14:00", said.replace("long", "old").upper()),
            other=dated("2026-11-01", "We will not mend the pier, and no storm comes this winter."),
        )
        work.clock.advance(days=1)
        await looked_at(work, press, answer, day=dated("2026-11-20", "The mayor did not speak."))
    trace = tracing()
    found = trace.trace(said).standings
    assert [one.url.rpartition("/")[2] for one in found] == ["early", "day", "late", "undated"]
    assert [one.similarity for one in found] == [round(13 / 14, 4), 1, 1, 1]
    assert [one.is_current for one in found] == [True, False, True, True]
    assert found[1].until is not None
    assert (
        found[2].passage
        == "“We will mend the long pier before the first storm of this coming winter,”"
    )
    assert found[2].before.endswith("He spoke. ")
    assert found[2].after == " he said."
    (elsewhere,) = trace.elsewhere(press.url("/news/late"))
    assert elsewhere.standing.url == press.url("/news/early")
    assert list(trace.elsewhere(press.url("/news/early"))) == []
