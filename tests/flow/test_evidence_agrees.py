"""The WARC files of a whole run: others accept them, and the catalog says nothing else."""

from __future__ import annotations

import hashlib
from itertools import chain

import pytest

from pipeline.archive.reader import read_record
from pipeline.archive.texts import document_name, text_name


def to(location):
    return f"HTTP/1.1 301 Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


@pytest.fixture
async def run(press, declare, open_work, answer, story, say, nobody):
    """An archive in which everything has happened once: its reports."""
    page = answer(story())
    chunks = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n"
    press.pages |= {
        "/robots.txt": answer("User-agent: *\nDisallow: /closed/\n", kind="text/plain"),
        "/": answer("<a class=story href=/news/1>1</a><a class=story href=/news/5>5</a>"),
        "/news/1": [page, answer(story("Edited.", "And how.")), page],
        "/news/2": [answer(story(title="Gzipped"), gzipped=n) for n in (1, 2)],
        "/news/3": to("/news/4"),
        "/news/4": [answer("", status="503 Later"), early + answer(story(title="Four"))],
        "/news/5": answer(story(title="Ünïcödé 기사"), "X-Name: \xe9\x01"),
        "/news/6": chunks
        + b"6\r\n<p>one\r\n1b\r\n and two and three and four\r\n0\r\nX: y\r\n\r\n",
        "/news/7": answer("", status="404 Not Found"),
        "/news/8": answer("no", status="403 Forbidden"),
        "/news/9": say(page[:-9], "close"),
        "/news/10": say(b"", "close"),
        "/news/11": answer(b"%PDF-1.7", kind="application/pdf"),
        "/news/12": page,
        "/news/13?q=a%20b&c=<d>": answer(story(title="Odd address")),
    }
    match = [press.base.removeprefix("http://"), nobody.removeprefix("http://")]
    register = declare(press, match=match, fetch={"delay": "0s", "attempts": 2, "timeout": "2s"})
    paths = [f"/news/{n}" for n in range(1, 13)] + ["/news/13?q=a%20b&c=<d>", "/closed/1"]
    reports = []
    async with open_work(register) as work:
        for path in (*paths, "/news/1", "/news/1", "/news/2"):
            report = await work.look(press.url(path))
            reports.append(report)
        reports.append(await work.look(f"{nobody}/news/1"))
        reports += (await work.run("harbour"))[1]
    return reports


@pytest.mark.usefixtures("run")
async def test_others_accept_every_file(evidence):
    evidence().judge()


async def test_every_outcome_of_the_run_is_there(run):
    told = {report["outcome"] for report in run}
    assert told == {"captured", "gone", "blocked", "failed", "skipped"}
    changes = {report["change"] for report in run}
    assert changes == {"new", "changed", "same_text", "same_bytes", None}


@pytest.mark.usefixtures("run")
async def test_what_the_metadata_records_say_is_what_the_catalog_says(evidence):
    catalog = evidence().catalog
    notes = evidence().of_type("metadata")
    for note, entry in zip(notes, evidence().entries, strict=True):
        assert catalog.capture(note.record_id).entry == entry
    assert catalog.counts().captures == len(notes)


async def test_every_visit_that_was_told_is_in_the_files_and_no_other(run, evidence):
    said = {entry.visit: entry for entry in evidence().entries}
    for report in run:
        last = said[report["visit"]]
        assert (last.outcome, last.reason, last.change, last.url) == (
            report["outcome"],
            report["reason"],
            report["change"],
            report["url"],
        )
    untold = {entry.role for visit, entry in said.items() if visit not in _visits(run)}
    assert untold == {"robots"}


def _visits(reports):
    return {report["visit"] for report in reports}


@pytest.mark.usefixtures("run")
async def test_every_record_of_an_entry_is_where_the_catalog_says(evidence, tmp_path):
    catalog, folder = evidence().catalog, tmp_path / "archive"
    for note in evidence().of_type("metadata"):
        shown = catalog.capture(note.record_id)
        found = {record: read_record(folder, place) for record, place in shown.places}
        assert set(found) == {ref.record_id for ref in shown.entry.records} | {note.record_id}
        assert {ref: found[ref.record_id].ref for ref in shown.entry.records} == {
            ref: ref for ref in shown.entry.records
        }


@pytest.mark.usefixtures("run")
async def test_every_record_belongs_to_one_entry(evidence):
    entries = evidence().entries
    named = [ref.record_id for ref in chain.from_iterable(entry.records for entry in entries)]
    there = [r.record_id for r in evidence().records if r.type not in {"warcinfo", "metadata"}]
    assert sorted(named) == sorted(there)
    assert len(set(named)) == len(named)


@pytest.mark.usefixtures("run")
async def test_the_records_of_one_capture_share_their_date_and_are_tied(evidence):
    for note, entry in zip(evidence().of_type("metadata"), evidence().entries, strict=True):
        records = [evidence().by_id(ref.record_id) for ref in entry.records]
        assert {record.field("WARC-Date") for record in (*records, note)} == {
            note.field("WARC-Date")
        }
        exchange = [record for record in records if record.type != "resource"]
        answers = [one for one in exchange if one.type in {"response", "revisit"}]
        lead = (answers or exchange)[:1]
        for record in (*exchange, note):
            if lead and record is not lead[0]:
                assert record.field("WARC-Concurrent-To") == f"<{lead[0].record_id}>"


@pytest.mark.usefixtures("run")
async def test_every_text_and_sidecar_that_is_named_lies_under_its_digest(tmp_path, evidence):
    folder = tmp_path / "archive"
    named = set()
    for document in evidence().catalog.documents():
        if document.text is not None:
            named |= {(document.text, text_name), (document.document, document_name)}
    assert named
    for digest, name_of in named:
        octets = (folder / name_of(digest)).read_bytes()
        assert hashlib.sha256(octets).hexdigest() == digest.hex


@pytest.mark.usefixtures("run")
async def test_a_sealed_archive_has_no_open_file_and_no_unfinished_one(tmp_path):
    left = [path.name for path in (tmp_path / "archive").rglob("*") if path.is_file()]
    assert not [name for name in left if name.endswith((".open", ".new"))]
    assert not [name for name in left if name == "daemon.sock"]
