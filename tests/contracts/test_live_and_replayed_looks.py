"""One behaviour of a look, whether its bytes come from a server or out of a WARC file."""

from __future__ import annotations

import pytest
from msgspec import Struct

PAGE_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
FETCH = {"delay": "0s", "attempts": 1, "timeout": "1s", "max_bytes": 20000, "robots": "ignore"}


class Seen(Struct, frozen=True):
    """What a look came to, and what of it lies in the archive."""

    report: dict
    text: str | None
    response: bytes
    truncated: str | None

    @property
    def came_to(self):
        return self.report["outcome"], self.report["reason"], self.report["status"]


@pytest.fixture
def look_live(press, declare, open_work, evidence):
    """Look at `/news/1` over the network, where `pages` are served."""

    async def look(pages, folder="live"):
        press.pages |= pages
        async with open_work(declare(press, fetch=FETCH), folder=folder) as work:
            report = await work.look(press.url("/news/1"))
        return seen(work, report, evidence(folder))

    return look


@pytest.fixture
def look_again(look_live, declare, press, open_work, evidence, tmp_path):
    """Look at `/news/1` over the network, and then look at what the archive holds of that."""

    async def look(pages):
        await look_live(pages)
        (file,) = (tmp_path / "live" / "warc").iterdir()
        asked = len(press.heads)
        async with open_work(declare(press, fetch=FETCH), folder="replayed") as work:
            _, (report,), _ = await work.run(replay=[file])
        assert len(press.heads) == asked
        return seen(work, report, evidence("replayed"))

    return look


def seen(work, report, evidence):
    document = report["document"]
    text = None
    if document is not None:
        text = (work.archive.folder / document["path"]).read_text("utf-8")
    kept = evidence.by_id(report["record"])
    return Seen(report, text, kept.block, kept.field("WARC-Truncated"))


@pytest.fixture(params=["live", "replay"])
def look(request, look_live, look_again):
    return {"live": look_live, "replay": look_again}[request.param]


def chunked(*chunks, end=b"0\r\n\r\n"):
    body = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return PAGE_HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + body + end


async def test_a_page_is_captured_and_read(look, answer, story):
    came = await look({"/news/1": answer(story())})
    assert came.came_to == ("captured", None, 200)
    assert came.report["change"] == "new"
    assert came.text.startswith("Ferry runs again\n\nThe ferry between the old quay")
    assert came.response == answer(story())


async def test_a_coding_is_kept_on_the_record_and_undone_for_the_text(look, answer, story):
    wire = answer(story(), gzipped=0)
    came = await look({"/news/1": wire})
    assert came.response == wire
    assert came.text.startswith("Ferry runs again\n")


async def test_chunks_and_trailers_are_kept_as_they_were_sent(look, story):
    page = story().encode()
    wire = chunked(page[:10], page[10:], end=b"0\r\nX-Sum: 1\r\n\r\n")
    came = await look({"/news/1": wire})
    assert came.came_to == ("captured", None, 200)
    assert came.response == wire
    assert came.text.startswith("Ferry runs again\n")


async def test_a_body_that_ends_with_the_connection_is_whole(look, say, story):
    wire = PAGE_HEAD + b"\r\n" + story().encode()
    came = await look({"/news/1": say(wire, "close")})
    assert came.came_to == ("captured", None, 200)
    assert came.response == wire


async def test_early_hints_are_no_answer(look, answer, story):
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n"
    came = await look({"/news/1": hints + answer(story())})
    assert came.came_to == ("captured", None, 200)
    assert came.response == answer(story())


@pytest.mark.parametrize(
    ("status", "outcome", "reason"),
    [
        ("204 No Content", "failed", "no_content"),
        ("206 Partial", "failed", "partial_content"),
        ("304 Not Modified", "failed", "unasked_not_modified"),
        ("401 Who", "blocked", "http_401"),
        ("403 Forbidden", "blocked", "http_403"),
        ("404 Not Found", "gone", "not_found"),
        ("410 Gone", "gone", "gone"),
        ("429 Too Many", "blocked", "http_429"),
        ("451 Law", "blocked", "http_451"),
        ("500 Oh", "failed", "http_500"),
        ("503 Later", "failed", "http_503"),
        ("999 Denied", "failed", "http_999"),
    ],
)
async def test_a_status_means_the_same(status, outcome, reason, look, say):
    wire = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\n\r\n".encode()
    came = await look({"/news/1": say(wire, "close")})
    assert came.came_to == (outcome, reason, int(status[:3]))
    assert came.report["change"] is None
    assert came.response == wire


