"""Whatever a crash leaves, the log opens at a checkpoint that was signed, and goes on.

A disk is modelled by what was synced: octets of files, and names in folders.  At any fsync the
power is cut; of what was not synced, every name and every file's octets may be there or not.
"""

import errno
import os
import random
import shutil
import stat
from pathlib import Path

import pytest

from pipeline.errors import ArchiveUnwritable, LedgerBroken
from pipeline.ledger.entries import encode
from pipeline.ledger.keys import published
from pipeline.ledger.log import Log
from pipeline.ledger.reader import LogReader
from pipeline.ledger.tiles import Tile, open_tiles

BATCHES = (1, 3, 250, 2, 257, 1)
SIZES = [sum(BATCHES[:count]) for count in range(len(BATCHES) + 1)]

ENCODED = {}


class PowerCut(BaseException):
    """Nothing may catch it."""


class Disk:
    """Below `root`, what is durable; an fsync for the log, which cuts the power at call `stop`.

    `ignores` is asked for each path: an fsync of it that does nothing.
    """

    def __init__(self, root, *, stop=None, ignores=lambda _path: False):
        self.root, self.stop, self.ignores = root, stop, ignores
        self.calls = 0
        self.octets, self.names, self.held = {}, {}, []
        for folder in (root, *(one for one in root.rglob("*") if one.is_dir())):
            self._note(folder)
        for file in (one for one in root.rglob("*") if one.is_file()):
            self._note(file)

    def fsync(self, descriptor):
        self.calls += 1
        if self.calls == self.stop:
            raise PowerCut
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if path.is_relative_to(self.root) and not self.ignores(path):
            self._note(path)

    def _note(self, path):
        status = path.stat()
        # An inode that is still open is not given to another file.
        self.held.append(os.open(path, os.O_RDONLY))
        if stat.S_ISDIR(status.st_mode):
            self.names[status.st_ino] = {one.name: inode(one) for one in path.iterdir()}
        else:
            self.octets[status.st_ino] = path.read_bytes()

    def close(self):
        for descriptor in self.held:
            os.close(descriptor)

    def after_the_cut(self, target, survives):
        """Lay what is left at `target`; `survives()` says of each unsynced thing if it is there."""
        live = {inode(one): one for one in (self.root, *self.root.rglob("*"))}
        self._lay(inode(self.root), live, target, survives)

    def _lay(self, node, live, target, survives):
        path = live.get(node)
        if node in self.names or (path is not None and path.is_dir()):
            target.mkdir()
            now = {one.name: inode(one) for one in path.iterdir()} if path else {}
            then = self.names.get(node, {})
            for name in sorted(now | then):
                chosen = then.get(name)
                if now.get(name) != chosen and survives():
                    chosen = now.get(name)
                if chosen is not None:
                    self._lay(chosen, live, target / name, survives)
            return
        synced = self.octets.get(node, b"")
        octets = path.read_bytes() if path is not None and survives() else synced
        target.write_bytes(octets)


def inode(path):
    return path.stat().st_ino


class World:
    """An archive and a key's folder below one root, so that both are subject to the cut."""

    def __init__(self, root):
        self.root = root
        self.archive, self.signed = root / "here/archive", root / "keys/log.key.signed"

    def open(self, key, fsync=lambda _descriptor: None):
        return Log.open(self.archive, key, signed=self.signed, fsync=fsync)


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path / "world")
    (world.root / "keys").mkdir(parents=True)
    (world.root / "here").mkdir()
    return world


def write(world, key, numbered, fsync, done):
    """Open, and append BATCHES; `done` gets each size that was reported as durable."""
    log = world.open(key, fsync)
    done.append(log.committed.size)
    for batch in BATCHES:
        for _ in range(batch):
            log.append(numbered(log.size))
        log.sync()
        done.append(log.committed.size)


def demand_sound(world, key, numbered, *, done):
    """The log opens with all that was reported as `done`, all of it is there, and it goes on."""
    if done:
        assert published(world.archive) == key.verify_key
    least = done[-1] if done else 0
    log = world.open(key)
    size = log.committed.size
    assert size >= least
    assert size in SIZES
    demand_whole(world.archive, numbered, size)
    for _ in range(260):
        log.append(numbered(log.size))
    log.sync()
    demand_whole(world.archive, numbered, size + 260)


