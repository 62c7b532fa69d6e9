"""A server on many loopback addresses: every site has a feed that stays the same, and says so.

    python benchmarks/wire_room.py HOSTS

Prints its port as JSON.  `http://127.0.<a>.<b>:<port>/<anything>/feed` is a feed with an ETag; who
asks by that ETag gets a 304.  Everything else is a 404.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys

ITEMS = 2
FEED = (
    '<rss version="2.0"><channel><title>{site}</title>{items}</channel></rss>',
    "<item><title>Report {n} of {site}</title><link>http://{host}/{site}/news/{n}</link></item>",
)


def address(number: int) -> str:
    """The loopback address of host `number`."""
    return f"127.0.{1 + number // 250}.{1 + number % 250}"


def feed(host: str, site: str) -> bytes:
    """A feed of the first articles."""
    items = "".join(FEED[1].format(n=n, site=site, host=host) for n in range(ITEMS))
    return FEED[0].format(site=site, items=items).encode()


def answer(head: str) -> bytes:
    """What is said to a request."""
    line, *fields = head.split("\r\n")
    path = line.split(" ")[1]
    named = {name.lower(): value for name, _, value in (field.partition(": ") for field in fields)}
    if not path.endswith("/feed"):
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    body = feed(named["host"], path.split("/")[1])
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    if named.get("if-none-match") == tag:
        return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode()
    kind = "Content-Type: application/rss+xml"
    head = f"HTTP/1.1 200 OK\r\n{kind}\r\nETag: {tag}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection, kept as long as the client wants."""
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            writer.write(answer(head.decode("latin-1").strip()))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main(hosts: int) -> None:
    first = await asyncio.start_server(serve, address(0), 0)
    port = first.sockets[0].getsockname()[1]
    if hosts > 1:
        await asyncio.start_server(serve, [address(n) for n in range(1, hosts)], port)
    print(json.dumps(port), flush=True)
    await first.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
