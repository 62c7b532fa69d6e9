"""A run → the file operations that it made below a folder, in order; or its end before one.

The functions of `os` and `io` are wrapped while a Tape is open: all that Dateline writes goes
through them.  SQLite writes by itself, and is asked after each step whether it has committed.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import io
import os
import sqlite3
import sys
import threading
from pathlib import Path
from types import FunctionType
from typing import Any

from msgspec import Struct

MOST_FRAMES = 2
"""What syncs, and who asked it to: with what was synced, that is one fsync of the code."""


class Began(Struct, frozen=True):
    """A process began to write; what an earlier one had open is closed."""


class Made(Struct, frozen=True):
    """A folder was made at `path`; paths are relative to the tape's root."""

    path: str


class Opened(Struct, frozen=True):
    """`handle` stands for what is at `path` from here on: a new file, an emptied one, any."""

    handle: int
    path: str
    truncate: bool


class Wrote(Struct, frozen=True):
    """Octets were written to a file, from octet `at` on."""

    handle: int
    at: int
    octets: bytes


class Cut(Struct, frozen=True):
    """A file was given another size."""

    handle: int
    size: int


class Moved(Struct, frozen=True):
    """A name was given to what had another one (which it keeps, if `linked`)."""

    old: str
    new: str
    linked: bool


class Removed(Struct, frozen=True):
    """A file or an empty folder went."""

    path: str


class Site(Struct, frozen=True):
    """Where in Dateline an fsync is asked for, and what for."""

    role: str
    frames: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.role} in {' < '.join(self.frames)}"


class Synced(Struct, frozen=True):
    """What a handle stands for was synced."""

    handle: int
    site: Site


class Committed(Struct, frozen=True):
    """The catalog has a new state, that of the database `octets`."""

    octets: bytes


class Told(Struct, frozen=True):
    """Somebody was told that a visit is archived: its report, as JSON has it."""

    report: dict[str, Any]


Step = Began | Made | Opened | Wrote | Cut | Moved | Removed | Synced | Committed | Told