def demand_whole(archive, numbered, size):
    reader = LogReader.open(archive)
    assert reader.size == size
    demand_entries(reader, numbered)
    for level, index, width in open_tiles(size):
        for number in range(index + bool(width)):
            assert reader.hashes(level, number)
        if width:
            assert (archive / "log" / Tile(level, index, width).path).exists()


def demand_entries(reader, numbered):
    for index, octets in reader.entries():
        if index not in ENCODED:
            ENCODED[index] = encode(numbered(index))
        assert octets == ENCODED[index]
    assert reader.root() == reader.checkpoint.root


def cut(world, key, numbered, tmp_path, *, stop, survives, ignores=lambda _path: False):
    """The World that is left of a run that was cut at fsync `stop`, and what was done by then."""
    disk, done = Disk(world.root, stop=stop, ignores=ignores), []
    try:
        write(world, key, numbered, disk.fsync, done)
    except PowerCut:
        pass
    else:
        stop = None
    return remains(disk, tmp_path, survives), done, stop is not None


def remains(disk, tmp_path, survives):
    left = World(tmp_path / "left")
    shutil.rmtree(left.root, ignore_errors=True)
    disk.after_the_cut(left.root, survives)
    disk.close()
    return left


def everything():
    return True


def nothing():
    return False


def fresh(world):
    shutil.rmtree(world.root)
    (world.root / "keys").mkdir(parents=True)
    (world.root / "here").mkdir()


def test_a_power_cut_at_any_fsync_leaves_a_sound_log(world, key, numbered, tmp_path):
    chance = random.Random(1)  # noqa: S311 - a disk's, no key's

    def coin():
        return chance.random() < 0.5

    stop, was_cut = 1, True
    while was_cut:
        for survives in (nothing, everything, coin):
            fresh(world)
            left, done, was_cut = cut(world, key, numbered, tmp_path, stop=stop, survives=survives)
            demand_sound(left, key, numbered, done=done)
        stop += 1
    assert stop > 40


def test_what_a_killed_process_left_unsynced_is_made_good(world, key, numbered, tmp_path):
    """Killed at any fsync, opened again, and then the power is cut: what was reported stays."""
    stop, was_killed = 1, True
    while was_killed:
        fresh(world)
        disk = Disk(world.root, stop=stop)
        try:
            write(world, key, numbered, disk.fsync, [])
        except PowerCut:
            size = world.open(key, disk.fsync).committed.size
        else:
            was_killed, size = False, SIZES[-1]
        demand_sound(remains(disk, tmp_path, nothing), key, numbered, done=[size])
        stop += 1


def is_log_folder(path):
    return path.name == "log"


def is_beside(path):
    return path.name == "checkpoint.new"


def is_bundle(path):
    return "entries" in path.parts and path.is_file()


def is_tile(path):
    return "tile" in path.parts and "entries" not in path.parts and path.is_file()


def is_bundle_folder(path):
    return "entries" in path.parts and path.suffix == ".p"


def is_tile_folder(path):
    return "tile" in path.parts and "entries" not in path.parts and path.suffix == ".p"


def is_level_folder(path):
    return path.parent.name == "tile"


def is_tiles_folder(path):
    return path.name == "tile"


def is_archive(path):
    return path.name == "archive"


def is_published(path):
    return path.name == "log.vkey.new"


def is_keys_folder(path):
    return path.name == "keys" and path.parent.name == "archive"


def is_above_the_archive(path):
    return path.name == "here"


@pytest.mark.parametrize(
    "ignores",
    [
        is_log_folder,
        is_beside,
        is_bundle,
        is_tile,
        is_bundle_folder,
        is_tile_folder,
        is_level_folder,
        is_tiles_folder,
        is_archive,
        is_above_the_archive,
        is_published,
        is_keys_folder,
    ],
)
def test_no_fsync_is_idle(world, key, numbered, tmp_path, ignores):
    """Each kind of fsync left out makes a power cut that loses something: the test above works."""
    harmed = False
    for stop in range(1, 1000):
        for survives in (nothing, names_only()):
            fresh(world)
            left, done, was_cut = cut(
                world,
                key,
                numbered,
                tmp_path,
                stop=stop,
                survives=survives,
                ignores=ignores,
            )
            try:
                demand_sound(left, key, numbered, done=done)
            except (AssertionError, LedgerBroken):
                harmed = True
        if harmed or not was_cut:
            break
    assert harmed


def names_only():
    """A disk that keeps each second unsynced thing."""
    turns = iter(range(10**9))
    return lambda: next(turns) % 2 == 0


