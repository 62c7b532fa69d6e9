"""Settings → the key that signs for an archive, and the archive's log open for appending."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import KeyUnusable
from pipeline.ledger.keys import load_key, new_key, published
from pipeline.ledger.log import Log

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.ledger.notes import SigningKey
    from pipeline.settings import Settings

# A log's name is an address without a scheme.  RFC 2606 keeps this one for names that lead nowhere.
NOWHERE = "dateline.invalid"
NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Key:
    """A private key, and the file that it lies in."""

    path: Path
    signing: SigningKey


def opened_log(settings: Settings) -> Log:
    """The archive's log; where the archive has none yet, with a key made now.

    Raises KeyUnusable, LedgerBroken and ArchiveUnwritable.
    """
    key = _key(settings)
    signed = key.path.with_name(f"{key.path.name}.signed")
    return Log.open(settings.archive, key.signing, signed=signed)


def _key(settings: Settings) -> Key:
    known, declared = published(settings.archive), settings.key
    origin = known.name if known else settings.whole.ledger.origin
    if origin is None and declared is not None and declared.exists():
        origin = load_key(declared).name
    origin = origin or f"{NOWHERE}/{secrets.token_hex(8)}"
    path = declared or settings.keys / f"{NOT_IN_NAMES.sub('_', origin)}.key"
    if known is None and not path.exists():
        return Key(path, new_key(path, origin))
    key = load_key(path)
    if key.name != origin:
        raise KeyUnusable(path, why=f"it signs for {key.name!r}, this archive's log is {origin!r}")
    return Key(path, key)
