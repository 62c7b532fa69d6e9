"""What the daemon promises: it polls what is due, forgets nothing, drops nobody, ends in time."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
from datetime import timedelta

import pytest

from pipeline.daemon import Daemon
from pipeline.errors import ArchiveUnwritable

ENDS_WITHIN_S = 10
HALF = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfour"


@pytest.fixture
def daemon_of():
    """A daemon over an open archive; `daemon.heard` are the reports it tells of."""

    def make(work, register, *, only=("harbour",)):
        heard = []

        async def hear(report):
            heard.append(report.as_json())

        daemon = Daemon(
            work.archive,
            work.flow,
            register=lambda: register,
            only=frozenset(only),
            clock=work.clock,
            hear=hear,
        )
        daemon.heard = heard
        return daemon

    return make


@pytest.fixture
def once(daemon_of):
    """Poll what is due: the reports."""

    async def run(work, register, **which):
        daemon = daemon_of(work, register, **which)
        await daemon.run_once()
        return daemon.heard

    return run


@pytest.fixture
def planned():
    """When the first seed or target of a site is due, and the seed as it is watched."""

    async def ask(work, press, site="harbour"):
        return await work.archive.scribe.submit(
            lambda batch: (
                batch.work.next_due_at(among={site}),
                batch.work.seed(site, press.url("/")),
            )
        )

    return ask


def listing(answer, *numbers):
    links = "".join(f"<a class=story href=/news/{n}>story {n}</a>" for n in numbers)
    return answer(f"<html><body>{links}</body></html>")


async def test_what_is_due_is_polled_with_what_it_brings_and_then_nothing_is_due(
    press, declare, open_work, answer, story, once
):
    press.pages |= {"/": listing(answer, 1, 2), "/news/1": answer(story())}
    press.pages["/news/2"] = answer(story(title="Two"))
    register = declare(press)
    async with open_work(register) as work:
        first = await once(work, register)
        second = await once(work, register)
    assert (first[0]["role"], first[0]["change"]) == ("seed", None)
    assert sorted(one["url"] for one in first[1:]) == [press.url("/news/1"), press.url("/news/2")]
    assert {one["change"] for one in first[1:]} == {"new"}
    assert second == []


async def test_due_times_outlive_a_restart(press, declare, open_work, answer, story, once, planned):
    press.pages |= {"/": listing(answer, 1), "/news/1": answer(story())}
    register = declare(press)
    async with open_work(register) as work:
        await once(work, register)
        before = await planned(work, press)
    async with open_work(register) as work:
        assert await once(work, register) == []
        assert await planned(work, press) == before
        work.clock.advance(hours=1)
        again = await once(work, register)
    assert {one["url"] for one in again} == {press.url("/"), press.url("/news/1")}


async def test_a_long_pause_brings_one_poll_and_not_all_that_were_missed(
    press, declare, open_work, answer, story, once
):
    press.pages |= {"/": listing(answer, 1), "/news/1": answer(story())}
    register = declare(press)
    async with open_work(register) as work:
        await once(work, register)
        work.clock.advance(days=20)
        again = await once(work, register)
    assert sorted(one["url"] for one in again) == [press.url("/"), press.url("/news/1")]


@pytest.mark.parametrize("fault", ["500 Oh", "403 Forbidden", "204 No Content"])
async def test_a_failing_site_is_slowed_and_never_dropped(
    fault, press, declare, open_work, answer, once, planned
):
    page = listing(answer)
    press.pages["/"] = page
    register = declare(press, schedule={"every": "1h", "revisit": "never"})
    async with open_work(register) as work:
        await once(work, register)
        press.pages["/"] = answer("", status=fault)
        pauses = []
        for failures in range(1, 12):
            due, _ = await planned(work, press)
            work.clock.advance(seconds=(due - work.clock.now()).total_seconds())
            (report,) = await once(work, register)
            assert report["outcome"] in {"failed", "blocked"}
            due, seed = await planned(work, press)
            assert seed.failures == failures
            pauses.append((due - work.clock.now()) / timedelta(hours=1))
        press.pages["/"] = page
        work.clock.advance(days=2)
        (report,) = await once(work, register)
        due, seed = await planned(work, press)
        assert (report["outcome"], seed.failures) == ("captured", 0)
        assert (due - work.clock.now()) <= timedelta(hours=1)
    assert pauses == sorted(pauses)
    assert pauses[0] == pytest.approx(2, abs=0.01)
    assert 24 <= pauses[-1] <= 26


async def test_a_failing_site_does_not_hold_up_the_others(
    open_press, declare, open_work, answer, story, say, once
):
    bad, good = await open_press(), await open_press()
    bad.pages |= {"/": say(b"", "close"), "/robots.txt": say(b"", "close")}
    good.pages |= {"/": listing(answer, 1), "/news/1": answer(story())}
    declare(bad)
    register = declare(good, site="island")
    async with open_work(register) as work:
        heard = await once(work, register, only=("harbour", "island"))
    assert {one["outcome"] for one in heard if one["site"] == "harbour"} == {"failed"}
    assert {one["change"] for one in heard if one["site"] == "island"} == {None, "new"}


async def test_only_the_sites_that_are_named_are_polled(open_press, declare, open_work, once):
    harbour, island = await open_press(), await open_press()
    declare(harbour)
    register = declare(island, site="island")
    async with open_work(register) as work:
        heard = await once(work, register, only=("island",))
    assert {one["site"] for one in heard} == {"island"}
    assert harbour.heads == []


async def test_pages_behind_a_seed_are_polled_while_they_bring_something_new(
    press, declare, open_work, answer, story, once
):
    press.pages |= {f"/news/{n}": answer(story(title=f"Story {n}")) for n in range(6)}
    for page in range(1, 4):
        first = 2 * (page - 1)
        more = f"<a class=next href=/page/{page + 1}>older</a>"
        links = "".join(f"<a class=story href=/news/{n}>x</a>" for n in (first, first + 1))
        press.pages["/" if page == 1 else f"/page/{page}"] = answer(links + more)
    seed = {"listing": press.url("/"), "links": "a.story", "pages": {"next": "a.next", "most": 3}}
    register = declare(press, discover=[seed], schedule={"every": "1h", "revisit": "never"})
    async with open_work(register) as work:
        first = await once(work, register)
        work.clock.advance(hours=2)
        second = await once(work, register)
    assert [one["role"] for one in first].count("seed") == 3
    assert [one["role"] for one in first].count("target") == 6
    assert [one["url"] for one in second] == [press.url("/")]


async def test_a_seed_that_is_no_longer_declared_is_not_polled_any_more(
    press, declare, open_work, answer, once
):
    press.pages |= {"/": listing(answer), "/other": listing(answer)}
    async with open_work(declare(press)) as work:
        register = declare(press)
        await once(work, register)
        register = declare(press, discover=[{"listing": press.url("/other"), "links": "a"}])
        work.clock.advance(days=1)
        heard = await once(work, register)
    assert [one["url"] for one in heard] == [press.url("/other")]


async def test_a_page_that_is_withdrawn_is_looked_at_again_and_its_text_stays(
    press, declare, open_work, answer, story, once, evidence
):
    press.pages |= {"/": listing(answer, 1), "/news/1": answer(story())}
    register = declare(press)
    async with open_work(register) as work:
        await once(work, register)
        press.pages["/news/1"] = answer("", status="404 Not Found")
        for _ in range(3):
            work.clock.advance(hours=1)
            await once(work, register)
    looks = evidence().catalog.history(press.url("/news/1"))
    assert [look.outcome for look in looks] == ["captured", "gone", "gone", "gone"]
    document = evidence().catalog.document(press.url("/news/1"))
    assert (document.state, document.text) == ("gone", looks[0].text)


async def test_a_fault_of_the_archive_ends_the_daemon(press, declare, open_work, answer, daemon_of):
    press.pages["/"] = listing(answer)

    def refuse(_descriptor):
        raise OSError(28, "No space left on device")

    async def run():
        async with open_work(register) as work:
            work.archive.warc._fsync = refuse
            await asyncio.wait_for(daemon_of(work, register).run_once(), ENDS_WITHIN_S)

    register = declare(press)
    with pytest.raises(ArchiveUnwritable, match="No space left"):
        await run()


async def test_a_running_daemon_ends_when_it_is_told_to(
    press, declare, open_work, answer, story, daemon_of
):
    press.pages |= {"/": listing(answer, 1), "/news/1": answer(story())}
    register = declare(press)
    async with open_work(register) as work:
        daemon = daemon_of(work, register)
        running = asyncio.create_task(daemon.run())
        while len(daemon.heard) < 2:
            assert not running.done()
            await asyncio.sleep(0.02)
        daemon.stop()
        await asyncio.wait_for(running, ENDS_WITHIN_S)
    assert [one["change"] for one in daemon.heard] == [None, "new"]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_in_time_while_nothing_hangs(
    ending, press, declare, spawn, answer, story, tmp_path, open_work
):
    press.pages |= {"/": listing(answer, 1), "/news/1": answer(story())}
    register = declare(press)
    process = await spawn("run", "--json", archive=tmp_path / "archive")
    told = [json.loads(await process.stdout.readline()) for _ in range(2)]
    process.send_signal(ending)
    _, talk = await asyncio.wait_for(process.communicate(), ENDS_WITHIN_S)
    assert process.returncode == 0, talk.decode()
    assert [one["change"] for one in told] == [None, "new"]
    assert not list((tmp_path / "archive" / "warc").glob("*.open"))
    async with open_work(register) as work:
        assert (await work.look(press.url("/news/1")))["change"] == "same_bytes"


async def test_a_signal_ends_it_within_ten_seconds_while_a_response_hangs(
    press, declare, spawn, answer, say, tmp_path, open_work, once
):
    press.pages |= {"/": listing(answer, 1, 2), "/news/1": answer("<p>one</p>")}
    press.pages["/news/2"] = say(HALF, "hang")
    fetch = {"delay": "0s", "attempts": 4, "timeout": "60s", "concurrency": 2}
    register = declare(press, fetch=fetch)
    process = await spawn("run", "--json", archive=tmp_path / "archive")
    told = [json.loads(await process.stdout.readline()) for _ in range(2)]
    await press.hears("/news/2")
    process.send_signal(signal.SIGTERM)
    _, talk = await asyncio.wait_for(process.communicate(), ENDS_WITHIN_S)
    assert process.returncode == 0, talk.decode()
    assert {one["url"] for one in told} == {press.url("/"), press.url("/news/1")}
    assert not list((tmp_path / "archive" / "warc").glob("*.open"))
    press.pages["/news/2"] = answer("<p>two</p>")
    async with open_work(register) as work:
        work.clock.advance(days=36525)  # the command went by the machine's own clock
        heard = await once(work, register)
    assert press.url("/news/2") in {one["url"] for one in heard}


async def test_a_signal_ends_it_in_time_although_somebody_holds_its_socket(
    press, declare, spawn, answer, tmp_path
):
    press.pages["/"] = listing(answer)
    declare(press)
    process = await spawn("run", "--json", archive=tmp_path / "archive")
    await process.stdout.readline()
    reader, silent = await asyncio.open_unix_connection(tmp_path / "archive" / "daemon.sock")
    with contextlib.closing(silent):
        process.send_signal(signal.SIGTERM)
        _, talk = await asyncio.wait_for(process.communicate(), ENDS_WITHIN_S)
        assert process.returncode == 0, talk.decode()
        assert await reader.read() == b""


async def test_a_signal_ends_it_in_time_although_an_errand_hangs(
    press, declare, spawn, answer, say, tmp_path
):
    press.pages |= {"/": listing(answer), "/news/1": say(HALF, "hang")}
    declare(press, fetch={"delay": "0s", "timeout": "60s"})
    daemon = await spawn("run", "--json", archive=tmp_path / "archive")
    await daemon.stdout.readline()
    errand = await spawn("fetch", press.url("/news/1"), archive=tmp_path / "archive")
    await press.hears("/news/1")
    daemon.send_signal(signal.SIGTERM)
    _, talk = await asyncio.wait_for(daemon.communicate(), ENDS_WITHIN_S)
    assert daemon.returncode == 0, talk.decode()
    assert errand.returncode is None  # it has the archive to itself now, and goes on
