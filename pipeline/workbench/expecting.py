"""Fixtures of a site → what today's rules make of each, offline.

A fixture is a capture, `<date>-<slug>.warc.gz`, and beside it `<date>-<slug>.expected.json`.
The captures of documents are replayed in order of their date into an archive that is thrown away,
because what is a change depends on what was seen before.  A seed is read for its links.
"""

from __future__ import annotations

import json
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from pipeline.archive.reader import Found, records
from pipeline.archive.recorded import Recording
from pipeline.archive.stored import stored_response
from pipeline.discover.find import find
from pipeline.discover.seeds import seeds
from pipeline.errors import ReplayUnreadable
from pipeline.fetch.fetcher import Fetcher
from pipeline.fetch.replay import Replay
from pipeline.flow import Flow
from pipeline.ground.clock import HastyClock
from pipeline.model import Origin
from pipeline.settings import Whole
from pipeline.stories.replaying import Way
from pipeline.writing.opening import opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.archive.records import Record
    from pipeline.discover.seeds import Seed
    from pipeline.settings import Settings
    from pipeline.sites.register import Register
    from pipeline.sites.site import Site
    from pipeline.writing.opening import OpenArchive
    from pipeline.writing.report import Report

CAPTURE, EXPECTED = ".warc.gz", ".expected.json"
SEED_KINDS = ("listing", "feed", "sitemap")
OF_THE_VISIT = ("url", "outcome", "reason", "status", "change")
OF_THE_DOCUMENT = (
    "title",
    "byline",
    "published",
    "language",
    "source",
    "generation",
    "degraded",
)

Expectation = dict[str, Any]


class Fixture(Struct, frozen=True):
    """A capture in a file of its own, and where its expectation stands or will stand."""

    file: Path

    @property
    def site(self) -> str:
        """The folder that it lies in."""
        return self.file.parent.name

    @property
    def name(self) -> str:
        """`<site>/<date>-<slug>`."""
        return f"{self.site}/{self.file.name.removesuffix(CAPTURE)}"

    @property
    def beside(self) -> Path:
        """Where its expectation stands."""
        return self.file.with_name(self.file.name.removesuffix(CAPTURE) + EXPECTED)

    def discard(self) -> None:
        """Remove both files.  What cannot be removed stays: who calls has a fault of his own."""
        for path in (self.file, self.beside):
            with suppress(OSError):
                path.unlink(missing_ok=True)

    @property
    def expected(self) -> Expectation | None:
        """What should come of it; None where nobody has said so yet.  Raises ReplayUnreadable."""
        try:
            said = json.loads(self.beside.read_text("utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise ReplayUnreadable(self.beside, why=f"it is no JSON: {error}") from error
        if not isinstance(said, dict):
            raise ReplayUnreadable(self.beside, why="it is no JSON object")
        return said

    @property
    def kind(self) -> str | None:
        """As which kind of seed it is read; None for a document."""
        expected = self.expected
        kind = expected.get("kind") if expected else self.name.rpartition("-")[2]
        return kind if kind in SEED_KINDS else None


def fixtures_in(folder: Path, site: str | None = None) -> tuple[Fixture, ...]:
    """The fixtures under `folder`/sites, or those of one site, by name."""
    found = sorted((folder / "sites").glob(f"{site or '*'}/*{CAPTURE}"))
    return tuple(map(Fixture, found))


def written(expectation: Expectation) -> str:
    """As it stands in its file."""
    return json.dumps(expectation, ensure_ascii=False, indent=2) + "\n"


async def come_to(
    fixtures: Sequence[Fixture], register: Register, settings: Settings
) -> dict[Fixture, Expectation]:
    """What each of `fixtures` comes to today; those of one site are told apart by their dates.

    Nothing is fetched, and nothing is left of the archives that they pass through.  Raises
    ReplayUnreadable for a file that holds no exchange which can be replayed.
    """
    came: dict[Fixture, Expectation] = {}
    for site in dict.fromkeys(fixture.site for fixture in fixtures):
        own = [fixture for fixture in fixtures if fixture.site == site]
        documents = [fixture for fixture in own if fixture.kind is None]
        came |= await _replayed(documents, register, settings)
        came |= {one: _links(one, one.kind, register) for one in own if one.kind is not None}
    return {fixture: came[fixture] for fixture in fixtures}


async def _replayed(
    fixtures: Sequence[Fixture], register: Register, settings: Settings
) -> dict[Fixture, Expectation]:
    in_order = sorted(fixtures, key=lambda one: _answer(one).field("WARC-Date") or "")
    with tempfile.TemporaryDirectory(prefix="dateline-") as folder:
        place = Path(folder)
        # Nothing of the user's own: neither the key nor the database.
        apart = replace(
            settings, archive=place / "archive", keys=place, database=None, whole=Whole()
        )
        with opened(apart, verb="fixture", clock=HastyClock()) as archive:
            return {one: await _passed(one, archive, register, apart.agent) for one in in_order}


async def _passed(
    fixture: Fixture, archive: OpenArchive, register: Register, agent: str
) -> Expectation:
    recording = Recording((fixture.file,))
    look = next(iter(recording), None)
    if look is None:
        raise ReplayUnreadable(fixture.file, why="it holds no response")
    way, clock = Way(recording, look, set()), HastyClock()
    flow = Flow(
        archive,
        register=lambda: register,
        fetcher=Fetcher(agent=agent, clock=clock, transport=Replay(way.find)),
        clock=clock,
        agent=agent,
        origin=Origin.REPLAY,
        obey=False,
    )
    return _of_document(await (await flow.look(look.url)))


def _of_document(report: Report) -> Expectation:
    told = report.as_json()
    said = {name: told[name] for name in OF_THE_VISIT}
    if report.kept is None:
        return said
    document = told["document"]
    paragraphs = report.kept.document.text.removesuffix("\n").split("\n\n")
    return said | {name: document[name] for name in OF_THE_DOCUMENT} | {"text": paragraphs}


def _links(fixture: Fixture, kind: str, register: Register) -> Expectation:
    site = register.named(fixture.site)
    try:
        page = stored_response(_answer(fixture))
    except ValueError as error:
        raise ReplayUnreadable(fixture.file, why=str(error)) from error
    seed = seed_of(site, page.url, kind)
    if seed is None:
        why = f"{site.name} declares no {kind} to read it as"
        raise ReplayUnreadable(fixture.file, why=why)
    links = find(seed, page, site.declared.targets, site.declared.charset).links
    return {
        "url": site.canonical(page.url),
        "outcome": "captured",
        "reason": None,
        "status": page.status,
        "kind": kind,
        "links": [link.url for link in links],
    }


def seed_of(site: Site, url: str, kind: str | None = None) -> Seed | None:
    """The declared seed at `url`, or else the first of that `kind`."""
    declared = seeds(site.declared.discover)
    at_home = (seed for seed in declared if seed.url == url and kind in (None, seed.kind))
    alike = (seed for seed in declared if seed.kind == kind)
    return next(at_home, None) or next(alike, None)


def _answer(fixture: Fixture) -> Record:
    """The response record in it."""
    for one in records(fixture.file):
        if isinstance(one, Found) and one.record.type == "response":
            return one.record
    raise ReplayUnreadable(fixture.file, why="it holds no response")
