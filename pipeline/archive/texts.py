"""Clean texts and document sidecars → files named by their digest, and back.

`sha256sum` alone checks them.  A sidecar is canonical JSON (RFC 8785): sorted keys, no spaces,
UTF-8, no floats.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from pipeline.archive.durable import Fsync, sync_folder, unwritable, write_all
from pipeline.errors import DamagedRecord
from pipeline.model import Digest

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.model import Document

TEXTS = "text"
DOCUMENTS = "documents"
UNFINISHED = ".new"

Sidecar = dict[str, object]


def text_name(digest: Digest) -> str:
    """Where the text of that digest lies in an archive: `text/3b/3bc6….txt`."""
    return f"{TEXTS}/{digest.hex[:2]}/{digest.hex}.txt"


def document_name(digest: Digest) -> str:
    """Where the sidecar of that digest lies in an archive: `documents/3b/3bc6….json`."""
    return f"{DOCUMENTS}/{digest.hex[:2]}/{digest.hex}.json"


def text_bytes(text: str) -> bytes:
    """`text` as its file holds it; half a surrogate pair, which no UTF-8 has, becomes U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def sidecar(document: Document) -> Sidecar:
    """What the sidecar of `document` says."""
    source = document.source
    return {
        "text": str(Digest.of(text_bytes(document.text))),
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


def sidecar_bytes(document: Document) -> bytes:
    """The sidecar of `document` as its file holds it."""
    # Python sorts by code points and RFC 8785 by UTF-16 units: the same for these keys
    written = json.dumps(
        sidecar(document), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return text_bytes(written)


def document_digest(document: Document) -> Digest:
    """The name of `document`'s sidecar."""
    return Digest.of(sidecar_bytes(document))


class Texts:
    """Keeps texts and sidecars in archive `folder`.

    `keep_text` and `keep_document` only remember; `sync` writes what is not there yet, each file
    under a temporary name that is made durable before it is renamed, and then the folders'
    entries.  A file under its true name is whole.  Files that are there already are left alone.
    """

    def __init__(self, folder: Path, *, fsync: Fsync = os.fsync) -> None:
        self._folder = folder
        self._fsync = fsync
        self._pending: dict[str, bytes] = {}
        self._sure: set[Path] = set()

    def keep_text(self, text: str) -> Digest:
        """Take `text` into the batch; durable when `sync` has returned."""
        octets = text_bytes(text)
        digest = Digest.of(octets)
        self._pending[text_name(digest)] = octets
        return digest

    def keep_document(self, document: Document) -> Digest:
        """Take the sidecar of `document` into the batch; durable when `sync` has returned."""
        octets = sidecar_bytes(document)
        digest = Digest.of(octets)
        self._pending[document_name(digest)] = octets
        return digest

    def sync(self) -> None:
        """Make everything kept so far durable.

        Raises ArchiveUnwritable; what could not be written stays in the batch.
        """
        batch = dict(self._pending)
        changed: set[Path] = set()
        for name, octets in batch.items():
            path = self._folder / name
            try:
                if not path.exists():
                    self._write(path, octets)
                    changed.add(path.parent)
            except OSError as error:
                raise unwritable(path, error) from error
            # a folder met for the first time may hold names that an earlier process left unsynced
            changed |= {path.parent, path.parent.parent, self._folder} - self._sure
        for folder in sorted(changed):
            try:
                sync_folder(folder, self._fsync)
            except OSError as error:
                raise unwritable(folder, error) from error
        self._sure |= changed
        for name in batch:
            self._pending.pop(name, None)

    def read_text(self, digest: Digest) -> str:
        """The text of that digest.  Raises DamagedRecord where it is missing or was altered."""
        return self._read(text_name(digest), digest).decode()

    def read_document(self, digest: Digest) -> Sidecar:
        """What the sidecar of that digest says.  Raises DamagedRecord as `read_text` does."""
        said: Sidecar = json.loads(self._read(document_name(digest), digest))
        return said

    def _write(self, path: Path, octets: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(path.name + UNFINISHED)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        descriptor = os.open(unfinished, flags, 0o644)
        try:
            write_all(descriptor, octets)
            self._fsync(descriptor)
        finally:
            os.close(descriptor)
        unfinished.rename(path)

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
