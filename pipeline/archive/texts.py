"""Clean texts and document sidecars → files named by their digest, and back.

`sha256sum` alone checks them.  A sidecar is canonical JSON (RFC 8785): sorted keys, no spaces,
UTF-8, no floats.
"""

from __future__ import annotations

import json
import os
import re
from itertools import chain
from typing import TYPE_CHECKING

import orjson

from pipeline.errors import DamagedRecord
from pipeline.ground.durable import SyncAll, sync_all, sync_folders, unwritable, write_all
from pipeline.model import Digest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.model import Document

TEXTS = "text"
DOCUMENTS = "documents"
UNFINISHED = ".new"
NAME = re.compile(r"([0-9a-f]{64})\.(?:txt|json)")
MOST_AT_ONCE = 64
"""Files that are open at once; a process may have a thousand."""

LATER = ("canonical", "amp", "site_name")
"""Fields that sidecars had not from the beginning."""

Sidecar = dict[str, object]


def text_name(digest: Digest) -> str:
    """Where the text of that digest lies in an archive: `text/3b/3bc6….txt`."""
    return f"{TEXTS}/{digest.hex[:2]}/{digest.hex}.txt"


def document_name(digest: Digest) -> str:
    """Where the sidecar of that digest lies in an archive: `documents/3b/3bc6….json`."""
    return f"{DOCUMENTS}/{digest.hex[:2]}/{digest.hex}.json"


def unfinished_name(name: str) -> str:
    """Where `text/3b/3bc6….txt` is written before it is whole: `text/3bc6….txt.new`."""
    return f"{_part(name)}/{name.rpartition('/')[2]}{UNFINISHED}"


def text_bytes(text: str) -> bytes:
    """`text` as its file holds it; half a surrogate pair, which no UTF-8 has, becomes U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def sidecar(document: Document, text: Digest | None = None) -> Sidecar:
    """What the sidecar of `document`, whose text has the digest `text`, says.

    What `LATER` names stands there only where the page says it, so that a page which does not
    keeps the sidecar, and its digest, that it had before they were read.
    """
    source = document.source
    later = {name: said for name in LATER if (said := getattr(document, name)) is not None}
    return later | {
        "text": str(text or Digest.of(text_bytes(document.text))),
        "title": document.title,
        "byline": document.byline,
        "published": document.published,
        "source": None if source is None else {"name": source.name, "url": source.url},
        "language": document.language,
        "charset": document.charset,
        "charset_why": document.charset_why,
        "generation": document.generation,
        "degraded": document.degraded,
    }


def sidecar_bytes(document: Document, text: Digest | None = None) -> bytes:
    """The sidecar of `document`, whose text has the digest `text`, as its file holds it."""
    # Both sort by code points and RFC 8785 by UTF-16 units: the same for these keys
    said = sidecar(document, text)
    try:
        return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # half a surrogate pair
        written = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text_bytes(written)


def document_digest(document: Document) -> Digest:
    """The name of `document`'s sidecar."""
    return Digest.of(sidecar_bytes(document))


def strays(folder: Path) -> Iterator[tuple[Path, Digest | None]]:
    """Every file among the texts and sidecars of archive `folder`, and what its name promises.

    None stands for a file that a crash left unfinished; other names are somebody else's.
    """
    for part in (TEXTS, DOCUMENTS):
        for path in chain((folder / part).glob(f"*{UNFINISHED}"), (folder / part).glob("*/*")):
            if path.name.endswith(UNFINISHED):
                yield path, None
            elif named := NAME.fullmatch(path.name):
                yield path, Digest("sha256", bytes.fromhex(named[1]))


