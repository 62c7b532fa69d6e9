"""WARC files in place of the network: what they hold is taken, dated and marked as replayed."""

from __future__ import annotations

import gzip

import pytest

from pipeline.errors import ReplayUnreadable
from pipeline.model import Digest


def to(location):
    return f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


@pytest.fixture
def recorded(press, declare, open_work, tmp_path, hand_clock):
    """Records looks at `paths`, an hour apart, in an archive of their own: its WARC file."""

    async def record(*paths, folder="source", **parts):
        register = declare(press, **parts)
        async with open_work(register, folder=folder) as work:
            for path in paths:
                await work.look(press.url(path))
                hand_clock.advance(hours=1)
        (file,) = (tmp_path / folder / "warc").iterdir()
        return register, file

    return record


def targets(reports):
    return [report for report in reports if not report["url"].endswith("/robots.txt")]


async def test_without_a_target_everything_is_taken_by_date(
    press, answer, story, recorded, open_work, evidence
):
    press.pages |= {
        "/news/1": [answer(story()), answer(story("Edited.", "And how."))],
        "/news/2": answer("", status="404 Not Found"),
        "/news/3": answer("", status="403 Forbidden"),
    }
    register, file = await recorded("/news/1", "/news/2", "/news/3", "/news/1")
    asked = len(press.heads)
    async with open_work(register) as work:
        code, reports, talk = await work.run(replay=[file])
    assert (code, talk) == (1, [])
    assert [(one["outcome"], one["change"]) for one in targets(reports)] == [
        ("captured", "new"),
        ("gone", None),
        ("blocked", None),
        ("captured", "changed"),
    ]
    assert len(press.heads) == asked
    assert {one["origin"] for one in reports} == {"replay"}
    live = evidence("source").catalog.history(press.url("/news/1"))
    again = evidence().catalog.history(press.url("/news/1"))
    assert [row.observed_at for row in again] == [row.observed_at for row in live]
    assert [row.text for row in again] == [row.text for row in live]


async def test_a_second_run_finds_nothing_new(press, answer, story, recorded, open_work, evidence):
    press.pages["/news/1"] = [answer(story()), answer(story("Edited.", "And how."))]
    register, file = await recorded("/news/1", "/news/1")
    async with open_work(register) as work:
        await work.run(replay=[file])
        code, reports, _ = await work.run(replay=[file])
    assert code == 0
    assert not {"new", "changed"} & {one["change"] for one in targets(reports)}
    assert evidence().catalog.document(press.url("/news/1")).changes == 1


async def test_a_replayed_capture_names_its_source_for_ever(
    press, answer, story, recorded, open_work, evidence
):
    press.pages["/news/1"] = answer(story())
    register, file = await recorded("/news/1")
    async with open_work(register) as work:
        await work.run(replay=[file])
    entry = evidence().entries[-1]
    original = evidence("source").entries[-1]
    assert entry.origin == "replay"
    assert entry.source.file == Digest.of(file.read_bytes())
    assert entry.source.record_id == original.payload_record
    assert entry.observed_at == original.observed_at
    assert entry.at > original.at


async def test_a_url_is_answered_by_its_last_response_and_a_missing_one_is_failed(
    press, answer, story, recorded, open_work
):
    press.pages["/news/1"] = [answer(story()), answer(story("Edited.", "And how."))]
    register, file = await recorded("/news/1", "/news/1")
    asked = len(press.heads)
    async with open_work(register) as work:
        code, (report,), _ = await work.run(press.url("/news/1"), replay=[file])
        missing, (none,), _ = await work.run(press.url("/news/9"), replay=[file])
        text = (work.archive.folder / report["document"]["path"]).read_text("utf-8")
    assert (code, missing) == (0, 1)
    assert "Edited." in text
    assert (none["outcome"], none["reason"]) == ("failed", "not_in_replay")
    assert len(press.heads) == asked


async def test_a_site_is_discovered_in_the_files(press, answer, story, recorded, open_work):
    press.pages |= {
        "/": answer("<a class=story href=/news/1>1</a><a class=story href=/news/2>2</a>"),
        "/news/1": answer(story()),
        "/news/2": answer(story(title="Two")),
    }
    register, file = await recorded("/", "/news/1", "/news/2")
    async with open_work(register) as work:
        code, reports, _ = await work.run("harbour", replay=[file])
        again, second, _ = await work.run("harbour", replay=[file])
    assert code == again == 0
    assert [(one["role"], one["change"]) for one in reports] == [
        ("seed", None),
        ("target", "new"),
        ("target", "new"),
    ]
    assert [one["role"] for one in second] == ["seed"]


async def test_a_replay_plans_nothing_for_the_daemon(press, answer, story, recorded, open_work):
    press.pages |= {
        "/": answer("<a class=story href=/news/1>1</a>"),
        "/news/1": answer(story(), 'ETag: "1"'),
    }
    register, file = await recorded("/", "/news/1")
    async with open_work(register) as work:
        await work.run("harbour", replay=[file])
        await work.run(replay=[file])
        work.clock.advance(days=400)
        now = work.clock.now()
        due = await work.archive.scribe.submit(
            lambda batch: batch.work.due(now, limit=10, among={"harbour"})
        )
    assert due == ()


