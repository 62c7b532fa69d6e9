"""Redirects and retries: every hop and every attempt is a capture of its own visit."""

from __future__ import annotations

import pytest


def to(location, status="302 Found"):
    return f"HTTP/1.1 {status}\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


@pytest.fixture
def hops(evidence):
    """Of the last visit: what each capture came to, why, and where."""

    def read():
        entries = evidence().entries
        last = [entry for entry in entries if entry.visit == entries[-1].visit]
        return [(entry.outcome, entry.reason, entry.requested) for entry in last]

    return read


async def test_each_redirect_is_a_capture_and_the_report_speaks_of_the_last(
    press, declare, open_work, answer, story, hops, evidence
):
    press.pages |= {"/a": to("/b"), "/b": to("/news/1", "301 Moved"), "/news/1": answer(story())}
    async with open_work(declare(press)) as work:
        report = await work.look(press.url("/a"))
    a, b, end = press.url("/a"), press.url("/b"), press.url("/news/1")
    assert hops() == [
        ("redirected", b, a),
        ("redirected", end, b),
        ("captured", None, end),
    ]
    assert (report["url"], report["requested"], report["change"]) == (end, a, "new")
    assert len(report["via"]) == 2
    (*before, last) = [e for e in evidence().entries if e.visit == report["visit"]]
    assert {entry.visit for entry in before} == {last.visit}
    assert [row.outcome for row in evidence().catalog.history(end)] == ["captured"]
    (hop,) = evidence().catalog.history(a)
    assert (hop.outcome, hop.reason, hop.text) == ("redirected", b, None)
    assert len(evidence().catalog.captures_of_visit(report["visit"])) == 3
    evidence().judge()


async def test_a_page_that_redirects_is_no_document_and_no_change(
    press, declare, open_work, answer, story, evidence
):
    press.pages |= {"/news/old": to("/news/1"), "/news/1": answer(story())}
    async with open_work(declare(press)) as work:
        reports = [await work.look(press.url("/news/old")) for _ in range(2)]
    assert [report["change"] for report in reports] == ["new", "same_bytes"]
    assert evidence().catalog.document(press.url("/news/old")) is None


async def test_a_redirect_to_another_site_is_read_by_that_sites_rules(
    open_press, declare, open_work, answer, story, evidence
):
    harbour, island = await open_press(), await open_press()
    harbour.pages["/news/1"] = to(island.url("/told/1"))
    island.pages["/told/1"] = answer(story(title="Told elsewhere"))
    declare(harbour)
    register = declare(
        island,
        site="island",
        extract=[{"title": "title", "body": "div.story", "require": {"min_chars": 20}}],
    )
    async with open_work(register) as work:
        report = await work.look(harbour.url("/news/1"))
    assert report["site"] == "island"
    assert report["document"]["title"] == "Told elsewhere | Harbour"
    hop, end = evidence().entries[-2:]
    assert (hop.site, end.site) == ("harbour", "island")
    assert hop.rules != end.rules
    assert len(evidence().of_type("resource")) == 2


@pytest.mark.parametrize(
    ("pages", "reason"),
    [
        ({"/a": to("/a")}, "redirect_loop"),
        ({"/a": to("/b"), "/b": to("/a")}, "redirect_loop"),
        ({f"/{n}": to(f"/{n + 1}") for n in range(20)} | {"/a": to("/0")}, "too_many_redirects"),
        ({"/a": to("gopher://127.0.0.1/")}, "unsupported_scheme"),
        ({"/a": to("http://[::bad/")}, "invalid_redirect"),
    ],
    ids=["itself", "there and back", "for ever", "gopher", "no address"],
)
async def test_a_way_that_leads_nowhere_is_failed_and_every_hop_is_kept(
    pages, reason, press, declare, open_work, hops
):
    press.pages |= pages
    async with open_work(declare(press)) as work:
        report = await work.look(press.url("/a"))
    assert (report["outcome"], report["reason"]) == ("failed", reason)
    *before, (outcome, why, _) = hops()
    assert {outcome for outcome, _, _ in before} <= {"redirected"}
    assert (outcome, why) == ("failed", reason)
    assert len(before) == len(report["via"]) <= 10


async def test_a_redirect_to_a_page_that_is_gone_is_gone(press, declare, open_work, answer, hops):
    press.pages |= {"/news/1": to("/news/2"), "/news/2": answer("", status="410 Gone")}
    async with open_work(declare(press)) as work:
        report = await work.look(press.url("/news/1"))
    assert (report["outcome"], report["url"]) == ("gone", press.url("/news/2"))
    assert [outcome for outcome, *_ in hops()] == ["redirected", "gone"]


async def test_each_attempt_is_a_capture_and_only_the_last_is_a_look(
    press, declare, open_work, answer, story, say, evidence
):
    broken, page = answer("", status="503 Later"), answer(story())
    press.pages["/news/1"] = [broken, say(page[:-20], "close"), say(b"", "close"), page]
    async with open_work(declare(press, fetch={"delay": "0s", "attempts": 4})) as work:
        report = await work.look(press.url("/news/1"))
        waited = work.clock.slept
    assert (report["outcome"], report["change"], report["attempts"]) == ("captured", "new", 4)
    assert len(report["via"]) == 3
    tried = [entry for entry in evidence().entries if entry.visit == report["visit"]]
    assert [(entry.outcome, entry.reason, entry.attempt) for entry in tried] == [
        ("retried", "http_503", 1),
        ("retried", "disconnected", 2),
        ("retried", "disconnected", 3),
        ("captured", None, 4),
    ]
    assert [wait for wait in waited if wait] == [0.5, 1.0, 2.0]
    (look,) = evidence().catalog.history(press.url("/news/1"))
    assert look.outcome == "captured"
    evidence().judge()


async def test_when_no_attempt_helps_the_last_one_bears_the_outcome(
    press, declare, open_work, answer, hops
):
    press.pages["/news/1"] = answer("", status="502 Bad")
    async with open_work(declare(press, fetch={"delay": "0s", "attempts": 3})) as work:
        report = await work.look(press.url("/news/1"))
    assert (report["outcome"], report["reason"], report["attempts"]) == ("failed", "http_502", 3)
    assert [outcome for outcome, *_ in hops()] == ["retried", "retried", "failed"]


async def test_a_server_that_asks_for_a_long_rest_is_left_alone_until_then(
    press, declare, open_work, answer, story
):
    press.pages["/news/1"] = [
        answer(story()),
        answer("", "Retry-After: 7200", status="429 Too Many"),
    ]
    async with open_work(declare(press, fetch={"delay": "0s", "attempts": 4})) as work:
        await work.look(press.url("/news/1"))
        report = await work.look(press.url("/news/1"))
        watched = await work.archive.scribe.submit(
            lambda batch: batch.work.target(press.url("/news/1"))
        )
        now = work.clock.now()
    assert (report["outcome"], report["attempts"]) == ("blocked", 1)
    assert (watched.next_look_at - now).total_seconds() > 7190
    assert watched.failures == 1
