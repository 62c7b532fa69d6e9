"""Where a response ends, by our reading and by h11's, which knows nothing of ours.

What h11 refuses may be read, as browsers do, but over a connection that serves nothing else.
"""

from __future__ import annotations

from itertools import pairwise

import h11
import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.fetch.reading import MOST_CHUNKS, MOST_HELD, Reading

HEADS = st.sampled_from(
    (
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.0 200 OK\r\n",
        b"HTTP/1.1 204 No Content\r\n",
        b"HTTP/1.1 304\n",
        b"HTTP/1.1 404 \r\n",
        b"HTTP/1.1 200 \xe4\t ok\r\n",
        b"HTTP/2.0 999 Odd\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n",
        b"HTTP/1.1 099 Less\r\n",
        b"HTTP/1.1  200 OK\r\n",
        b"HTTP/1.1 200OK\r\n",
        b"HTTP/1 200 OK\r\n",
        b"http/1.1 200 OK\r\n",
        b"\r\nHTTP/1.1 200 OK\r\n",
        b" HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\x00\r\n",
    )
)
FIELDS = st.sampled_from(
    (
        b"Content-Length: 5\r\n",
        b"content-length:5,5\r\n",
        b"Content-Length: 5, 6\r\n",
        b"Content-Length: 05\r\n",
        b"Content-Length: 0\r\n",
        b"Content-Length:\r\n",
        b"Content-Length: +5\r\n",
        b"Content-Length: 000000000000000000005\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: Chunked \n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Connection: Keep-Alive\r\n",
        b"Connection: x, Close\r\n",
        b"X-Odd!~: \xff v\tw \r\n",
        b"X-Folded: a \r\n \t b\r\n",
        b"X-Folded: a\n\tb: c\r\n   \r\n",
        b"X-Empty:\r\n",
        b" folded: from nowhere\r\n",
        b"X-Space : v\r\n",
        b"X-Cr: a\rb\r\n",
        b"X-Form: a\x0cb\r\n",
        b"no colon\r\n",
        b": no name\r\n",
    )
)
BODIES = st.sampled_from(
    (
        b"",
        b"hello",
        b"hel",
        b"hello and more",
        b"5\r\nhello\r\n0\r\n\r\n",
        b'5;ext="a" \r\nhello\r\n00\r\nX-Sum: 1\r\nX-Odd:\n\r\n',
        b"5\r\nhello\r\n0\r\n\n",
        b"5\r\nhello\r\n0\r\n\r\nmore",
        b"A\r\nhello\r\nhel\r\n0\r\n\r\n",
        b"5\nhello\r\n0\r\n\r\n",
        b"5\r\nhellooo\r\n0\r\n\r\n",
        b"5 \r\nhello\r\n0 \t\r\n\r\n",
        b" 5\r\nhello\r\n0\r\n\r\n",
        b"5\r\nhello\r\n0\r\nno trailer\r\n\r\n",
        b"5\r\nhello\r\n0\r\n X: folded\r\n\r\n",
        b"0x5\r\nhello\r\n0\r\n\r\n",
        b"-5\r\nhello\r\n",
        b"123456789012345678901\r\nhello",
        b"5\r\nhello\r",
    )
)


def ours(pieces, *, closed):
    reading = Reading()
    try:
        for piece in pieces:
            if not reading.ended:
                reading.feed(piece)
            else:
                reading.persists = False
        if closed and not reading.ended:
            reading.feed_end()
    except httpx.RemoteProtocolError:
        return "error"
    if not reading.status:
        return "no head"
    headers = [(name.lower(), value) for name, value in reading.headers]
    return reading.status, headers, reading.octets, reading.ended, reading.persists


def theirs(pieces, *, closed):
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HELD)
    connection.send(h11.Request(method="GET", target="/", headers=[("Host", "x")]))
    connection.send(h11.EndOfMessage())
    head, octets, ended, gone = None, 0, False, False
    try:
        for piece in (*pieces, b"") if closed else pieces:
            if ended and not piece:
                break
            connection.receive_data(piece)
            gone = not piece
            while not ended:
                event = connection.next_event()
                if isinstance(event, h11.Response):
                    head = event
                elif isinstance(event, h11.Data):
                    octets += len(event.data)
                elif isinstance(event, h11.EndOfMessage):
                    ended = True
                elif event in (h11.NEED_DATA, h11.PAUSED) or isinstance(
                    event, h11.ConnectionClosed
                ):
                    break
    except h11.RemoteProtocolError:
        return "error"
    if head is None:
        return "no head"
    states = {connection.our_state, connection.their_state}
    persists = states == {h11.DONE} and not connection.trailing_data[0] and not gone
    return head.status_code, list(head.headers), octets, ended, persists


def same(one, other):
    """Whether persisting is meant is known only when the response has ended."""
    if other == "error":
        return isinstance(one, str) or not one[3] or not one[4]
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    # h11 shortens repeated lengths to one
    lengths = b"content-length"
    plain = [[field for field in each[1] if field[0] != lengths] for each in (one, other)]
    codings = [[(name, value.lower()) for name, value in each] for each in plain]
    return (
        codings[0] == codings[1]
        and one[0] == other[0]
        and one[2:4] == other[2:4]
        and (not one[3] or one[4] <= other[4])
    )


@given(
    parts=st.tuples(HEADS, st.lists(FIELDS, max_size=3), BODIES),
    cuts=st.lists(st.integers(0, 200), max_size=6),
    closed=st.booleans(),
)
@example(
    parts=(b"HTTP/1.1 200 OK\r\n", [b"Transfer-Encoding: chunked\r\n"], b"5\r\nhello\r"),
    cuts=[],
    closed=True,
)
def test_we_end_where_h11_ends_however_the_octets_come(parts, cuts, *, closed):
    head, fields, body = parts
    wire = head + b"".join(fields) + b"\r\n" + body
    bounds = sorted({0, len(wire), *(cut for cut in cuts if cut < len(wire))})
    pieces = [wire[start:end] for start, end in pairwise(bounds)]
    mine, judged = ours(pieces, closed=closed), theirs(pieces, closed=closed)
    assert same(mine, judged), (mine, judged)


@pytest.mark.parametrize(
    "wire",
    [
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * MOST_HELD,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;" + b"e" * MOST_HELD,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " + b"y" * MOST_HELD,
    ],
)
def test_a_line_without_end_is_not_waited_for(wire):
    assert ours([wire], closed=False) == "error" == theirs([wire], closed=False)


def test_a_long_body_is_counted_and_not_held():
    reading = Reading()
    reading.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    for _ in range(10):
        assert not reading.ended
        reading.feed(b"x" * 100_000)
    assert reading.ended
    assert reading.persists
    assert reading.octets == 1_000_000
    assert reading._held == b""


def test_a_body_in_more_tiny_chunks_than_anybody_sends_is_given_up():
    reading = Reading()
    reading.feed(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    reading.feed(b"1\r\nx\r\n" * MOST_CHUNKS)
    with pytest.raises(httpx.RemoteProtocolError):
        reading.feed(b"1\r\nx\r\n")