async def test_a_chain_of_redirects_is_taken_once(
    press, answer, story, recorded, open_work, evidence
):
    press.pages |= {"/a": to("/b"), "/b": to("/news/1"), "/news/1": answer(story())}
    register, file = await recorded("/a")
    async with open_work(register) as work:
        _, reports, _ = await work.run(replay=[file])
    (report,) = targets(reports)
    assert (report["requested"], report["url"]) == (press.url("/a"), press.url("/news/1"))
    assert len(report["via"]) == 2
    taken = [entry.requested for entry in evidence().entries if entry.visit == report["visit"]]
    assert taken == [press.url(path) for path in ("/a", "/b", "/news/1")]


async def test_two_visits_over_one_redirect_are_each_taken_with_their_own_page(
    press, answer, story, recorded, open_work
):
    press.pages |= {
        "/a": to("/news/1"),
        "/news/1": [answer(story()), answer(story("Edited.", "And how."))],
    }
    register, file = await recorded("/a", "/a")
    async with open_work(register) as work:
        _, reports, _ = await work.run(replay=[file])
    assert [one["change"] for one in targets(reports)] == ["new", "changed"]


async def test_a_file_that_was_cut_short_is_read_to_the_cut_and_says_so(
    press, answer, story, recorded, open_work, tmp_path
):
    press.pages |= {f"/news/{n}": answer(story(title=f"Story {n}")) for n in range(4)}
    register, file = await recorded(*(f"/news/{n}" for n in range(4)))
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes(file.read_bytes()[: file.stat().st_size * 2 // 3])
    async with open_work(register) as work:
        code, reports, talk = await work.run(replay=[cut])
    came = [one["url"] for one in targets(reports)]
    assert code == 0
    assert came == [press.url(f"/news/{n}") for n in range(len(came))]
    assert 0 < len(came) < 4
    assert len(talk) == 1
    assert "cut.warc.gz" in talk[0]


@pytest.mark.parametrize(
    "content",
    [None, b"", b"<html>", gzip.compress(b"<html>", mtime=0)],
    ids=["missing", "empty", "a page", "a packed page"],
)
async def test_a_file_that_is_no_warc_is_refused_before_anything_is_taken(
    content, press, declare, open_work, tmp_path
):
    file = tmp_path / "no.warc.gz"
    if content is not None:
        file.write_bytes(content)
    async with open_work(declare(press)) as work:
        with pytest.raises(ReplayUnreadable, match=r"no\.warc\.gz"):
            await work.run(replay=[file])


async def test_what_was_revisited_is_replayed_with_the_body_it_refers_to(
    press, answer, story, recorded, open_work
):
    press.pages |= {"/news/1": answer(story()), "/news/2": answer(story())}
    register, file = await recorded("/news/1", "/news/2", "/news/1")
    async with open_work(register) as work:
        _, reports, talk = await work.run(replay=[file])
    assert talk == []
    assert [one["change"] for one in targets(reports)] == ["new", "new", "same_bytes"]
    assert len({one["document"]["text"] for one in targets(reports)}) == 1


async def test_a_304_is_replayed_as_what_it_was(press, declare, open_work, answer, story, tmp_path):
    def conditional(head):
        unchanged = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
        return unchanged if "if-none-match" in head.lower() else answer(story(), 'ETag: "1"')

    press.pages["/news/1"] = conditional
    register = declare(press)
    async with open_work(register, folder="source") as work:
        await work.look(press.url("/news/1"))
        live = await work.revisit(press.url("/news/1"))
    (file,) = (tmp_path / "source" / "warc").iterdir()
    async with open_work(register) as work:
        code, reports, _ = await work.run(replay=[file])
    first, second = targets(reports)
    assert code == 0
    assert (second["outcome"], second["status"]) == (live["outcome"], 304)
    assert second["document"]["text"] == first["document"]["text"]


async def test_an_older_capture_that_comes_late_replaces_nothing_that_was_seen_after_it(
    press, answer, story, recorded, open_work, evidence
):
    press.pages["/news/1"] = [answer(story()), answer(story("Edited.", "And how."))]
    register, old = await recorded("/news/1")
    async with open_work(register) as work:
        now = await work.look(press.url("/news/1"))
        await work.run(replay=[old])
    document = evidence().catalog.document(press.url("/news/1"))
    assert str(document.text) == now["document"]["text"]
    assert document.looks == 2


@pytest.mark.parametrize(
    "uri", ["http://exa mple/a", "dns:harbour.example", "http://", "ftp://a.example/", "", "/a"]
)
async def test_a_record_of_what_nobody_can_ask_for_is_passed_over_and_the_rest_is_taken(
    uri, press, answer, story, recorded, open_work, tmp_path
):
    press.pages["/news/1"] = answer(story())
    register, file = await recorded("/news/1", fetch={"delay": "0s", "robots": "ignore"})
    block = answer(story(title="Odd"))
    odd = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {uri}\r\n"
        "WARC-Date: 2026-01-01T00:00:00Z\r\n"
        "WARC-Record-ID: <urn:uuid:12345678-feed-beef-0123-123456789abc>\r\n"
        "Content-Type: application/http;msgtype=response\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    ).encode() + block
    mixed = tmp_path / "mixed.warc.gz"
    mixed.write_bytes(gzip.compress(odd + b"\r\n\r\n") + file.read_bytes())
    async with open_work(register) as work:
        _, reports, _ = await work.run(replay=[mixed])
    assert [one["change"] for one in reports if one["outcome"] == "captured"] == ["new"]