@pytest.mark.parametrize("location", ["/news/2", "2", "../news/2", "//{host}/news/2#part"])
async def test_a_redirect_is_followed(location, look, press, answer, story):
    there = location.format(host=press.base.removeprefix("http://"))
    hop = f"HTTP/1.1 302 Found\r\nLocation: {there}\r\nContent-Length: 0\r\n\r\n".encode()
    came = await look({"/news/1": hop, "/news/2": answer(story())})
    assert came.came_to == ("captured", None, 200)
    assert len(came.report["via"]) == 1
    assert came.report["requested"] == press.url("/news/1")
    assert came.report["url"] == press.url("/news/2")


async def test_a_redirect_that_leads_back_is_a_loop(look):
    hop = b"HTTP/1.1 302 Found\r\nLocation: /news/1\r\nContent-Length: 0\r\n\r\n"
    came = await look({"/news/1": hop})
    assert came.came_to == ("failed", "redirect_loop", 302)


async def test_what_was_cut_short_by_the_server_is_failed_and_kept(look, say, answer, story):
    wire = answer(story())[:-50]
    came = await look({"/news/1": say(wire, "close")})
    assert came.came_to == ("failed", "disconnected", 200)
    assert (came.response, came.truncated) == (wire, "disconnect")


async def test_a_chunked_body_without_its_end_is_failed_and_kept(look, say, story):
    wire = chunked(story().encode(), end=b"")
    came = await look({"/news/1": say(wire, "close")})
    assert came.came_to == ("failed", "disconnected", 200)
    assert (came.response, came.truncated) == (wire, "disconnect")


async def test_what_took_too_long_is_failed_and_kept(look, say, answer, story):
    wire = answer(story())[:-50]
    came = await look({"/news/1": say(wire, "hang")})
    assert came.came_to == ("failed", "timeout", 200)
    assert (came.response, came.truncated) == (wire, "time")


async def test_what_is_too_long_is_failed_and_kept_as_far_as_it_came(look, answer):
    came = await look({"/news/1": answer(b"x" * 30000)})
    assert came.came_to == ("failed", "too_large", 200)
    assert came.truncated == "length"


async def test_what_is_broken_under_its_coding_is_failed(look, answer, story):
    wire = answer(story(), gzipped=0)[:-30] + b"?" * 30
    came = await look({"/news/1": wire})
    assert came.came_to == ("failed", "bad_encoding", 200)
    assert came.response == wire


async def test_what_breaks_the_protocol_in_the_middle_is_failed_and_kept(look, say, story):
    # the record can only say that it is cut short, so a replay's reason is the more general one
    wire = chunked(story().encode(), end=b"this is no chunk\r\n")
    came = await look({"/news/1": say(wire, "close")})
    assert came.came_to in {("failed", "protocol", 200), ("failed", "disconnected", 200)}
    assert (came.response, came.truncated) == (wire, "disconnect")


ANSWERS = {
    "page": lambda answer, story: answer(story()),
    "gzip": lambda answer, story: answer(story(), gzipped=3),
    "chunks": lambda _, story: chunked(story().encode()[:99], story().encode()[99:]),
    "latin": lambda answer, _: answer(
        "<h1>Caf\xe9</h1><div class=story><p>Vingt mots, peut-\xeatre un peu plus.</div>".encode(
            "latin-1"
        ),
        kind="text/html; charset=iso-8859-1",
    ),
    "nul": lambda answer, story: answer(story("A\x00B in the middle of a sentence.")),
    "no type": lambda _, story: (
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(story()) + story().encode()
    ),
    "two lengths": lambda _, story: (
        PAGE_HEAD + 2 * (b"Content-Length: %d\r\n" % len(story())) + b"\r\n" + story().encode()
    ),
    "folded": lambda answer, story: answer(story(), "X-Long: one\r\n two"),
    "bare lf": lambda _, story: (
        b"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: %d\n\n" % len(story())
        + story().encode()
    ),
    "surplus": lambda answer, story: answer(story()) + b"more than was promised",
    "not gzip": lambda answer, story: answer(story(), "Content-Encoding: gzip"),
    "http/1.0": lambda answer, story: answer(story()).replace(b"HTTP/1.1", b"HTTP/1.0", 1),
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_both_ways_give_the_same_digests_text_and_octets(
    name, look_live, look_again, answer, story
):
    wire = ANSWERS[name](answer, story)
    live = await look_live({"/news/1": wire}, folder="first")
    again = await look_again({"/news/1": wire})
    shared = ("url", "outcome", "reason", "status", "change", "entity", "decoded")
    assert {key: live.report[key] for key in shared} == {key: again.report[key] for key in shared}
    assert live.text == again.text
    assert (live.response, live.truncated) == (again.response, again.truncated)
    assert live.report["origin"] != again.report["origin"]
    if live.text is not None:
        kept = ("text", "title", "published", "language", "charset", "charset_why", "generation")
        told, retold = live.report["document"], again.report["document"]
        assert {key: told[key] for key in kept} == {key: retold[key] for key in kept}
