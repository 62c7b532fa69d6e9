"""Leaves → the whole tree, held against the files of the log and the root that was signed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pipeline.audit.files import Trouble, Unreadable, octets_at, troubled, under
from pipeline.audit.logged import EXTRACTED, LOST, Broken, Torn, cut_hashes, hashes_of
from pipeline.ground.claims import Claim, Verdict, failed, verified
from pipeline.ledger.merkle import HASH_SIZE, leaf_hash, root_of
from pipeline.ledger.reader import LogReader
from pipeline.ledger.spelling import spell_octets
from pipeline.ledger.tiles import (
    BUNDLE_OCTETS,
    CHECKPOINT,
    ENTRIES,
    FOLDER,
    HEIGHT,
    TILES,
    WIDTH,
    Tile,
    read_bundle,
    width_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.audit.logged import ReadLog
    from pipeline.ledger.checkpoint import Checkpoint

CHECK = "tree"
TILE_FILE = re.compile(
    r"(entries|[0-9]|[1-5][0-9])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)


class Tree(Struct, frozen=True, kw_only=True):
    """The tree that the entries make: `levels[l]` are the roots of the full tiles below level l.

    `levels[0]` are the leaves.  `kinds` has a letter for each entry.  `whole` says that no leaf
    had to be left out.
    """

    size: int
    kinds: bytes
    levels: tuple[bytes, ...]
    whole: bool

    def leaf(self, index: int) -> bytes:
        """The leaf hash of entry `index`."""
        return self.levels[0][index * HASH_SIZE : (index + 1) * HASH_SIZE]


class TreeReader(LogReader):
    """Roots and proofs out of a tree that was made of the entries, not read from tiles."""

    def __init__(self, archive: Path, tree: Tree, checkpoint: Checkpoint) -> None:
        super().__init__(archive, checkpoint=checkpoint, octets=b"")
        self._tree = tree

    def hashes(self, level: int, index: int) -> list[bytes]:
        """As the tree has them."""
        return _hashes(self._tree, level, index)


def grow(reads: Sequence[ReadLog], size: int) -> Tree:
    """The tree of everything that was read of a log of `size`."""
    kinds = b"".join(bytes(read.kinds) for read in reads)
    return _grown(reads, size, kinds, whole=all(read.whole for read in reads))


def by_tiles(reads: Sequence[ReadLog], size: int) -> Tree:
    """The same, where entries and tiles do not agree, with the tiles' word.

    What kind of entry once stood there nobody knows then.
    """
    mended = []
    kinds = bytearray(b"".join(bytes(read.kinds) for read in reads))
    for read in reads:
        leaves = bytearray(read.leaves)
        for torn in read.torn:
            at = torn.index - read.first
            leaves[at * HASH_SIZE : (at + 1) * HASH_SIZE] = torn.tile
            kinds[torn.index] = LOST[0]
        full = range(0, len(leaves) - WIDTH * HASH_SIZE + 1, WIDTH * HASH_SIZE)
        roots = [root_of(cut_hashes(bytes(leaves[at : at + WIDTH * HASH_SIZE]))) for at in full]
        mended.append(replace(read, leaves=leaves, roots=bytearray(b"".join(roots))))
    return _grown(mended, size, bytes(kinds), whole=all(read.whole for read in reads))


def _grown(reads: Sequence[ReadLog], size: int, kinds: bytes, *, whole: bool) -> Tree:
    levels = [
        b"".join(bytes(read.leaves) for read in reads),
        b"".join(bytes(read.roots) for read in reads),
    ]
    while len(levels[-1]) >= WIDTH * HASH_SIZE:
        below = cut_hashes(levels[-1])
        full = range(0, len(below) - WIDTH + 1, WIDTH)
        levels.append(b"".join(root_of(below[at : at + WIDTH]) for at in full))
    return Tree(size=size, kinds=kinds, levels=tuple(levels), whole=whole)


def claims(
    archive: Path, tree: Tree, reads: Sequence[ReadLog], checkpoint: Checkpoint
) -> Iterator[Claim]:
    """Check 3: entries, level-0 tiles, all tiles, root; and what else lies among them."""
    broken = [_broken(one) for read in reads for one in read.broken]
    broken += [_torn(one, tree) for read in reads for one in read.torn]
    yield from broken
    if not broken:
        yield verified(CHECK, f"{tree.size} entries are those that the level-0 tiles commit to")
    upper = list(_upper(archive, tree))
    yield from upper
    if not upper and len(tree.levels[1]):
        yield verified(CHECK, f"tiles of {len(tree.levels) - 1} levels above them")
    yield _root(archive, tree, checkpoint)
    yield from _others(archive, tree)


def _broken(one: Broken) -> Claim:
    if one.trouble is not None:
        return troubled(CHECK, "file of the log", one.file, one.trouble)
    return failed("entries", f"entry {one.index}", actual=one.actual, file=one.file)


def _torn(one: Torn, tree: Tree) -> Claim:
    """The tree that fits the signed root has the one; the other was changed."""
    is_tile = tree.leaf(one.index) == one.entry
    expected, actual = (one.entry, one.tile) if is_tile else (one.tile, one.entry)
    return failed(
        CHECK,
        f"leaf hash of entry {one.index}",
        expected=expected.hex(),
        actual=actual.hex(),
        file=one.tile_file if is_tile else one.bundle_file,
    )


def _upper(archive: Path, tree: Tree) -> Iterator[Claim]:
    for level in range(1, len(tree.levels)):
        count = tree.size >> (HEIGHT * level)
        for index in range((count + WIDTH - 1) // WIDTH):
            file, hashes = hashes_of(archive, tree.size, level, index)
            if isinstance(hashes, Trouble):
                yield troubled(CHECK, "file of the log", file, hashes)
                continue
            for at, (made, found) in enumerate(
                zip(_hashes(tree, level, index), hashes, strict=True)
            ):
                if made != found:
                    yield failed(
                        CHECK,
                        f"hash {at} of tile {index} of level {level}",
                        expected=made.hex(),
                        actual=found.hex(),
                        file=file,
                    )


def _root(archive: Path, tree: Tree, checkpoint: Checkpoint) -> Claim:
    subject = f"root of {tree.size} entries"
    if not tree.whole:
        return failed(CHECK, subject, actual="entries and their tiles are both lost")
    root = TreeReader(archive, tree, checkpoint).root()
    if root == checkpoint.root:
        return verified(CHECK, subject)
    return failed(
        CHECK,
        subject,
        expected=spell_octets(checkpoint.root),
        actual=spell_octets(root),
        file=f"{FOLDER}/{CHECKPOINT}",
    )


def _others(archive: Path, tree: Tree) -> Iterator[Claim]:
    """What lies in log/tile that the checkpoint does not need."""
    kept = 0
    for below, entry in under(archive / FOLDER / TILES):
        file = f"{FOLDER}/{TILES}/{below}"
        if isinstance(entry, Unreadable):
            yield troubled(CHECK, "folder of the log", file, entry)
            continue
        tile = _tile(below)
        if tile is None:
            yield failed("unexpected", "file among the tiles", actual="it is no tile", file=file)
            continue
        needed = width_of(tile.number, tile.index, tree.size)
        if tile.width == needed:
            continue
        claim = _unneeded(archive, tree, tile, needed)
        if claim is None:
            kept += 1
        else:
            yield claim
    if kept:
        yield verified(CHECK, f"{kept} partial tiles of earlier sizes")


def _unneeded(archive: Path, tree: Tree, tile: Tile, needed: int) -> Claim | None:
    """None for the tile of an earlier size that says what the tree says."""
    file, width = f"{FOLDER}/{tile.path}", tile.width
    octets = octets_at(archive / file, most=BUNDLE_OCTETS)
    if isinstance(octets, Trouble):
        return troubled(CHECK, "file of the log", file, octets)
    try:
        parts = read_bundle(octets) if tile.level == ENTRIES else cut_hashes(octets)
    except ValueError:
        parts = []
    if tile.level == ENTRIES:
        parts = [leaf_hash(part) for part in parts]
    made = _hashes(tree, tile.number, tile.index)[: min(width, needed)] if needed else []
    if len(parts) == width and parts[: len(made)] == made and width <= needed:
        return None
    if width < needed:
        # what a crash left there goes before the log goes past it
        return failed(
            CHECK,
            "tile of an earlier size",
            expected=f"the first {width} of what the tree says",
            actual="it is not of this tree",
            file=file,
        )
    if parts[: len(made)] == made and len(parts) == width:
        verdict = Verdict.NOT_CHECKED
        why = f"it goes beyond the checkpoint of {tree.size}, which does not commit to it"
    else:
        verdict = Verdict.INCONCLUSIVE
        why = "the checkpoint does not commit to it, and it is not of this tree: left by a crash?"
    return Claim(
        check=CHECK,
        subject="tile that nothing needs",
        verdict=verdict,
        actual=why,
        file=file,
    )


def _tile(below: str) -> Tile | None:
    """The tile that lies at `below` in log/tile; None for what is not spelled as one."""
    match = TILE_FILE.fullmatch(below)
    if match is None:
        return None
    level = match[1] if match[1] == ENTRIES else int(match[1])
    index = int(match[2].replace("x", "").replace("/", ""))
    tile = Tile(level, index, int(match[3] or WIDTH))
    return tile if tile.width <= WIDTH and tile.path == f"{TILES}/{below}" else None


def _hashes(tree: Tree, level: int, index: int) -> list[bytes]:
    if level >= len(tree.levels):
        return []
    start = index * WIDTH * HASH_SIZE
    return cut_hashes(tree.levels[level][start : start + WIDTH * HASH_SIZE])


def extractions(
    reads: Sequence[ReadLog],
) -> Iterator[tuple[int, bytes, bytes, bytes, bytes, bytes, bytes, bool]]:
    """Every extraction that was read, as `logged.EXTRACTED` says."""
    for read in reads:
        yield from EXTRACTED.iter_unpack(bytes(read.extracted))
