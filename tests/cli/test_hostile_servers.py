"""Whatever a server does, the command ends, one outcome is recorded, and every octet is kept."""

import base64
import gzip
import time

import pytest

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
WORDS = b"<h1>A bridge</h1><div class=story><p>It opened this morning, says the town.</p></div>"
WHOLE = HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(WORDS) + WORDS
GZIPPED = gzip.compress(WORDS, mtime=0)
LIMIT = 20_000
MORE = b"<p>and more than was promised</p>"
# What a server says behind a message's end is no part of it (RFC 9112, section 6.3).
BEYOND = len(MORE)


def sized(body, *fields, length=None):
    count = len(body) if length is None else length
    more = b"".join(b"%s\r\n" % field for field in fields)
    return HEAD + more + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % count + body


def chunked(*pieces):
    body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return HEAD + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + body


def says(*pieces, pause=0.0, until=None):
    """A script that says `pieces` and then hangs up; `until` it hangs up only when told."""

    def script(talk, _head):
        for piece in pieces:
            talk.sendall(piece)
            time.sleep(pause)
        if until is not None:
            until.wait(20)

    return script


def drips(desk, *, head=HEAD + b"\r\n", drip=b"<p>still going on</p>", pause=0.02):
    """A response that never ends."""

    def script(talk, _head):
        talk.sendall(head)
        while not desk.stopping.wait(pause):
            talk.sendall(drip)

    return script


# What the server says → outcome, reason (None: any), exit code.
ANSWERS = {
    "a whole page": (WHOLE, "captured", None, 0),
    "an empty body": (sized(b""), "captured", "no_text", 0),
    "no body at all, till the end": (HEAD + b"\r\n", "captured", "no_text", 0),
    "a body till the end": (HEAD + b"\r\n" + WORDS, "captured", None, 0),
    "less than it promised": (sized(WORDS, length=len(WORDS) + 100), "failed", None, 1),
    "more than it promised": (sized(WORDS + MORE, length=len(WORDS)), "captured", None, 0),
    "a length that is no number": (
        HEAD + b"Content-Length: many\r\n\r\n" + WORDS,
        "failed",
        None,
        1,
    ),
    "a length below zero": (HEAD + b"Content-Length: -5\r\n\r\n" + WORDS, "failed", None, 1),
    "two lengths": (
        HEAD + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n" + WORDS,
        "failed",
        None,
        1,
    ),
    "chunks": (chunked(WORDS[:20], WORDS[20:], b""), "captured", None, 0),
    "chunks without the last": (chunked(WORDS), "failed", None, 1),
    "a chunk of no size": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + WORDS,
        "failed",
        None,
        1,
    ),
    "gzip": (sized(GZIPPED, b"Content-Encoding: gzip"), "captured", None, 0),
    "gzip cut short": (sized(GZIPPED[:-20], b"Content-Encoding: gzip"), None, None, None),
    "gzip with a wrong sum": (
        sized(GZIPPED[:-8] + b"\0" * 8, b"Content-Encoding: gzip"),
        None,
        None,
        None,
    ),
    "gzip that is none": (sized(WORDS, b"Content-Encoding: gzip"), None, None, None),
    "gzip inside gzip": (
        sized(gzip.compress(GZIPPED, mtime=0), b"Content-Encoding: gzip, gzip"),
        "captured",
        None,
        0,
    ),
    "a coding that nobody knows": (sized(WORDS, b"Content-Encoding: rot13"), None, None, None),
    "bytes that are no text in any charset": (
        sized(bytes(range(128, 256)) * 40 + b"\xff\xfe\x00\xd8"),
        "captured",
        None,
        0,
    ),
    "a charset that does not exist": (
        WHOLE.replace(b"utf-8", b"klingon"),
        "captured",
        None,
        0,
    ),
    "null bytes": (sized(b"\0" * 500), "captured", None, 0),
    "nothing": (b"", "failed", None, 1),
    "a status that there is not": (b"HTTP/1.1 999 Denied\r\n\r\n", None, None, None),
    "a header without a colon": (b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", "captured", None, 0),
    "a header with a null": (b"HTTP/1.1 200 OK\r\nX: \0\r\n\r\n", "failed", None, 1),
    "a header in Latin-1": (HEAD + b"X-City: Malm\xf6\r\n\r\n" + WORDS, "captured", None, 0),
    "a not modified that nobody asked for": (
        b"HTTP/1.1 304 Not Modified\r\n\r\n",
        None,
        None,
        None,
    ),
    "a redirect to nowhere": (
        b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
        "failed",
        None,
        1,
    ),
    "a redirect to no URL": (
        b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n",
        "failed",
        None,
        1,
    ),
    "a redirect to a file": (
        b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n",
        "failed",
        None,
        1,
    ),
    "a redirect to itself": (
        b"HTTP/1.1 302 Found\r\nLocation: /a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "failed",
        None,
        1,
    ),
    "more than is kept": (sized(b"<p>word</p>" * 3000), "failed", None, 1),
    "more than is kept, in chunks": (
        chunked(*[b"<p>word</p>" * 100] * 40, b""),
        "failed",
        None,
        1,
    ),
    "more than is kept, till the end": (HEAD + b"\r\n" + b"<p>word</p>" * 3000, "failed", None, 1),
    "ten thousand headers": (
        HEAD + b"".join(b"X-%d: a\r\n" % n for n in range(10_000)) + b"\r\n",
        "captured",
        "no_text",
        0,
    ),
}


