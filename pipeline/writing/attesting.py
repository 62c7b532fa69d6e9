"""The log's checkpoint → what outsiders say of it: time stamps and cosignatures.

They are asked beside the fetching and never hold it up: only what they answered goes through the
scribe.  That they do not answer is ordinary news, and they are asked again the next time.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog
from msgspec import Struct

from pipeline.errors import NotConfigured
from pipeline.fetch.post import Poster
from pipeline.ground.clock import stamp
from pipeline.ground.evidence import AnchorEntry
from pipeline.ledger import anchors, witness
from pipeline.ledger.asking import Refusal
from pipeline.ledger.cosignatures import witness_key
from pipeline.ledger.reader import LogReader

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import timedelta
    from pathlib import Path

    from pipeline.catalog import Batch
    from pipeline.ground.clock import Clock
    from pipeline.ledger.anchors import Anchor
    from pipeline.ledger.config import TsaConfig, WitnessConfig
    from pipeline.ledger.stamps import Trust
    from pipeline.ledger.witness import Cosignature
    from pipeline.settings import Settings
    from pipeline.writing.opening import OpenArchive


log_book = structlog.get_logger()


class Standing(Struct, frozen=True, kw_only=True):
    """Nothing to do: the first `size` entries, or all that matter of them, bear a stamp already."""

    size: int


class Cosigned(Struct, frozen=True, kw_only=True):
    """What each witness, by its name, said of the first `size` entries."""

    size: int
    said: dict[str, Cosignature | Refusal]


class Timer(Struct, frozen=True):
    """Something that is done again and again; it tells by itself how it went."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[None]]


class Attesting:
    """Asks outsiders to attest the log of an open archive.

    `heard` is told by each timer whom it asked, and why that one refused, if it did.
    """

    def __init__(
        self,
        archive: OpenArchive,
        settings: Settings,
        clock: Clock,
        *,
        heard: Callable[[str, str | None], Awaitable[None]] | None = None,
    ) -> None:
        self._archive = archive
        self._heard = heard
        self._settings = settings
        self._clock = clock
        self._ledger = settings.whole.ledger

    async def stamp(self) -> Anchor | Refusal | Standing:
        """Have the present checkpoint stamped; durable, with its entry, on return.

        Nothing is asked where nothing but that entry has come since the last time.  Raises
        NotConfigured without a time stamp authority.
        """
        tsa = self._ledger.tsa
        if tsa is None:
            raise NotConfigured("ledger.tsa", "a time stamp authority (RFC 3161)")
        note, size = self._archive.log.checkpoint_octets, self._archive.log.committed.size
        if size <= await self._archive.scribe.submit(_attested):
            return Standing(size=size)
        poster = self._poster(tsa.timeout)
        made = await anchors.ask(note, url=tsa.url, trust=self._trust(tsa), post=poster)
        if not isinstance(made, Refusal):
            await self._archive.scribe.submit(lambda batch: self._enter(batch, made))
        return made

    async def cosign(self) -> Cosigned:
        """Have every witness cosign the present checkpoint; what they gave is durable on return.

        Raises NotConfigured without a witness.
        """
        witnesses = self._ledger.witnesses
        if witnesses is None:
            raise NotConfigured("ledger.witnesses", "a witness (C2SP tlog-witness)")
        note, size = self._archive.log.checkpoint_octets, self._archive.log.committed.size
        poster = self._poster(witnesses.timeout)
        said = {
            witness_key(one.vkey).name: await self._asked(one, note, poster)
            for one in witnesses.ask
        }
        given = [one for one in said.values() if not isinstance(one, Refusal)]
        if given:
            await asyncio.to_thread(witness.store, self._archive.folder, note, given)
        return Cosigned(size=size, said=said)

    def timers(self) -> tuple[Timer, ...]:
        """What is to be done beside the fetching, and how often."""
        tsa, witnesses = self._ledger.tsa, self._ledger.witnesses
        stamping = (Timer("stamp", tsa.every, self._stamp_and_tell),) if tsa else ()
        asking = (Timer("cosign", witnesses.every, self._cosign_and_tell),) if witnesses else ()
        return stamping + asking

    async def _stamp_and_tell(self) -> None:
        try:
            made = await self.stamp()
        except NotConfigured as error:
            made = Refusal(reason="untrusted", detail=str(error))
        match made:
            case Refusal():
                log_book.warning("not stamped", reason=made.reason, detail=made.detail)
            case anchors.Anchor():
                at = stamp(made.stamp.stamped_at)
                log_book.info("stamped", entries=made.size, stamped_at=at)
            case Standing():
                pass
        await self._hear(f"time stamp authority {self._ledger.tsa and self._ledger.tsa.url}", made)

    async def _cosign_and_tell(self) -> None:
        cosigned = await self.cosign()
        for name, said in cosigned.said.items():
            if isinstance(said, Refusal):
                tell = log_book.error if said.reason == "conflict" else log_book.warning
                tell("not cosigned", witness=name, reason=said.reason, detail=said.detail)
            else:
                log_book.info("cosigned", witness=name, entries=cosigned.size)
            await self._hear(f"witness {name}", said)

    async def _hear(self, whom: str, said: object) -> None:
        if self._heard is not None:
            refused = f"{said.reason}: {said.detail}" if isinstance(said, Refusal) else None
            await self._heard(whom, refused)

    async def _asked(
        self, declared: WitnessConfig, note: bytes, poster: Poster
    ) -> Cosignature | Refusal:
        folder, key = self._archive.folder, witness_key(declared.vkey)
        return await witness.ask(
            witness.Witness(key=key, url=declared.url),
            note,
            seen=witness.seen_by(folder, key),
            consistency=LogReader.open(folder, checkpoint=note).consistency,
            post=poster,
            now=self._clock.now(),
        )

    def _enter(self, batch: Batch, made: Anchor) -> None:
        token = anchors.store(self._archive.folder, made)
        entry = AnchorEntry(at=self._clock.now(), size=made.size, token=token)
        batch.record.enter_anchor(self._archive.log.append(entry), entry)

    def _trust(self, tsa: TsaConfig) -> Trust:
        return read_trust(self._settings.beside(tsa.certificates))

    def _poster(self, patience: timedelta) -> Poster:
        settings, seconds = self._settings, patience.total_seconds()
        return Poster(
            agent=settings.agent,
            timeout_s=seconds,
            deadline_s=seconds,
            allow_private=settings.allow_private,
        )


def read_trust(path: Path) -> Trust:
    """The certificates in `path`.  Raises NotConfigured where there are none to be read."""
    from pipeline.ledger.stamps import Trust  # noqa: PLC0415 - slow to load, and seldom needed

    try:
        return Trust.read(path.read_bytes())
    except (OSError, ValueError) as error:
        raise NotConfigured(
            "ledger.tsa.certificates", f"certificates in {path} ({error})"
        ) from error


def _attested(batch: Batch) -> int:
    """How many entries need no stamp: those under the last one, and the one that tells of it."""
    return batch.record.attested()
