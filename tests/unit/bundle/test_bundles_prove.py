"""Whatever a look saw, a bundle of it holds all that proves it, and verifies with the key alone."""

import gzip
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from msgspec.structs import replace

from pipeline.archive.reader import stored_block
from pipeline.bundle.verifying import verify
from pipeline.errors import DamagedRecord, LedgerBroken
from pipeline.extract.derive import derive
from pipeline.ground.claims import Verdict
from pipeline.ledger.notes import SigningKey
from pipeline.model import Digest, Origin, Role, Source, Truncation
from pipeline.sites.site import site_of

OTHER = b"<html><body><h1>Rain</h1><div class=story><p>It rained on the harbour.</p></div>"


def chunked(body):
    return (
        b"".join(b"%x\r\n%s\r\n" % (len(one), one) for one in (body[:50], body[50:])) + b"0\r\n\r\n"
    )


@pytest.fixture
def looks(press, wire):
    """One look of each kind, after a plain one."""
    first = press.look()
    coded = gzip.compress(OTHER, mtime=0)
    nothing = {"outcome": "failed", "change": None}
    return {
        "plain": lambda: first,
        "same bytes elsewhere": lambda: press.look("https://news.example/b?t=5"),
        "same bytes again": lambda: press.look(change="same_bytes"),
        "unchanged": lambda: press.look(
            response=wire(b"", "ETag: x", status="304 Not Modified"),
            unchanged=press._full[first.entry.entity],
            outcome="not_modified",
            change=None,
        ),
        "gzip": lambda: press.look(response=wire(coded, "Content-Encoding: gzip")),
        "chunked": lambda: press.look(response=wire(chunked(OTHER), "Transfer-Encoding: chunked")),
        "odd url": lambda: press.look("https://www.news.example:8443/ü?b=2&a=1&B=%2541"),
        "early hints": lambda: press.look(
            response=b"HTTP/1.1 103 Early\r\nLink: a\r\n\r\n" + wire()
        ),
        "no text": lambda: press.look(response=wire(b"%PDF-1.7", kind="application/pdf")),
        "gone": lambda: press.look(
            response=wire(b"gone", status="404 Not Found"), outcome="gone", change=None
        ),
        "nothing came": lambda: press.look(response=b"", reason="timeout", **nothing),
        "no head came": lambda: press.look(response=b"HTTP/1.1 200 O", reason="cut", **nothing),
        "cut short": lambda: press.look(
            response=wire(OTHER)[:-9], truncated=Truncation.DISCONNECT, reason="cut", **nothing
        ),
        "broken coding": lambda: press.look(
            response=wire(coded[:-9], "Content-Encoding: gzip"), reason="bad_encoding", **nothing
        ),
        "replayed": lambda: press.look(
            origin=Origin.REPLAY, source=Source(file=Digest.of(b"x"), record_id="urn:uuid:1")
        ),
        "adopted": lambda: press.look(response=wire(OTHER), adopted=True),
        "robots": lambda: press.look(
            "https://news.example/robots.txt", wire(b"User-agent: *"), role=Role.ROBOTS
        ),
    }


