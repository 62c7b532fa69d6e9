"""What is new about a page, and which records say so: full responses and revisits."""

from __future__ import annotations

import asyncio

import pytest

IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
UNCHANGED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


@pytest.fixture
def looks(press, declare, open_work):
    """Look at paths, one after the other: their reports."""

    async def run(*paths, **parts):
        async with open_work(declare(press, **parts)) as work:
            return [await work.look(press.url(path)) for path in paths]

    return run


async def test_bytes_that_another_url_had_are_new_there_and_a_revisit(
    press, answer, story, looks, evidence
):
    press.pages |= {"/news/1": answer(story()), "/news/2": answer(story(), "X-Copy: 2")}
    first, second = await looks("/news/1", "/news/2")
    assert (first["change"], second["change"]) == ("new", "new")
    assert first["document"]["text"] == second["document"]["text"]
    (revisit,) = evidence().of_type("revisit")
    full = evidence().by_id(first["record"])
    assert revisit.record_id == second["record"]
    assert revisit.field("WARC-Profile") == IDENTICAL
    assert revisit.field("WARC-Refers-To") == f"<{first['record']}>"
    assert revisit.field("WARC-Refers-To-Target-URI") == press.url("/news/1")
    assert revisit.field("WARC-Refers-To-Date") == full.field("WARC-Date")
    assert revisit.field("WARC-Payload-Digest") == full.field("WARC-Payload-Digest")
    assert revisit.field("WARC-Truncated") == "length"
    assert revisit.block.endswith(b"\r\n\r\n")
    assert b"X-Copy: 2" in revisit.block
    evidence().judge()


async def test_a_revisit_of_a_revisit_refers_to_the_full_response(
    press, answer, story, looks, evidence
):
    press.pages["/news/1"] = answer(story())
    reports = await looks("/news/1", "/news/1", "/news/1")
    assert [report["change"] for report in reports] == ["new", "same_bytes", "same_bytes"]
    refers = {one.field("WARC-Refers-To") for one in evidence().of_type("revisit")}
    assert refers == {f"<{reports[0]['record']}>"}
    assert {entry.payload_record for entry in evidence().entries[1:]} == {reports[0]["record"]}


async def test_a_page_that_was_gzipped_anew_is_the_same_text_and_no_revisit(
    press, answer, story, looks, evidence
):
    press.pages["/news/1"] = [answer(story(), gzipped=moment) for moment in (1, 2)]
    first, second = await looks("/news/1", "/news/1")
    assert second["change"] == "same_text"
    assert second["entity"] != first["entity"]
    assert second["decoded"] == first["decoded"]
    assert evidence().of_type("revisit") == []


async def test_the_same_words_under_another_coding_are_the_same_text_and_no_revisit(
    press, answer, story, looks, evidence
):
    press.pages["/news/1"] = [answer(story()), answer(story(), gzipped=0)]
    first, second = await looks("/news/1", "/news/1")
    assert second["change"] == "same_text"
    assert second["decoded"] == first["decoded"]
    assert evidence().of_type("revisit") == []


async def test_the_same_entity_in_chunks_is_the_same_bytes_but_no_revisit(
    press, answer, story, looks, evidence
):
    page = story().encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
    chunked = head + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(page), page)
    press.pages["/news/1"] = [answer(story()), chunked]
    first, second = await looks("/news/1", "/news/1")
    assert (second["change"], second["entity"]) == ("same_bytes", first["entity"])
    kept = evidence().by_id(second["record"])
    assert kept.type == "response"
    assert kept.block == chunked
    assert kept.field("WARC-Payload-Digest") is None
    evidence().judge()


async def test_a_text_that_returns_is_changed_once_more(press, answer, story, looks, evidence):
    before, after = answer(story("As it was.", "Before.")), answer(story("As it is.", "After."))
    press.pages["/news/1"] = [before, after, before]
    reports = await looks("/news/1", "/news/1", "/news/1")
    assert [report["change"] for report in reports] == ["new", "changed", "changed"]
    assert reports[0]["document"]["text"] == reports[2]["document"]["text"]
    assert [record.record_id for record in evidence().of_type("revisit")] == [reports[2]["record"]]


async def test_clocks_and_teasers_are_no_change_and_titles_and_dates_are(
    press, answer, story, looks
):
    press.pages["/news/1"] = [
        answer(story(clock="Saturday", aside="a teaser")),
        answer(story(clock="Sunday", aside="another teaser")),
        answer(story(clock="Sunday", title="Ferry stops again")),
        answer(story(title="Ferry stops again").replace("2026-11-20", "2026-11-19")),
    ]
    reports = await looks(*["/news/1"] * 4)
    assert [one["change"] for one in reports] == ["new", "same_text", "changed", "changed"]


async def test_variants_of_an_address_are_one_document(press, answer, story, looks, evidence):
    press.pages |= {f"/news/1{query}": answer(story()) for query in ("", "?t=1", "?t=2")}
    reports = await looks("/news/1?t=1", "/news/1", "/news/1?t=2#top")
    assert [one["change"] for one in reports] == ["new", "same_bytes", "same_bytes"]
    assert {one["url"] for one in reports} == {press.url("/news/1")}
    assert reports[0]["requested"] == press.url("/news/1?t=1")
    assert evidence().catalog.document(press.url("/news/1")).looks == 3


def conditional(answer, page, validator, asked):
    def say(head):
        if asked.lower() in head.lower():
            return f"HTTP/1.1 304 Not Modified\r\n{validator}\r\n\r\n".encode()
        return answer(page, validator)

    return say


