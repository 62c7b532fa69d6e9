"""Tree sizes ↔ the static files of a log: where its tiles and bundles are (C2SP tlog-tiles)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.ledger.merkle import HASH_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HEIGHT = 8
WIDTH = 1 << HEIGHT
TILE_OCTETS = WIDTH * HASH_SIZE
LENGTH_OCTETS = 2
BUNDLE_OCTETS = WIDTH * (LENGTH_OCTETS + 0xFFFF)

FOLDER = "log"
CHECKPOINT = "checkpoint"
TILES = "tile"
ENTRIES = "entries"


class Tile(Struct, frozen=True):
    """Tile `index` of `level`, the first `width` of its hashes; level ENTRIES for bundles."""

    level: int | str
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Its file below `log/`."""
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"{TILES}/{self.level}/{number_path(self.index)}{partial}"

    @property
    def number(self) -> int:
        """The level of its hashes; a bundle's entries are counted as those of level 0."""
        return self.level if isinstance(self.level, int) else 0

    @property
    def full(self) -> Tile:
        """The full tile, which holds the same hashes and more (or the same, if this is it)."""
        return self if self.width == WIDTH else Tile(self.level, self.index)

    @property
    def partials(self) -> str:
        """The folder of its partial tiles, below `log/`."""
        return f"{TILES}/{self.level}/{number_path(self.index)}.p"


def number_path(index: int) -> str:
    """`0` → `000`, `1234067` → `x001/x234/067`."""
    path = f"{index % 1000:03}"
    while index := index // 1000:
        path = f"x{index % 1000:03}/{path}"
    return path


def width_of(level: int, index: int, size: int) -> int:
    """How many hashes tile `index` of `level` has in a log of `size`; 0 where there is none."""
    return max(0, min(WIDTH, (size >> (HEIGHT * level)) - index * WIDTH))


def open_tiles(size: int) -> Iterator[tuple[int, int, int]]:
    """The (level, index, width) of each level's last tile that is not full, from level 0 up.

    A width of 0 says that the level's last tile is full.
    """
    level = 0
    while hashes := size >> (HEIGHT * level):
        yield level, hashes // WIDTH, hashes % WIDTH
        level += 1


def read_hashes(octets: bytes) -> list[bytes]:
    """The hashes of a tile.  Raises ValueError for a length that no tile has."""
    if not octets or len(octets) % HASH_SIZE or len(octets) > TILE_OCTETS:
        raise ValueError(f"{len(octets)} octets are no tile of 1 to {WIDTH} hashes")
    return [octets[at : at + HASH_SIZE] for at in range(0, len(octets), HASH_SIZE)]


def write_bundle(entries: Iterable[bytes]) -> bytes:
    """The octets of a bundle: each entry behind its length."""
    return b"".join([len(one).to_bytes(LENGTH_OCTETS, "big") + one for one in entries])


def read_bundle(octets: bytes) -> list[bytes]:
    """The entries of a bundle.  Raises ValueError where it ends inside one."""
    entries: list[bytes] = []
    at, end = 0, len(octets)
    while at < end:
        start = at + LENGTH_OCTETS
        at = start + int.from_bytes(octets[at:start], "big")
        if start > end or at > end:
            raise ValueError(f"it ends inside entry {len(entries)}, at octet {end}")
        entries.append(octets[start:at])
    return entries
