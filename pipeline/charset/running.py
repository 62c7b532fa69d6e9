"""Bytes of a page → some of its running text, for what judges bytes."""

from __future__ import annotations

import re

SAMPLE = 1 << 16
MARKUP = re.compile(
    rb"<(script|style)\b.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)|<[^<>]*>", re.DOTALL | re.IGNORECASE
)
HIGH = re.compile(rb"[\x80-\xff]")
CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\f\r\x1b"))
# Share of control characters from which bytes are no text; compressed data has a tenth.
BINARY = 0.05


def running(decoded: bytes) -> bytes:
    """Some running text, from the first stretch of `decoded` that is not ASCII outside markup."""
    sample = MARKUP.sub(b" ", decoded[: 4 * SAMPLE])[:SAMPLE]
    if sample.isascii():
        first = HIGH.search(decoded, 4 * SAMPLE) or HIGH.search(decoded)
        sample = decoded[first.start() :][:SAMPLE] if first else sample
    return sample


def is_binary(decoded: bytes) -> bool:
    """Whether `decoded` has more control characters than text in any charset."""
    sample = decoded[:SAMPLE]
    return len(sample) - len(sample.translate(None, CONTROLS)) > BINARY * len(sample)
