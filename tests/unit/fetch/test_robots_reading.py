"""robots.txt is read as RFC 9309 says, with the mistakes that people make in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fetch.groups import MOST_OCTETS, product
from pipeline.fetch.robots import Robots, RobotsMemory, Understood, robots_url

AGENT = "Dateline/0.1 (+https://dateline.example/; for Mozilla/5.0 readers)"
PAGE = "https://news.example/news/a?b=1"

RULES = b"""\
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
    ("status", "allowed"),
    [
        (404, True),
        (403, True),
        (429, True),
        (500, False),
        (503, False),
        (302, False),
        (None, False),
        (200, True),
        (204, True),
    ],
)
def test_an_absent_robots_allows_and_an_unreachable_one_forbids(status, allowed):
    assert Robots.read(status).allows(PAGE, AGENT) is allowed


@pytest.mark.parametrize("text", [b"<!DOCTYPE html>\nUser-agent: *\nDisallow: /", b"\n <html>"])
def test_a_page_in_place_of_rules_has_none(text):
    assert Robots.read(200, text).allows(PAGE, AGENT)


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbfUser-agent: *\nDisallow: /",
        "User-agent: *\nDisallow: /".encode("utf-16"),
        "User-agent: *\nDisallow: /".encode("utf-16-be"),
        b"User-agent: *\r\nDisallow: /\r\n",
        b"User-agent: *\rDisallow: /",
        b"# all\nUSER-AGENT : *\nDISALLOW : / # nothing",
        b"User-agent: *\n\n\nDisallow: /",
        b"User-agent: *\n\0\0Dis\0allow: /",
        b"User-agent:*\nDisallow:/",
        b"user agent *\ndissalow /",
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
    robots = Robots.read(200, f"User-agent: *\nCrawl-delay: {delay}\n".encode())
    assert robots.delay_s(AGENT) == seconds


def test_no_rules_ask_for_no_delay():
    assert Robots.ALL.delay_s(AGENT) is None


@given(st.binary(max_size=200), st.text(max_size=40))
def test_no_octets_are_too_strange_to_be_read(octets, path):
    robots = Robots.parse(b"User-agent: *\n" + octets)
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


def test_memory_has_an_end_in_octets_too(clock, monkeypatch):
    monkeypatch.setattr(RobotsMemory, "MOST_OCTETS", 100)
    memory = RobotsMemory(clock)
    rules = Robots.parse(b"User-agent: *\nDisallow: /a-long-way-down/")
    for name in "abca":
        memory.keep(f"https://{name}.example/", rules)
    kept = [memory.recall(f"https://{name}.example/") is rules for name in "abc"]
    assert kept == [True, False, True]


# What stands in the file, and whether our product may then ask for /a/b.
GROUPS = {
    "a name with a version": (b"User-agent: Dateline/2.0\nDisallow: /a/", False),
    "a name in other case": (b"User-agent: dAtElInE\nDisallow: /a/", False),
    "a name with a star": (b"User-agent: Dateline*\nDisallow: /a/", False),
    "a shorter name": (b"User-agent: Date\nDisallow: /", True),
    "a longer name": (b"User-agent: Dateline-News\nDisallow: /", True),
    "one name of several": (b"User-agent: x\nUser-agent: dateline\nDisallow: /a", False),
    "two groups of one name": (
        b"User-agent: dateline\nAllow: /\nUser-agent:x\nAllow: /\nUser-agent:DATELINE\nDisallow:/a",
        False,
    ),
    "no blank lines between groups": (
        b"User-agent: x\nDisallow: /\nUser-agent: *\nDisallow: /x\nUser-agent: y\nDisallow: /",
        True,
    ),
    "a delay ends a list of names": (
        b"User-agent: *\nCrawl-delay: 9\nUser-agent: x\nDisallow: /",
        True,
    ),
    "a sitemap ends no list of names": (
        b"User-agent: x\nSitemap: https://a.example/s.xml\nUser-agent: *\nDisallow: /a",
        False,
    ),
    "rules before any name": (b"Disallow: /\nUser-agent: x\nDisallow: /", True),
    "our name without rules": (b"User-agent: *\nDisallow: /\n\nUser-agent: dateline\n", True),
    "an empty rule": (b"User-agent: *\nDisallow:\n", True),
    "the longer rule": (b"User-agent: *\nDisallow: /a/\nAllow: /a/b", True),
    "rules of one length": (b"User-agent: *\nDisallow: /a/b\nAllow: /a/b", True),
    "an end": (b"User-agent: *\nDisallow: /a$", True),
    "a star and an end": (b"User-agent: *\nDisallow: /*b$", False),
    "an escape": (b"User-agent: *\nDisallow: /%61/", False),
    "an escaped slash": (b"User-agent: *\nDisallow: /a%2Fb", True),
    "a broken name": (b"User-agent: \xff\xfe\nDisallow: /", True),
    "a page": (b"<html>User-agent: *\nDisallow: /", True),
    "an image": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", True),
    "JSON": (b'{"user-agent": "*", "disallow": "/"}', True),
    "nothing but space": (b"\xef\xbb\xbf \r\n", True),
}


