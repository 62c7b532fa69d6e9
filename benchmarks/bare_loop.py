"""What httpx costs by itself: fetches each URL of a file and hashes its body, and no more.

    python benchmarks/bare_loop.py URLS [ACROSS]

As cheap as httpx can be had: a client per host, kept alive, one TLS context that is never made,
no cookies, sniffio installed, `ACROSS` requests at once at each host.
"""

from __future__ import annotations

import asyncio
import hashlib
import http.cookiejar
import sys
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import httpx

NO_COOKIES = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))


async def read_host(urls: list[str], across: int) -> set[str]:
    """The digests of everything at one host."""
    digests = set()
    ahead = iter(urls)

    async def read_on(client: httpx.AsyncClient) -> None:
        for url in ahead:
            response = await client.get(url)
            response.raise_for_status()
            digests.add(hashlib.sha256(response.content).hexdigest())

    async with httpx.AsyncClient(verify=False, trust_env=False, cookies=NO_COOKIES) as client:  # noqa: S501 - there is no TLS
        await asyncio.gather(*(read_on(client) for _ in range(across)))
    return digests


async def read_all(urls: list[str], across: int) -> int:
    """How many different bodies there were."""
    by_host = defaultdict(list)
    for url in urls:
        by_host[urlsplit(url).netloc].append(url)
    found = await asyncio.gather(*(read_host(one, across) for one in by_host.values()))
    return len(set().union(*found))


if __name__ == "__main__":
    listed = Path(sys.argv[1]).read_text("utf-8").split()
    print(asyncio.run(read_all(listed, int(sys.argv[2]))))