@pytest.mark.parametrize("lost", [True, False])
def test_a_failed_fsync_breaks_the_log_for_good(world, key, numbered, lost):
    """Whether the write is lost or done but reported failed: reopening tells, nobody else."""
    stop = 1
    while True:
        fresh(world)
        calls = iter(range(1, 10**6))

        def failing(descriptor, calls=calls, stop=stop):
            if next(calls) == stop:
                if not lost:
                    os.fsync(descriptor)
                raise OSError(errno.EIO, os.strerror(errno.EIO))

        try:
            log = world.open(key, failing)
        except ArchiveUnwritable:
            demand_sound(world, key, numbered, done=[])
            stop += 1
            continue
        reported = log.committed.size
        try:
            for batch in (3, 260, 1):
                for _ in range(batch):
                    log.append(numbered(log.size))
                log.sync()
                reported = log.committed.size
        except ArchiveUnwritable:
            demand_broken(log, numbered)
        else:
            return
        size = world.open(key).committed.size
        assert size >= reported
        demand_whole(world.archive, numbered, size)
        stop += 1


def demand_broken(log, numbered):
    for call in (log.sync, lambda: log.append(numbered(0))):
        for _ in range(2):
            with pytest.raises(ArchiveUnwritable, match="Input/output error"):
                call()


def test_an_interrupt_breaks_the_log_for_good(world, key, numbered):
    def interrupted(_descriptor):
        raise KeyboardInterrupt

    world.open(key)
    log = world.open(key)
    log.append(numbered(0))
    log._fsync = interrupted
    with pytest.raises(KeyboardInterrupt):
        log.sync()
    with pytest.raises(ArchiveUnwritable, match="interrupted"):
        log.sync()


@pytest.mark.parametrize("size", [3, 200, 256, 300, 520])
def test_an_uncommitted_tail_is_written_over(world, key, numbered, size):
    """Tiles of another future lie beyond the checkpoint, full ones among them, some torn."""
    log = world.open(key)
    for _ in range(size):
        log.append(numbered(log.size))
    log.sync()
    checkpoint = log.checkpoint_octets
    beside = world.signed.read_bytes()
    for batch in (1, 250, 10, 300):
        for _ in range(batch):
            log.append(numbered(log.size + 1_000_000))
        log.sync()
    (world.archive / "log/checkpoint").write_bytes(checkpoint)
    world.signed.write_bytes(beside)
    for path in (world.archive / "log/tile").rglob("*"):
        beyond = path.is_file() and path.name not in {"000", "001", "x001"}
        if beyond and path.parent.name == f"{size // 256:03}.p" and int(path.name) > size % 256:
            os.truncate(path, path.stat().st_size // 2)
    log = world.open(key)
    assert log.committed.size == size
    demand_entries(LogReader.open(world.archive), numbered)
    for batch in (1, 250, 10, 300):
        for _ in range(batch):
            log.append(numbered(log.size))
        log.sync()
        demand_entries(LogReader.open(world.archive), numbered)


def test_no_tile_of_another_future_stays_where_the_log_has_gone_past_it(world, key, numbered):
    """Whatever partial tile is there says what the tree says: one that does not is damage."""
    log = world.open(key)
    log.append(numbered(0))
    log.sync()
    checkpoint, beside = log.checkpoint_octets, world.signed.read_bytes()
    for batch in (9, 280):
        for _ in range(batch):
            log.append(numbered(log.size + 1_000_000))
        log.sync()
    (world.archive / "log/checkpoint").write_bytes(checkpoint)
    world.signed.write_bytes(beside)
    log = world.open(key)
    for batch in (20, 230, 30, 40):
        for _ in range(batch):
            log.append(numbered(log.size))
        log.sync()
        partials = {
            path.relative_to(world.archive / "log/tile").as_posix()
            for path in (world.archive / "log/tile").glob("*/*.p/*")
        }
        for name in partials & {"0/000.p/10", "entries/000.p/10", "0/001.p/34", "entries/001.p/34"}:
            index = int(name.split("/")[1][:3])
            assert log.committed.size < index * 256 + int(name.rpartition("/")[2]), name


def test_a_new_log_survives_being_killed_before_its_first_checkpoint(world, key, numbered):
    (world.archive / "log").mkdir(parents=True)
    (world.archive / "log/checkpoint.new").write_bytes(b"half of i")
    demand_sound(world, key, numbered, done=[])
