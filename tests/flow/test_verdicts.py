"""A page that is none keeps its bytes, has no document, is no change and replaces no text."""

from __future__ import annotations

import pytest

CHALLENGE = (
    "<html><head><title>Just a moment...</title></head><body><noscript>Switch JavaScript and"
    " cookies on to continue.</noscript><script>window._cf_chl_opt={};</script></body></html>"
)
MISSING = "<html><head><title>Page not found</title></head><body><h1>Not here</h1></body></html>"


def to(location):
    return f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


@pytest.mark.parametrize(
    "case",
    [
        (CHALLENGE, "200 OK", "blocked", "cloudflare", "0.99"),
        (CHALLENGE, "404 Not Found", "blocked", "cloudflare", "0.99"),
        (CHALLENGE, "403 Forbidden", "blocked", "http_403", "0.99"),
        ("", "451 Unavailable", "blocked", "http_451", "0.90"),
        (MISSING, "200 OK", "gone", "soft_404", None),
    ],
)
async def test_what_is_no_page_is_told_and_recorded_and_the_text_stays(
    case, press, declare, open_work, answer, story, evidence
):
    body, status, outcome, reason, score = case
    page, none = answer(story()), answer(body, "Server: cloudflare", status=status)
    press.pages["/news/1"] = [page, none, none, page]
    url = press.url("/news/1")
    async with open_work(declare(press)) as work:
        first = await work.look(url)
        twice = [await work.look(url) for _ in range(2)]
        document = evidence().catalog.document(url)
        back = await work.look(url)
    for report in twice:
        assert (report["outcome"], report["reason"]) == (outcome, reason)
        assert report["score"] == (None if score is None else float(score))
        assert (report["change"], report["document"]) == (None, None)
    assert str(document.text) == first["document"]["text"]
    assert back["change"] == "same_bytes"
    entries = [entry for entry in evidence().entries if entry.role == "target"]
    assert [entry.score for entry in entries] == [None, score, score, None]
    assert [look.score for look in evidence().catalog.history(url)] == [None, score, score, None]
    evidence().judge()


async def test_a_redirect_to_the_front_page_is_said_of_the_article(
    press, declare, open_work, answer, story, evidence
):
    press.pages |= {"/": answer(story(title="Today")), "/news/1": [answer(story()), to("/")]}
    url = press.url("/news/1")
    async with open_work(declare(press)) as work:
        await work.look(url)
        report = await work.look(url)
    assert (report["url"], report["outcome"], report["reason"]) == (url, "gone", "redirect_home")
    assert evidence().catalog.document(url).state == "gone"
    assert evidence().catalog.document(press.url("/")) is None
    evidence().judge()


async def test_a_text_that_missing_pages_share_is_no_edit(
    press, declare, open_work, answer, story, evidence
):
    """Two documents come to one text, then a third; a fourth that has always had it stays."""
    shared = answer(story("The harbour office has no such notice any more.", title="Notices"))
    for n in range(3):
        press.pages[f"/news/{n}"] = [answer(story(title=f"Ferry {n}")), shared]
    press.pages["/news/copy"] = shared
    async with open_work(declare(press)) as work:
        for n in range(3):
            await work.look(press.url(f"/news/{n}"))
        reports = [await work.look(press.url(f"/news/{n}")) for n in (0, 1, 2, "copy", 2)]
    came = [(report["outcome"], report["reason"], report["change"]) for report in reports]
    assert came == [
        ("captured", None, "changed"),
        ("captured", None, "changed"),
        ("gone", "shared_text", None),
        ("captured", None, "new"),
        ("gone", "shared_text", None),
    ]
    evidence().judge()


async def test_the_text_of_the_sites_last_404_is_no_edit(press, declare, open_work, answer, story):
    lost = "<title>Harbour</title><h1>Lighthouse</h1><p>The lamp you ask for has been put out.</p>"
    away = lost + "<!-- 1 -->"
    press.pages |= {
        "/news/0": answer(lost, status="404 Not Found"),
        "/news/1": [answer(story()), answer(away)],
    }
    async with open_work(declare(press)) as work:
        await work.look(press.url("/news/0"))
        await work.look(press.url("/news/1"))
        report = await work.look(press.url("/news/1"))
    assert (report["outcome"], report["reason"]) == ("gone", "shared_text")


async def test_a_seed_that_is_blocked_is_blocked(press, declare, open_work, answer, evidence):
    press.pages["/"] = answer(CHALLENGE)
    async with open_work(declare(press)) as work:
        await work.run("harbour")
    (seed,) = [entry for entry in evidence().entries if entry.role == "seed"]
    assert (seed.outcome, seed.reason) == ("blocked", "cloudflare")


async def test_the_very_bytes_of_a_404_under_another_address_are_no_page(
    press, declare, open_work, answer, evidence
):
    lost = "<title>Harbour</title><h1>Lighthouse</h1><p>The lamp you ask for has been put out.</p>"
    press.pages |= {
        "/news/0": answer(lost, status="404 Not Found"),
        "/news/1": answer(lost),
    }
    async with open_work(declare(press)) as work:
        await work.look(press.url("/news/0"))
        report = await work.look(press.url("/news/1"))
    assert (report["outcome"], report["reason"]) == ("gone", "shared_text")
    evidence().judge()
