"""A welcome → the site's config and fixtures on disk: all of them or none."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct

from pipeline.errors import ArchiveUnwritable, UsageError
from pipeline.ground import durable
from pipeline.sites.register import Register
from pipeline.sites.site import site_of
from pipeline.workbench.expecting import CAPTURE, Fixture
from pipeline.workbench.fixing import Wanted, fix, slug_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from pipeline.settings import Settings
    from pipeline.workbench.welcoming import Welcome

MOST_NAMES = 20
MOST_PAGES = 3
"""Articles that are kept as fixtures: enough to see that rules break, few enough to look at."""
SETTINGS = """\
# What is true of the whole archive.  Every key may be left out.
least_free: 200MB    # with less room than this the daemon pauses
# contact: https://www.example.org/who-we-are    # named in the User-Agent
# audit: {every: 1d}                             # the daemon audits its own archive
# web: {token: "${DATELINE_WEB_TOKEN}"}          # to listen where others reach it
"""


class Founded(Struct, frozen=True):
    """What was written: the config, and the captures beside which their expectations stand.

    `rivals` are other sites whose configs claim pages that this one was learnt from.
    """

    config: Path
    fixtures: tuple[Path, ...]
    rivals: tuple[str, ...] = ()


def refuse_taken(path: Path, *, force: bool) -> None:
    """Raise UsageError where something stands at `path` that nobody allowed to be replaced."""
    if path.exists() and not force:
        raise UsageError(f"{path} exists; --force overwrites it, --site gives another name")


def refuse_unwritable(settings: Settings) -> None:
    """Raise ArchiveUnwritable where no config could be written: known before a site is asked."""
    for folder in (settings.configs.absolute(), _fixtures(settings)):
        there = next(one for one in (folder, *folder.parents) if one.exists())
        if not there.is_dir():
            raise ArchiveUnwritable(folder, why=f"{there} is no folder")
        if not os.access(there, os.W_OK | os.X_OK):
            raise ArchiveUnwritable(folder, why="Permission denied")


def _fixtures(settings: Settings) -> Path:
    return settings.configs.absolute().parent / "fixtures"


def begin(settings: Settings, *, force: bool) -> None:
    """Make the folder of configs, and beside it a `dateline.yaml` in which nothing is said yet."""
    path = settings.configs.absolute().parent / "dateline.yaml"
    refuse_taken(path, force=force)
    try:
        settings.configs.mkdir(parents=True, exist_ok=True)
        path.write_text(SETTINGS, encoding="utf-8")
    except OSError as error:
        raise durable.unwritable(path, error) from error


async def found(
    welcome: Welcome, settings: Settings, *, at: datetime, force: bool, keep: bool
) -> Founded:
    """Write the drafted config, and where `keep` says so fixtures of its seeds and first pages.

    What is in the way is known before anything is written; the config comes last.  With `force`
    what has the same name is replaced, and stands as it was where the rest cannot be written.
    """
    config = settings.configs / f"{welcome.draft.site}.yaml"
    octets = welcome.draft.yaml().encode()
    site = site_of(octets, file=str(config))
    known = Register.read(settings.configs, may_be_empty=True)
    register = Register({**known.sites, welcome.draft.site: site}, known.generic)
    place = _fixtures(settings)
    wanted = _wanted(welcome) if keep else []
    files = [place / "sites" / one.site / f"{one.stem}{CAPTURE}" for one in wanted]
    for path in (config, *files):
        refuse_taken(path, force=force)
    with _aside(files):
        fixed = await fix(wanted, place, register, settings, at=at) if wanted else ()
        _write(config, octets, made=[one.fixture for one in fixed])
    owners = {known.owner(page.url).name for page in welcome.pages}
    rivals = tuple(sorted(name for name in owners if name and name != site.name))
    return Founded(config, tuple(one.fixture.file for one in fixed), rivals)


def _wanted(welcome: Welcome) -> list[Wanted]:
    """The captures to keep, each under a name of its own."""
    found: dict[str, Wanted] = {}
    pages = ((None, page) for page in welcome.pages[:MOST_PAGES])
    for kind, one in (*welcome.seeds, *pages):
        if (capture := one.capture) is None:
            continue
        for slug in _slugs(one.url):
            made = Wanted(capture=capture, site=welcome.draft.site, slug=slug, kind=kind)
            if found.setdefault(made.stem, made) is made:
                break
    return list(found.values())


def _slugs(url: str) -> Iterator[str]:
    """Names that a page may have, the best first: of its path, with the number in its query."""
    parts = urlsplit(url)
    name = slug_of(url) if parts.path.strip("/") else "front"
    numbers = re.findall(r"\d{1,12}", parts.query)
    yield f"{name}-{numbers[-1]}" if numbers else name
    yield from (f"{name}-{number}" for number in range(2, MOST_NAMES))


@contextmanager
def _aside(files: list[Path]) -> Iterator[None]:
    """Take fixtures of these names away; they are put back where something goes wrong."""
    both = [path for one in files for path in (one, Fixture(one).beside)]
    held = {path: path.read_bytes() for path in both if path.exists()}
    try:
        for path in held:
            path.unlink()
        yield
    except BaseException:
        for path, octets in held.items():
            path.write_bytes(octets)
        raise


def _write(path: Path, octets: bytes, made: list[Fixture]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        durable.replace(path, octets)
    except BaseException as error:
        for one in made:
            one.discard()
        if isinstance(error, OSError):
            raise durable.unwritable(path, error) from error
        raise
