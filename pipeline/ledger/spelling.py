"""Octets and numbers ↔ the one way in which notes, checkpoints and proofs spell them."""

from __future__ import annotations

import base64
import re

from pipeline.ledger.merkle import HASH_SIZE

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


def spell_octets(octets: bytes) -> str:
    """Base64 (RFC 4648 section 4)."""
    return base64.b64encode(octets).decode("ascii")


def read_octets(text: str) -> bytes:
    """The inverse.  ValueError also for spellings that differ only in bits that nobody reads."""
    octets = base64.b64decode(text, validate=True)
    if spell_octets(octets) != text:
        raise ValueError(f"{text[:200]!r} is not base64 as it is written")
    return octets


def read_hash(text: str) -> bytes:
    """A SHA-256 hash in base64.  Raises ValueError for any other length."""
    octets = read_octets(text)
    if len(octets) != HASH_SIZE:
        raise ValueError(f"{text[:200]!r} is no hash: {len(octets)} octets, not {HASH_SIZE}")
    return octets


def read_number(text: str) -> int:
    """A decimal number from 0 without leading zeros, of 19 digits at most.  Raises ValueError."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text[:200]!r} is no decimal number")
    return int(text)
