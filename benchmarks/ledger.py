"""What the log costs: its share of ingesting pages, and what a proof in a large log reads.

    python benchmarks/ledger.py [--pages N] [--entries N]

The share: the real command fetches pages from loopback in a process of its own, in which the CPU
of the log's `append` and `sync` is taken by the thread's own clock; beside it stands what the
whole process spent, start-up included (the kernel's count).  The goal is 3 %.

The proof: a log of ten million entries is laid out as tiles, without the entries, which no proof
reads; inclusion proofs at its edges and in its midst are made and verified, and the tiles that
each has read are counted.  The goal is fewer than 20.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

from dateline_run import HERE, command, declare, installed, newsstand

from pipeline.ledger.checkpoint import Checkpoint
from pipeline.ledger.merkle import root_of, verify_inclusion
from pipeline.ledger.notes import SigningKey, sign
from pipeline.ledger.reader import LogReader
from pipeline.ledger.tiles import FOLDER, HEIGHT, WIDTH, Tile

MOST_SHARE, MOST_TILES = 0.03, 20


def share(pages: int) -> dict[str, object]:
    """The log's share of fetching `pages` pages of 15 kB."""
    with tempfile.TemporaryDirectory() as below, newsstand("article", pages) as urls:
        folder = Path(below)
        listed, told = folder / "urls.txt", folder / "told.json"
        listed.write_text("\n".join(urls), "utf-8")
        declare(folder / "configs", urls)
        arguments = [sys.executable, str(HERE / "ledger_watched.py"), str(told)]
        with (folder / "said.jsonl").open("w") as said:
            subprocess.run(
                [*arguments, *command(folder, listed)[1:]], stdout=said, env=installed(), check=True
            )
        spent = json.loads(told.read_text("utf-8"))
    return {"pages": pages, **spent, "share": spent["log_s"] / spent["process_s"]}


def proofs(entries: int) -> dict[str, object]:
    """How many tiles a proof reads in a log of `entries`."""
    with tempfile.TemporaryDirectory() as below:
        archive = Path(below)
        note = _lay_tiles(archive, entries)
        read = []
        for index in (0, 1, entries // 3, entries // 2, entries - WIDTH, entries - 2, entries - 1):
            log = LogReader.open(archive, checkpoint=note)
            path = log.inclusion(index)
            root, leaf = log.checkpoint.root, _leaf(index)
            if not verify_inclusion(leaf=leaf, index=index, size=entries, path=path, root=root):
                raise SystemExit(f"the proof of entry {index} does not hold")
            read.append(log.tiles_read)
    return {"entries": entries, "tiles_read": read, "most": max(read)}


def _lay_tiles(archive: Path, entries: int) -> bytes:
    """Write the tiles of a log of `entries` made-up leaves; its signed checkpoint."""
    level, hashes = 0, [_leaf(index) for index in range(entries)]
    while hashes:
        for at in range(0, len(hashes), WIDTH):
            part = hashes[at : at + WIDTH]
            path = archive / FOLDER / Tile(level, at // WIDTH, len(part)).path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"".join(part))
        whole = len(hashes) - len(hashes) % WIDTH
        hashes = [root_of(hashes[at : at + WIDTH]) for at in range(0, whole, WIDTH)]
        level += 1
    key = SigningKey.generate("bench.invalid/log")
    empty = sign(Checkpoint(origin=key.name, size=entries, root=bytes(32)).text, key)
    root = LogReader.open(archive, checkpoint=empty).root()
    return sign(Checkpoint(origin=key.name, size=entries, root=root).text, key)


def _leaf(index: int) -> bytes:
    return sha256(b"\0%d" % index).digest()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--entries", type=int, default=10_000_000)
    given = parser.parse_args()
    spent, read = share(given.pages), proofs(given.entries)
    page_us = {name: spent[f"{name}_s"] * 1e6 / given.pages for name in ("log", "process")}
    print(
        f"the log's share of {given.pages} pages: {spent['share']:.1%} of CPU"
        f" ({page_us['log']:.0f} of {page_us['process']:.0f} µs a page,"
        f" {spent['syncs']} syncs, {spent['entries']} entries), goal {MOST_SHARE:.0%}\n"
        f"a proof in a log of {read['entries']:,} entries reads at most {read['most']} tiles of"
        f" 2^{HEIGHT} hashes, goal under {MOST_TILES}",
        file=sys.stderr,
    )
    print(json.dumps({"share": spent, "proofs": read}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
