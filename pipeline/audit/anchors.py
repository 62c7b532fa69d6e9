"""Time stamp tokens → when the log was how long, at the latest; and whether entries fit in."""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.audit.files import Trouble, Unreadable, octets_at, troubled, under
from pipeline.audit.logbook import BUNDLES, FEW_BUNDLES, bundles_of
from pipeline.audit.logged import ADOPTED, entries_of
from pipeline.ground.claims import Claim, Verdict, failed, undecided, verified
from pipeline.ground.clock import stamp
from pipeline.ledger.anchors import FOLDER
from pipeline.ledger.asking import Refusal
from pipeline.ledger.checkpoint import Checkpoint
from pipeline.ledger.notes import MOST_OCTETS, read_note
from pipeline.ledger.spelling import spell_octets
from pipeline.ledger.tiles import WIDTH
from pipeline.model import Digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pipeline.audit.pool import Pool
    from pipeline.audit.tree import TreeReader
    from pipeline.ground.evidence import AnchorEntry
    from pipeline.ledger.stamps import Trust

CHECK = "anchor"
MOST_TOKEN = 1 << 20
SKEW = timedelta(minutes=1)
"""How far our clock and an authority's may be apart; authorities say whole seconds."""
FILE = re.compile(r"(0|[1-9][0-9]{0,18})\.(checkpoint|pem|tsr)")
AT = re.compile(rb'"at":"([^"]*)"')


class Anchored(Struct, frozen=True, kw_only=True):
    """Entry `index` says, and a token proves, that the first `size` entries stood at `at`."""

    index: int
    size: int
    at: datetime


class _Named(Struct, frozen=True, kw_only=True):
    """An `anchor` entry, what it is called in claims, and its files by kind."""

    index: int
    entry: AnchorEntry
    subject: str
    files: Mapping[str, str]


def claims(
    archive: Path,
    entries: Sequence[tuple[int, AnchorEntry]],
    trust: Trust | None,
    tree: TreeReader,
    found: list[Anchored],
) -> Iterator[Claim]:
    """Check 4.  Anchors that hold under the certificates that were brought go to `found`."""
    if trust is None:
        why = f"no TSA certificate was brought; the archive has {len(entries)} tokens"
        yield undecided(CHECK, "time stamps", Verdict.NOT_CHECKED, why=why)
    for index, entry in entries:
        yield from _anchor(archive, index, entry, trust, tree, found)
    for before, after in pairwise(found):
        if before.size > after.size or before.at > after.at + SKEW:
            yield failed(
                CHECK,
                f"order of entries {before.index} and {after.index}",
                expected=f"{stamp(before.at)} for {before.size}, then later for no less",
                actual=f"{stamp(after.at)} for {after.size}",
            )
    yield from _others(archive, {entry.size for _, entry in entries})


def _anchor(
    archive: Path,
    index: int,
    entry: AnchorEntry,
    trust: Trust | None,
    tree: TreeReader,
    found: list[Anchored],
) -> Iterator[Claim]:
    subject = f"entry {index}: token over {entry.size} entries"
    files = {kind: f"{FOLDER}/{entry.size}.{kind}" for kind in ("tsr", "checkpoint", "pem")}
    named = _Named(index=index, entry=entry, subject=subject, files=files)
    token = octets_at(archive / files["tsr"], most=MOST_TOKEN)
    note = octets_at(archive / files["checkpoint"], most=MOST_OCTETS)
    pem = octets_at(archive / files["pem"], most=MOST_TOKEN)
    for kind, octets in (("tsr", token), ("checkpoint", note), ("pem", pem)):
        if isinstance(octets, Trouble):
            yield troubled(CHECK, subject, files[kind], octets)
    if isinstance(note, Trouble):
        return
    wrong = _checkpoint(note, entry.size, tree)
    if wrong is not None:
        yield failed(CHECK, subject, expected=wrong[0], actual=wrong[1], file=files["checkpoint"])
    if not isinstance(token, Trouble):
        yield from _token(token, note, pem, trust if wrong is None else None, named, found)


def _token(
    token: bytes,
    note: bytes,
    pem: bytes | Trouble,
    trust: Trust | None,
    named: _Named,
    found: list[Anchored],
) -> Iterator[Claim]:
    """Whether the token is the one that was logged, stamps the note, and is to be believed."""
    subject, files, entry = named.subject, named.files, named.entry
    is_logged = Digest.of(token) == entry.token
    if not is_logged:
        yield failed(
            CHECK, subject, expected=entry.token, actual=Digest.of(token), file=files["tsr"]
        )
    stamped_digest = _imprint(token)
    if is_logged and stamped_digest != sha256(note).digest():
        # the token is the one that was logged, so that it is the note that was changed
        yield failed(
            CHECK,
            f"{subject}: what was stamped",
            expected=stamped_digest and stamped_digest.hex(),
            actual=sha256(note).hexdigest(),
            file=files["checkpoint"],
        )
        return
    if not isinstance(pem, Trouble):
        yield from _own_chain(token, note, pem, subject, files["pem"])
    if trust is None:
        return
    from pipeline.ledger.stamps import check  # noqa: PLC0415 - slow to load: it reads certificates

    stamped = check(token, note, trust)
    if isinstance(stamped, Refusal):
        actual = f"{stamped.reason}: {stamped.detail}"
        yield failed(CHECK, subject, actual=actual, file=files["tsr"])
        return
    found.append(Anchored(index=named.index, size=entry.size, at=stamped.stamped_at))
    yield verified(CHECK, f"{subject}, at {stamp(stamped.stamped_at)}", file=files["tsr"])


