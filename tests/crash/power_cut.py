"""The steps of a tape → what a disk may hold after a power cut between two of them.

As POSIX has it: what a file holds is durable by an fsync of the file, a name by one of its folder.
All else may be there or not, each by itself.  A catalog that commits with synchronous=FULL is as
its last commit left it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import singledispatchmethod

from msgspec import Struct, field

from tests.crash.tape import (
    Began,
    Committed,
    Cut,
    Made,
    Moved,
    Opened,
    Removed,
    Synced,
    Told,
    Wrote,
)

SECTOR = 512
"""What a disk writes whole or not at all."""


class File(Struct, eq=False):
    """What a file holds, what of that is durable, and its least size since that was so."""

    now: bytes = b""
    durable: bytes = b""
    least: int = 0

    def change(self, now: bytes) -> None:
        self.now, self.least = now, min(self.least, len(now))

    def sync(self) -> None:
        self.durable, self.least = self.now, len(self.now)


class Renaming(Struct, frozen=True, eq=False):
    """A name that came, one that went, or both in one step."""

    old: str | None
    new: str | None
    node: Node


class Folder(Struct, eq=False):
    """The names in a folder, those of them that are durable, and what happened since then."""

    now: dict[str, Node] = field(default_factory=dict)
    durable: dict[str, Node] = field(default_factory=dict)
    loose: list[Renaming] = field(default_factory=list)

    def change(self, renaming: Renaming) -> None:
        _apply(self.now, renaming)
        self.loose.append(renaming)


Node = File | Folder
Loose = File | Renaming
"""Something that a power cut may undo."""

KEEP, LOSE, EMPTY, ZEROS, HALF = "kept", "lost", "empty", "zeros", "half"
Fate = Callable[[Loose], str]
Tree = dict[str, bytes | None]
"""What lies at each path; None is a folder."""


class Disk:
    """A folder as the steps of a tape leave it, and what of it is durable.

    It begins as `tree`, all of it durable.  `without` are sites whose fsyncs do nothing: `missed`
    is what they would have made durable.
    """

    def __init__(self, tree: Tree | None = None, *, catalog=None, without=frozenset()):
        self.root = Folder()
        self.catalog: bytes | None = catalog
        self.told: list[dict] = []
        self.without = without
        self.missed: set[Loose] = set()
        self._handles: dict[int, Node] = {}
        for path, octets in (tree or {}).items():
            folder, name = self._parent(path)
            folder.now[name] = folder.durable[name] = (
                Folder() if octets is None else File(octets, octets, len(octets))
            )

    @singledispatchmethod
    def do(self, step):
        raise NotImplementedError(step)

    @do.register
    def _(self, _step: Began):
        self._handles.clear()

    @do.register
    def _(self, step: Made):
        self._come(step.path, Folder())

    @do.register
    def _(self, step: Opened):
        node = self._find(step.path)
        if node is None:
            node = File()
            self._come(step.path, node)
        elif step.truncate:
            node.change(b"")
        self._handles[step.handle] = node

    @do.register
    def _(self, step: Wrote):
        file = self._handles[step.handle]
        begin = file.now[: step.at].ljust(step.at, b"\0")
        file.change(begin + step.octets + file.now[step.at + len(step.octets) :])

    @do.register
    def _(self, step: Cut):
        file = self._handles[step.handle]
        file.change(file.now[: step.size].ljust(step.size, b"\0"))

    @do.register
    def _(self, step: Moved):
        folder, old = self._parent(step.old)
        where, new = self._parent(step.new)
        node = folder.now[old]
        if folder is where:
            folder.change(Renaming(None if step.linked else old, new, node))
            return
        # between folders it is two steps: either of them may reach the disk alone
        where.change(Renaming(None, new, node))
        if not step.linked:
            folder.change(Renaming(old, None, node))

    @do.register
    def _(self, step: Removed):
        folder, name = self._parent(step.path)
        folder.change(Renaming(name, None, folder.now[name]))

    @do.register
    def _(self, step: Synced):
        node = self._handles[step.handle]
        if step.site in self.without:
            self.missed.update([node] if isinstance(node, File) else node.loose)
        elif isinstance(node, File):
            node.sync()
        else:
            node.durable = dict(node.now)
            node.loose.clear()

    @do.register
    def _(self, step: Committed):
        self.catalog = step.octets

    @do.register
    def _(self, step: Told):
        self.told.append(step.report)

    def loose(self) -> list[Loose]:
        """All that a power cut may undo, one by one."""
        found: list[Loose] = []
        for folder in _folders(self.root):
            found += folder.loose
            nodes = [*folder.now.values(), *folder.durable.values()]
            nodes += [each.node for each in folder.loose]
            files = dict.fromkeys(node for node in nodes if isinstance(node, File))
            found += [file for file in files if file.now != file.durable]
        return list(dict.fromkeys(found))

    def tree(self, fate: Fate = lambda _: KEEP) -> Tree:
        """What is there after each loose thing has met its fate."""
        tree: Tree = {}
        _lay(self.root, "", fate, tree)
        return tree

    def _come(self, path, node):
        folder, name = self._parent(path)
        folder.change(Renaming(None, name, node))

    def _find(self, path):
        if not path:
            return self.root
        folder, name = self._parent(path)
        return folder.now.get(name)

    def _parent(self, path) -> tuple[Folder, str]:
        *above, name = path.split("/")
        folder = self.root
        for each in above:
            folder = folder.now[each]
        return folder, name


def fates(loose: list[Loose], rng, *, random_cuts: int) -> Iterator[Fate]:
    """Ways for a disk to lose `loose` things: all, none, those of a kind, each, and at random."""
    yield lambda _: LOSE
    yield lambda _: KEEP
    for how in (EMPTY, ZEROS, HALF):
        yield _only(lambda one: isinstance(one, File), how)
    yield _only(lambda one: isinstance(one, File), LOSE)
    yield _only(lambda one: isinstance(one, Renaming), LOSE)
    for each in loose:
        yield _only(lambda one, each=each: one is each, LOSE)
        yield _only(lambda one, each=each: one is not each, LOSE)
    for _ in range(random_cuts):
        drawn = {one: rng.choice(_possible(one)) for one in loose}
        yield lambda one, drawn=drawn: drawn[one]


def losses(suspects: set[Loose]) -> Iterator[Fate]:
    """Ways for a disk to lose the `suspects`, with all else, together and each alone."""
    yield lambda _: LOSE
    for how in (LOSE, EMPTY, ZEROS, HALF):
        yield _only(lambda one: one in suspects, how)
    for each in suspects:
        yield _only(lambda one, each=each: one is each, LOSE)


def digest_of(tree: Tree, catalog: bytes | None) -> bytes:
    """The same for two states that nobody can tell apart."""
    hashed = hashlib.blake2b(catalog or b"none")
    for path, octets in sorted(tree.items()):
        hashed.update(f"{path}\0{'folder' if octets is None else len(octets)}\0".encode())
        hashed.update(octets or b"")
    return hashed.digest()


def _possible(loose: Loose) -> tuple[str, ...]:
    return (KEEP, LOSE, EMPTY, ZEROS, HALF) if isinstance(loose, File) else (KEEP, LOSE)


def _only(which: Callable[[Loose], bool], how: str) -> Fate:
    return lambda one: how if which(one) else KEEP


def _apply(names: dict[str, Node], renaming: Renaming) -> None:
    if renaming.old is not None and names.get(renaming.old) is renaming.node:
        del names[renaming.old]
    if renaming.new is not None:
        names[renaming.new] = renaming.node


def _folders(folder: Folder) -> Iterator[Folder]:
    yield folder
    below = [*folder.now.values(), *folder.durable.values(), *[one.node for one in folder.loose]]
    for node in dict.fromkeys(below):
        if isinstance(node, Folder):
            yield from _folders(node)


def _lay(folder: Folder, above: str, fate: Fate, tree: Tree) -> None:
    names = dict(folder.durable)
    for renaming in folder.loose:
        if fate(renaming) == KEEP:
            _apply(names, renaming)
    for name, node in names.items():
        path = f"{above}{name}"
        if isinstance(node, File):
            tree[path] = _left(node, KEEP if node.now == node.durable else fate(node))
        else:
            tree[path] = None
            _lay(node, f"{path}/", fate, tree)


def _left(file: File, fate: str) -> bytes:
    """What a file holds whose last octets were not synced."""
    kept = len(file.durable) if file.now.startswith(file.durable) else 0
    new = file.now[kept:]
    match fate:
        case "lost":
            return file.durable
        case "empty":
            return file.now[: file.least]
        case "zeros":
            return file.now[:kept] + bytes(len(new))
        case "half":
            half = (kept + len(new) // 2) // SECTOR * SECTOR
            return file.now[: max(kept, half)]
        case _:
            return file.now
