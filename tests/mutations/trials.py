"""A specimen and a seed → all that is done to it, one thing at a time."""

from __future__ import annotations

import contextlib
import random
import sqlite3
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.ground.evidence import CaptureEntry, OpenEntry
from pipeline.ledger.entries import decode
from pipeline.ledger.reader import LogReader
from tests.mutations import octets, rows, warcs
from tests.mutations.trial import Seen, Trial, taken_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.mutations.specimen import Specimen

SEALED, OPEN = "WARC file, sealed", "WARC file, open"
PARTIAL = "a tile of an earlier size: its full successor, or a longer one, says the same"
NO_CATALOG = "a catalog that is lost: it is made of the evidence, and there is nothing to compare"
NO_ROW = (
    "octets of SQLite's file in which no row of the record lies: unused room in its pages, indexes,"
    " counters in its head, what hangs behind its last page, the `work_*` tables"
)
NO_COSIGNATURE = (
    "a cosigned checkpoint that is lost: no entry names it, and without it the witnesses vouch for"
    " as much of the log as the one before it says, which the audit tells"
)
STRANGER = (
    "name and key id before a cosignature: changed, they are a stranger's, whom nobody asked;"
    " the audit names the file, as `not_checked`"
)
UNBOUND = {
    "whole captures swapped": "the order of whole captures in a file that is not sealed yet",
    "id or date of a warcinfo record forged": (
        "id and date of the first record of a file that is not sealed yet: its entry says its name"
        " and block"
    ),
    "id of a metadata record forged": (
        "the id of a metadata record in a file that is not sealed yet: no entry names it"
    ),
}

KINDS = {
    "log/checkpoint": "checkpoint",
    "keys/log.vkey": "public key",
    "log/tile/entries": "entry bundle",
    "log/tile": "hash tile",
    "log/anchors": "anchor",
    "log/witnesses": "cosigned checkpoint",
    "text": "text",
    "documents": "sidecar",
}
NOTHING = frozenset()
GZIP_HEADER = 10
RESPONSES = frozenset({"responses"})


def all_trials(specimen: Specimen, *, seed: int, most: int) -> Iterator[Trial]:
    """Everything, `most` of each sort in each file; the same for the same seed and specimen."""
    for path, kind in _files(specimen.archive):
        chance = random.Random(f"{seed} {path.name}")  # noqa: S311 - a choice, no secret
        yield from _of_file(specimen, path, kind, chance, most)
    for path in sorted((specimen.killed / "warc").glob("*.open")):
        chance = random.Random(f"{seed} open")  # noqa: S311 - as above
        yield from _of_file(specimen, path, OPEN, chance, most)
    yield from _of_bundle(specimen, random.Random(seed), most)  # noqa: S311 - as above
    yield from _of_catalog(specimen, random.Random(seed), most)  # noqa: S311 - as above
    yield from _vain(specimen)


def _files(archive: Path) -> Iterator[tuple[Path, str]]:
    """The files that the archive commits to, and of what kind each is."""
    size = LogReader.open(archive).size
    for path in sorted(archive.rglob("*")):
        name = path.relative_to(archive).as_posix()
        if not path.is_file() or (".p" in path.parent.name and not _needed(path, size)):
            continue
        if name.startswith("warc/"):
            yield path, SEALED
        for begins, kind in KINDS.items():
            if name.startswith(begins):
                yield path, f"{kind}: {path.suffix[1:]}" if kind == "anchor" else kind
                break


def _needed(path: Path, size: int) -> bool:
    level = path.parent.parent.name
    held = size if level in ("0", "entries") else size // 256
    return int(path.name) == held % 256 and int(path.parent.name.removesuffix(".p")) == held // 256


def _of_file(
    specimen: Specimen, path: Path, kind: str, chance: random.Random, most: int
) -> Iterator[Trial]:
    where = "killed" if kind == OPEN else "archive"
    folder = getattr(specimen, where)
    file = path.relative_to(folder).as_posix()
    warc = kind in (SEALED, OPEN)
    new = partial(Trial, kind=kind, file=file, where=where, look=RESPONSES if warc else NOTHING)
    shelf = warcs.shelved(path, _indices(folder)) if warc else None
    many = most * 8 if path.stat().st_size > octets.EVERY else octets.EVERY
    if kind in ("text", "sidecar"):
        many = most
    for at, flip in octets.flips(path, chance, many):
        lying = shelf.at(at) if shelf else None
        places = lying.places if lying else _place(kind, path, at)
        if kind == SEALED and lying and at - lying.offset < GZIP_HEADER:
            places = NOTHING  # only the seal covers it, which names the file
        yield new(change="octet flipped", apply=flip, places=places, note=_note(lying, at))
    alike = [other for other, of in _files(specimen.archive) if of == kind and other != path]
    chance.shuffle(alike)
    for change, apply in octets.wholesale(path, chance, alike):
        yield new(change=change, apply=apply)
    yield new(change="not to be read", apply=octets.unread, unread=True)
    if shelf is not None:
        for change, places, apply in warcs.forgeries(shelf, chance, most):
            # the seal alone covers these, and names the file
            placed = NOTHING if kind == SEALED and change in UNBOUND else places
            yield new(change=change, apply=apply, places=placed)


