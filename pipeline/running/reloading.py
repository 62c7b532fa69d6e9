"""A folder of declarations that people edit → the register that is in force meanwhile.

A file is read when its stamp is another one and has stood still from one glance to the next: an
editor may be in the middle of writing it, or have taken the old one away a moment before it puts
the new one there.  What cannot be read is refused, and what was in force for that site stays so.
"""

from __future__ import annotations

import os
from collections.abc import Container, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Self

from msgspec import Struct

from pipeline.errors import ConfigInvalid, NoConfigs, Problem
from pipeline.settings import WHOLE
from pipeline.sites.register import Register, generic_site, is_declaration
from pipeline.sites.site import ENDING, read_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.settings import Settings
    from pipeline.sites.site import Site

WHOLE_FOLDER = "whole folder"


Stamp = tuple[int, int, int, int]
"""What changes when a file does: times of content and inode in ns, size, and inode.

The inode's own time is the one that nobody can set, and it tells of permissions too.  A plain
tuple, because ten thousand are made every few seconds.
"""

NOWHERE: Stamp = (0, 0, 0, 0)
"""Of a link that leads to no file: it is there, and whoever reads it says what is wrong."""

Stamps = Mapping[str, Stamp]


class Stillness:
    """Tells of files that are others than those which were `read`, once they stand still."""

    def __init__(self, read: Stamps) -> None:
        self._read = dict(read)
        self._seen: Stamps = read

    def stirred(self, there: Stamps, *, at_once: bool = False) -> frozenset[str]:
        """The names to read now, since `there` is what lies there; each is told once.

        A file that has gone is one of them.  `at_once` waits for nothing to stand still.
        """
        seen, self._seen = self._seen, there
        if there == self._read:
            return frozenset()
        stirred = frozenset(
            name
            for name in there.keys() | self._read.keys()
            if there.get(name) != self._read.get(name)
            and (at_once or there.get(name) == seen.get(name))
        )
        for name in stirred:
            if name in there:
                self._read[name] = there[name]
            else:
                del self._read[name]
        return stirred


class Turned(Struct, frozen=True, kw_only=True):
    """What a glance has brought into force, by names of sites, and what it refused anew."""

    declared: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    refused: tuple[Problem, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.declared or self.removed or self.refused)