KINDS = [
    *("plain", "same bytes elsewhere", "same bytes again", "unchanged", "gzip", "chunked"),
    *("odd url", "early hints", "no text", "gone", "nothing came", "no head came", "cut short"),
    *("broken coding", "replayed", "adopted", "robots"),
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_look_can_be_proven(looks, press, kind):
    shown = looks[kind]()
    found = verify(press.wacz(shown), press.brought, file="x.wacz")
    assert [one for one in found.claims if one.verdict is Verdict.FAILED] == []
    assert found.verdict == "consistent"
    assert found.about == shown.entry
    assert found.checkpoint.size == press.log.size


def test_every_kind_is_tried(looks):
    assert list(looks) == KINDS


def members(octets):
    with zipfile.ZipFile(io.BytesIO(octets)) as opened:
        return {one.filename: opened.read(one) for one in opened.infolist()}


def test_the_same_archive_gives_the_same_octets(press):
    shown = press.look()
    assert press.wacz(shown) == press.wacz(shown)


def test_what_a_revisit_refers_to_comes_along_and_nothing_else_does(press, wire):
    first = press.look()
    press.look("https://news.example/other", wire(OTHER))
    again = press.look("https://news.example/b")
    files = members(press.wacz(again))
    indices = {name for name in files if name.endswith(".entry")}
    made = {one.index for one in again.extractions}
    assert indices == {f"provenance/{at}.entry" for at in {first.index, again.index} | made}
    assert b"rained" not in gzip.decompress(files["archive/data.warc.gz"])


def test_all_hops_of_a_visit_come_along(press, wire):
    visit = "f" * 32
    moved = wire(b"moved", "Location: /a", status="301 Moved Permanently")
    hop = press.look("https://news.example/old", moved, visit=visit, outcome="redirected")
    press.look("https://news.example/other", wire(OTHER))
    end = press.look("https://news.example/a", visit=visit)
    octets = press.wacz(end)
    assert f"provenance/{hop.index}.entry" in members(octets)
    assert verify(octets, press.brought, file="x").verdict == "consistent"
    listed = members(octets)["pages/pages.jsonl"].decode().splitlines()
    assert [json.loads(line)["url"] for line in listed[1:]] == ["https://news.example/a"]


def test_the_private_key_is_in_no_bundle(press):
    octets = press.wacz(press.look())
    for secret in (press.key.seed, str(press.key).encode(), b"PRIVATE"):
        assert secret not in octets


def test_the_files_are_those_of_a_wacz_and_lie_two_levels_deep(press):
    shown = press.look()
    files = members(press.wacz(shown))
    assert {"archive/data.warc.gz", "indexes/index.cdx", "pages/pages.jsonl"} <= files.keys()
    assert {name for name in files if "/" not in name} == {
        "datapackage.json",
        "datapackage-digest.json",
    }
    assert all(name.count("/") <= 1 for name in files)
    package = json.loads(files["datapackage.json"])
    assert (package["profile"], package["wacz_version"]) == ("data-package", "1.1.1")
    assert package["title"] == "A bridge opens"
    assert package["mainPageUrl"] == "https://news.example/a"
    named = {one["path"]: (one["hash"], one["bytes"]) for one in package["resources"]}
    assert named == {
        name: (f"sha256:{hashlib.sha256(octets).hexdigest()}", len(octets))
        for name, octets in files.items()
        if "/" in name
    }
    digest = json.loads(files["datapackage-digest.json"])
    assert digest["hash"] == str(Digest.of(files["datapackage.json"]))
    assert files["provenance/config.yaml"] == press.config
    (text,) = [octets for name, octets in files.items() if len(name) == len("provenance/.txt") + 64]
    assert text.startswith(b"A bridge opens\n\n")


def test_the_records_are_copied_as_they_stand(press):
    shown = press.look()
    held = members(press.wacz(shown))["archive/data.warc.gz"]
    (path,) = (press.folder / "warc").iterdir()
    written = path.read_bytes()
    for _, place in shown.places:
        assert written[place.offset : place.offset + place.length] in held


@pytest.mark.parametrize("judge", ["warcio", "fastwarc"])
def test_others_find_no_fault_in_the_records(press, tmp_path, judge):
    press.look()
    path = tmp_path / "data.warc.gz"
    path.write_bytes(
        members(press.wacz(press.look("https://news.example/b")))["archive/data.warc.gz"]
    )
    tool = Path(sys.executable).parent / judge
    done = subprocess.run([tool, "check", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_index_line_leads_to_its_record(press):
    press.look()
    files = members(press.wacz(press.look("https://news.example/b?t=5")))
    lines = files["indexes/index.cdx"].decode().splitlines()
    assert lines == sorted(lines)
    said = [line.split(" ", 2) for line in lines]
    assert [(key, json.loads(one)["mime"]) for key, _, one in said] == [
        ("example,news)/a", "text/html"),
        ("example,news)/b?t=5", "warc/revisit"),
    ]
    for _, stamp, one in said:
        place = json.loads(one)
        begins, length = int(place["offset"]), int(place["length"])
        record = gzip.decompress(files["archive/data.warc.gz"][begins : begins + length])
        assert f"WARC-Target-URI: {place['url']}\r\n".encode() in record
        date = record.split(b"WARC-Date: ")[1][:19].decode()
        assert stamp == "".join(filter(str.isdigit, date))


# --- our own change of rules -------------------------------------------------------------------


@pytest.fixture
def technical(press):
    """A text that was read once more by new rules, when a later visit found another page."""
    first = press.look()
    press.config = press.config.replace(b"div.story", b"div.story, main")
    site = site_of(press.config, file="test")
    later = press.look("https://news.example/later", visit="e" * 32)
    place = dict(press.find(first.index).places)[first.entry.payload_record]
    press.read(first.entry, stored_block(press.folder, place), site, technical=True, visit="e" * 32)
    press.sync()
    return press.find(first.index), later


def test_a_technical_text_is_proven_by_the_config_that_it_was_read_by(press, technical):
    first, _ = technical
    assert [one.entry.technical for one in first.extractions] == [False, True]
    found = verify(press.wacz(first), press.brought, file="x")
    derived = [one for one in found.claims if one.check == "derived"]
    assert [one.verdict for one in derived] == [Verdict.VERIFIED, Verdict.VERIFIED]
    assert found.verdict == "consistent"


def test_a_text_of_other_software_is_inconclusive_where_it_differs(press, wire):
    shown = press.look(
        response=wire(OTHER), outcome="gone"
    )  # read below, and not as today's rules would
    site = site_of(press.config, file="test")
    stored = stored_block(press.folder, dict(shown.places)[shown.entry.payload_record])
    text = press.texts.keep_text("It rained, said an older reader.\n")
    older = replace(derive(stored, site.rules), text="It rained, said an older reader.\n")
    document = press.texts.keep_document(older)
    press.read(
        shown.entry,
        stored,
        site,
        extractor="dateline-rules/0 selectolax/0.1",
        text=text,
        document=document,
    )
    press.sync()
    found = verify(press.wacz(shown), press.brought, file="x")
    assert [one.verdict for one in found.claims if one.check == "derived"] == [Verdict.INCONCLUSIVE]
    assert found.verdict == "consistent"


# --- keys --------------------------------------------------------------------------------------


def test_a_bundle_leads_from_the_old_key_to_the_new_one(press):
    old = press.brought
    press.look()
    new = SigningKey.generate(press.key.name)
    index = press.log.rotate(new, at=press.clock.now(), signed=None)
    press.key = new
    shown = press.look("https://news.example/b")
    octets = press.wacz(shown, keys=(index,))
    for brought in (old, press.brought):
        assert verify(octets, brought, file="x").verdict == "consistent"
    without = press.wacz(shown)
    assert verify(without, press.brought, file="x").verdict == "consistent"
    assert verify(without, old, file="x").verdict == "failed"
    stranger = replace(old, vkey=SigningKey.generate(press.key.name).verify_key)
    assert verify(octets, stranger, file="x").verdict == "failed"


# --- what cannot be proven ---------------------------------------------------------------------


def test_a_text_that_is_gone_is_named(press):
    shown = press.look()
    (path,) = (press.folder / "text").rglob("*.txt")
    path.unlink()
    with pytest.raises(DamagedRecord, match=path.name):
        press.wacz(shown)


def test_a_record_that_was_altered_is_named(press):
    shown = press.look()
    (path,) = (press.folder / "warc").iterdir()
    octets = bytearray(path.read_bytes())
    octets[dict(shown.places)[shown.entry.payload_record].offset + 200] ^= 1
    path.write_bytes(octets)
    with pytest.raises(DamagedRecord, match=path.name):
        press.wacz(shown)


def test_a_response_that_was_taken_down_is_named(press):
    press.look()
    again = press.look("https://news.example/b")
    first = press.shown[0]
    places = dict(first.places)
    del places[first.entry.payload_record]
    press.shown[0] = replace(first, places=tuple(places.items()))
    with pytest.raises(DamagedRecord, match="taken down"):
        press.wacz(again)


def test_a_log_that_was_rolled_back_proves_nothing_that_came_later(press):
    press.look()
    before = (press.folder / "log" / "checkpoint").read_bytes()
    shown = press.look("https://news.example/b")
    (press.folder / "log" / "checkpoint").write_bytes(before)
    with pytest.raises(LedgerBroken, match="rolled back"):
        press.wacz(shown)
