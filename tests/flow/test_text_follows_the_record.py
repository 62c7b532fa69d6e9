"""Text comes from the archive, and from nothing that a client made of the bytes."""

from __future__ import annotations

import ast
from pathlib import Path

import httpx
import pytest

from pipeline.archive.reader import stored_block
from pipeline.extract.derive import derive
from pipeline.fetch.recorded import Recorded
from pipeline.model import Digest, Source

ROOT = Path(__file__).parents[2]
PIPELINE = ROOT / "pipeline"
SAID_BY_NOBODY = Source(file=Digest.of(b"a file"), record_id="urn:uuid:0")


class TwoTongued(httpx.AsyncBaseTransport):
    """Plays `wire` to the tape, and tells the client something else."""

    def __init__(self, wire, clock, *, status=200, told=b"<h1>Nothing of the kind</h1>"):
        self.wire, self.clock, self.status, self.told = wire, clock, status, told

    async def handle_async_request(self, request):
        recorded = Recorded(
            url=str(request.url),
            observed_at=self.clock.now(),
            response=self.wire,
            source=SAID_BY_NOBODY,
        )
        request.extensions["tape"].play(recorded)
        headers = {"Content-Type": "text/html; charset=utf-16", "Content-Language": "la"}
        return httpx.Response(self.status, headers=headers, stream=httpx.ByteStream(self.told))


@pytest.fixture
def look_past(press, declare, open_work, hand_clock):
    """Look at `/news/1` while the client is told other things than the wire says."""

    async def look(wire, **told):
        declared = declare(press, fetch={"delay": "0s", "attempts": 1, "robots": "ignore"})
        transport = TwoTongued(wire, hand_clock, **told)
        async with open_work(declared, transport=transport) as work:
            report = await work.look(press.url("/news/1"))
            text = (work.archive.folder / report["document"]["path"]).read_text("utf-8")
        return report, text

    return look


async def test_other_bytes_in_the_client_do_not_reach_the_text(answer, story, look_past):
    report, text = await look_past(answer(story("What the wire said, word for word.")))
    assert text == "Ferry runs again\n\nWhat the wire said, word for word.\n"
    assert report["document"]["language"] == "en"
    assert report["document"]["charset"] == "utf-8"


async def test_a_coding_is_undone_by_the_archive_whatever_the_client_undid(
    answer, story, look_past
):
    wire = answer(story("Said under gzip, and read under gzip."), gzipped=0)
    _, text = await look_past(wire, told=story("Said by the client.").encode())
    assert "Said under gzip" in text


async def test_the_text_can_be_derived_again_from_the_record_alone(
    press, declare, open_work, answer, story, evidence
):
    press.pages["/news/1"] = answer(story(), gzipped=0)
    register = declare(press)
    async with open_work(register) as work:
        report = await work.look(press.url("/news/1"))
        folder = work.archive.folder
    places = dict(evidence().catalog.capture(report["record"]).places)
    again = derive(stored_block(folder, places[report["record"]]), register.sites["harbour"].rules)
    assert again.text == (folder / report["document"]["path"]).read_text("utf-8")


def modules():
    for path in sorted(PIPELINE.rglob("*.py")):
        yield path.relative_to(PIPELINE), ast.parse(path.read_bytes())


def makes(name, tree):
    """Where `tree` calls `name`, or something of that name in another module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            if (called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")) == name:
                yield node.lineno


def imports_at_run_time(name, tree):
    """Whether `tree` imports `name` for more than its type checker."""
    for_types = {
        child
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for child in ast.walk(node)
    }
    return any(
        isinstance(node, ast.ImportFrom)
        and node not in for_types
        and any(alias.name == name for alias in node.names)
        for node in ast.walk(tree)
    )


def test_nothing_but_the_archive_makes_a_stored_block():
    makers = {path.parts[0] for path, tree in modules() if [*makes("StoredBlock", tree)]}
    assert makers == {"archive"}


def test_nothing_but_the_archive_has_the_means_to_make_one():
    holders = {
        path.parts[0] for path, tree in modules() if imports_at_run_time("StoredBlock", tree)
    }
    assert holders == {"archive"}


def test_the_archive_makes_them_out_of_messages_in_one_place():
    makers = [str(path) for path, tree in modules() for _ in makes("StoredBlock", tree)]
    assert makers == ["archive/stored.py"]


def test_extraction_takes_stored_blocks_and_no_client_knows_of_it():
    clients = {"httpx", "httpcore", "tenacity"}
    for path, tree in modules():
        if path.parts[0] not in {"extract", "archive"}:
            continue
        for node in ast.walk(tree):
            named = [alias.name for alias in getattr(node, "names", []) if hasattr(alias, "name")]
            module = getattr(node, "module", None) or ""
            assert not clients & {name.split(".")[0] for name in (*named, module)}, path