class Declarations:
    """The declarations of a folder while the daemon runs.

    `register` is one value that is exchanged for another as a whole, so that whoever has asked
    for it keeps one that is true in itself.  One thread glances, any may ask.
    """

    def __init__(self, folder: Path, register: Register, read: Stamps) -> None:
        self._folder = folder
        self._stillness = Stillness(read)
        self._refused: dict[str, tuple[Problem, ...]] = {}
        self.register = register

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The declarations of `folder` as they are now.

        Raises ConfigInvalid with the problems of all files, and NoConfigs for an empty folder: at
        a start there is nothing that could stay in force instead.
        """
        try:
            there = stamps_in(folder)
        except OSError as error:
            raise NoConfigs(folder) from error
        if not there:
            raise NoConfigs(folder)
        sites, refused = _sites_of(folder, sorted(there))
        if refused:
            raise ConfigInvalid(tuple(one for problems in refused.values() for one in problems))
        return cls(folder, Register(_by_name(sites), generic_site()), there)

    @property
    def refused(self) -> tuple[Problem, ...]:
        """What is wrong with the declarations that are not in force, by file."""
        return tuple(one for _, problems in sorted(self._refused.items()) for one in problems)

    def glance(self, *, at_once: bool = False) -> Turned:
        """Look at the folder and bring into force what has changed in it.

        A folder that is empty, or cannot be looked at, is one that has been unmounted sooner than
        one that was meant: everything stays in force.
        """
        try:
            there = stamps_in(self._folder)
        except OSError as error:
            return self._refuse_folder(error.strerror or str(error))
        if not there:
            return self._refuse_folder("no <site>.yaml in it")
        self._refused.pop(WHOLE_FOLDER, None)
        names = self._stillness.stirred(there, at_once=at_once)
        return self._bring(sorted(names & there.keys()), names - there.keys())

    def _bring(self, changed: list[str], gone: frozenset[str]) -> Turned:
        before, known = self.register.sites, self._refused
        sites, refused = _sites_of(self._folder, changed)
        self._refused = {
            name: problems
            for name, problems in known.items()
            if name not in gone and name not in changed
        } | refused
        fresh = {name: site for name, site in _by_name(sites).items() if _is_other(before, site)}
        removed = {Path(name).stem for name in gone if name.endswith(ENDING)} & before.keys()
        if fresh or removed:
            kept = {name: site for name, site in before.items() if name not in removed}
            self.register = Register(kept | fresh, self.register.generic)
        return Turned(
            declared=tuple(sorted(fresh)),
            removed=tuple(sorted(removed)),
            refused=_all_of(refused, known),
        )

    def _refuse_folder(self, why: str) -> Turned:
        allowed = "a folder of declarations; until there is one, the old ones stay in force"
        problem = Problem(file=str(self._folder), key=WHOLE_FOLDER, value=why, allowed=allowed)
        known, self._refused = self._refused, self._refused | {WHOLE_FOLDER: (problem,)}
        return Turned(refused=_all_of({WHOLE_FOLDER: (problem,)}, known))


class Watched(Container[str]):
    """The names of the sites to poll: of those that are declared now, the `named` or all."""

    def __init__(self, declarations: Declarations, named: frozenset[str]) -> None:
        self._declarations = declarations
        self._named = named

    def __contains__(self, name: object) -> bool:
        return name in self._declarations.register.sites and (
            not self._named or name in self._named
        )

    def __iter__(self) -> Iterator[str]:
        return (name for name in sorted(self._declarations.register.sites) if name in self)


def stamps_in(folder: Path) -> dict[str, Stamp]:
    """The stamps of the declarations in `folder`, by file name.  Raises OSError."""
    with os.scandir(folder) as entries:
        return {
            entry.name: stamp_of(entry.path) or NOWHERE
            for entry in entries
            if is_declaration(entry.name)
        }


def stamp_of(path: Path | str) -> Stamp | None:
    """The stamp of the file at `path`, through links; None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - ten thousand of them every few seconds
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def stamp_of_whole(settings: Settings) -> Stamps:
    """The stamp of `dateline.yaml`, if there is one."""
    stamp = stamp_of(settings.whole_file)
    return {} if stamp is None else {WHOLE: stamp}


def not_at_work(settings: Settings, anew: Settings) -> tuple[Problem, ...]:
    """What an archive at work cannot exchange: its name and the key that signs for it."""
    before, after = settings.whole.ledger, anew.whole.ledger
    return tuple(
        Problem(
            file=str(settings.whole_file),
            key=f"ledger.{key}",
            value=str(getattr(after, key)),
            allowed=f"{getattr(before, key)}, as it was at the start; stop the daemon to change it",
        )
        for key in ("origin", "key")
        if getattr(before, key) != getattr(after, key)
    )


def _sites_of(folder: Path, names: list[str]) -> tuple[list[Site], dict[str, tuple[Problem, ...]]]:
    sites: list[Site] = []
    refused: dict[str, tuple[Problem, ...]] = {}
    for name in names:
        try:
            sites.append(read_site(folder / name))
        except ConfigInvalid as invalid:
            refused[name] = invalid.problems
    return sites, refused


def _by_name(sites: list[Site]) -> dict[str, Site]:
    return {site.declared.site: site for site in sites}


def _is_other(before: Mapping[str, Site], site: Site) -> bool:
    old = before.get(site.declared.site)
    return old is None or old.content != site.content


def _all_of(
    refused: Mapping[str, tuple[Problem, ...]], known: Mapping[str, tuple[Problem, ...]]
) -> tuple[Problem, ...]:
    """The problems in `refused` that were not `known`."""
    return tuple(
        one
        for name, problems in sorted(refused.items())
        if known.get(name) != problems
        for one in problems
    )
