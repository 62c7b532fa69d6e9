"""robots.txt is read as RFC 9309 says, with the mistakes that people make in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fetch.robots import Robots, RobotsMemory, product, robots_url

AGENT = "Dateline/0.1 (+https://dateline.example/; for Mozilla/5.0 readers)"
PAGE = "https://news.example/news/a?b=1"

RULES = """\
User-agent: mozilla
Disallow: /
User-agent: dateline
User-agent: other
Crawl-delay: 7
Disallow: /private
Allow: /private/but-this
Disallow: /*.pdf$
User-agent: *
Disallow: /
Sitemap: https://news.example/sitemap.xml
"""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True),
        ("/private/x", False),
        ("/private/but-this", True),
        ("/a.pdf", False),
        ("/a.pdf?x", True),
        ("/robots.txt", True),
    ],
)
def test_the_group_of_our_product_is_ours_alone(path, allowed):
    robots = Robots.read(200, RULES)
    assert robots.allows("https://news.example" + path, AGENT) is allowed


def test_everybody_else_has_the_group_for_all():
    assert not Robots.read(200, RULES).allows(PAGE, "Elsewhere/1")


@pytest.mark.parametrize(
    ("status", "reason", "allowed"),
    [
        (404, None, True),
        (403, None, True),
        (429, None, True),
        (500, None, False),
        (503, None, False),
        (302, "redirect_loop", False),
        (None, "connect", False),
        (None, None, False),
        (None, "not_in_replay", True),
        (200, None, True),
        (204, None, True),
    ],
)
def test_an_absent_robots_allows_and_an_unreachable_one_forbids(status, reason, allowed):
    assert Robots.read(status, reason=reason).allows(PAGE, AGENT) is allowed


@pytest.mark.parametrize("text", ["<!DOCTYPE html>\nUser-agent: *\nDisallow: /", "\n <html>"])
def test_a_page_in_place_of_rules_has_none(text):
    assert Robots.read(200, text).allows(PAGE, AGENT)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffUser-agent: *\nDisallow: /",
        "User-agent: *\r\nDisallow: /\r\n",
        "User-agent: *\rDisallow: /",
        "# all\nUSER-AGENT : *\nDISALLOW : / # nothing",
        "User-agent: *\n\n\nDisallow: /",
    ],
)
def test_marks_line_ends_and_case_do_not_matter(text):
    assert not Robots.read(200, text).allows(PAGE, AGENT)


@pytest.mark.parametrize(
    ("delay", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("0", None),
        ("-3", None),
        ("nan", None),
        ("1e9", 300.0),
        ("", None),
    ],
)
def test_an_absurd_delay_is_bounded(delay, seconds):
    robots = Robots.read(200, f"User-agent: *\nCrawl-delay: {delay}\n")
    assert robots.delay_s(AGENT) == seconds


def test_no_rules_ask_for_no_delay():
    assert Robots.ALL.delay_s(AGENT) is None


@given(st.text(max_size=200), st.text(max_size=40))
def test_no_text_is_too_strange_to_be_read(text, path):
    robots = Robots.parse("User-agent: *\n" + text)
    robots.allows("https://news.example/" + path, AGENT)
    robots.delay_s(AGENT)


def test_the_product_is_the_first_word_of_the_agent():
    assert product(AGENT) == "Dateline"


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("https://news.example/a/b?c", "https://news.example/robots.txt"),
        ("http://news.example:8080", "http://news.example:8080/robots.txt"),
    ],
)
def test_rules_stand_at_the_root_of_the_host(url, where):
    assert robots_url(url) == where


async def test_rules_are_remembered_for_a_day_and_unreachable_hosts_for_less(clock):
    memory = RobotsMemory(clock)
    rules = Robots.parse(RULES)
    memory.keep("https://a.example/x", rules)
    memory.keep("https://b.example/", Robots.NOTHING)
    assert memory.recall("https://a.example/y") is rules
    assert memory.recall("http://a.example/y") is None
    await clock.sleep(601)
    assert memory.recall("https://b.example/") is None
    await clock.sleep(timedelta(hours=24).total_seconds())
    assert memory.recall("https://a.example/y") is None


def test_memory_has_an_end(clock, monkeypatch):
    monkeypatch.setattr(RobotsMemory, "MOST_HOSTS", 2)
    memory = RobotsMemory(clock)
    for name in "abc":
        memory.keep(f"https://{name}.example/", Robots.ALL)
    assert memory.recall("https://a.example/") is None
    assert memory.recall("https://c.example/") is Robots.ALL
