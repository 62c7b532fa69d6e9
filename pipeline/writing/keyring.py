"""Settings → the key that signs for an archive, and the archive's log open for appending."""

from __future__ import annotations

import os
import re
import secrets
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.errors import KeyUnusable
from pipeline.ground.durable import sync_folder
from pipeline.ledger.checkpoint import open_checkpoint
from pipeline.ledger.keys import load_key, new_key, published
from pipeline.ledger.log import Log
from pipeline.ledger.notes import NoteInvalid
from pipeline.ledger.reader import LogReader
from pipeline.ledger.tiles import CHECKPOINT, FOLDER

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from pipeline.ledger.notes import SigningKey, VerifyKey
    from pipeline.settings import Settings

# A log's name is an address without a scheme.  RFC 2606 keeps this one for names that lead nowhere.
NOWHERE = "dateline.invalid"
NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")


class Key(Struct, frozen=True):
    """A private key, and the file that it lies in."""

    path: Path
    signing: SigningKey


def opened_log(settings: Settings) -> Log:
    """The archive's log; where the archive has none yet, with a key made now.

    Raises KeyUnusable, LedgerBroken and ArchiveUnwritable.
    """
    key = _key(settings)
    return Log.open(settings.archive, key.signing, signed=_signed(key.path))


def rotate(settings: Settings, *, at: datetime) -> VerifyKey:
    """Let a new key sign from here on, by the old one's word; the new one's public half.

    For the process that has the archive's lock.  The old key stays beside the new one, as
    `<file>.<its id>`: it signs nothing any more.  Raises what `opened_log` raises.
    """
    old = _key(settings)
    log = Log.open(settings.archive, old.signing, signed=_signed(old.path))
    path = _next(old.path)
    fresh = _settled(path) if path.exists() else new_key(path, old.signing.name)
    log.rotate(fresh, at=at, signed=_signed(path))
    _take_over(old.path, old.signing)
    return fresh.verify_key


def _key(settings: Settings) -> Key:
    known, declared = published(settings.archive), settings.key
    origin = known.name if known else _begun(settings.archive) or settings.whole.ledger.origin
    if origin is None and declared is not None and declared.exists():
        origin = load_key(declared).name
    named = origin or f"{NOWHERE}/{secrets.token_hex(8)}"
    path = declared or settings.keys / f"{NOT_IN_NAMES.sub('_', named)}.key"
    if known is None and not path.exists():
        return Key(path, new_key(path, named))
    key = load_key(path) if known else _settled(path)
    if key.name != named:
        raise KeyUnusable(path, why=f"it signs for {key.name!r}, this archive's log is {named!r}")
    return _in_force(settings.archive, Key(path, key))


def _settled(path: Path) -> SigningKey:
    """The key at `path`, durable: whoever made it may have been killed before it was."""
    key = load_key(path)
    sync_folder(path.parent)
    return key


def _begun(archive: Path) -> str | None:
    """The name of a log that was begun, and whose key a crash kept from being published."""
    if not (archive / FOLDER / CHECKPOINT).exists():
        return None
    return LogReader.open(archive).checkpoint.origin


def _in_force(archive: Path, key: Key) -> Key:
    """`key`, or the one that has followed it in a rotation that a crash kept from its end."""
    waiting = _next(key.path)
    if not waiting.exists():
        return key
    fresh = load_key(waiting)
    try:
        open_checkpoint(LogReader.open(archive).octets, [fresh.verify_key])
    except NoteInvalid:
        return key  # the log knows nothing of it yet
    _take_over(key.path, key.signing)
    return Key(key.path, fresh)


def _take_over(path: Path, old: SigningKey) -> None:
    """Put the key that waits beside `path` in its place; what was there is kept by its id."""
    kept = path.with_name(f"{path.name}.{old.verify_key.key_id.hex()}")
    try:
        if not kept.exists():
            os.link(path, kept)
        if _signed(_next(path)).exists():
            _signed(_next(path)).replace(_signed(path))
        else:  # what the old key has signed says nothing of the new one
            _signed(path).unlink(missing_ok=True)
        sync_folder(path.parent)
        # not synced: a key that waits again after a power cut takes over again
        _next(path).replace(path)
    except OSError as error:
        raise KeyUnusable(path, why=f"cannot be put in place: {error.strerror}") from error


def _signed(path: Path) -> Path:
    return path.with_name(f"{path.name}.signed")


def _next(path: Path) -> Path:
    return path.with_name(f"{path.name}.next")
