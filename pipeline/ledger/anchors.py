"""A checkpoint → a time stamp token over it, asked for, verified as it comes, and kept.

`log/anchors/<size>.checkpoint` is the signed note that was stamped, `<size>.pem` the chain of the
signer up to its root, `<size>.tsr` the authority's whole response.  All three are written once.
They are what `openssl ts -verify -in N.tsr -data N.checkpoint -CAfile N.pem` wants.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from pipeline.ledger.asking import Refusal, put, said
from pipeline.ledger.checkpoint import Checkpoint
from pipeline.ledger.filing import read, sizes, write, write_once
from pipeline.ledger.notes import read_note
from pipeline.model import Digest

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.ground.durable import Fsync
    from pipeline.ledger.asking import Post
    from pipeline.ledger.stamps import Stamp, Trust

QUERY = "application/timestamp-query"
OK = 200

Kind = Literal["checkpoint", "pem", "tsr"]
KINDS: tuple[Kind, ...] = ("checkpoint", "pem", "tsr")
FOLDER = "log/anchors"


class Anchor(Struct, frozen=True, kw_only=True):
    """A response over the checkpoint of the first `size` entries, as it came, and what it proves.

    `checkpoint` is the signed note that was stamped.
    """

    size: int
    checkpoint: bytes
    token: bytes
    stamp: Stamp


async def ask(checkpoint: bytes, *, url: str, trust: Trust, post: Post) -> Anchor | Refusal:
    """Have the authority at `url` stamp the exact octets of the signed note `checkpoint`.

    Nothing is believed that `check` would not believe; the nonce is looked at here alone, where
    it is known.  Raises nothing for what the authority does, and ValueError for a `checkpoint`
    that is none.
    """
    # slow to load, and few commands have anything stamped
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder  # noqa: PLC0415

    from pipeline.ledger.stamps import check  # noqa: PLC0415

    size = Checkpoint.parse(read_note(checkpoint).text).size
    builder = TimestampRequestBuilder().data(checkpoint).hash_algorithm(HashAlgorithm.SHA256)
    query = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    answer = await put(post, url, query.as_bytes(), QUERY)
    if isinstance(answer, Refusal):
        return answer
    if answer.status != OK:
        return Refusal(reason="refused", detail=said(answer))
    stamp = check(answer.octets, checkpoint, trust, nonce=query.nonce)
    if isinstance(stamp, Refusal):
        if stamp.reason == "garbage":
            return Refusal(reason="garbage", detail=f"{stamp.detail} ({said(answer)})")
        return stamp
    return Anchor(size=size, checkpoint=checkpoint, token=answer.octets, stamp=stamp)


def place(archive: Path, size: int, kind: Kind) -> Path:
    """Where a file of the anchor of the first `size` entries lies."""
    return archive / FOLDER / f"{size}.{kind}"


def store(archive: Path, anchor: Anchor, *, fsync: Fsync = os.fsync) -> Digest:
    """Keep `anchor` for good, the response last: where it stands, all three stand.

    Durable when it returns: the digest of the response's file, for the `anchor` entry.  Storing
    the same again changes nothing.  Raises ArchiveUnwritable, and LedgerBroken where another
    checkpoint or response of that size stands already.
    """
    checkpoint, pem, tsr = (place(archive, anchor.size, kind) for kind in KINDS)
    write_once(checkpoint, anchor.checkpoint, fsync)
    # A chain without a response was left by a crash, and the authority may have changed since.
    keep = write if read(tsr) is None else write_once
    keep(pem, anchor.stamp.pem, fsync)
    write_once(tsr, anchor.token, fsync)
    return Digest.of(anchor.token)


def stored(archive: Path) -> tuple[int, ...]:
    """The sizes of which a response is kept, smallest first.

    One without its `anchor` entry was stored just before a crash: it is whole, and lacks only
    that entry.  Raises ArchiveUnwritable when the folder cannot be read.
    """
    return sizes(archive / FOLDER, ".tsr")
