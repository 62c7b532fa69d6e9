"""Every visit ends in one outcome, and the WARC file knows it."""

from __future__ import annotations

import gzip

import pytest
from msgspec import Struct

from pipeline.sites.register import Register

EMPTY = b"\r\nContent-Length: 0\r\n\r\n"


class Case(Struct, frozen=True):
    """What a server does, and what the visit comes to."""

    says: object
    outcome: str
    reason: str | None
    records: tuple[str, ...] = ("request", "response")
    truncated: str | None = None


@pytest.fixture
def cases(answer, story, say):
    page, gzipped = answer(story()), answer(story(), gzipped=0)
    return {
        "page": Case(page, "captured", None),
        "picture": Case(answer(b"\x89PNG\r\n\x1a\n", kind="image/png"), "captured", "no_text"),
        "empty": Case(answer(b""), "captured", "no_text"),
        "no content": Case(b"HTTP/1.1 204 No Content\r\n\r\n", "failed", "no_content"),
        "part": Case(answer(story(), status="206 Partial Content"), "failed", "partial_content"),
        "unasked 304": Case(b"HTTP/1.1 304 Not Modified\r\n\r\n", "failed", "unasked_not_modified"),
        "not found": Case(answer("gone", status="404 Not Found"), "gone", "not_found"),
        "gone": Case(answer("gone", status="410 Gone"), "gone", "gone"),
        "forbidden": Case(answer(story(), status="403 Forbidden"), "blocked", "http_403"),
        "too many": Case(answer("", status="429 Too Many"), "blocked", "http_429"),
        "legal": Case(answer("", status="451 Unavailable"), "blocked", "http_451"),
        "teapot": Case(answer("", status="418 Teapot"), "failed", "http_418"),
        "broken": Case(answer("", status="500 Oh"), "failed", "http_500"),
        "nowhere": Case(b"HTTP/1.1 302 Found" + EMPTY, "failed", "redirect_without_location"),
        "no byte": Case(say(b"", "close"), "failed", "disconnected", ("request",)),
        "no http": Case(say(b"SSH-2.0-x\r\n\r\n", "close"), "failed", "protocol", ("request",)),
        "cut short": Case(
            say(page[:-40], "close"), "failed", "disconnected", truncated="disconnect"
        ),
        "too long": Case(answer(b"x" * 6000), "failed", "too_large", truncated="length"),
        "broken gzip": Case(gzipped[:-30] + b"?" * 30, "failed", "bad_encoding"),
    }


