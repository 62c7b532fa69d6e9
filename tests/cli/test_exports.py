"""Exports: JSON Lines, Parquet, WARC, WACZ and texts, read back by who is to read them."""

import gzip
import json
import resource
import zipfile
from datetime import UTC, datetime
from hashlib import sha256

import pyarrow.parquet
import pytest
from warcio.archiveiterator import ArchiveIterator

from pipeline.exports.columns import COLUMNS
from pipeline.exports.parts import Parts
from pipeline.exports.records import merged
from pipeline.reading.exporting import Exporting, Kind, PartSize, Wanted
from pipeline.settings import Settings

EDITED = "<!doctype html><title>x</title><h1>A bridge closes</h1><div class=story><p>{}</p></div>"


@pytest.fixture
def archive(site, run, answer):
    """Two documents, one of which was edited, and a page that is missing."""
    for path in ("/a", "/b", "/missing"):
        run("fetch", site.url(path), "--allow-private")
    site.pages["/a"] = answer(EDITED.format("Ice <b>& wind</b> — 폭풍 " * 9))
    run("fetch", site.url("/a"), "--allow-private")
    return site


@pytest.fixture(autouse=True)
def _second_page(site, answer):
    site.pages["/b"] = answer(EDITED.format("A second bridge is asked for. " * 9))


def lines(path):
    opened = gzip.open if path.name.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def test_json_lines_have_every_column_and_the_text_that_stands(archive, run, tmp_path):
    assert run("export", "jsonl", "-o", "out.jsonl").code == 0
    rows = lines(tmp_path / "out.jsonl")
    assert [row["url"] for row in rows] == [archive.url("/a"), archive.url("/b")]
    assert [list(row) for row in rows] == [list(COLUMNS)] * 2
    assert rows[0]["title"] == "A bridge closes"
    assert (rows[0]["changes"], rows[0]["versions"], rows[0]["status"]) == (1, 2, 200)
    for row in rows:
        assert sha256(row["text"].encode()).hexdigest() == row["sha256"]


@pytest.mark.usefixtures("archive")
def test_all_versions_have_the_wording_that_is_gone(run, tmp_path):
    assert run("export", "jsonl", "-o", "out.jsonl.gz", "--all-versions").code == 0
    rows = lines(tmp_path / "out.jsonl.gz")
    assert [row["title"] for row in rows] == [
        "A bridge opens",
        "A bridge closes",
        "A bridge closes",
    ]


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize("kind", ["jsonl", "text", "warc"])
def test_of_a_site_that_nobody_knows_nothing_is_exported(run, kind, tmp_path):
    ended = run("export", kind, "-o", "out", "--site", "nosuch")
    assert ended.code == 2
    assert "no site is called 'nosuch'" in ended.err
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("archive")
def test_json_lines_may_go_to_stdout(ended, tmp_path):
    told = ended("export", "jsonl", "-o", "-")
    assert [row["title"] for row in told.objects] == ["A bridge closes", "A bridge closes"]
    assert not (tmp_path / "-").exists()


@pytest.mark.usefixtures("archive")
def test_parquet_says_the_same_as_json_lines(run, tmp_path):
    run("export", "jsonl", "-o", "out.jsonl")
    assert run("export", "parquet", "-o", "out.parquet").code == 0
    table = pyarrow.parquet.read_table(tmp_path / "out.parquet")
    plain = lines(tmp_path / "out.jsonl")
    moments = ("observed_at", "first_seen", "last_seen", "last_changed_at")
    for row, expected in zip(table.to_pylist(), plain, strict=True):
        for name in moments:
            said = row[name]
            row[name] = said and said.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        assert row == expected


@pytest.mark.usefixtures("archive")
def test_the_manifest_names_every_text_and_what_is_known_of_it(run, tmp_path):
    run("export", "text", "-o", "texts")
    manifest = lines(tmp_path / "texts" / "manifest.jsonl")
    files = {path.name for path in (tmp_path / "texts").glob("*.txt")}
    assert {row["file"] for row in manifest} == files
    for row in manifest:
        octets = (tmp_path / "texts" / row["file"]).read_bytes()
        assert sha256(octets).hexdigest() == row["sha256"]
        assert "text" not in row


def test_a_second_export_of_texts_replaces_what_was_edited(archive, run, answer, tmp_path):
    run("export", "text", "-o", "texts")
    (tmp_path / "texts" / "mine.txt").write_text("a note of somebody's own")
    archive.pages["/a"] = answer(EDITED.format("Other words altogether. " * 9))
    run("fetch", archive.url("/a"), "--allow-private")
    assert run("export", "text", "-o", "texts").code == 0
    names = sorted(path.name for path in (tmp_path / "texts").glob("*.txt"))
    assert [name[:4] for name in names] == ["000_", "001_", "mine"]


@pytest.mark.usefixtures("archive")
def test_warc_holds_each_record_once_and_outsiders_read_it(run, tmp_path):
    assert run("export", "warc", "-o", "out.warc.gz").code == 0
    with (tmp_path / "out.warc.gz").open("rb") as file:
        records = [
            (one.rec_type, one.rec_headers["WARC-Record-ID"]) for one in ArchiveIterator(file)
        ]
    assert records[0][0] == "warcinfo"
    assert [kind for kind, _ in records].count("response") >= 4
    assert len(set(records)) == len(records)


