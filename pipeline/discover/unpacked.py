"""A body that is gzipped inside, whatever its headers say → what is in it."""

from __future__ import annotations

import zlib

from pipeline.discover.mentions import Trouble

LARGEST = 52_428_800  # the sitemap protocol's own limit, uncompressed
GZIP = b"\x1f\x8b"
GZIP_WINDOW = 31  # zlib's word for "expect a gzip header"
STEP = 1 << 12
"""Octets given to one member at a time: whatever lies behind its end is copied, and an attack has
a million members."""
DEEPEST = 3  # some servers gzip what is a gzip file already; nobody means more than that


def unpacked(body: bytes) -> tuple[bytes, Trouble | None]:
    """What `body` unpacks to, as far as it can be, and what was wrong with it.

    A body that is not gzipped is handed back, cut at the same limit.
    """
    for _ in range(DEEPEST):
        if not body.startswith(GZIP):
            break
        body, trouble = _members(body)
        if trouble is not None:
            return body, trouble
    if len(body) > LARGEST:
        return body[:LARGEST], Trouble("cut_short", f"it has over {LARGEST} bytes")
    return body, None


def _members(body: bytes) -> tuple[bytes, Trouble | None]:
    unpacked, at = bytearray(), 0
    while body.startswith(GZIP, at):
        inflate = zlib.decompressobj(GZIP_WINDOW)
        while not inflate.eof:
            if at >= len(body):
                return bytes(unpacked), Trouble("cut_short", "the gzip file is cut short")
            piece = body[at : at + STEP]
            try:
                unpacked += inflate.decompress(piece, LARGEST + 1 - len(unpacked))
            except zlib.error as broken:
                return bytes(unpacked), Trouble("cut_short", f"the gzip file is broken: {broken}")
            if len(unpacked) > LARGEST:
                words = f"the gzip file unpacks to over {LARGEST} bytes"
                return bytes(unpacked[:LARGEST]), Trouble("cut_short", words)
            at += len(piece) - len(inflate.unused_data)
    return bytes(unpacked), None