NAMES = (
    "page", "picture", "empty", "no content", "part", "unasked 304", "not found", "gone",
    "forbidden", "too many", "legal", "teapot", "broken", "nowhere", "no byte", "no http",
    "cut short", "too long", "broken gzip",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
async def test_what_the_server_does_is_one_outcome_in_report_record_and_catalog(
    name, cases, press, declare, open_work, evidence
):
    case = cases[name]
    press.pages["/news/1"] = case.says
    fetch = {"delay": "0s", "attempts": 1, "timeout": "2s", "max_bytes": 5000, "robots": "ignore"}
    async with open_work(declare(press, fetch=fetch)) as work:
        report = await work.look(press.url("/news/1"))
    (entry,) = evidence().entries
    (look,) = evidence().catalog.history(press.url("/news/1"))
    assert (report["outcome"], report["reason"]) == (case.outcome, case.reason)
    assert (entry.outcome, entry.reason) == (case.outcome, case.reason)
    assert (look.outcome, look.reason) == (case.outcome, case.reason)
    kinds = [ref.type for ref in entry.records if ref.type != "resource"]
    assert kinds == list(case.records)
    answers = evidence().of_type("response")
    assert [one.field("WARC-Truncated") for one in answers] == [case.truncated] * len(answers)


async def test_every_case_is_looked_at(cases):
    assert set(cases) == set(NAMES)


@pytest.mark.parametrize("name", ["forbidden", "gone", "broken", "no byte", "cut short"])
async def test_a_visit_without_a_page_is_no_change_and_replaces_no_text(
    name, cases, press, declare, open_work, answer, story, evidence
):
    page = answer(story())
    press.pages["/news/1"] = [page, cases[name].says, page]
    async with open_work(declare(press)) as work:
        first = await work.look(press.url("/news/1"))
        report = await work.look(press.url("/news/1"))
        document = evidence().catalog.document(press.url("/news/1"))
        again = await work.look(press.url("/news/1"))
    assert (report["change"], report["document"]) == (None, None)
    assert str(document.text) == first["document"]["text"]
    assert again["change"] == "same_bytes"
    assert again["document"]["text"] == first["document"]["text"]


UNASKED = {
    "nobody listens": ("failed", "connect"),
    "no such name": ("failed", "dns"),
    "not public": ("skipped", "private_address"),
    "robots": ("skipped", "robots"),
    "overlong": ("failed", "url_too_long"),
}


@pytest.fixture
def unasked(press, nobody):
    return {
        "nobody listens": f"{nobody}/news/1",
        "no such name": "http://no-such-host.invalid/news/1",
        "not public": press.url("/news/1"),
        "robots": press.url("/closed/news/1"),
        "overlong": press.url("/news/" + "x" * 9000),
    }


@pytest.mark.parametrize("name", UNASKED)
async def test_a_visit_of_which_no_byte_came_is_a_metadata_record_alone(
    name, unasked, press, declare, open_work, answer, evidence
):
    press.pages["/robots.txt"] = answer("User-agent: *\nDisallow: /closed/\n", kind="text/plain")
    ignoring = name != "robots"
    fetch = {"delay": "0s", "attempts": 1} | ({"robots": "ignore"} if ignoring else {})
    # a host of no config is asked by the built-in rules, which obey robots.txt
    hosts = (press.base, unasked["nobody listens"].removesuffix("/news/1"))
    match = [*(host.removeprefix("http://") for host in hosts), "no-such-host.invalid"]
    register = declare(press, fetch=fetch, match=match)
    async with open_work(register, allow_private=name != "not public") as work:
        report = await work.look(unasked[name])
    entry = evidence().entries[-1]
    assert (report["outcome"], report["reason"]) == UNASKED[name]
    assert (entry.outcome, entry.reason) == UNASKED[name]
    assert [ref.type for ref in entry.records if ref.type != "resource"] == []
    assert entry.status is None
    assert report["record"] is None


async def test_what_no_config_owns_is_read_by_the_built_in_rules(
    press, open_work, answer, story, configs, evidence
):
    words = "A sentence that is long enough for a reader to take it for prose. " * 4
    press.pages["/a"] = answer(story(words, words, words))
    register = Register.read(configs, may_be_empty=True)
    async with open_work(register) as work:
        report = await work.look(press.url("/a"))
    assert report["site"] is None
    assert report["document"]["generation"] == "generic"
    assert report["document"]["degraded"] is False
    assert evidence().of_type("resource")


async def test_a_page_that_only_the_generic_rules_can_read_is_degraded(
    press, declare, open_work, answer
):
    words = "<p>A sentence that is long enough for a reader to take it for prose.</p>" * 8
    press.pages["/news/1"] = answer(f"<html><h1>New layout</h1><article>{words}</article></html>")
    async with open_work(declare(press)) as work:
        report = await work.look(press.url("/news/1"))
    assert (report["document"]["generation"], report["document"]["degraded"]) == ("generic", True)


async def test_a_cookie_of_one_capture_is_not_carried_to_another(
    press, declare, open_work, answer, story
):
    press.pages["/news/1"] = answer(story(), "Set-Cookie: who=you; Path=/")
    async with open_work(declare(press)) as work:
        for _ in range(2):
            await work.look(press.url("/news/1"))
    assert all("cookie:" not in head.lower() for head in press.heads)


def to(location):
    return b"HTTP/1.1 302 Found\r\nLocation: " + location + EMPTY


def hostile(answer, story):
    """Answers that no honest server gives."""
    page = story().encode()
    bomb = gzip.compress(gzip.compress(bytes(10**8), 9), 9)
    ok = b"HTTP/1.1 200 OK\r\n"
    return {
        "switching": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n" + page,
        "many hints": b"HTTP/1.1 103 Hints\r\n\r\n" * 200 + answer(story()),
        "no reason": b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
        "status 600": b"HTTP/1.1 600 Beyond\r\nContent-Length: 0\r\n\r\n",
        "status 99": b"HTTP/1.1 099 Below\r\nContent-Length: 0\r\n\r\n",
        "http/9": b"HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n",
        "negative length": ok + b"Content-Length: -5\r\n\r\n" + page,
        "odd length": ok + b"Content-Length: +5\r\n\r\n" + page,
        "two lengths": ok + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\n" + page,
        "both framings": ok
        + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n5\r\nabcde\r\n0\r\n\r\n",
        "huge chunk": ok + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc",
        "negative chunk": ok + b"Transfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n",
        "chunked twice": ok + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        "endless head": ok + b"X: " + b"y" * 300_000,
        "many fields": ok + b"A: b\r\n" * 5000 + b"Content-Length: 0\r\n\r\n",
        "bomb": ok
        + b"Content-Encoding: gzip, gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
        + bomb,
        "unknown coding": answer(story(), "Content-Encoding: rot13"),
        "bytes in fields": ok + b"X-\xff: \xfe\x00\r\nContent-Length: 0\r\n\r\n",
        "no colon": ok + b"nonsense\r\nContent-Length: 0\r\n\r\n",
        "location with bytes": to(b"/\xff\xfe"),
        "location with line ends": to(b"/a%0d%0aX:y"),
        "location to a file": to(b"file:///etc/passwd"),
        "two heads": answer("") + answer(story()),
        "only nul": bytes(5000),
        "charset of nothing": answer(story(), kind='text/html; charset="no such; thing'),
        "deep": answer("<div>" * 100_000),
        "one long word": answer("<h1>x</h1><div class=story><p>" + "x" * 200_000),
        "surrogates": answer(story("&#xD800; &#xDFFF; half pairs in a sentence of some length")),
        "controls": answer(story("\x00\x01\x1b[31m\u202e\ufeff in a sentence of some length")),
    }


async def test_whatever_a_server_says_is_one_outcome_on_record_and_the_next_look_goes_well(
    press, declare, open_work, answer, story, say, evidence
):
    answers = hostile(answer, story)
    press.pages |= {f"/news/{n}": say(wire, "close") for n, wire in enumerate(answers.values())}
    press.pages["/news/well"] = answer(story(title="All is well"))
    async with open_work(declare(press)) as work:
        reports = [await work.look(press.url(f"/news/{n}")) for n in range(len(answers))]
        after = await work.look(press.url("/news/well"))
    said = {entry.visit: entry.outcome for entry in evidence().entries}
    assert {name: said[one["visit"]] for name, one in zip(answers, reports, strict=True)} == {
        name: one["outcome"] for name, one in zip(answers, reports, strict=True)
    }
    assert after["change"] == "new"
    evidence().judge()
