"""A file → what can be done to its octets, whatever they mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

EVERY = 1200
"""Octets of a file of which every one is changed."""

Change = tuple[str, Callable[[Path], None]]


def flips(path: Path, chance: random.Random, most: int) -> Iterator[tuple[int, Callable]]:
    """One octet changed: every one of a small file, `most` of a larger one, with its offset."""
    size = path.stat().st_size
    ats = range(size) if size <= min(EVERY, most) else sorted(chance.sample(range(size), most))
    for at in ats:
        yield at, _flipped(at, chance.randrange(1, 256))


def _flipped(at: int, mask: int) -> Callable[[Path], None]:
    def flip(path: Path) -> None:
        octets = bytearray(path.read_bytes())
        octets[at] ^= mask
        path.write_bytes(octets)

    return flip


def wholesale(path: Path, chance: random.Random, others: list[Path]) -> Iterator[Change]:
    """What can be done to a file as a whole; `others` are of the same kind."""
    octets = path.read_bytes()
    for _ in range(3):
        yield "truncated", _written(octets[: chance.randrange(1, len(octets))])
    yield "truncated", _written(octets[:-1])
    yield "emptied", _written(b"")
    yield "doubled", _written(octets * 2)
    yield "an octet more", _written(octets + b"\0")
    yield "an octet more", _written(octets + b"\n")
    yield "garbage", _written(chance.randbytes(len(octets)))
    yield "deleted", Path.unlink
    for other in others[:3]:
        if other.read_bytes() != octets:
            yield "swapped with another", _written(other.read_bytes())
    yield "a folder in its place", _folder


def unread(path: Path) -> None:
    """Something stands there and cannot be opened (ELOOP), whoever asks, root included."""
    path.unlink()
    path.symlink_to(path.name)


def _written(octets: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(octets) and None


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
