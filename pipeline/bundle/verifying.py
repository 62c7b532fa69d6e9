"""A WACZ and what the checker brings → every claim about it, checked offline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.bundle.agreement import answer_of
from pipeline.bundle.captured import captures_among, config_agrees, grouped, records_agree
from pipeline.bundle.contents import WARC
from pipeline.bundle.logged import in_log
from pipeline.bundle.outside import ANCHOR, PIN, WITNESS, seen_outside
from pipeline.bundle.packed import read_packed
from pipeline.bundle.pages import URN
from pipeline.bundle.readings import readings_hold
from pipeline.bundle.warcs import WarcRefused, read_warc
from pipeline.ground.claims import Claim, Verdict, failed
from pipeline.ground.evidence import ExtractionEntry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.bundle.captured import Capture
    from pipeline.bundle.contents import Contents
    from pipeline.bundle.outside import Brought
    from pipeline.ground.evidence import CaptureEntry, Entry, Logged
    from pipeline.ledger.checkpoint import Checkpoint


STANDS_OUTSIDE = frozenset((PIN, ANCHOR, WITNESS))
CONSISTENT = "consistent"


class Verification(Struct, frozen=True, kw_only=True):
    """Every claim about a bundle, in the order in which they were checked.

    `checkpoint` is the one that the key has signed, `about` the capture that the bundle is about;
    each is None where it could not be had.
    """

    claims: tuple[Claim, ...]
    checkpoint: Checkpoint | None = None
    about: CaptureEntry | None = None

    @property
    def verdict(self) -> str:
        """`failed`, `inconclusive` for a bundle that is not understood, `consistent`, `verified`.

        Without a pin, an anchor or a witness the archive's operator could have rewritten all of
        it and signed it again: that is never more than consistent.
        """
        if any(one.verdict is Verdict.FAILED for one in self.claims):
            return Verdict.FAILED
        if self.checkpoint is None:
            return Verdict.INCONCLUSIVE
        outside = (one for one in self.claims if one.check in STANDS_OUTSIDE)
        stands = any(one.verdict is Verdict.VERIFIED for one in outside)
        return Verdict.VERIFIED if stands else CONSISTENT


def verify(octets: bytes, brought: Brought, *, file: str) -> Verification:
    """Everything that can be said of the bundle `octets`, which claims call `file`.

    In this order: zip, files, layout, checkpoint, proofs, captures, resources, config, extractions
    with their texts and sidecars, pin, anchor, witnesses.

    Nothing in the bundle is believed but what leads to `brought.vkey`.  Where a check fails that
    the later ones rest on, those are left out.  Never raises for what the bundle holds.
    """
    packed = read_packed(octets, file=file)
    contents = packed.contents
    if contents is None:
        return Verification(claims=packed.claims)
    logged = in_log(contents, brought.vkey)
    claims = [*packed.claims, *logged.claims]
    claims += _records(contents, logged.entries, so_far=claims)
    if logged.checkpoint is not None:
        claims += seen_outside(contents, logged.checkpoint, brought)
    captures = captures_among(logged.entries)
    about = _main(captures, contents.main).entry if captures else None
    return Verification(claims=tuple(claims), checkpoint=logged.checkpoint, about=about)


def _records(
    contents: Contents, entries: Sequence[Logged[Entry]], *, so_far: Sequence[Claim]
) -> Iterator[Claim]:
    try:
        records = [laid.record for laid in read_warc(contents.warc)]
    except WarcRefused as refused:
        yield failed("warc", WARC, actual=refused, file=WARC)
        return
    captures = captures_among(entries)
    if not captures:
        yield failed("capture", WARC, actual="no entry of a capture is here", file=WARC)
        return
    read = [one.entry for one in entries if isinstance(one.entry, ExtractionEntry)]
    rules = {entry.rules for entry in read}
    agreed = [*records_agree(grouped(captures, records), rules=rules)]
    yield from agreed
    yield config_agrees(contents.config, _main(captures, contents.main).entry)
    proven = not any(one.verdict is Verdict.FAILED for one in (*so_far, *agreed))
    yield from readings_hold(contents, entries, records, proven=proven)


def _main(captures: Sequence[Capture], main: str | None) -> Capture:
    """The capture that the bundle is about: its main page's, or else the last one."""
    named = (one for one in captures if main and answer_of(one.entry) == f"{URN}{main}")
    return next(named, captures[-1])