def test_wacz_has_an_index_that_leads_to_its_records(archive, run, tmp_path):
    assert run("export", "wacz", "-o", "out.wacz").code == 0
    with zipfile.ZipFile(tmp_path / "out.wacz") as wacz:
        warc = wacz.read("archive/data.warc.gz")
        index = wacz.read("indexes/index.cdx").decode().splitlines()
        pages = [json.loads(line) for line in wacz.read("pages/pages.jsonl").splitlines()[1:]]
        package = json.loads(wacz.read("datapackage.json"))
        for resource in package["resources"]:
            octets = wacz.read(resource["path"])
            assert resource["hash"] == f"sha256:{sha256(octets).hexdigest()}"
            assert resource["bytes"] == len(octets)
    assert index == sorted(index)
    for line in index:
        said = json.loads(line.split(" ", 2)[2])
        member = warc[int(said["offset"]) :][: int(said["length"])]
        assert f"WARC-Target-URI: {said['url']}".encode() in gzip.decompress(member)
    assert {page["url"] for page in pages} == {archive.url("/a"), archive.url("/b")}


class Broken(Exception):
    """Somebody pulled the plug."""


@pytest.mark.parametrize("kind", [Kind.JSONL, Kind.PARQUET, Kind.WARC, Kind.WACZ])
@pytest.mark.usefixtures("archive")
def test_a_broken_off_export_goes_on_and_ends_the_same(tmp_path, kind):
    """What is made in two goes has the same octets as what is made in one."""

    def export(folder, tell=lambda _: None):
        wanted = Wanted(kind=kind, output=tmp_path / folder / f"out.{kind}")
        size = PartSize(rows=1, octets=1)
        work = Exporting(Settings.read(), wanted, tell=tell, leave=print, size=size)
        return work.run(datetime(2026, 1, 1, tzinfo=UTC)), wanted.output

    def give_up(done):
        if done == 2:
            raise Broken

    _, whole = export("whole")
    with pytest.raises(Broken):
        export("halved", give_up)
    done, halved = export("halved")
    assert done.resumed
    assert whole.read_bytes() == halved.read_bytes()
    assert [path.name for path in halved.parent.iterdir()] == [halved.name]


def test_a_document_that_is_edited_during_a_break_is_exported_once(archive, run, answer, tmp_path):
    wanted = Wanted(kind=Kind.JSONL, output=tmp_path / "out.jsonl")

    def export(tell):
        size = PartSize(rows=1, octets=1)
        work = Exporting(Settings.read(), wanted, tell=tell, leave=print, size=size)
        return work.run(datetime(2026, 1, 1, tzinfo=UTC))

    def give_up(done):
        if done == 2:
            raise Broken

    with pytest.raises(Broken):
        export(give_up)
    archive.pages["/b"] = answer(EDITED.format("Other words altogether. " * 9))
    run("fetch", archive.url("/b"), "--allow-private")
    assert export(print).items == 2
    rows = lines(wanted.output)
    assert [row["url"] for row in rows] == [archive.url("/a"), archive.url("/b")]


def test_what_was_left_out_before_a_break_is_told_after_it(run, archive, answer, tmp_path):
    digest = run("history", archive.url("/a"), "--json").objects[-1]["text"][7:]
    (tmp_path / f"archive/text/{digest[:2]}/{digest}.txt").write_bytes(b"altered")
    archive.pages["/c"] = answer(EDITED.format("A third bridge stands already. " * 9))
    run("fetch", archive.url("/c"), "--allow-private")
    wanted = Wanted(kind=Kind.JSONL, output=tmp_path / "out.jsonl")

    def export(tell):
        left = []
        size = PartSize(rows=1, octets=1)
        work = Exporting(Settings.read(), wanted, tell=tell, leave=left.append, size=size)
        work.run(datetime(2026, 1, 1, tzinfo=UTC))
        return [one.url for one in left]

    def give_up(_):
        raise Broken

    with pytest.raises(Broken):
        export(give_up)
    assert export(print) == [archive.url("/a")]
    assert len(lines(wanted.output)) == 2


def test_indexes_of_more_parts_than_files_can_be_open_are_merged(tmp_path):
    paths = []
    for number in range(300):
        paths.append(tmp_path / f"{number}.index")
        paths[-1].write_bytes(b"%05d first\n%05d last\n" % (number, 99_999 - number))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (200, hard))
    try:
        merged_lines = list(merged(paths))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert merged_lines == sorted(merged_lines)
    assert len(merged_lines) == 600


@pytest.mark.usefixtures("archive")
def test_what_a_manifest_of_somebody_else_names_is_not_removed(run, tmp_path):
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "mine.txt").write_text("a note of somebody's own")
    manifest = tmp_path / "texts" / "manifest.jsonl"
    manifest.write_text("".join(f'{{"file": "{name}"}}\n' for name in ("mine.txt", "..", ".")))
    assert run("export", "text", "-o", "texts").code == 0
    assert (tmp_path / "texts" / "mine.txt").exists()


@pytest.mark.usefixtures("archive")
def test_parts_of_another_export_are_not_gone_on_with(run, tmp_path):
    Parts(tmp_path / "out.jsonl", {"kind": "jsonl", "site": "pier", "every": False}).add(
        b"{}\n", items=1, key=["2026", "x", 1]
    )
    ended = run("export", "jsonl", "-o", "out.jsonl")
    assert ended.code == 2
    assert "out.jsonl.parts" in ended.err
