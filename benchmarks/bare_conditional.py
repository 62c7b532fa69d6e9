"""What httpx costs by itself to ask whether something has changed.

    python benchmarks/bare_conditional.py URLS

Gets each URL of a file once, and again by its ETag; prints the CPU of the second round in seconds,
and how many answers were 304.  As cheap as httpx can be had: see bare_loop.py.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from bare_loop import NO_COOKIES

ACROSS = 4


async def round_of(clients: dict[str, httpx.AsyncClient], tags: dict[str, str]) -> dict[str, str]:
    """Ask for every URL by its tag, if it has one; the tags that come, "" for a 304."""
    by_host = defaultdict(list)
    for url in tags:
        by_host[urlsplit(url).netloc].append(url)
    heard: dict[str, str] = {}

    async def read_on(client: httpx.AsyncClient, ahead: object) -> None:
        for url in ahead:
            headers = {"If-None-Match": tags[url]} if tags[url] else {}
            response = await client.get(url, headers=headers)
            heard[url] = "" if response.status_code == 304 else response.headers["etag"]

    await asyncio.gather(
        *(
            read_on(clients[host], ahead)
            for host, urls in by_host.items()
            for ahead in [iter(urls)]
            for _ in range(ACROSS)
        )
    )
    return heard


async def main(urls: list[str]) -> None:
    hosts = {urlsplit(url).netloc for url in urls}
    clients = {
        host: httpx.AsyncClient(verify=False, trust_env=False, cookies=NO_COOKIES)  # noqa: S501 - there is no TLS
        for host in hosts
    }
    tags = await round_of(clients, dict.fromkeys(urls, ""))
    began = time.process_time()
    heard = await round_of(clients, tags)
    spent = time.process_time() - began
    for client in clients.values():
        await client.aclose()
    unchanged = sum(tag == "" for tag in heard.values())
    print(json.dumps({"cpu_s": spent, "unchanged": unchanged}))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]).read_text("utf-8").split()))