def _imprint(token: bytes) -> bytes | None:
    """The digest that a token stamps, whoever signed it; None for what is no token."""
    from pipeline.ledger.tokens import UNREADABLE, parse  # noqa: PLC0415 - slow to load, likewise

    try:
        imprint: bytes = parse(token).tst_info.message_imprint.message
    except UNREADABLE:
        return None
    return imprint


def _checkpoint(octets: bytes, size: int, tree: TreeReader) -> tuple[str, str] | None:
    """What is wrong with a checkpoint that was stamped: what it should say, and what it says."""
    try:
        said = Checkpoint.parse(read_note(octets).text)
    except ValueError as error:
        return "a checkpoint", str(error)
    if said.size != size or said.origin != tree.checkpoint.origin:
        return f"{size} entries of {tree.checkpoint.origin}", f"{said.size} of {said.origin}"
    if size > tree.size:
        return f"at most {tree.size} entries", str(size)
    if said.root != tree.root(size):
        return spell_octets(tree.root(size)), spell_octets(said.root)
    return None


def _own_chain(token: bytes, note: bytes, pem: bytes, subject: str, file: str) -> Iterator[Claim]:
    """The chain that was kept is the one by which the token was believed when it came."""
    from pipeline.ledger.stamps import Stamp, Trust, check  # noqa: PLC0415 - slow to load, likewise

    try:
        stamped = check(token, note, Trust.read(pem))
        actual = stamped.detail if isinstance(stamped, Refusal) else None
        if isinstance(stamped, Stamp) and stamped.pem != pem:
            actual = "it is not spelled as the chain of its signer is"
    except ValueError as error:
        actual = str(error)
    if actual is not None:
        yield failed(CHECK, f"{subject}: chain kept", actual=actual, file=file)


def _others(archive: Path, sizes: set[int]) -> Iterator[Claim]:
    for below, entry in under(archive / FOLDER):
        file = f"{FOLDER}/{below}"
        if isinstance(entry, Unreadable):
            yield troubled(CHECK, "folder of the anchors", file, entry)
            continue
        known = FILE.fullmatch(below)
        if known and int(known[1]) in sizes:
            continue
        if known or below.endswith(".new"):
            yield Claim(
                check=CHECK,
                subject="file that no entry names",
                verdict=Verdict.NOT_CHECKED,
                actual="left by a crash, or under way",
                file=file,
            )
        else:
            yield failed("unexpected", "file among the anchors", actual="no anchor", file=file)


class Bracketing(Struct, frozen=True, kw_only=True):
    """The entries in bundles [first, last) of a log of `size`, and the anchors that hold."""

    archive: Path
    size: int
    first: int
    last: int
    anchors: tuple[Anchored, ...]


def bracket_claims(
    archive: Path, size: int, anchored: tuple[Anchored, ...], pool: Pool
) -> Iterator[Claim]:
    """The last part of check 4: every entry's time fits between the tokens around it."""
    if not anchored:
        return
    count = bundles_of(size)
    calls = [
        (
            bracketed,
            Bracketing(
                archive=archive,
                size=size,
                first=at,
                last=min(at + BUNDLES, count),
                anchors=anchored,
            ),
        )
        for at in range(0, count, BUNDLES)
    ]
    within = 0
    for inside, outside in pool.each(calls, small=count < FEW_BUNDLES):
        within += inside
        for index, expected, actual in outside:
            yield failed(CHECK, f"time of entry {index}", expected=expected, actual=actual)
    yield verified(CHECK, f"{within} entries say a time that fits between the tokens")


def bracketed(work: Bracketing) -> tuple[int, list[tuple[int, str, str]]]:
    """How many entries lie in a bracket, and those that lie outside theirs: index, should, does.

    An entry is not older than the last token that an entry before it names, and not younger than
    the first token over it.  Adopted ones are older than the log.
    """
    within, outside = 0, list[tuple[int, str, str]]()
    for bundle in range(work.first, work.last):
        _, entries = entries_of(work.archive, work.size, bundle)
        if isinstance(entries, Trouble):
            continue
        for index, entry in enumerate(entries, bundle * WIDTH):
            said = AT.search(entry)
            at = said[1].decode("ascii", "replace") if said else ""
            low, high = _bracket(work.anchors, index, adopted=entry.startswith(ADOPTED))
            if low is not None and at < stamp(low - SKEW):
                outside.append((index, f"not before {stamp(low)}", at))
            elif high is not None and at > stamp(high + SKEW):
                outside.append((index, f"not after {stamp(high)}", at))
            else:
                within += low is not None or high is not None
    return within, outside


def _bracket(
    anchors: tuple[Anchored, ...], index: int, *, adopted: bool
) -> tuple[datetime | None, datetime | None]:
    low = None if adopted else max((one.at for one in anchors if one.index < index), default=None)
    return low, min((one.at for one in anchors if one.size > index), default=None)