@pytest.fixture
def fetch(declare, desk, run):
    declare("harbour", desk, fetch={"max_bytes": LIMIT, "timeout": "1s", "deadline": "2s"})

    def look(script):
        desk.pages["/a"] = script
        return run("fetch", desk.url("/a"), "--allow-private", "--json")

    return look


@pytest.mark.parametrize(("said", "outcome", "reason", "code"), ANSWERS.values(), ids=ANSWERS)
def test_whatever_is_said_is_one_outcome_and_is_kept(
    fetch, recorded, run, desk, said, outcome, reason, code
):
    ended = fetch(said)
    told = ended.only
    assert told["outcome"] in ({outcome} if outcome else {"captured", "failed", "blocked"})
    assert reason in (None, told["reason"])
    assert ended.code == (1 if told["outcome"] in ("failed", "blocked") else 0)
    assert code in (None, ended.code)
    if told["outcome"] != "captured":
        assert told["reason"]
        assert (told["document"], told["change"]) == (None, None)

    responses = [bytes(one.block) for one in recorded() if one.type in ("response", "revisit")]
    answers = [block for block in responses if not block.startswith(b"HTTP/1.1 404")]
    if said:
        assert answers
        assert all(said.startswith(block) for block in answers)
        assert len(answers[-1]) >= min(len(said) - BEYOND, LIMIT)
    assert run("history", desk.url("/a"), "--json").objects[-1]["outcome"] == told["outcome"]


HEADLESS = {
    "half a status line": b"HTTP/1.",
    "half a head": HEAD,
    "another protocol": b"220 mail.example ESMTP\r\n",
    "HTTP/2 without being asked": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a status that is no number": b"HTTP/1.1 OK\r\n\r\n",
    "an early hint and nothing more": b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n",
    "a header of half a megabyte": HEAD + b"X: " + b"a" * 500_000 + b"\r\n\r\n",
}


@pytest.mark.parametrize("said", HEADLESS.values(), ids=HEADLESS)
def test_an_answer_without_a_whole_head_is_a_failure(fetch, run, desk, said):
    ended = fetch(said)
    assert ended.code == 1
    told = ended.only
    assert (told["outcome"], told["document"], told["change"]) == ("failed", None, None)
    assert told["reason"]
    assert run("history", desk.url("/a"), "--json").only["outcome"] == "failed"


def apart(records, name):
    """What the last metadata record keeps under `name`: octets that stand in no other record."""
    *_, last = (bytes(one.block) for one in records if one.type == "metadata")
    fields = dict(line.split(b": ", 1) for line in last.split(b"\r\n") if b": " in line)
    return base64.b64decode(fields.get(name, b""))


