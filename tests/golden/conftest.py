"""The captures of the four sites, each beside what should come of it."""

from __future__ import annotations

import asyncio
import json
from functools import cache
from pathlib import Path

import pytest
from msgspec import Struct

from pipeline.archive.reader import records
from pipeline.archive.stored import stored_response
from pipeline.running.errands import Fetching
from pipeline.running.working import at_work
from pipeline.settings import Settings
from pipeline.sites.register import Register

ROOT = Path(__file__).parents[2]
SITES = ROOT / "fixtures" / "sites"
SEED_KINDS = {"listing", "feed", "sitemap"}
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


class Case(Struct, frozen=True):
    """One capture: its WARC file, and the expectation beside it."""

    file: Path

    @property
    def site(self):
        return self.file.parent.name

    @property
    def name(self):
        return f"{self.site}/{self.file.name.removesuffix('.warc.gz')}"

    @property
    def beside(self):
        return self.file.with_name(self.file.name.replace(".warc.gz", ".expected.json"))

    @property
    def expected(self):
        """What should come of it; None where nobody has said so yet."""
        return json.loads(self.beside.read_text("utf-8")) if self.beside.is_file() else None

    @property
    def is_seed(self):
        said = self.expected
        kind = said.get("kind") if said else self.name.rpartition("-")[2]
        return kind in SEED_KINDS

    @property
    def answer(self):
        """The `response` record in it."""
        return next(one.record for one in records(self.file) if one.record.type == "response")


CASES = tuple(map(Case, sorted(SITES.glob("*/*.warc.gz"))))


def pytest_generate_tests(metafunc):
    """Run a test once for each `article` or `seed` that it asks for, or for every `capture`."""
    for name, chosen in (("article", _articles), ("seed", _seeds), ("capture", _captures)):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, list(chosen()))


def _articles():
    for case in CASES:
        if not case.is_seed:
            yield pytest.param(case, id=case.name)


def _seeds():
    return [pytest.param(case, id=case.name) for case in CASES if case.is_seed]


def _captures():
    return [pytest.param(case, id=case.name) for case in CASES if not case.is_seed]


@pytest.fixture(scope="session")
def cases():
    """Every capture there is."""
    return CASES


class Archived(Struct, frozen=True):
    """An archive into which the captures of one site were replayed, and each one's report."""

    folder: Path
    reports: dict[Path, dict]


@pytest.fixture(scope="session")
def register():
    """The sites as they are declared."""
    return Register.read(ROOT / "configs")


@pytest.fixture(scope="session")
def archived(tmp_path_factory, register):
    """The archive of a site whose captures were replayed one by one, by date."""

    @cache
    def of(site):
        folder = tmp_path_factory.mktemp(site) / "archive"
        articles = [case for case in CASES if case.site == site and not case.is_seed]
        articles.sort(key=lambda case: case.answer.field("WARC-Date"))
        return Archived(folder, asyncio.run(_replayed(folder, articles, register)))

    return of


async def _replayed(folder, cases, register):
    settings = Settings.read(
        archive=folder, configs=ROOT / "configs", database=f"sqlite:///{folder}/catalog.sqlite"
    )
    reports = {}
    async with at_work(settings, lambda: register, verb="fetch") as work:
        for case in cases:
            told = []

            async def tell(tidings, told=told):
                told.append(tidings)

            await work.errands.run(Fetching(targets=(), replay=(case.file,)), tell)
            (tidings,) = told
            reports[case.file] = tidings["report"]
    return reports


@pytest.fixture(scope="session")
def came_to():
    """What a report and its text file say, in the shape of an expectation."""

    def shaped(report, folder):
        told = {name: report[name] for name in OF_THE_VISIT}
        document = report["document"]
        if document is None:
            return told
        text = (folder / document["path"]).read_bytes().decode("utf-8")
        paragraphs = text.removesuffix("\n").split("\n\n")
        return told | {name: document[name] for name in OF_THE_DOCUMENT} | {"text": paragraphs}

    return shaped


@pytest.fixture(scope="session")
def stored():
    """The archive's own reading of the response in a capture."""
    return lambda case: stored_response(case.answer)


@pytest.fixture(scope="session")
def expectation():
    """What stands beside a capture; where nothing does, `draft` is put there and the test fails.

    Whoever sees it fail reads the draft, mends what is wrong in it, and runs the test again.
    """

    def read(case, draft):
        if case.expected is None:
            case.beside.write_text(
                json.dumps(draft, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
            )
            pytest.fail(f"nobody has said what should come of {case.name}: read {case.beside}")
        return case.expected

    return read
