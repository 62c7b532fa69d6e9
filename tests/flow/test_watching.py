"""What is watched, and when it is looked at again: rhythms, removals, validators."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.discover.seeds import seeds

MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
DENIED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
BROKEN = b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"
MOMENT = timedelta(minutes=1)


@pytest.fixture
def watched():
    """How a target stands in the frontier."""

    async def ask(work, url):
        return await work.archive.scribe.submit(lambda batch: batch.work.target(url))

    return ask


@pytest.fixture
def polled():
    """Poll the site's seed as the daemon does: the report, and the seed as it is watched then."""

    async def poll(work, register):
        site = register.sites["harbour"]
        (seed,) = seeds(site.declared.discover)

        def ask(batch):
            batch.work.watch_seeds("harbour", [seed.url], first_poll_at=work.clock.now())
            return batch.work.seed("harbour", seed.url)

        before = await work.archive.scribe.submit(ask)
        reports = [one.report async for one in work.flow.poll_through(site, seed, before)]
        return reports, await work.archive.scribe.submit(ask)

    return poll


def listing(answer, *numbers, fields=()):
    links = "".join(f"<a class=story href=/news/{n}>story {n}</a>" for n in numbers)
    return answer(f"<html><body>{links}</body></html>", *fields)


async def test_a_removal_is_certain_after_the_looks_and_the_time_that_the_site_declares(
    press, declare, open_work, answer, story, watched
):
    url = press.url("/news/1")
    press.pages["/news/1"] = [answer(story()), MISSING]
    register = declare(press, alerts={"gone_after": "3 looks over 2d"})
    async with open_work(register) as work:
        await work.look(url)
        seen = []
        for _ in range(200):
            target = await watched(work, url)
            if target.removed_at is not None:
                break
            work.clock.advance(seconds=(target.next_look_at - work.clock.now()).total_seconds())
            seen.append(await work.revisit(url))
        assert {one["outcome"] for one in seen} == {"gone"}
        assert {one["change"] for one in seen} == {None}
        began = work.clock.now() - target.removed_at
        assert began < MOMENT
        first = await work.archive.scribe.submit(lambda batch: batch.record.missing(url))
        assert timedelta(days=2) <= target.removed_at - first.since < timedelta(days=2, hours=4)
        assert first.looks >= 3
        assert target.next_look_at is not None, "a page may return"


async def test_a_page_that_returns_is_no_longer_removed(
    press, declare, open_work, answer, story, watched
):
    url = press.url("/news/1")
    press.pages["/news/1"] = [answer(story()), MISSING, MISSING, answer(story())]
    register = declare(press, alerts={"gone_after": "2 looks over 1h"})
    async with open_work(register) as work:
        await work.look(url)
        await work.revisit(url)
        work.clock.advance(hours=2)
        await work.revisit(url)
        assert (await watched(work, url)).removed_at is not None
        back = await work.revisit(url)
        assert (back["outcome"], back["change"]) == ("captured", "same_bytes")
        assert (await watched(work, url)).removed_at is None


@pytest.mark.parametrize(("between", "removed"), [(DENIED, False), (BROKEN, True)])
async def test_a_block_in_between_begins_the_count_anew_and_a_failure_does_not(
    between, removed, press, declare, open_work, answer, story, watched
):
    url = press.url("/news/1")
    press.pages["/news/1"] = [answer(story()), MISSING, between, MISSING]
    register = declare(press, alerts={"gone_after": "2 looks over 1h"})
    async with open_work(register) as work:
        await work.look(url)
        for _ in range(3):
            work.clock.advance(hours=2)
            await work.revisit(url)
        assert ((await watched(work, url)).removed_at is not None) is removed


async def test_a_link_that_never_led_anywhere_is_given_up_and_is_no_removal(
    press, declare, open_work, watched
):
    url = press.url("/news/1")
    register = declare(press, alerts={"gone_after": "2 looks over 1h"})
    async with open_work(register) as work:
        await work.look(url)
        target = await watched(work, url)
        assert target.next_look_at is not None
        work.clock.advance(hours=2)
        await work.revisit(url)
        target = await watched(work, url)
    assert (target.next_look_at, target.removed_at) == (None, None)


