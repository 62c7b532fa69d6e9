"""A body that expands beyond all measure is kept as it came, and is a failure."""

from __future__ import annotations

import gzip
import zlib

import brotli
import pytest
import zstandard

from pipeline.archive.codings import MAX_DECODED

ZEROS = bytes(MAX_DECODED + 1)
GZIPPED = gzip.compress(ZEROS, 1, mtime=0)
BOMBS = {
    "deflate": ("deflate", zlib.compress(ZEROS, 1)),
    "br": ("br", brotli.compress(ZEROS, quality=1)),
    "zstd": ("zstd", zstandard.compress(ZEROS, 1)),
    "gzip in gzip": ("gzip, gzip", gzip.compress(GZIPPED, mtime=0)),
    "gzip in br": ("gzip, br", brotli.compress(GZIPPED, quality=1)),
}


def packed(coding, octets):
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {len(octets)}\r\n\r\n"
    return head.encode() + octets


@pytest.mark.parametrize(("coding", "octets"), BOMBS.values(), ids=BOMBS)
async def test_a_bomb_is_kept_and_fails(press, declare, open_work, evidence, coding, octets):
    press.pages["/news/1"] = packed(coding, octets)
    async with open_work(declare(press)) as work:
        report = await work.look(press.url("/news/1"))
    assert (report["outcome"], report["reason"]) == ("failed", "bomb")
    assert evidence().of_type("response")[-1].block == packed(coding, octets)


async def test_a_robots_txt_that_is_a_bomb_cannot_be_had(press, declare, open_work):
    press.pages["/robots.txt"] = packed("gzip", GZIPPED)
    async with open_work(declare(press)) as work:
        report = await work.look(press.url("/news/1"))
    assert (report["outcome"], report["reason"]) == ("failed", "bomb")
    assert press.asked() == ["/robots.txt"]


async def test_a_page_that_is_nearly_a_bomb_is_captured_and_not_read(press, declare, open_work):
    page = b"<h1>A page</h1>" + b"<p>and on it goes</p>" * 500_000
    press.pages["/news/1"] = packed("gzip", gzip.compress(page, 1, mtime=0))
    async with open_work(declare(press)) as work:
        report = await work.look(press.url("/news/1"))
    assert (report["outcome"], report["reason"]) == ("captured", "no_text")
