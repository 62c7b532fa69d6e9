"""Nothing is asked for without robots.txt's leave, and robots.txt is archived like any page."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta

import pytest


@pytest.fixture
def rules_of(press, answer):
    def say(text):
        press.pages["/robots.txt"] = answer(text, kind="text/plain")

    return say


@pytest.fixture
def looks(press, declare, open_work, answer, story):
    press.pages |= {"/news/1": answer(story()), "/closed/news/1": answer(story())}

    async def run(*paths, **fetch):
        fetch = {"delay": "0s", "attempts": 1} | fetch
        async with open_work(declare(press, fetch=fetch)) as work:
            return [await work.look(press.url(path)) for path in paths]

    return run


async def test_what_is_disallowed_is_skipped_and_not_asked_for(press, rules_of, looks, evidence):
    rules_of("User-agent: *\nDisallow: /closed/\n")
    refused, allowed = await looks("/closed/news/1", "/news/1")
    assert (refused["outcome"], refused["reason"]) == ("skipped", "robots")
    assert allowed["outcome"] == "captured"
    assert press.asked() == ["/robots.txt", "/news/1"]
    robots, skipped, _ = evidence().entries
    assert (robots.role, robots.outcome) == ("robots", "captured")
    assert (skipped.outcome, skipped.reason, skipped.change) == ("skipped", "robots", None)


async def test_a_skip_says_nothing_of_the_document(press, rules_of, looks, evidence):
    rules_of("User-agent: *\nDisallow: /closed/\n")
    await looks("/closed/news/1")
    assert evidence().catalog.document(press.url("/closed/news/1")) is None
    (look,) = evidence().catalog.history(press.url("/closed/news/1"))
    assert (look.outcome, look.reason) == ("skipped", "robots")


async def test_robots_txt_is_asked_for_once_however_many_look_at_the_same_time(
    press, declare, open_work, rules_of, answer, story
):
    rules_of("User-agent: *\nAllow: /\n")
    press.pages |= {f"/news/{n}": answer(story()) for n in range(8)}
    async with open_work(declare(press)) as work:
        await asyncio.gather(*(work.look(press.url(f"/news/{n}")) for n in range(8)))
    assert press.asked().count("/robots.txt") == 1


async def test_a_day_later_it_is_asked_for_again(
    press, declare, open_work, rules_of, answer, story
):
    rules_of("User-agent: *\nAllow: /\n")
    press.pages["/news/1"] = answer(story())
    async with open_work(declare(press)) as work:
        await work.look(press.url("/news/1"))
        rules_of("User-agent: *\nDisallow: /\n")
        assert (await work.look(press.url("/news/1")))["outcome"] == "captured"
        work.clock.advance(hours=25)
        assert (await work.look(press.url("/news/1")))["outcome"] == "skipped"


async def test_a_host_that_rests_is_not_asked_for_robots_txt_by_what_is_due(
    press, declare, open_work, rules_of, answer, story
):
    """Two were due; the one was told to come again in an hour, before the other asked for leave."""
    rules_of("User-agent: *\nAllow: /\n")
    press.pages["/news/1"] = answer(story())
    async with open_work(declare(press)) as work:
        await work.look(press.url("/news/1"))
        work.clock.advance(hours=25)
        authority = press.url("").removeprefix("http://")
        work.flow.rest(authority, work.clock.now() + timedelta(hours=1))
        before = len(press.asked())
        due = await work.revisit(press.url("/news/1"))
        assert (due["outcome"], due["reason"]) == ("failed", "resting")
        assert len(press.asked()) == before
        work.clock.advance(hours=1)
        assert (await work.revisit(press.url("/news/1")))["outcome"] == "captured"
        assert press.asked()[before:] == ["/robots.txt", "/news/1"]


@pytest.mark.parametrize(
    ("status", "outcome", "reason"),
    [
        ("404 Not Found", "captured", None),
        ("403 Forbidden", "captured", None),
        ("400 Bad Request", "captured", None),
        ("418 Teapot", "captured", None),
        ("204 No Content", "captured", None),
        ("500 Oh", "failed", "http_500"),
        ("503 Later", "failed", "http_503"),
    ],
)
async def test_a_host_whose_robots_txt_fails_is_left_alone_and_one_without_it_is_not(
    status, outcome, reason, press, answer, looks
):
    press.pages["/robots.txt"] = answer("", status=status)
    (report,) = await looks("/news/1")
    assert (report["outcome"], report["reason"]) == (outcome, reason)
    assert ("/news/1" in press.asked()) is (outcome == "captured")


async def test_a_host_that_hangs_up_on_robots_txt_is_left_alone(press, say, looks, evidence):
    press.pages["/robots.txt"] = say(b"", "close")
    (report,) = await looks("/news/1")
    assert (report["outcome"], report["reason"]) == ("failed", "disconnected")
    assert press.asked() == ["/robots.txt"]
    robots, target = evidence().entries
    assert (robots.outcome, target.outcome) == ("failed", "failed")
    assert [ref.type for ref in target.records] == []


async def test_what_robots_txt_asked_for_counts_as_long_as_it_cannot_be_asked_again(
    press, declare, open_work, rules_of, answer, story
):
    rules_of("User-agent: *\nCrawl-delay: 40\n")
    press.pages["/news/1"] = answer(story())
    asked_at = []
    async with open_work(declare(press, fetch={"delay": "1s", "attempts": 3})) as work:

        def failing(_head):
            asked_at.append(work.clock.now())
            return answer("", status="500 Oh")

        await work.look(press.url("/news/1"))
        press.pages["/robots.txt"] = failing
        work.clock.advance(hours=25)
        assert (await work.look(press.url("/news/1")))["outcome"] == "failed"
    gaps = [(after - before).total_seconds() for before, after in itertools.pairwise(asked_at)]
    assert len(gaps) == 2
    assert min(gaps) >= 39


async def test_an_unreachable_host_is_not_asked_again_by_every_visit(
    press, declare, open_work, answer
):
    press.pages["/robots.txt"] = answer("", status="500 Oh")
    async with open_work(declare(press)) as work:
        ends = [await work.look(press.url(f"/news/{n}")) for n in range(5)]
    assert {end["outcome"] for end in ends} == {"failed"}
    assert press.asked() == ["/robots.txt"]


async def test_an_unreachable_host_is_asked_again_after_a_while(
    press, declare, open_work, answer, story
):
    press.pages |= {
        "/robots.txt": [answer("", status="500 Oh"), answer("User-agent: *\nAllow: /\n")],
        "/news/1": answer(story()),
    }
    async with open_work(declare(press)) as work:
        assert (await work.look(press.url("/news/1")))["outcome"] == "failed"
        work.clock.advance(minutes=11)
        assert (await work.look(press.url("/news/1")))["outcome"] == "captured"


async def test_a_site_may_be_told_to_ignore_it(press, rules_of, looks):
    rules_of("User-agent: *\nDisallow: /\n")
    (report,) = await looks("/news/1", robots="ignore")
    assert report["outcome"] == "captured"
    assert press.asked() == ["/news/1"]


async def test_rules_for_us_go_before_rules_for_all(rules_of, looks):
    rules_of("User-agent: *\nDisallow: /\n\nUser-agent: dateline\nAllow: /\n")
    (report,) = await looks("/news/1")
    assert report["outcome"] == "captured"


async def test_where_the_guard_refuses_the_host_robots_txt_is_not_asked_either(
    press, declare, open_work, answer, story, evidence
):
    press.pages["/news/1"] = answer(story())
    async with open_work(declare(press), allow_private=False) as work:
        report = await work.look(press.url("/news/1"))
    assert (report["outcome"], report["reason"]) == ("skipped", "private_address")
    assert press.asked() == []
    assert {entry.outcome for entry in evidence().entries} == {"skipped"}


async def test_a_hop_to_a_place_that_robots_txt_closes_is_not_followed(press, rules_of, looks):
    rules_of("User-agent: *\nDisallow: /closed/\n")
    press.pages["/news/9"] = (
        b"HTTP/1.1 302 Found\r\nLocation: /closed/news/1\r\nContent-Length: 0\r\n\r\n"
    )
    (report,) = await looks("/news/9")
    assert (report["outcome"], report["reason"]) == ("skipped", "robots")
    assert "/closed/news/1" not in press.asked()


def to(location):
    return f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


async def test_a_hop_asks_the_host_that_it_leads_to(
    press, open_press, rules_of, answer, looks, evidence
):
    island = await open_press()
    rules_of("User-agent: *\nAllow: /\n")
    island.pages["/robots.txt"] = answer("User-agent: *\nDisallow: /closed\n", kind="text/plain")
    press.pages |= {"/a": to(island.url("/open")), "/b": to(island.url("/closed"))}
    island.pages["/open"] = answer("<p>free")
    free, closed = await looks("/a", "/b")
    assert free["outcome"] == "captured"
    assert (closed["outcome"], closed["reason"]) == ("skipped", "robots")
    assert island.asked() == ["/robots.txt", "/open"]
    hop, refused = (e for e in evidence().entries if e.visit == closed["visit"])
    assert (hop.outcome, refused.outcome) == ("redirected", "skipped")
    assert (refused.requested, refused.records) == (island.url("/closed"), ())


async def test_a_hop_to_a_host_whose_robots_txt_cannot_be_had_is_a_failure(
    press, open_press, rules_of, answer, looks
):
    island = await open_press()
    rules_of("User-agent: *\nAllow: /\n")
    island.pages["/robots.txt"] = answer("", status="500 Oh")
    press.pages["/a"] = to(island.url("/news/1"))
    (report,) = await looks("/a")
    assert (report["outcome"], report["reason"]) == ("failed", "http_500")
    assert island.asked() == ["/robots.txt"]


async def test_a_site_that_ignores_robots_txt_does_so_at_home_alone(
    press, open_press, answer, looks
):
    island = await open_press()
    island.pages["/robots.txt"] = answer("User-agent: *\nDisallow: /\n", kind="text/plain")
    press.pages["/a"] = to(island.url("/news/1"))
    (report,) = await looks("/a", robots="ignore")
    assert (report["outcome"], report["reason"]) == ("skipped", "robots")
    assert press.asked() == ["/a"]
    assert island.asked() == ["/robots.txt"]


async def test_robots_txt_may_be_five_redirects_and_another_host_away(
    press, open_press, answer, looks
):
    island = await open_press()
    press.pages |= {"/robots.txt": to("/r1"), "/r1": to("/r2"), "/r2": to("/r3")}
    press.pages |= {"/r3": to("/r4"), "/r4": to(island.url("/rules"))}
    island.pages["/rules"] = answer("User-agent: *\nDisallow: /closed/\n", kind="text/plain")
    refused, allowed = await looks("/closed/news/1", "/news/1")
    assert (refused["reason"], allowed["outcome"]) == ("robots", "captured")


async def test_a_home_page_in_place_of_robots_txt_has_no_rules(press, answer, looks):
    press.pages |= {"/robots.txt": to("/"), "/": answer("<html>\nUser-agent: *\nDisallow: /\n")}
    (report,) = await looks("/news/1")
    assert report["outcome"] == "captured"


@pytest.mark.parametrize("onward", ["/robots.txt", "/other"])
async def test_a_robots_txt_that_redirects_for_ever_is_unreachable(press, looks, onward):
    press.pages |= {"/robots.txt": to(onward), "/other": to("/robots.txt")}
    (report,) = await looks("/news/1")
    assert (report["outcome"], report["reason"]) == ("failed", "redirect_loop")
    assert "/news/1" not in press.asked()


async def test_a_host_that_asks_for_more_time_gets_it(hand_clock, rules_of, looks):
    rules_of("User-agent: *\nCrawl-delay: 40\n")
    await looks("/news/1", "/news/1", delay="1s")
    assert [round(slept) for slept in hand_clock.slept] == [40, 40]


async def test_a_host_that_asks_for_less_time_than_the_site_gives_gets_the_sites(
    hand_clock, rules_of, looks
):
    rules_of("User-agent: *\nCrawl-delay: 2\n")
    await looks("/news/1", "/news/1", delay="9s")
    assert [round(slept) for slept in hand_clock.slept] == [9, 9]


async def test_more_than_is_kept_of_a_robots_txt_is_read_as_far_as_it_came(rules_of, looks):
    rules_of("User-agent: *\nDisallow: /closed/\n" + "# and so on\n" * 4000)
    refused, allowed = await looks("/closed/news/1", "/news/1", max_bytes=20_000)
    assert (refused["reason"], allowed["outcome"]) == ("robots", "captured")


async def test_old_rules_do_not_outlive_their_day_where_new_ones_cannot_be_had(
    press, declare, open_work, rules_of, answer, story
):
    rules_of("User-agent: *\nAllow: /\n")
    press.pages["/news/1"] = answer(story())
    async with open_work(declare(press)) as work:
        await work.look(press.url("/news/1"))
        press.pages["/robots.txt"] = answer("", status="503 Later")
        work.clock.advance(hours=23)
        assert (await work.look(press.url("/news/1")))["outcome"] == "captured"
        work.clock.advance(hours=2)
        left = await work.look(press.url("/news/1"))
    assert (left["outcome"], left["reason"]) == ("failed", "http_503")
