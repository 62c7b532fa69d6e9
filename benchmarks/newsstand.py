"""Serves the gazette on several ports of the loopback, from memory, as cheaply as it can.

    python benchmarks/newsstand.py EDITION PAGES HOSTS

prints the ports, one line of JSON, when it is ready, and serves until it is ended.  Page `n` is
at `/newstream/<n>-1/` on port number `n` modulo `HOSTS`; every response is prepared before.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import sys

import gazette

HEAD = (
    b"HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Sat, 21 Nov 2026 10:00:00 GMT\r\n"
    b"Content-Type: text/html; charset=UTF-8\r\nVary: Accept-Encoding\r\n"
    b"Cache-Control: max-age=60\r\nX-Frame-Options: SAMEORIGIN\r\n%bContent-Length: %d\r\n"
    b"Connection: keep-alive\r\n\r\n"
)
MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

Answers = dict[bytes, tuple[bytes, bytes]]


class Vendor(asyncio.Protocol):
    """One connection: a request without a body gets its prepared answer."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while b"\r\n\r\n" in self._heard:
            head, _, self._heard = self._heard.partition(b"\r\n\r\n")
            plain, zipped = self._answers.get(head.split(b" ", 2)[1], (MISSING, MISSING))
            self._transport.write(zipped if b"gzip" in head else plain)


def prepared(edition: gazette.Edition, pages: int) -> Answers:
    """Each path's answer, plain and gzipped (level 1 is nginx's default)."""
    return {path(number).encode(): _answer(edition, number) for number in range(pages)}


def path(number: int) -> str:
    return f"/newstream/{number}-1/"


def _answer(edition: gazette.Edition, number: int) -> tuple[bytes, bytes]:
    body = gazette.page(edition, number)
    zipped = gzip.compress(body, 1, mtime=0)
    coding = b"Content-Encoding: gzip\r\n"
    return HEAD % (b"", len(body)) + body, HEAD % (coding, len(zipped)) + zipped


async def serve(edition: gazette.Edition, pages: int, hosts: int) -> None:
    loop = asyncio.get_running_loop()
    answers = prepared(edition, pages)
    servers = [
        await loop.create_server(lambda: Vendor(answers), "127.0.0.1", 0) for _ in range(hosts)
    ]
    ports = [server.sockets[0].getsockname()[1] for server in servers]
    print(json.dumps(ports), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(gazette.EDITIONS[sys.argv[1]], int(sys.argv[2]), int(sys.argv[3])))
