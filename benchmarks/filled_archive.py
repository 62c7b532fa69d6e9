"""A size → an archive of that size, of gazette pages as servers send them, by the product's parts.

Pages are settled as the flow settles them: WARC records, texts, sidecars, entries and catalog.
Only the fetching is left out, so that a gigabyte takes minutes.
"""

from __future__ import annotations

import gzip
import multiprocessing
import sys
import uuid
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from time import perf_counter
from typing import TYPE_CHECKING

import gazette
from dateline_run import declare
from newsstand import HEAD, path

from pipeline.archive.writer import FOLDER
from pipeline.ground.clock import SystemClock
from pipeline.model import Capture, Captured, Look, Peer, Role, Step, Target, Visit
from pipeline.settings import Settings
from pipeline.sites.register import Register
from pipeline.writing.opening import opened
from pipeline.writing.settling import Settling

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

HOME = "http://gazette.example"
REQUEST = (
    b"GET %b HTTP/1.1\r\nHost: gazette.example\r\nUser-Agent: Dateline (benchmark)\r\n"
    b"Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\nAccept-Encoding: gzip, br, zstd\r\n"
    b"Connection: keep-alive\r\n\r\n"
)
CODING = b"Content-Encoding: gzip\r\n"
NGINX = b"\x1f\x8b\x08\0\0\0\0\0\0\x03"
BATCH = 200
AHEAD = 8
MEGABYTE = 10**6

Wire = tuple[str, bytes]


def fill(folder: Path, *, megabytes: int, files: int, editions: tuple[str, ...]) -> int:
    """Make an archive in `folder` whose WARC files hold `megabytes` in all; how many pages.

    Of each edition there are as many pages.
    """
    declare(folder / "configs", [HOME])
    settings = Settings.read(archive=folder / "archive", configs=folder / "configs")
    register, pages, began = Register.read(settings.configs), 0, perf_counter()
    # spawned, because a fork would hold the archive's lock
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawning) as printer:
        printed = _printed(printer, editions)
        for number in range(1, files + 1):
            with opened(settings, verb="benchmark", clock=SystemClock()) as archive:
                settling = Settling(archive, clock=archive.clock, agent=settings.agent)
                while _octets(archive.folder) < megabytes * MEGABYTE * number // files:
                    batch_of = next(printed)
                    with archive.catalog.batch() as batch:
                        for wire in batch_of:
                            visit, look = _looked(wire, archive.clock.now())
                            settling.settle(batch, visit, look, register)
                        archive.sync(batch)
                    pages += len(batch_of)
            spent = perf_counter() - began
            print(f"file {number} of {files}: {pages} pages, {spent:.0f} s", file=sys.stderr)
    return pages


def _octets(archive: Path) -> int:
    return sum(file.stat().st_size for file in (archive / FOLDER).glob("*"))


def _printed(printer: ProcessPoolExecutor, editions: tuple[str, ...]) -> Iterator[list[Wire]]:
    """Pages for ever, by the batch, printed ahead in another process."""
    numbers = count()
    waiting = [printer.submit(_print, editions, next(numbers) * BATCH) for _ in range(AHEAD)]
    while True:
        waiting.append(printer.submit(_print, editions, next(numbers) * BATCH))
        yield waiting.pop(0).result()


def _print(editions: tuple[str, ...], first: int) -> list[Wire]:
    """`BATCH` pages from number `first` on, each with its URL, gzipped as nginx would."""
    wires = []
    for number in range(first, first + BATCH):
        edition = gazette.EDITIONS[editions[number % len(editions)]]
        # the header that nginx writes: no flags, no time, no hint of the level, Unix
        body = NGINX + gzip.compress(gazette.page(edition, number), 1, mtime=0)[len(NGINX) :]
        wires.append((HOME + path(number), HEAD % (CODING, len(body)) + body))
    return wires


def _looked(wire: Wire, now: datetime) -> tuple[Visit, Look]:
    url, response = wire
    target = Target(url=url, requested=url)
    visit = Visit(id=uuid.uuid4().hex, site="gazette1", role=Role.TARGET, target=target, due_at=now)
    capture = Capture(
        visit=visit.id,
        url=url,
        attempt=1,
        began_at=now,
        request=REQUEST % url.removeprefix(HOME).encode(),
        response=response,
        peer=Peer(ip="192.0.2.7", port=80),
    )
    return visit, Look((Step(capture, Captured()),))