class Texts:
    """Keeps texts and sidecars in archive `folder`.

    `keep_text` and `keep_document` only remember; `sync` writes what is not there yet, each file
    under a temporary name that is made durable before it is renamed, and then the folders'
    entries.  A file under its true name is whole.  Files that are there already are left alone.

    Temporary names stand in one folder: a file system that gives each folder a region of the disk
    of its own would else look for room in 512 of them, which cost as much as reading the pages.
    """

    def __init__(self, folder: Path, *, sync_all: SyncAll = sync_all) -> None:
        self._folder = folder
        self._sync_all = sync_all
        self._root = os.fspath(folder)
        self._pending: dict[str, bytes] = {}
        self._written: list[str] = []
        self._sure: set[str] = set()

    def keep_text(self, text: str) -> Digest:
        """Take `text` into the batch; durable when `sync` has returned."""
        octets = text_bytes(text)
        digest = Digest.of(octets)
        self._pending[text_name(digest)] = octets
        return digest

    def keep_document(self, document: Document, text: Digest | None = None) -> Digest:
        """Take the sidecar of `document` into the batch; durable when `sync` has returned.

        `text` is the digest of its text, where that is known.
        """
        octets = sidecar_bytes(document, text)
        digest = Digest.of(octets)
        self._pending[document_name(digest)] = octets
        return digest

    def sync(self) -> None:
        """Make everything kept so far durable.

        Raises ArchiveUnwritable; what could not be written stays in the batch.
        """
        batch = dict(self._pending)
        names = list(batch)
        for start in range(0, len(names), MOST_AT_ONCE):
            self._write({name: batch[name] for name in names[start : start + MOST_AT_ONCE]})
        # a folder met for the first time may hold names that an earlier process left unsynced
        met = {_folder(name) for name in names} - self._sure
        above = {"", *map(_folder, met)} if met else set()
        # names have gone from the one, and come into the other
        moved = {folder for name in self._written for folder in (_part(name), _folder(name))}
        changed = sorted(above | met | moved)
        try:
            sync_folders(map(self._path, changed), self._sync_all)
        except OSError as error:
            raise unwritable(self._folder, error) from error
        self._sure |= met
        self._written.clear()
        for name in names:
            self._pending.pop(name, None)

    def read_text(self, digest: Digest) -> str:
        """The text of that digest.  Raises DamagedRecord where it is missing or was altered."""
        return self._read(text_name(digest), digest).decode()

    def read_document(self, digest: Digest) -> Sidecar:
        """What the sidecar of that digest says.  Raises DamagedRecord as `read_text` does."""
        said: Sidecar = json.loads(self._read(document_name(digest), digest))
        return said

    def _write(self, batch: dict[str, bytes]) -> None:
        """Write what is not there yet: all contents, then all to the disk, then all names.

        A file system that keeps a journal commits it once for many files that way, and not once
        for each.
        """
        written: list[tuple[str, int]] = []
        name = ""
        try:
            for name, octets in batch.items():
                if not os.access(self._path(name), os.F_OK):
                    written.append((name, self._create(name)))
                    write_all(written[-1][1], octets)
            self._sync_all([descriptor for _, descriptor in written])
            for name, _ in written:
                self._rename(name)
                self._written.append(name)
        except OSError as error:
            raise unwritable(self._folder / name, error) from error
        finally:
            for _, descriptor in written:
                os.close(descriptor)

    def _create(self, name: str) -> int:
        path = self._path(unfinished_name(name))
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        try:
            return os.open(path, flags, 0o644)
        except FileNotFoundError:
            _make_room(path)
            return os.open(path, flags, 0o644)

    def _rename(self, name: str) -> None:
        unfinished, path = self._path(unfinished_name(name)), self._path(name)
        try:
            os.rename(unfinished, path)  # noqa: PTH104 - see _path
        except FileNotFoundError:
            _make_room(path)
            os.rename(unfinished, path)  # noqa: PTH104

    def _path(self, name: str) -> str:
        """As text: two files a page, for which pathlib would cost as much as the disk does."""
        return f"{self._root}/{name}"

    def _read(self, name: str, digest: Digest) -> bytes:
        path = self._folder / name
        octets = self._pending.get(name)
        if octets is None:
            try:
                octets = path.read_bytes()
            except OSError as error:
                why = error.strerror or str(error)
                raise DamagedRecord(path, offset=0, why=why) from error
        true = Digest.of(octets)
        if true != digest:
            raise DamagedRecord(path, offset=0, why=f"its digest is {true}, not its name's")
        return octets


def _part(name: str) -> str:
    return name.partition("/")[0]


def _folder(name: str) -> str:
    return name.rpartition("/")[0]


def _make_room(path: str) -> None:
    os.makedirs(_folder(path), exist_ok=True)  # noqa: PTH103 - see Texts._path
