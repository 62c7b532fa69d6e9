"""Leaf hashes → roots and proofs: the Merkle tree of RFC 6962 and 9162.  Hashes are 32 bytes."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HASH_SIZE = 32
EMPTY_ROOT = sha256().digest()

Range = tuple[int, int]


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry (RFC 6962 section 2.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two siblings."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over `leaves`, which are leaf hashes (or roots of full subtrees of one height)."""
    if not leaves:
        return EMPTY_ROOT
    # Level by level; the last of an odd number rises unhashed, which is the RFC's tree.
    level = leaves
    while len(level) > 1:
        paired = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            paired.append(level[-1])
        level = paired
    return level[0]


def fold(subtrees: Sequence[bytes]) -> bytes:
    """The root over full `subtrees` that stand side by side, larger before smaller."""
    if not subtrees:
        return EMPTY_ROOT
    root = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        root = node_hash(left, root)
    return root


def full_subtrees(start: int, stop: int) -> Iterator[tuple[int, int]]:
    """The (height, index) of the full subtrees that make up the leaves [start, stop), in order.

    `start` is a multiple of the largest power of two in `stop - start`, as in every range below.
    """
    while start < stop:
        height = (stop - start).bit_length() - 1
        yield height, start >> height
        start += 1 << height


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The ranges of leaves whose roots prove leaf `index` in a tree of `size`, sibling first.

    Raises ValueError unless 0 <= index < size.
    """
    if not 0 <= index < size:
        raise ValueError(f"entry {index} is not in a log of {size}")
    return _path(index, 0, size)


def consistency_ranges(old_size: int, size: int) -> list[Range]:
    """The ranges of leaves whose roots prove that `old_size` leaves are a prefix of `size`.

    RFC 9162 section 2.1.4.1.  Raises ValueError unless 0 < old_size <= size.
    """
    if not 0 < old_size <= size:
        raise ValueError(f"a log of {size} says nothing of one of {old_size}")
    return [] if old_size == size else _subproof(old_size, 0, size, known=True)


def verify_inclusion(
    *, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> bool:
    """Whether `path` proves that `leaf` stands at `index` of the tree of `size` under `root`.

    RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size or not _are_hashes(leaf, *path):
        return False
    place, last, reached = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            reached = node_hash(sibling, reached)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            reached = node_hash(reached, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and reached == root


def verify_consistency(
    *, old_size: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether `path` proves that the tree of `size` begins with the one of `old_size`.

    RFC 9162 section 2.1.4.2.  Nothing is proved of an empty tree: `old_size` 0 is False.
    """
    if not 0 < old_size <= size or not _are_hashes(*path):
        return False
    if old_size == size:
        return not path and old_root == root
    # A full old tree is its own first node, and is not said again.
    nodes = [old_root, *path] if old_size & (old_size - 1) == 0 else list(path)
    if not nodes:
        return False
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_reached = reached = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old_reached, reached = node_hash(node, old_reached), node_hash(node, reached)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            reached = node_hash(reached, node)
        place, last = place >> 1, last >> 1
    return last == 0 and old_reached == old_root and reached == root


def _are_hashes(*hashes: bytes) -> bool:
    return all(len(one) == HASH_SIZE for one in hashes)


def _split(start: int, stop: int) -> int:
    """Where RFC 6962 parts [start, stop): after the largest power of two that is smaller."""
    return start + (1 << ((stop - start - 1).bit_length() - 1))


def _path(index: int, start: int, stop: int) -> list[Range]:
    path: list[Range] = []
    while stop - start > 1:
        middle = _split(start, stop)
        if index < middle:
            path.append((middle, stop))
            stop = middle
        else:
            path.append((start, middle))
            start = middle
    path.reverse()
    return path


def _subproof(old_size: int, start: int, stop: int, *, known: bool) -> list[Range]:
    if old_size == stop:
        return [] if known else [(start, stop)]
    middle = _split(start, stop)
    if old_size <= middle:
        return [*_subproof(old_size, start, middle, known=known), (middle, stop)]
    return [*_subproof(old_size, middle, stop, known=False), (start, middle)]
