"""Key files: the secret one outside the archive, the public one in it, and who follows whom."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import KeyUnusable, LedgerBroken
from pipeline.ground.durable import Fsync, replace, sync_folder, unwritable, write_all
from pipeline.ground.evidence import KeyEntry
from pipeline.ledger.durable import make_folder, make_path, read_file
from pipeline.ledger.notes import Signature, SigningKey, VerifyKey

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

PUBLISHED = Path("keys", "log.vkey")
# A name has no limit of its own; no key file of ours comes near this.
MOST_OCTETS = 4096


def new_key(path: Path, origin: str, *, fsync: Fsync = os.fsync) -> SigningKey:
    """Make a key for the log `origin` and keep it at `path`, mode 0600, durable on return.

    Its folders are made (0700) where they are missing.  Raises KeyUnusable where there is
    something at `path` already, or it cannot be written; ValueError for an `origin` that cannot
    name a key.  The file appears whole or not at all.
    """
    key = SigningKey.generate(origin)
    try:
        make_path(path.parent, mode=0o700, fsync=fsync)
        # mkstemp's file is open to its owner alone, whatever the umask.
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            write_all(descriptor, f"{key}\n".encode())
            fsync(descriptor)
            _link(name, path)
        finally:
            os.close(descriptor)
            Path(name).unlink()
        sync_folder(path.parent, fsync)
    except OSError as error:
        raise KeyUnusable(path, why=f"cannot be written: {error.strerror}") from error
    return key


def load_key(path: Path) -> SigningKey:
    """The key at `path`.

    Raises KeyUnusable where it is missing, is no key, or may be read or written by others.
    """
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            octets = file.read(MOST_OCTETS + 1) if stat.S_ISREG(status.st_mode) else b""
    except FileNotFoundError as error:
        raise KeyUnusable(
            path, why="is missing; put it back, or name it in dateline.yaml"
        ) from error
    except OSError as error:
        raise KeyUnusable(path, why=f"cannot be read: {error.strerror}") from error
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        mode = stat.S_IMODE(status.st_mode)
        raise KeyUnusable(path, why=f"others may use it (mode {mode:04o}): chmod 600 {path}")
    try:
        return SigningKey.parse(octets.decode().removesuffix("\n"))
    except ValueError as error:
        raise KeyUnusable(path, why=str(error)) from error


def publish(archive: Path, key: SigningKey, *, fsync: Fsync = os.fsync) -> None:
    """Write the public half of `key` to `keys/log.vkey` of `archive`, durable on return."""
    path = archive / PUBLISHED
    try:
        make_folder(path.parent, fsync)
        replace(path, f"{key.verify_key}\n".encode(), fsync)
    except OSError as error:
        raise unwritable(path, error) from error


def published(archive: Path) -> VerifyKey | None:
    """The key that `keys/log.vkey` of `archive` names, or None where there is no such file.

    Raises LedgerBroken for a file that is no key or cannot be read.
    """
    path = archive / PUBLISHED
    octets = read_file(path, most=MOST_OCTETS)
    if octets is None:
        return None
    try:
        return VerifyKey.parse(octets.decode().removesuffix("\n"))
    except ValueError as error:
        raise LedgerBroken(path, why=str(error)) from error


def succession(old: SigningKey, new: VerifyKey, *, at: datetime) -> KeyEntry:
    """The entry by which `old` says that `new` signs from here on."""
    signature = old.sign(_text_of(old.name, str(new)))
    return KeyEntry(at=at, vkey=str(new), signature=str(signature))


def last_key(first: VerifyKey, entries: Iterable[KeyEntry]) -> VerifyKey:
    """Who signs in the end, when `first` signed to begin with and `entries` follow in order.

    An entry counts where the key that holds at that point has signed it; others change nothing.
    """
    key = first
    for entry in entries:
        if is_signed_by(entry, key):
            key = VerifyKey.parse(entry.vkey)
    return key


def is_signed_by(entry: KeyEntry, key: VerifyKey) -> bool:
    """Whether `key` has named the new key of `entry` its successor."""
    try:
        signature = Signature.parse(entry.signature)
        VerifyKey.parse(entry.vkey)
    except ValueError:
        return False
    return signature.is_by(key) and key.has_signed(_text_of(key.name, entry.vkey), signature.octets)


def _link(name: str, path: Path) -> None:
    try:
        os.link(name, path)
    except FileExistsError as error:
        raise KeyUnusable(path, why="is there already; a key is never overwritten") from error


def _text_of(origin: str, vkey: str) -> str:
    return f"{origin}\n{vkey}\n"