@pytest.mark.parametrize("said", HEADLESS.values(), ids=HEADLESS)
def test_the_octets_of_an_answer_without_a_whole_head_are_kept(fetch, recorded, said):
    fetch(said)
    told = recorded()
    kept = apart(told, b"unread") or apart(told, b"interim")
    assert kept
    assert said.startswith(kept)
    assert len(kept) >= min(len(said), 2**16)


def test_what_came_behind_the_end_of_the_answer_is_kept(fetch, recorded):
    fetch(sized(WORDS + MORE, length=len(WORDS)))
    assert apart(recorded(), b"surplus") == MORE


NEVER_ENDING = {
    "no answer at all": (lambda desk: says(until=desk.stopping), b""),
    "half a body": (
        lambda desk: says(sized(WORDS, length=9999), until=desk.stopping),
        sized(WORDS, length=9999),
    ),
    "a body that drips": (drips, HEAD),
    "a head that drips": (
        lambda desk: drips(desk, head=HEAD, drip=b"X-More: and more\r\n"),
        b"",
    ),
    "chunks that drip": (
        lambda desk: drips(
            desk,
            head=HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
            drip=b"4\r\nword\r\n",
        ),
        HEAD,
    ),
    "informational answers for ever": (
        lambda desk: drips(desk, head=b"", drip=b"HTTP/1.1 103 Early Hints\r\n\r\n"),
        b"",
    ),
}


@pytest.mark.parametrize(("script", "said"), NEVER_ENDING.values(), ids=NEVER_ENDING)
def test_a_response_that_never_ends_is_ended_by_us(fetch, desk, recorded, script, said):
    ended = fetch(script(desk))
    assert ended.code == 1
    assert (ended.only["outcome"], ended.only["document"]) == ("failed", None)
    answers = [bytes(one.block) for one in recorded() if one.type == "response"]
    answers = [block for block in answers if not block.startswith(b"HTTP/1.1 404")]
    assert answers or not said
    assert all(block.startswith(said) for block in answers)


def test_a_bomb_is_kept_and_not_opened(declare, desk, run, recorded):
    declare("harbour", desk)
    bomb = gzip.compress(b"0" * 2**20, mtime=0) * 110
    desk.pages["/a"] = sized(bomb, b"Content-Encoding: gzip")
    ended = run("fetch", desk.url("/a"), "--allow-private", "--json")
    assert ended.code == 1
    assert (ended.only["outcome"], ended.only["reason"]) == ("failed", "bomb")
    assert any(bytes(one.block).endswith(bomb) for one in recorded() if one.type == "response")


def test_a_loop_of_two_pages_ends_and_every_hop_is_kept(fetch, desk, recorded):
    def hop(path):
        return b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % path

    desk.pages["/b"] = hop(b"/a")
    ended = fetch(hop(b"/b"))
    assert ended.code == 1
    told = ended.only
    assert told["outcome"] == "failed"
    hops = [one for one in recorded() if one.type in ("response", "revisit")]
    assert len(hops) >= len(told["via"]) >= 1
    assert len([path for path, _ in desk.asked if path in ("/a", "/b")]) < 40


def test_a_redirect_into_a_private_network_is_not_followed(desk, declare, run, monkeypatch):
    declare("harbour", desk)
    monkeypatch.setenv("DATELINE_ALLOW_PRIVATE", "0")
    ended = run("fetch", desk.url("/a"), "http://169.254.169.254/latest/meta-data/", "--json")
    assert ended.code == 0
    assert {(one["outcome"], one["reason"]) for one in ended.objects} == {
        ("skipped", "private_address")
    }
    assert desk.asked == []


@pytest.mark.parametrize("status", [b"500 Oops", b"503 Unavailable"])
def test_attempts_are_made_and_each_is_kept(desk, declare, run, status):
    declare("harbour", desk, fetch={"attempts": 2})
    desk.pages["/a"] = b"HTTP/1.1 %s\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n" % status
    told = run("fetch", desk.url("/a"), "--allow-private", "--json").only
    assert told["outcome"] in ("failed", "blocked")
    asked = [path for path, _ in desk.asked].count("/a")
    assert asked == told["attempts"] == len(told["via"]) + 1