async def test_a_page_that_leads_to_a_missing_one_is_the_one_that_is_missing(
    press, declare, open_work, answer, story, evidence
):
    led = b"HTTP/1.1 302 Found\r\nLocation: /error\r\nContent-Length: 0\r\n\r\n"
    press.pages["/news/1"] = [answer(story()), led]
    async with open_work(declare(press)) as work:
        await work.look(press.url("/news/1"))
        gone = await work.look(press.url("/news/1"))
    assert (gone["outcome"], gone["url"]) == ("gone", press.url("/news/1"))
    assert evidence().catalog.document(press.url("/news/1")).state == "gone"


def naming(page, canonical):
    return page.replace("<head>", f'<head><link rel=canonical href="{canonical}">')


@pytest.mark.parametrize("first", ["/news/1?print=1", "/news/1"])
async def test_of_two_addresses_that_read_the_same_only_the_one_that_is_named_is_watched(
    first, press, declare, open_work, answer, story, watched
):
    """Whichever is looked at first."""
    variant, page = press.url("/news/1?print=1"), press.url("/news/1")
    press.pages |= {"/news/1?print=1": answer(naming(story(), "/news/1"))}
    press.pages |= {"/news/1": answer(naming(story(clock="Sunday"), "/news/1"))}
    async with open_work(declare(press)) as work:
        await work.look(press.url(first))
        if first == "/news/1":
            await work.look(variant)
        else:
            assert (await watched(work, page)).found_in == variant
            await work.revisit(page)
        assert (await watched(work, variant)).next_look_at is None
        assert (await watched(work, page)).next_look_at is not None


async def test_a_page_that_names_another_text_as_its_own_stays_watched(
    press, declare, open_work, answer, story, watched
):
    press.pages |= {"/news/1": answer(naming(story("One."), "/news/2"))}
    press.pages |= {"/news/2": answer(story("Two."))}
    async with open_work(declare(press)) as work:
        await work.look(press.url("/news/1"))
        await work.revisit(press.url("/news/2"))
        assert (await watched(work, press.url("/news/1"))).next_look_at is not None


async def test_a_seed_is_asked_by_its_validators_and_a_304_brings_nothing_new(
    press, declare, open_work, answer, polled
):
    def say(head):
        if 'if-none-match: "one"' in head.lower():
            return b'HTTP/1.1 304 Not Modified\r\nETag: "one"\r\n\r\n'
        return listing(answer, 1, 2, fields=('ETag: "one"',))

    press.pages["/"] = say
    register = declare(press)
    async with open_work(register) as work:
        first, seed = await polled(work, register)
        second, again = await polled(work, register)
    assert [one.outcome.name for one in (*first, *second)] == ["captured", "not_modified"]
    assert (seed.links, again.links, again.polls) == (2, 2, 2)
    assert again.validators == seed.validators


async def test_every_other_poll_is_unconditional_because_validators_lie(
    press, declare, open_work, answer, polled
):
    press.pages["/"] = lambda _: listing(answer, 1, fields=('ETag: "ever"',))
    register = declare(press)
    async with open_work(register) as work:
        for _ in range(10):
            await polled(work, register)
    asked = ["if-none-match" in head.lower() for head in press.asked("/")]
    assert asked == [False, True] * 5


async def test_a_304_renews_the_validators_that_it_answers(
    press, declare, open_work, answer, story, watched
):
    url = press.url("/news/1")
    renewed = b'HTTP/1.1 304 Not Modified\r\nETag: W/"two"\r\n\r\n'
    press.pages["/news/1"] = [answer(story(), 'ETag: "one"'), renewed]
    async with open_work(declare(press)) as work:
        await work.look(url)
        before = (await watched(work, url)).validators
        await work.revisit(url)
        after = (await watched(work, url)).validators
    assert (before.etag, after.etag) == ('"one"', 'W/"two"')
    assert after.record_id == before.record_id