def _place(kind: str, path: Path, at: int) -> frozenset[str]:
    """Which entry an octet of the log is of."""
    if kind not in ("hash tile", "entry bundle"):
        return NOTHING
    full = path.parent if path.parent.suffix == ".p" else path
    first = int(full.stem) * 256
    if kind == "entry bundle":
        return _entry_at(path, first, at)
    level, hash_ = full.parent.name, at // 32
    return frozenset({f"entry {first + hash_}" if level == "0" else f"hash {hash_}"})


def _entry_at(path: Path, index: int, at: int) -> frozenset[str]:
    """The entry in which octet `at` of a bundle stands; none for what says how long one is."""
    held, begin = path.read_bytes(), 0
    while begin < len(held):
        length = int.from_bytes(held[begin : begin + 2], "big")
        if at < begin + 2:
            return NOTHING
        if at < begin + 2 + length:
            return frozenset({f"entry {index}"})
        begin, index = begin + 2 + length, index + 1
    return NOTHING


def _note(lying: warcs.Lying | None, at: int) -> str:
    if lying is None:
        return f"octet {at}"
    within = at - lying.offset
    behind = lying.end - at
    if within < GZIP_HEADER:
        return f"gzip header, octet {within}"
    if behind <= 8:
        return f"gzip trailer, octet {9 - behind}"
    return f"octet {within} of a {lying.record.type} member"


def _indices(folder: Path) -> dict[tuple, int]:
    log = LogReader.open(folder)
    decoded = ((index, decode(one)) for index, one in log.entries(0, log.size))
    found: dict = {}
    for at, one in decoded:
        match one:
            case CaptureEntry():
                found[warcs.key_of(one)] = at
            case OpenEntry():
                found[one.name] = at
    return found


def _of_bundle(specimen: Specimen, chance: random.Random, most: int) -> Iterator[Trial]:
    path = specimen.bundle
    new = partial(
        Trial, kind="exported bundle", file=path.name, where=".", look=frozenset({"bundle"})
    )
    for at, flip in octets.flips(path, chance, most * 8):
        yield new(change="octet flipped", apply=flip, note=f"octet {at}")
    for change, apply in octets.wholesale(path, chance, []):
        yield new(change=change, apply=apply)
    yield new(change="not to be read", apply=octets.unread, unread=True)


def _of_catalog(specimen: Specimen, chance: random.Random, most: int) -> Iterator[Trial]:
    look = frozenset({"catalog"})
    new = partial(
        Trial,
        kind="catalog",
        file="catalog.sqlite",
        look=look,
        beside=("catalog.sqlite-wal", "catalog.sqlite-shm"),
    )
    path = specimen.archive / "catalog.sqlite"
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as catalog:
        planned = list(rows.changes(catalog, chance, most))
        owner = rows.owners(catalog)
        page = catalog.execute("PRAGMA page_size").fetchone()[0]
    for change, places, apply in planned:
        yield new(change=change, apply=apply, places=places)
    for at, flip in octets.flips(path, chance, most * 16):
        of = owner.get(at // page + 1, "a free page")
        yield new(change="octet flipped", apply=flip, note=of)
    for change, apply in octets.wholesale(path, chance, []):
        unread = change in ("a folder in its place", "emptied")
        vain = NO_CATALOG if change == "deleted" else ""
        yield new(change=change, apply=apply, vain=vain, unread=unread)
    yield new(change="not to be read", apply=octets.unread, unread=True)


def in_vain(trial: Trial, seen: Seen, root: Path) -> str:
    """Why nothing depends on what was changed and not found; empty where something does."""
    if trial.kind == "cosigned checkpoint" and not seen.found:
        if trial.change == "octet flipped":
            return STRANGER if seen.told else ""
        return NO_COSIGNATURE
    if trial.kind == "catalog" and not seen.found and not trial.unread:
        path = root / trial.where / trial.file
        before = rows.record_rows(path)
        with taken_back([path]):
            trial.apply(path)
            return NO_ROW if rows.record_rows(path) == before else ""
    if trial.kind == OPEN and not seen.found:
        return UNBOUND.get(trial.change, "")
    return ""


def _vain(specimen: Specimen) -> Iterator[Trial]:
    """Files on which nothing depends, and why."""
    archive = specimen.archive
    said = {
        "lock": "it says who writes now, for people; what counts is the kernel's lock on it",
        "heartbeat": "it says that a daemon is alive, and in what state, as long as one is",
        "daemon.sock": "it is there while a daemon is",
        "catalog.sqlite-shm": "SQLite's index of its write-ahead log, made anew when it is opened",
    }
    for file, why in said.items():
        for change, octet in (("an octet more", b"x"), ("garbage", b"\xff" * 50)):
            yield Trial(
                kind="no evidence",
                change=change,
                file=file,
                apply=partial(_write, octet),
                vain=why,
            )
    size = LogReader.open(archive).size
    for path in sorted(archive.glob("log/tile/**/*.p/*")):
        if _needed(path, size):
            continue
        chance = random.Random(path.name)  # noqa: S311 - a choice, no secret
        file = path.relative_to(archive).as_posix()
        for _, flip in islice(octets.flips(path, chance, 5), 5):
            yield Trial(
                kind="tile of an earlier size",
                change="octet flipped",
                file=file,
                apply=flip,
            )
        yield Trial(
            kind="tile of an earlier size",
            change="deleted",
            file=file,
            apply=Path.unlink,
            vain=PARTIAL,
        )


def _write(added: bytes, path: Path) -> None:
    held = path.read_bytes() if path.exists() else b""
    path.write_bytes(held + added)
