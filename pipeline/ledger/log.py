"""Entries → the log: what is appended is committed to, signed, and never taken back."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pipeline.errors import ArchiveUnwritable, KeyUnusable, LedgerBroken
from pipeline.ground.durable import NEW, Fsync, sync_folder, unwritable, write, write_files
from pipeline.ledger.checkpoint import Checkpoint
from pipeline.ledger.continuing import (
    begin,
    demand_descent,
    demand_key,
    edge_of,
    last_signed,
)
from pipeline.ledger.durable import read_file
from pipeline.ledger.entries import encode
from pipeline.ledger.keys import PUBLISHED, publish, published, succession
from pipeline.ledger.notes import MOST_OCTETS, sign
from pipeline.ledger.reader import LogReader
from pipeline.ledger.tiles import CHECKPOINT, FOLDER, WIDTH, width_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from pipeline.ground.evidence import Entry
    from pipeline.ledger.edge import Edge, File
    from pipeline.ledger.notes import SigningKey
    from pipeline.ledger.tiles import Tile


class Log:
    """Appends to the log of one archive.  One process, one thread; made by `open`.

    `append` only encodes and remembers, all of it in memory; `sync` commits to everything
    appended since the last one.  `committed` is the last checkpoint that is durable, and
    `checkpoint_octets` its signed note.  The order of `sync` is law: new tiles and bundles,
    their folders, then log/checkpoint in one step.  So whatever a crash leaves, the checkpoint
    at hand finds all it commits to; what lies beyond it is not part of the log, and is written
    over.  Of partial tiles, those that were never committed to go before the first is written
    beside them, and all go when a full one in their place is committed to: so each that is there
    says what the log says.

    log/checkpoint is also the register by which two writers are told apart: `sync` refuses
    when it no longer holds what this Log put or found there.

    When a write fails nobody knows what the disk holds, and when another has written nothing
    here fits any more: every later call raises the same error, until the log is opened anew.
    """

    def __init__(
        self,
        archive: Path,
        *,
        edge: Edge,
        committed: Checkpoint,
        octets: bytes,
        key: SigningKey,
        signed: Path | None,
        fsync: Fsync,
    ) -> None:
        self.committed = committed
        self.checkpoint_octets = octets
        self._archive = archive
        self._folder = str(archive / FOLDER)
        self._register = archive / FOLDER / CHECKPOINT
        self._beside = f"{self._register}{NEW}"
        self._edge = edge
        self._key = key
        self._signed = signed
        self._fsync = fsync
        self._known: set[str] = set()
        self._unsynced: set[str] = set()
        self._broken: ArchiveUnwritable | LedgerBroken | None = None

    @classmethod
    def open(
        cls, archive: Path, key: SigningKey, *, signed: Path | None, fsync: Fsync = os.fsync
    ) -> Self:
        """The log of `archive`, made where there is none, to be signed by `key`.

        `signed` is the file beside the private key that holds the last checkpoint it signed;
        it is brought up to date.  keys/log.vkey names `key` on return.  A new log is signed
        empty before it has any tile; a log without a checkpoint has lost it.

        Raises LedgerBroken where the log's right edge is not what was signed, is less than
        `signed` says or another; KeyUnusable where `key` is not the one that signs here;
        ArchiveUnwritable where the disk refuses.
        """
        path = archive / FOLDER / CHECKPOINT
        before = None if signed is None else last_signed(signed, key)
        try:
            if read_file(path, most=MOST_OCTETS) is None:
                begin(archive, key, before, fsync=fsync)
            else:
                # Another process may have put it there and not lived to sync.
                sync_folder(path.parent, fsync)
            reader = LogReader.open(archive)
            demand_key(archive, reader, key)
            edge = edge_of(archive, reader)
            demand_descent(archive, reader, before)
            if published(archive) == key.verify_key:
                sync_folder((archive / PUBLISHED).parent, fsync)
            else:
                publish(archive, key, fsync=fsync)
            log = cls(
                archive,
                edge=edge,
                committed=reader.checkpoint,
                octets=reader.octets,
                key=key,
                signed=signed,
                fsync=fsync,
            )
            if before != log.committed:
                log._remember()
        except OSError as error:
            raise _unwritable(path, error) from error
        return log

    @property
    def origin(self) -> str:
        """The log's name, which is its key's."""
        return self.committed.origin

    @property
    def size(self) -> int:
        """How many entries it holds, those not yet synced included."""
        return self._edge.size

    def append(self, entry: Entry) -> int:
        """Take `entry` in; its index.  It is part of the log when `sync` has returned.

        Raises ValueError, and takes nothing in, where `encode` refuses it.
        """
        self._refuse_if_broken()
        octets = encode(entry)
        index = self._edge.size
        self._edge.append(octets)
        return index

    def sync(self) -> None:
        """Commit to everything appended, durable on return.  Does nothing without new entries.

        Raises LedgerBroken where another has written to the log meanwhile, ArchiveUnwritable
        where a write fails; both for good.
        """
        self._refuse_if_broken()
        if self._edge.size != self.committed.size:
            self._commit()

    def rotate(self, key: SigningKey, *, at: datetime, signed: Path | None) -> int:
        """Let `key` sign from here on; the index of the entry in which the old key says so.

        Everything appended is synced.  The checkpoint that holds the entry is the first that
        `key` signs; `signed` is the file beside it.  keys/log.vkey names it on return.
        Raises KeyUnusable where `key` bears another name than the log.
        """
        self._refuse_if_broken()
        if key.name != self.origin:
            why = f"the new key is called {key.name}, the log {self.origin}; both must be the same"
            raise KeyUnusable(self._archive / PUBLISHED, why=why)
        index = self.append(succession(self._key, key.verify_key, at=at))
        self._key, self._signed = key, signed
        self._commit()
        publish(self._archive, key, fsync=self._fsync)
        return index

    def _commit(self) -> None:
        # Until all is done: whatever stops it, an interrupt included, leaves the disk unknown.
        self._broken = ArchiveUnwritable(self._register, why="a commit was interrupted")
        files = tuple(self._edge.due())
        try:
            self._replace_checkpoint(files)
            self._remember()
        except OSError as error:
            self._broken = _unwritable(self._register, error)
            raise self._broken from error
        except LedgerBroken as error:
            self._broken = error
            raise
        self._broken = None
        for tile, _ in files:
            if tile.width == WIDTH:
                self._drop_partials(tile)

    def _replace_checkpoint(self, files: Sequence[File]) -> None:
        """Make `files` durable and the checkpoint that commits to them, then put it in force."""
        checkpoint = Checkpoint(origin=self.origin, size=self._edge.size, root=self._edge.root())
        octets = sign(checkpoint.text, self._key)
        self._demand_unchanged()
        write_files(self._placed(files, octets), self._fsync)
        for folder in sorted(self._unsynced):
            sync_folder(folder, self._fsync)
        self._unsynced.clear()
        self._demand_unchanged()
        os.replace(self._beside, self._register)  # noqa: PTH105 - as in _remember
        sync_folder(self._folder, self._fsync)
        self.committed, self.checkpoint_octets = checkpoint, octets

    def _placed(self, files: Sequence[File], checkpoint: bytes) -> Iterator[tuple[str, bytes]]:
        for tile, octets in files:
            path = f"{self._folder}/{tile.path}"
            folder = path.rpartition("/")[0]
            if folder not in self._known and tile.width < WIDTH:
                self._drop_uncommitted(tile, folder)
            self._make(folder)
            self._unsynced.add(folder)
            yield path, octets
        yield self._beside, checkpoint

    def _demand_unchanged(self) -> None:
        """The register holds what this Log knows of, or another process signs this log too."""
        if read_file(self._register, most=MOST_OCTETS) != self.checkpoint_octets:
            why = (
                f"is not what this process left there ({self.committed.size} entries):"
                " another one writes this archive; stop that one, then start again"
            )
            raise LedgerBroken(self._register, why=why)

    def _make(self, folder: str) -> None:
        """Make `folder`; those above are synced once, whoever made it and may not have."""
        if folder in self._known or folder == self._folder:
            return
        above = folder.rpartition("/")[0]
        self._make(above)
        Path(folder).mkdir(exist_ok=True)
        self._unsynced.add(above)
        self._known.add(folder)

    def _remember(self) -> None:
        """Write beside the key what it has signed.

        Not synced, for it costs as much as all the rest and guards against copies, not power
        cuts: these may leave what was signed earlier, or nothing, which `open` makes good.
        """
        if self._signed is not None:
            beside = f"{self._signed}{NEW}"
            write(beside, self.checkpoint_octets)
            os.replace(beside, self._signed)  # noqa: PTH105 - a path object would cost as much again

    def _drop_uncommitted(self, tile: Tile, folder: str) -> None:
        """Drop what a crash left between the checkpoint and where the log goes on."""
        kept = width_of(tile.number, tile.index, self.committed.size)
        with contextlib.suppress(FileNotFoundError):
            for name in os.listdir(folder):  # noqa: PTH208 - as in _remember
                if name.isdecimal() and int(name) > kept:
                    os.unlink(f"{folder}/{name}")  # noqa: PTH108 - as in _remember

    def _drop_partials(self, tile: Tile) -> None:
        # What stays behind is harmless: the full tile holds the same and more.
        folder = f"{self._folder}/{tile.partials}"
        self._known.discard(folder)
        with contextlib.suppress(OSError):
            shutil.rmtree(folder)

    def _refuse_if_broken(self) -> None:
        if self._broken is not None:
            raise type(self._broken)(self._broken.path, why=self._broken.why)


def _unwritable(path: Path, error: OSError) -> ArchiveUnwritable:
    where = Path(error.filename) if isinstance(error.filename, str) else path
    return unwritable(where, error)
