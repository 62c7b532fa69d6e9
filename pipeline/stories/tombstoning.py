"""What somebody wants taken down, and why → taken down, by the process that writes the archive."""

from __future__ import annotations

import asyncio
from contextlib import closing
from typing import TYPE_CHECKING, Any, Self

from msgspec import Struct

from pipeline.errors import DatelineError, NothingToTakeDown, NotRecorded
from pipeline.writing.identifying import captures_named
from pipeline.writing.takedown import Takedown, entities_of, tombstone_object

if TYPE_CHECKING:
    from pipeline.catalog import Shown
    from pipeline.model import Digest
    from pipeline.sites.register import Register
    from pipeline.writing.opening import OpenArchive


class TakingDown(Struct, frozen=True, kw_only=True):
    """Somebody wants `what` taken down (a text, record, visit or URL), for `reason`."""

    what: str
    reason: str

    def as_json(self) -> dict[str, Any]:
        """For the way over the socket."""
        return {"errand": "tombstone", "what": self.what, "reason": self.reason}

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Self:
        """The inverse of `as_json`."""
        return cls(what=str(said["what"]), reason=str(said["reason"]))


async def take_down(
    archive: OpenArchive, register: Register, wanted: TakingDown
) -> tuple[dict[str, Any], ...]:
    """Take down what `wanted` names; every entry that says so, as people and scripts hear of it.

    Raises NotRecorded and NothingToTakeDown, and DamagedRecord or ArchiveUnwritable where a file
    could not be rewritten; nothing was taken down then.
    """
    captures, entities = await asyncio.to_thread(_named, archive, register, wanted.what)
    takedown = Takedown(
        folder=archive.folder,
        warc=archive.warc,
        log=archive.log,
        clock=archive.clock,
        sync=archive.sync,
    )
    told = await archive.scribe.submit(lambda batch: takedown.take(batch, entities, wanted.reason))
    if isinstance(told, DatelineError):
        raise told
    if not told:
        before = next((one.taken_down for one in captures if one.taken_down), None)
        why = f"it was taken down already: {before}" if before else "it holds no bytes"
        raise NothingToTakeDown(wanted.what, why=why)
    return tuple(map(tombstone_object, told))


def _named(
    archive: OpenArchive, register: Register, what: str
) -> tuple[tuple[Shown, ...], tuple[Digest, ...]]:
    """The captures that `what` names, and the bytes that they hold or refer to."""
    with closing(archive.catalog.reader()) as reader:
        captures = captures_named(what, reader, register)
        if not captures:
            raise NotRecorded(what, archive=archive.folder)
        return captures, entities_of(captures, reader)