class Tape:
    """Records, while open, every step below `root`.

    `before` hears of each operation before it is done: the number of those before it, and what
    does half of it, if it is a write.  Nothing is synced in fact.  `catalog` is the path of the
    database whose commits are steps as well.
    """

    def __init__(self, root, *, catalog=None, before=lambda _number, _half: None):
        self.root = Path(root)
        self.steps: list[Step] = [Began()]
        self.operations = 0
        self._before = before
        self._prefix = f"{self.root}/"
        self._handles: dict[int, int] = {}
        self._lock = threading.RLock()
        self._stack = contextlib.ExitStack()
        self._catalog_path = catalog
        self._catalog: _Catalog | None = None

    def __enter__(self):
        plain = {name: getattr(os, name) for name in WRAPPED}
        for name in WRAPPED:
            self._put(os, name, functools.partial(getattr(self, f"_{name}"), plain[name]))
        self._put(io, "open", functools.partial(self._io_open, io.open))
        wrapped = os.fsync
        for function, name in _defaults_of("pipeline", plain["fsync"]):
            self._put_default(function, name, plain["fsync"], wrapped)
        return self

    def __exit__(self, *_):
        self._stack.close()
        self._look_at_catalog()
        if self._catalog is not None:
            self._catalog.close()

    def tell(self, report):
        """Note that somebody has heard of a visit."""
        with self._lock:
            self._look_at_catalog()
            self.steps.append(Told(report))

    @property
    def told(self):
        """What was told up to now."""
        return [step.report for step in self.steps if isinstance(step, Told)]

    def _put(self, place, name, value):
        self._stack.callback(setattr, place, name, getattr(place, name))
        setattr(place, name, value)

    def _put_default(self, function, name, plain, wrapped):
        """A default is bound when its module is loaded, long before the tape is open."""
        given = getattr(function, name)
        if isinstance(given, dict):
            new = {key: wrapped if value is plain else value for key, value in given.items()}
        else:
            new = tuple(wrapped if value is plain else value for value in given)
        self._put(function, name, new)

    def _of(self, path, dir_fd=None):
        """`path` relative to the root; None for what does not concern us."""
        whole = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - not resolved
        if dir_fd is not None:
            whole = os.path.join(os.readlink(f"/proc/self/fd/{dir_fd}"), os.fsdecode(path))  # noqa: PTH115, PTH118
        return whole[len(self._prefix) :] if f"{whole}/".startswith(self._prefix) else None

    @contextlib.contextmanager
    def _operation(self, half=lambda: None):
        with self._lock:
            self._look_at_catalog()
            self._before(self.operations, half)
            self.operations += 1
            yield

    def _look_at_catalog(self):
        if self._catalog is None:
            if self._catalog_path is None or not self._catalog_path.exists():
                return
            self._catalog = _Catalog(self._catalog_path)
        octets = self._catalog.committed()
        if octets is not None:
            self.steps.append(Committed(octets))

    def _opened(self, descriptor, path, *, truncate):
        handle = self._handles[descriptor] = len(self.steps)
        self.steps.append(Opened(handle, path, truncate))

    def _open(self, plain, path, flags, mode=0o777, *, dir_fd=None):
        ours = None if isinstance(path, int) else self._of(path, dir_fd)
        if ours is None:
            descriptor = plain(path, flags, mode, dir_fd=dir_fd)
            self._handles.pop(descriptor, None)
            return descriptor
        changes = flags & (os.O_CREAT | os.O_TRUNC)
        with self._operation() if changes else self._lock:
            descriptor = plain(path, flags, mode, dir_fd=dir_fd)
            self._opened(descriptor, ours, truncate=bool(flags & os.O_TRUNC))
        return descriptor

    def _close(self, plain, descriptor):
        self._handles.pop(descriptor, None)
        plain(descriptor)

    def _io_open(self, plain, file, mode="r", *arguments, **named):
        ours = None if isinstance(file, int) else self._of(file)
        if ours is None or not set(mode) & set("wax+"):
            return plain(file, mode, *arguments, **named)
        assert "b" in mode, f"{ours} is written as text, which no tape records"
        with self._operation():
            raw = _TapedFile(file, mode.replace("b", ""))
            raw.tape = self
            self._opened(raw.fileno(), ours, truncate="w" in mode)
        return io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)

    def _write(self, plain, descriptor, octets):
        handle = self._handles.get(descriptor)
        if handle is None:
            return plain(descriptor, octets)
        at = os.lseek(descriptor, 0, os.SEEK_CUR)
        return self._written(handle, at, octets, functools.partial(plain, descriptor))

    def _pwrite(self, plain, descriptor, octets, at):
        handle = self._handles.get(descriptor)
        if handle is None:
            return plain(descriptor, octets, at)
        return self._written(handle, at, octets, lambda piece: plain(descriptor, piece, at))

    def _written(self, handle, at, octets, write):
        octets = bytes(octets)
        with self._operation(lambda: write(octets[: len(octets) // 2])):
            length = write(octets)
            self.steps.append(Wrote(handle, at, octets[:length]))
        return length

    def _ftruncate(self, plain, descriptor, size):
        handle = self._handles.get(descriptor)
        if handle is None:
            plain(descriptor, size)
            return
        with self._operation():
            plain(descriptor, size)
            self.steps.append(Cut(handle, size))

    def _fsync(self, plain, descriptor):
        handle = self._handles.get(descriptor)
        if handle is None:
            plain(descriptor)
            return
        opened = self.steps[handle]
        with self._operation():  # nothing is lost here but what a tape is replayed without
            self.steps.append(Synced(handle, _site(opened.path)))

    def _mkdir(self, plain, path, mode=0o777, *, dir_fd=None):
        self._changed(lambda: plain(path, mode, dir_fd=dir_fd), Made, self._of(path, dir_fd))

    def _rename(self, plain, old, new):
        self._renamed(plain, old, new, linked=False)

    _replace = _rename

    def _link(self, plain, old, new):
        self._renamed(plain, old, new, linked=True)

    def _renamed(self, plain, old, new, *, linked):
        ours = self._of(old), self._of(new)
        if None in ours:
            assert ours == (None, None), f"{old} moves over the border"
            plain(old, new)
            return
        with self._operation():
            plain(old, new)
            self.steps.append(Moved(*ours, linked))

    def _unlink(self, plain, path, *, dir_fd=None):
        self._changed(lambda: plain(path, dir_fd=dir_fd), Removed, self._of(path, dir_fd))

    _remove = _rmdir = _unlink

    def _changed(self, do, step, ours):
        if ours is None:
            do()
            return
        with self._operation():
            do()
            self.steps.append(step(ours))


WRAPPED = (
    *("open", "close", "write", "pwrite", "ftruncate", "fsync"),
    *("mkdir", "rename", "replace", "link", "unlink", "remove", "rmdir"),
)


class _TapedFile(io.FileIO):
    """What `open` gives for writing: what is written and cut goes on the tape."""

    tape: Tape

    def write(self, octets):
        handle = self.tape._handles[self.fileno()]
        return self.tape._written(handle, self.tell(), octets, super().write)

    def truncate(self, size=None):
        size = self.tell() if size is None else size
        with self.tape._operation():
            super().truncate(size)
            self.tape.steps.append(Cut(self.tape._handles[self.fileno()], size))
        return size


class _Catalog:
    """Tells when a database has committed."""

    def __init__(self, path):
        self._connection = sqlite3.connect(
            f"file:{path}?mode=ro", uri=True, check_same_thread=False, isolation_level=None
        )
        self._version = None

    def committed(self):
        """The database, if anything was committed since this was asked last."""
        version = self._connection.execute("PRAGMA data_version").fetchone()[0]
        if version == self._version:
            return None
        self._version = version
        return self._connection.serialize() or None

    def close(self):
        self._connection.close()


@functools.cache
def _defaults_of(package, plain):
    """The functions of `package` of which an argument is `plain` by default, and where it says."""
    return [
        (found, name)
        for found in gc.get_objects()
        if isinstance(found, FunctionType) and f"{found.__module__}.".startswith(f"{package}.")
        for name in ("__defaults__", "__kwdefaults__")
        if any(value is plain for value in _values(getattr(found, name)))
    ]


def _values(given):
    return given.values() if isinstance(given, dict) else given or ()


def _site(path):
    """The fsync that is being asked for."""
    frames: list[str] = []
    frame = sys._getframe(1)
    while frame is not None and len(frames) < MOST_FRAMES:
        code = frame.f_code
        _, inside, module = code.co_filename.rpartition("/pipeline/")
        if inside:
            frames.append(f"{module}:{frame.f_lineno} {code.co_name}")
        frame = frame.f_back
    return Site(role_of(path), tuple(frames))


def role_of(path):
    """What kind of file or folder it is: its path, with names that differ each time left out."""
    parts = path.split("/")
    return "/".join(
        "*" if any(letter.isdigit() for letter in part) or len(part) == 2 else part
        for part in parts
    )
