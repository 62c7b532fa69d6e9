"""What follows the texts at leisure: near copies, and what was found over time."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from pipeline.archive.lock import one_writer
from pipeline.archive.texts import Texts
from pipeline.monitoring.alarming import Alarming
from pipeline.reading.following import AT_ONCE, FEW, Following, bring_up_to_date
from pipeline.reading.likening import copies_of
from pipeline.stories.rederive import Rederiving
from pipeline.stories.tombstoning import TakingDown

PARAGRAPHS = [
    " ".join(f"word{n}{letter}" for n in range(40)) for letter in ("a", "b", "c", "d", "e", "f")
]
OTHER = [" ".join(f"else{n}{letter}" for n in range(40)) for letter in ("a", "b", "c")]


@pytest.fixture
def pages(press, answer, story):
    """One text under several addresses, some of them not quite the same."""
    told = {
        "one": PARAGRAPHS,
        "two": ["The agency adds a sentence of its own at the top of it.", *PARAGRAPHS],
        "same": PARAGRAPHS,
        "item": PARAGRAPHS[:2],
        "other": OTHER,
    }
    press.pages |= {f"/news/{name}": answer(story(*told[name])) for name in told}
    return {name: press.url(f"/news/{name}") for name in told}


@pytest.fixture
def following():
    """The following of an open work, and the alarms that it notes."""

    def make(work, register):
        alarming = Alarming(work.archive, work.settings, work.clock, register=lambda: register)
        return Following(work.archive, register=lambda: register, note=alarming.note)

    return make


@pytest.fixture
async def read(press, declare, open_work, pages, hand_clock, following):
    """An archive that has looked at all of them, indexed: its register."""
    register = declare(press)
    async with open_work(register) as work:
        for url in pages.values():
            await work.look(url)
            hand_clock.advance(minutes=5)
        with closing(following(work, register)) as job:
            await job.catch_up()
    return register


def copies(catalog, folder, url):
    document = catalog.document(url)
    found = copies_of(document.text, catalog, Texts(folder), url=url)
    return {one.url: one for one in found}


def rows(folder, table):
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - our own names


@pytest.mark.usefixtures("read")
async def test_copies_are_linked_with_how_much_they_are_alike(evidence, pages, tmp_path):
    found = copies(evidence().catalog, tmp_path / "archive", pages["one"])
    assert found.keys() == {pages["two"], pages["same"], pages["item"]}
    assert found[pages["same"]].likeness.similarity == 1.0
    assert 0.9 < found[pages["two"]].likeness.similarity < 1.0
    assert found[pages["item"]].likeness.similarity < 0.5
    assert found[pages["item"]].likeness.contained > 0.9


@pytest.mark.usefixtures("read")
async def test_who_was_seen_later_is_not_earlier(evidence, pages, tmp_path):
    folder = tmp_path / "archive"
    of_first = copies(evidence().catalog, folder, pages["one"])
    of_last = copies(evidence().catalog, folder, pages["same"])
    assert [one.is_earlier for one in of_first.values()] == [False] * 3
    assert of_last[pages["one"]].is_earlier


@pytest.mark.usefixtures("read")
async def test_a_text_has_no_rows_twice_and_an_index_no_text(tmp_path):
    folder = tmp_path / "archive"
    shingles = rows(folder, "work_shingles")
    texts = {one.read_text() for one in (folder / "text").glob("*/*.txt")}
    assert len({entry for _, entry in shingles}) == len(texts) == 4


async def test_what_was_taken_down_is_linked_no_more(read, open_work, evidence, pages, tmp_path):
    folder, before = tmp_path / "archive", len(rows(tmp_path / "archive", "work_shingles"))

    async def tell_nobody(_tidings):
        pass

    async with open_work(read) as work:
        taking = TakingDown(what=pages["two"], reason="asked to")
        await work.errands.run(taking, tell_nobody)
    assert pages["two"] not in copies(evidence().catalog, folder, pages["one"])
    assert len(rows(folder, "work_shingles")) < before
    assert len(rows(folder, "work_readings")) == 4


async def test_a_verb_brings_the_indexes_on_unless_somebody_else_is_at_work(
    press, declare, open_work, pages, settings_of, tmp_path, evidence
):
    register, settings = declare(press), settings_of(tmp_path / "archive")
    async with open_work(register) as work:
        for url in pages.values():
            await work.look(url)
    with one_writer(settings.archive, verb="run"):
        assert "dateline run" in bring_up_to_date(settings)
    assert rows(settings.archive, "work_shingles") == []
    assert bring_up_to_date(settings) is None
    assert copies(evidence().catalog, settings.archive, pages["one"])


async def test_a_text_that_our_rules_made_anew_takes_the_old_ones_place(
    press, declare, open_work, pages, following, evidence
):
    old = {"title": "h1", "body": "div.story", "require": {"min_chars": 20}}
    register = declare(press, extract=[old])
    async with open_work(register) as work:
        for url in pages.values():
            await work.look(url)
        with closing(following(work, register)) as job:
            await job.catch_up()
    (before,) = evidence().catalog.found("harbour")
    register = declare(press, extract=[old | {"title": "h5"}])
    async with open_work(register) as work:
        rederiving = Rederiving(work.archive, register)
        async for _ in rederiving.run(rederiving.urls(None)):
            pass
        with closing(following(work, register)) as job:
            await job.catch_up()
        assert work.archive.catalog.reader().alarms() == ()
    (after,) = evidence().catalog.found("harbour")
    assert (before.documents, before.found["title"]) == (5, 5)
    assert (after.documents, after.found["body"]) == (5, 5)
    assert after.month == before.month


async def test_a_wall_in_place_of_pages_raises_one_alarm_that_ends_with_it(
    press, declare, open_work, answer, story, following
):
    press.pages |= {
        f"/news/wall{n}": answer(story("Please agree.", title="Hold")) for n in range(4)
    }
    press.pages |= {f"/news/{n}": answer(story(f"{n} " * 9, title=f"T{n}")) for n in range(12)}
    register = declare(press)
    async with open_work(register) as work:
        with closing(following(work, register)) as job:
            for n in range(4):
                await work.look(press.url(f"/news/wall{n}"))
            await job.go_on()
            (alarm,) = job.reader.alarms()
            assert (alarm.kind.value, alarm.subject) == ("same_text", "harbour")
            assert "4 of the last 4 documents have the same text" in alarm.detail
            for n in range(12):
                await work.look(press.url(f"/news/{n}"))
            await job.go_on()
            assert job.reader.alarms() == ()


async def test_more_than_a_command_should_wait_for_is_left_to_the_daemon(
    press, declare, open_work, pages, following
):
    assert AT_ONCE < FEW
    register = declare(press)
    async with open_work(register) as work:
        for url in pages.values():
            await work.look(url)
        with closing(following(work, register)) as job:
            await job.catch_up(few=4)
            assert job.reader.outstanding("shingles", most=99) == 5
            await job.catch_up(few=5)
            assert job.reader.outstanding("shingles", most=99) == 0
