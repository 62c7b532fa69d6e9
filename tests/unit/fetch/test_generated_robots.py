"""robots.txt in every encoding, with every line end and pattern, made here, gives one answer."""

from __future__ import annotations

from itertools import product

import pytest

from pipeline.fetch.robots import Robots

AGENT = "Dateline/0.1 (+https://dateline.example/)"
HOST = "https://news.example"
RULES = "User-agent: *\nCrawl-delay: 9\nDisallow: /private/\nAllow: /private/but\n"
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be")
ENDS = ("\n", "\r\n", "\r", "\r\r\n", "\n\n\n")

# Rule, path: whether a rule that disallows the one forbids the other.
PATTERNS = [
    *(("/*/b", "/a/b", True), ("/*.php$", "/a.php", True), ("/*.php$", "/a.php?x", False)),
    *(("/a*b*c$", "/axbxc", True), ("/a*b*c$", "/axbxcx", False), ("*/x", "/a/x", True)),
    *(("/$", "/", True), ("/$", "/x", False), ("$", "/", False), ("/**", "/a", True)),
    *(("/a$b", "/a$b", True), ("/a%24", "/a$", True), ("/a?b", "/a?b=1", True)),
    *(("/?", "/?x", True), ("/?", "/x", False), ("/%7Ej/", "/~j/", True), ("/~j", "/%7ej", True)),
    *(("/é", "/%C3%A9", True), ("/%c3%a9", "/é", True), ("/한국", "/%ED%95%9C%EA%B5%AD/", True)),
    *(("/a%20b", "/a b", True), ("/A", "/a", False), ("//a", "//a", True), ("/a;b", "/a;b", True)),
    *(("/a%2Fb", "/a/b", False), ("/a/b", "/a%2Fb", False), ("/a/../b", "/b", False)),
    *(("https://news.example/a", "/a", False), ("/a, /b", "/b", False), ("", "/a", False)),
]

SAID = {
    "no hyphen": ("Useragent: *\nDisallow: /", False),
    "misspelled": ("User-Agent: *\nDisalow: /", False),
    "tabs": ("\tUser-agent:\t*\n\tDisallow:\t/\t", False),
    "no colons": ("User-agent *\nDisallow /", False),
    "foreign lines between": ("User-agent: *\nHost: x\nClean-param: a /b\nDisallow: /", False),
    "a blank line within": ("User-agent: *\n\nDisallow: /", False),
    "a page after a comment": ("<!-- cached -->\nUser-agent: *\nDisallow: /", True),
    "an allow before": ("User-agent: *\nAllow: /a\nDisallow: /", True),
    "an end that is allowed": ("User-agent: *\nAllow: /a$\nDisallow: /", True),
    "thousands of groups before": (
        "".join(f"User-agent: n{n}\nDisallow: /x{n}\n\n" for n in range(9000))
        + "User-agent: *\nDisallow: /",
        False,
    ),
    "ten megabytes after": ("User-agent: *\nDisallow: /\n" + "# x\n" * 2_500_000, False),
    "ten megabytes before": ("# x\n" * 2_500_000 + "User-agent: *\nDisallow: /", True),
}


@pytest.mark.parametrize(("encoding", "end"), [*product(ENCODINGS, ENDS)])
def test_rules_are_the_same_in_any_encoding_and_with_any_line_end(encoding, end):
    robots = Robots.read(200, RULES.replace("\n", end).encode(encoding))
    paths = ("/private/a", "/private/but", "/public")
    assert [robots.allows(HOST + path, AGENT) for path in paths] == [False, True, True]
    assert robots.delay_s(AGENT) == 9.0


@pytest.mark.parametrize(("rule", "path", "forbidden"), PATTERNS)
def test_a_pattern_forbids_what_it_fits(rule, path, forbidden):
    robots = Robots.read(200, f"User-agent: *\nDisallow: {rule}\n".encode())
    assert robots.allows(HOST + path, AGENT) is not forbidden


@pytest.mark.parametrize("name", SAID)
def test_what_people_write_is_read_as_they_meant_it(name):
    text, allowed = SAID[name]
    assert Robots.read(200, text.encode()).allows(f"{HOST}/a", AGENT) is allowed