DATE = "Fri, 20 Nov 2026 09:00:00 GMT"
VALIDATORS = {
    'ETag: "abc"': 'If-None-Match: "abc"',
    'ETag: W/"abc"': 'If-None-Match: W/"abc"',
    f"Last-Modified: {DATE}": f"If-Modified-Since: {DATE}",
    "Last-Modified: yesterday, about noon": "If-Modified-Since: yesterday, about noon",
}


@pytest.mark.parametrize("validator", VALIDATORS)
async def test_the_second_look_echoes_the_validators_and_a_304_refers_to_their_response(
    validator, press, declare, open_work, answer, story, evidence
):
    asked = VALIDATORS[validator]
    press.pages["/news/1"] = conditional(answer, story(), validator, asked)
    async with open_work(declare(press)) as work:
        first = await work.look(press.url("/news/1"))
        reports = [await work.revisit(press.url("/news/1")) for _ in range(2)]
    requests = press.asked("/news/1")
    assert [asked.lower() in head.lower() for head in requests] == [False, True, True]
    for report in reports:
        assert (report["outcome"], report["change"], report["status"]) == (
            "not_modified",
            None,
            304,
        )
        assert report["document"]["text"] == first["document"]["text"]
        revisit = evidence().by_id(report["record"])
        assert revisit.field("WARC-Profile") == UNCHANGED
        assert revisit.field("WARC-Refers-To") == f"<{first['record']}>"
        assert revisit.field("WARC-Payload-Digest") is None
    assert [row.outcome for row in evidence().catalog.history(press.url("/news/1"))] == [
        "captured",
        "not_modified",
        "not_modified",
    ]


async def test_a_document_that_stands_is_told_as_it_was_told_when_it_was_new(
    press, declare, open_work, answer, story
):
    press.pages["/news/1"] = conditional(answer, story(), 'ETag: "1"', 'If-None-Match: "1"')
    async with open_work(declare(press)) as work:
        first = await work.look(press.url("/news/1"))
        unchanged = await work.revisit(press.url("/news/1"))
        again = await work.look(press.url("/news/1"))
    assert again["document"] == first["document"]
    assert unchanged["document"] == first["document"]


async def test_validators_that_came_with_a_revisit_name_the_full_response(
    press, declare, open_work, answer, story, evidence
):
    page = story()
    press.pages["/news/1"] = answer(page)
    press.pages["/news/2"] = conditional(answer, page, 'ETag: "2"', 'If-None-Match: "2"')
    async with open_work(declare(press)) as work:
        original = await work.look(press.url("/news/1"))
        copy = await work.look(press.url("/news/2"))
        unchanged = await work.revisit(press.url("/news/2"))
    assert evidence().by_id(copy["record"]).type == "revisit"
    refers = evidence().by_id(unchanged["record"]).field("WARC-Refers-To")
    assert refers == f"<{original['record']}>"
    evidence().judge()


async def test_every_so_often_a_look_is_unconditional_because_etags_lie(
    press, declare, open_work, answer, story
):
    press.pages["/news/1"] = conditional(answer, story(), 'ETag: "1"', 'If-None-Match: "1"')
    async with open_work(declare(press)) as work:
        await work.look(press.url("/news/1"))
        reports = [await work.revisit(press.url("/news/1")) for _ in range(16)]
    full = [number for number, one in enumerate(reports, 1) if one["outcome"] == "captured"]
    assert full == [8, 16]
    assert {reports[number - 1]["change"] for number in full} == {"same_bytes"}


async def test_a_look_by_hand_is_never_conditional(press, answer, story, looks):
    press.pages["/news/1"] = conditional(answer, story(), 'ETag: "1"', 'If-None-Match: "1"')
    reports = await looks("/news/1", "/news/1")
    assert [report["change"] for report in reports] == ["new", "same_bytes"]
    assert not any("if-none-match" in head.lower() for head in press.asked("/news/1"))


async def test_a_304_is_a_look_that_saw_the_document(
    press, declare, open_work, answer, story, evidence
):
    press.pages["/news/1"] = conditional(answer, story(), 'ETag: "1"', 'If-None-Match: "1"')
    async with open_work(declare(press)) as work:
        first = await work.look(press.url("/news/1"))
        work.clock.advance(hours=3)
        await work.revisit(press.url("/news/1"))
    document = evidence().catalog.document(press.url("/news/1"))
    assert (document.last_seen - document.first_seen).total_seconds() > 3 * 3600
    assert str(document.text) == first["document"]["text"]
    assert document.record == first["record"]


async def test_two_looks_at_one_page_at_the_same_time_are_new_and_the_same(
    press, declare, open_work, answer, story
):
    press.pages["/news/1"] = answer(story())
    async with open_work(declare(press, fetch={"delay": "0s", "concurrency": 8})) as work:
        reports = await asyncio.gather(*(work.look(press.url("/news/1")) for _ in range(8)))
    changes = [report["change"] for report in reports]
    assert sorted(changes) == ["new", *["same_bytes"] * 7]
    assert len({report["document"]["text"] for report in reports}) == 1


async def test_an_address_in_any_script_is_asked_for_and_named_in_ascii(
    press, answer, story, looks, evidence
):
    press.pages["/news/%EA%B8%B0%EC%82%AC"] = answer(story())
    (report,) = await looks("/news/기사")
    assert report["requested"] == press.url("/news/기사")
    assert report["url"] == press.url("/news/%EA%B8%B0%EC%82%AC")
    assert evidence().by_id(report["record"]).target_uri == report["url"]