@pytest.mark.parametrize(("octets", "allowed"), GROUPS.values(), ids=GROUPS)
def test_the_group_that_counts_is_the_one_that_names_us(octets, allowed):
    assert Robots.read(200, octets).allows("https://news.example/a/b", AGENT) is allowed


@pytest.mark.parametrize(
    "rule",
    ["/caf\u00e9/", "/caf%C3%A9/", "/caf%c3%a9/", "/ca%66%C3%A9/"],
)
@pytest.mark.parametrize("path", ["/caf\u00e9/1", "/caf%C3%A9/1", "/caf%c3%a9/1"])
def test_rules_and_urls_are_the_same_however_they_are_spelled(rule, path):
    robots = Robots.parse(f"User-agent: *\nDisallow: {rule}".encode())
    assert not robots.allows("https://news.example" + path, AGENT)


def test_a_rule_in_another_charset_is_compared_by_its_octets():
    robots = Robots.parse("User-agent: *\nDisallow: /caf\u00e9/".encode("latin-1"))
    assert not robots.allows("https://news.example/caf%E9/1", AGENT)


def test_what_is_beyond_the_limit_is_not_read_nor_is_a_line_cut_there():
    head = b"User-agent: *\nDisallow: /x\n"
    filling = head + b"#" * (MOST_OCTETS - len(head) - 12) + b"\n"
    cut = Robots.parse(filling + b"Disallow: /private/")
    assert len(filling) == MOST_OCTETS - 11
    assert cut.allows(PAGE, AGENT)
    assert not cut.allows("https://news.example/x", AGENT)


def repeated(line, count=MOST_OCTETS):
    return (line * (count // len(line) + 1))[:count]


# Each makes a reader that is not on its guard work or remember for minutes.
COSTLY = {
    "names times rules": repeated(b"User-agent: x%d\n", 2**18) + repeated(b"Allow: /\n", 2**18),
    "many names": b"".join(b"User-agent: n%d\n" % n for n in range(30_000)),
    "stars": b"User-agent: *\n" + repeated(b"Disallow: /" + b"*a" * 200 + b"\n"),
    "one line of stars": b"User-agent: *\nDisallow: /" + b"*a" * 200_000 + b"$\n",
    "short rules with stars": b"User-agent: *\n" + repeated(b"Disallow:/*a*b\n"),
    "percent signs": b"User-agent: *\nDisallow: /" + b"%41" * 150_000,
    "blanks": b"User-agent:" + b" " * 400_000 + b"*\nDisallow: /b",
    "colons": repeated(b":"),
    "breaks": repeated(b"\r\n"),
    "letters": repeated(b"a\n"),
    "high octets": repeated(b"\xff\xfe\xfd"),
}


@pytest.mark.parametrize("octets", COSTLY.values(), ids=COSTLY)
def test_a_file_made_to_hurt_is_read_to_its_end(octets):
    robots = Robots.parse(octets)
    long = "https://news.example/" + "ab" * 3000
    answers = {robots.allows(long, AGENT) for _ in range(3)}
    assert len(answers) == 1
    assert robots.delay_s(AGENT) is None


def test_long_rules_of_many_hosts_are_not_all_kept_as_read():
    kept = Understood(most=100_000)
    long = [b"User-agent: *\n" + b"Disallow: /%d\n" % host * 2_000 for host in range(10, 22)]
    for octets in (*long, long[-1]):
        assert kept.rules(octets, "dateline").can_fetch("http://host/", "any")
        assert len(kept) * len(octets) <= 100_000
    assert len(kept) > 1
    for number in range(300):
        kept.rules(b"Disallow: /%d" % number, "dateline")
    assert len(kept) <= 100_000 // Understood.LEAST


def test_rules_that_alone_are_too_long_to_be_kept_are_read_all_the_same():
    kept = Understood(most=100)
    rules = kept.rules(b"User-agent: *\nDisallow: /a\n", "dateline")
    assert not rules.can_fetch("http://host/a", "any")
    assert len(kept) == 0
