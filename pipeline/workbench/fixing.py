"""A capture → a fixture: a WARC file that holds it alone, and what today's rules make of it."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from pipeline.archive.excerpt import excerpt, taken
from pipeline.errors import FixtureUnfit
from pipeline.ground.durable import unwritable
from pipeline.model import NotModified, Redirected, Role
from pipeline.settings import VERSION
from pipeline.workbench.expecting import CAPTURE, Fixture, come_to, fixtures_in, seed_of, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pipeline.catalog import Reader, Shown
    from pipeline.model import Capture, Place
    from pipeline.settings import Settings
    from pipeline.sites.register import Register
    from pipeline.workbench.expecting import Expectation

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SLUG = 48
"""So that a name can still be read in a list of files."""
NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")
MOST_OF_A_NAME = 1000


class Wanted(Struct, frozen=True, kw_only=True):
    """A capture that is to become a fixture of `site`, and what is said about where it is from.

    `kind` is set for a seed's page: how its links are read.
    """

    capture: Capture
    site: str
    slug: str
    kind: str | None = None
    said: tuple[tuple[str, str], ...] = ()

    @property
    def stem(self) -> str:
        """`<date>-<slug>`; a seed's ends in its kind, by which it is known before it is read."""
        behind = f"-{self.kind}" if self.kind and not self.slug.endswith(self.kind) else ""
        return f"{self.capture.began_at:%Y-%m-%d}-{self.slug}{behind}"


class Fixed(Struct, frozen=True, kw_only=True):
    """A fixture that was written, and what stands beside it.

    `disturbed` are others of its site that come to something else than expected, since what is new
    or a change depends on what was seen before; or that did so already.
    """

    fixture: Fixture
    expectation: Expectation
    disturbed: tuple[Fixture, ...] = ()


def archived(
    shown: Shown,
    reader: Reader,
    settings: Settings,
    register: Register,
    *,
    slug: str | None = None,
    said: tuple[tuple[str, str], ...] = (),
) -> Wanted:
    """An archived capture as a fixture of the site that it belongs to today.

    `said` is kept in the file beside where it is from.  The body of a revisit is taken from the
    response that it refers to.  Raises FixtureUnfit where there is nothing to replay, and
    DamagedRecord.
    """
    entry, asked = shown.entry, f"entry {shown.index}"
    if entry.outcome in (Redirected.name, NotModified.name):
        why = f"it was {entry.outcome.replace('_', ' ')} and holds no page; name a captured one"
        raise FixtureUnfit(asked, why=why)
    site = register.sites.get(entry.site or "") or register.owner(entry.requested)
    if site.name is None:
        why = f"no config matches {entry.requested}; write one, with dateline init"
        raise FixtureUnfit(asked, why=why)
    capture = taken(settings.archive, entry, dict(shown.places), _payload(shown, reader))
    if not capture.response:
        why = f"it was {entry.outcome}, and no bytes of it are here"
        raise FixtureUnfit(asked, why=shown.taken_down or why)
    seed = seed_of(site, entry.requested) if entry.role is Role.SEED else None
    return Wanted(
        capture=capture,
        site=site.name,
        slug=slug or slug_of(entry.url),
        kind=seed.kind if seed else None,
        said=(
            ("fixture-of", shown.record or ""),
            ("entry", str(shown.index)),
            ("observed-at", entry.observed_at.isoformat()),
            ("origin", str(entry.origin)),
            ("outcome", entry.outcome),
            *said,
        ),
    )


async def fix(
    wanted: Sequence[Wanted], folder: Path, register: Register, settings: Settings, *, at: datetime
) -> tuple[Fixed, ...]:
    """Write each of `wanted` under `folder`/sites, and beside it what it comes to today.

    Either all of them are written or none.  Raises FixtureUnfit where a name is taken or no
    response came, ArchiveUnwritable where the folder cannot be written, ReplayUnreadable.
    """
    files = {_place(one, folder): _octets(one, at) for one in wanted}
    if len(files) < len(wanted):
        names = ", ".join(one.stem for one in wanted)
        raise FixtureUnfit(names, why="two of them have one name; add them one by one with --slug")
    try:
        for path, octets in files.items():
            _write(path, octets)
        new = {Fixture(path) for path in files}
        beside = [one for name in {one.site for one in new} for one in fixtures_in(folder, name)]
        came = await come_to(beside, register, settings)
        for fixture in new:
            _write(fixture.beside, written(came[fixture]).encode())
    except BaseException:
        for path in files:
            Fixture(path).discard()
        raise
    return tuple(_fixed(Fixture(path), came) for path in files)


def _fixed(fixture: Fixture, came: Mapping[Fixture, Expectation]) -> Fixed:
    others = [one for one in came if one.site == fixture.site and one != fixture]
    disturbed = tuple(one for one in others if one.expected not in (None, came[one]))
    return Fixed(fixture=fixture, expectation=came[fixture], disturbed=disturbed)


def slug_of(url: str) -> str:
    """A short name for the document `url`: its address's last words, in ASCII."""
    return next(filter(None, map(_slugged, _names(url))), "page")


def _names(url: str) -> Iterator[str]:
    """Parts of `url` that may name it, the best one first; one of digits alone says little."""
    parts = urlsplit(url)
    segments = [unquote(one) for one in reversed(parts.path.split("/")) if one]
    yield from (one for one in segments if re.search(r"[A-Za-z]{3}", one))
    yield from segments
    yield parts.hostname or ""


def _slugged(name: str) -> str:
    name = re.sub(r"\.(?:s?html?|php|aspx?|jsp)$", "", name[:MOST_OF_A_NAME], flags=re.IGNORECASE)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = NOT_IN_SLUGS.sub("-", plain).strip("-")
    if len(slug) <= LONGEST_SLUG:
        return slug
    return slug[: LONGEST_SLUG + 1].rpartition("-")[0] or slug[:LONGEST_SLUG]


def _payload(shown: Shown, reader: Reader) -> Place | None:
    """Where the full response lies whose body a revisit stands for."""
    record = shown.entry.payload_record
    holder = reader.capture(record) if record else None
    return dict(holder.places).get(record or "") if holder else None


def _place(wanted: Wanted, folder: Path) -> Path:
    if not SLUG.fullmatch(wanted.slug):
        why = "a slug has lower-case letters, digits and single hyphens"
        raise FixtureUnfit(wanted.slug, why=why)
    path = folder / "sites" / wanted.site / f"{wanted.stem}{CAPTURE}"
    if path.exists():
        why = "there is one of that name; give it another with --slug, or delete that one"
        raise FixtureUnfit(str(path), why=why)
    return path


def _octets(wanted: Wanted, at: datetime) -> bytes:
    name = f"{wanted.stem}{CAPTURE}"
    software = f"Dateline/{VERSION}"
    try:
        return excerpt(wanted.capture, name=name, at=at, software=software, said=wanted.said)
    except ValueError as error:
        raise FixtureUnfit(wanted.capture.url, why=str(error)) from error


def _write(path: Path, octets: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(octets)
    except OSError as error:
        raise unwritable(path, error) from error