async def test_a_page_that_came_without_validators_is_not_asked_by_old_ones(
    press, declare, open_work, answer, story, watched
):
    url = press.url("/news/1")
    press.pages["/news/1"] = [answer(story(), 'ETag: "one"'), answer(story(title="Other"))]
    async with open_work(declare(press)) as work:
        await work.look(url)
        await work.revisit(url)
        assert (await watched(work, url)).validators is None


async def test_the_interval_follows_the_share_of_news_between_its_bounds(
    press, declare, open_work, answer, polled
):
    press.pages["/"] = [listing(answer, *range(n, n + 9)) for n in (0, 9, 18, 27)]
    press.pages["/"] += [listing(answer, *range(27, 36))] * 20
    register = declare(press, schedule={"every": "1h", "adapt": {"min": "10m", "max": "4h"}})
    async with open_work(register) as work:
        spans = []
        for _ in range(24):
            _, seed = await polled(work, register)
            spans.append(round((seed.next_poll_at - seed.last_poll_at) / timedelta(minutes=1)))
    assert spans[:2] == [60, 60], "the first polls say nothing of a rhythm"
    assert spans[2] < 60
    assert spans[3] < spans[2]
    assert spans[4:] == sorted(spans[4:])
    assert spans[-1] == 240


async def test_what_a_server_says_of_freshness_slows_within_the_bounds(
    press, declare, open_work, answer, polled
):
    press.pages["/"] = listing(answer, 1, fields=("Cache-Control: max-age=36000",))
    spans = {}
    for adapt in ({"adapt": {"min": "10m", "max": "4h"}}, {}):
        register = declare(press, schedule={"every": "1h", **adapt})
        async with open_work(register, folder=f"archive{len(adapt)}") as work:
            _, seed = await polled(work, register)
            spans[bool(adapt)] = round((seed.next_poll_at - seed.last_poll_at) / timedelta(hours=1))
    assert spans == {True: 4, False: 1}


async def test_an_index_of_sitemaps_is_read_anew_because_what_it_names_may_have_changed(
    press, declare, open_work, answer, polled
):
    index = f"<sitemapindex><sitemap><loc>{press.url('/s.xml')}</loc></sitemap></sitemapindex>"
    kind = "application/xml"
    press.pages["/index.xml"] = answer(index, 'ETag: "same"', kind=kind)
    press.pages["/s.xml"] = [
        answer(f"<urlset><url><loc>{press.url(f'/news/{n}')}</loc></url></urlset>", kind=kind)
        for n in (1, 2)
    ]
    register = declare(press, discover=[{"sitemap": press.url("/index.xml")}])
    async with open_work(register) as work:
        for _ in range(2):
            await polled(work, register)
        found = await work.archive.scribe.submit(
            lambda batch: batch.work.known([press.url("/news/1"), press.url("/news/2")])
        )
    assert len(found) == 2
    assert not any("if-none-match" in head.lower() for head in press.asked("/index.xml"))


async def test_a_sitemap_that_changes_at_the_end_of_all_years_is_read_at_every_poll(
    press, declare, open_work, answer, polled
):
    kind, place = "application/xml", f"<loc>{press.url('/s.xml')}</loc>"
    entry = f"<sitemap>{place}<lastmod>9999-12-31</lastmod></sitemap>"
    press.pages["/index.xml"] = answer(f"<sitemapindex>{entry}</sitemapindex>", kind=kind)
    press.pages["/s.xml"] = answer(f"<urlset><url>{place}</url></urlset>", kind=kind)
    register = declare(press, discover=[{"sitemap": press.url("/index.xml")}])
    async with open_work(register) as work:
        for _ in range(2):
            await polled(work, register)
    assert press.asked().count("/s.xml") == 2


async def test_a_page_that_robots_txt_forbids_is_asked_leave_for_ever_more_rarely(
    press, declare, open_work, answer, watched
):
    url = press.url("/news/1")
    press.pages["/robots.txt"] = answer("User-agent: *\nDisallow: /news/", kind="text/plain")
    async with open_work(declare(press)) as work:
        await work.look(url)
        spans = []
        for _ in range(8):
            target = await watched(work, url)
            spans.append(target.next_look_at - work.clock.now())
            await work.revisit(url)
    assert spans == sorted(spans)
    assert spans[-1] > timedelta(hours=20)
