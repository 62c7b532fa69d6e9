"""A folder of declarations → the register of sites."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Self

from pipeline.errors import ConfigInvalid, NoConfigs, NoSuchSite, Problem
from pipeline.ground.checking import check
from pipeline.ground.declaration import spell
from pipeline.sites.declaration import Declaration
from pipeline.sites.hosts import patterns_for
from pipeline.sites.site import ENDING, Site, read_site

if TYPE_CHECKING:
    from datetime import timedelta
    from pathlib import Path

MOST_NAMED = 20


def generic_site(delay: timedelta | None = None) -> Site:
    """The built-in rules, for pages of no configured site; with a `delay` other than the usual."""
    content = files("pipeline.sites").joinpath("generic.yaml").read_bytes()
    if delay is not None:
        content += f"fetch: {{delay: {spell(delay)}}}\n".encode()
    return Site.of(check(Declaration, content, file="built-in"), content, name=None)


def is_declaration(name: str) -> bool:
    """Whether a file of that name is meant to declare a site.

    Hidden files are an editor's own.  A `.yml` is no declaration, but its writer meant one.
    """
    return name.endswith((ENDING, ".yml")) and not name.startswith(".")


def config_files(folder: Path) -> tuple[Path, ...]:
    """The declarations in `folder`, by name.  Raises NoConfigs when there is none."""
    names = sorted(path.name for path in folder.glob("*"))  # paths compare ten times as slowly
    found = tuple(folder / name for name in names if is_declaration(name))
    if not found:
        raise NoConfigs(folder)
    return found


@dataclass(frozen=True, slots=True)
class Register:
    """Every declared site by name, and the generic rules for everything else.

    Two sites may name one host: the first by name owns what neither has found by itself.
    """

    sites: dict[str, Site]
    generic: Site
    _by_host: dict[str, Site] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_host: dict[str, Site] = {}
        for _, site in sorted(self.sites.items()):
            for pattern in site.declared.match:
                by_host.setdefault(pattern, site)
        object.__setattr__(self, "_by_host", by_host)

    @classmethod
    def read(cls, folder: Path, *, may_be_empty: bool = False) -> Self:
        """Every site of `folder`.

        Raises ConfigInvalid with the problems of all files, and NoConfigs for an empty folder
        unless it `may_be_empty`.
        """
        try:
            paths = config_files(folder)
        except NoConfigs:
            if not may_be_empty:
                raise
            paths = ()
        sites, problems = read_all(paths)
        if problems:
            raise ConfigInvalid(problems)
        return cls({site.declared.site: site for site in sites}, generic_site())

    def named(self, name: str) -> Site:
        """The site called `name`.  Raises NoSuchSite, with the nearest name that there is."""
        if name in self.sites:
            return self.sites[name]
        near = difflib.get_close_matches(name, self.sites, n=1)
        raise NoSuchSite(name, known=tuple(sorted(self.sites)), meant=near[0] if near else None)

    def owner(self, url: str) -> Site:
        """The site whose `match` fits `url` best; the generic one when none does."""
        fitting = (self._by_host.get(pattern) for pattern in patterns_for(url))
        return next((site for site in fitting if site is not None), self.generic)

    def document(self, url: str) -> str:
        """The name of the document that `url` is a variant of; itself where it is no URL."""
        try:
            return self.owner(url).canonical(url)
        except ValueError:
            return url

    def of(self, name: str | None) -> Site:
        """The site called `name`, or the generic one when it is None or no longer declared."""
        return self.sites.get(name, self.generic) if name else self.generic


def read_all(paths: tuple[Path, ...]) -> tuple[tuple[Site, ...], tuple[Problem, ...]]:
    """The sites that can be read, and the problems of those that cannot."""
    sites: list[Site] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            sites.append(read_site(path))
        except ConfigInvalid as invalid:
            problems.extend(invalid.problems)
    return tuple(sites), tuple(problems)


def listed(names: list[str]) -> str:
    """Names of sites for people: the first of them, and how many more there are."""
    more = [f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
    return ", ".join((*names[:MOST_NAMED], *more))
