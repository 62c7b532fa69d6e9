"""Whatever is changed in a bundle is found, even where all hashes were computed anew."""

import gzip
import io

import pytest
from msgspec.structs import replace

from pipeline.archive.members import member
from pipeline.archive.noting import entry_fields
from pipeline.archive.reader import walk
from pipeline.archive.records import warc_fields
from pipeline.bundle import warcs
from pipeline.bundle.contents import Member, files_of
from pipeline.bundle.verifying import verify
from pipeline.bundle.wacz import wacz_of
from pipeline.bundle.warcs import WarcRefused, read_warc
from pipeline.bundle.zipped import pack
from pipeline.ground.claims import Verdict
from pipeline.ground.clock import stamp
from pipeline.ledger.entries import decode, encode
from pipeline.model import Digest

STEP = 23
SOFTWARE = "Dateline/0.1"


@pytest.fixture
def revisit(press):
    """The contents of a bundle with a revisit and what it refers to."""
    press.look()
    return press.contents(press.look("https://news.example/b?t=5"))


def failed(octets, press):
    found = verify(octets, press.brought, file="x.wacz")
    assert found.verdict == "failed", found.claims
    return [one for one in found.claims if one.verdict is Verdict.FAILED]


def checks(octets, press):
    return {one.check for one in failed(octets, press)}


@pytest.mark.parametrize("start", range(4))
def test_a_flipped_bit_is_found_anywhere(press, revisit, start):
    octets = wacz_of(revisit, software=SOFTWARE)
    for at in range(start, len(octets), STEP):
        bad = bytearray(octets)
        bad[at] ^= 1 << (at % 8)
        failed(bytes(bad), press)


def test_a_flipped_bit_in_any_file_is_found_without_the_zip_telling(press, revisit):
    """A forger packs the zip anew, with the right check sums."""
    files = files_of(revisit, software=SOFTWARE)
    at = decode(revisit.proven[-1].leaf).at
    assert verify(pack(files, at=at), press.brought, file="x").verdict == "consistent"
    for number, file in enumerate(files):
        for place in {0, len(file.octets) // 2, len(file.octets) - 1}:
            bad = bytearray(file.octets)
            bad[place] ^= 1
            forged = (*files[:number], Member(file.name, bytes(bad)), *files[number + 1 :])
            told = failed(pack(forged, at=at), press)
            assert {"files", "layout"} & {one.check for one in told}, (file.name, place)


def test_a_missing_or_an_extra_file_is_found(press, revisit):
    files = files_of(revisit, software=SOFTWARE)
    at = decode(revisit.proven[-1].leaf).at
    for number in range(len(files)):
        failed(pack((*files[:number], *files[number + 1 :]), at=at), press)
    for name in ("zzz", "provenance/9.entry", "archive/more.warc.gz", "provenance/x.txt"):
        told = failed(pack((*files, Member(name, b"x")), at=at), press)
        assert told[-1].check == "files"


def test_another_order_or_date_is_found(press, revisit):
    files = files_of(revisit, software=SOFTWARE)
    entry = decode(revisit.proven[-1].leaf)
    assert checks(pack(files[::-1], at=entry.at), press) == {"layout"}
    later = entry.at.replace(year=entry.at.year + 1)
    assert checks(pack(files, at=later), press) == {"layout"}


# --- a forger who computes everything anew -----------------------------------------------------


def records_of(contents):
    return [laid.record for laid in read_warc(contents.warc)]


def with_records(contents, records):
    return replace(contents, warc=b"".join(map(member, records)))


def forged(press, contents):
    return checks(wacz_of(contents, software=SOFTWARE), press)


def changed(records, kind, change):
    """`records` with the last one of `kind` changed, its own digest computed anew."""
    place = max(at for at, one in enumerate(records) if one.type == kind)
    return [*records[:place], change(records[place]), *records[place + 1 :]]


def says(name, value):
    def change(record):
        assert record.field(name) is not None
        fields = [(key, value if key == name else said) for key, said in record.fields]
        return replace(record, fields=tuple(fields))

    return change


def holds(old, new):
    def change(record):
        assert old in record.block
        block = record.block.replace(old, new)
        fresh = {"WARC-Block-Digest": str(Digest.of(block)), "Content-Length": str(len(block))}
        fields = [(key, fresh.get(key, said)) for key, said in record.fields]
        return replace(record, fields=tuple(fields), pieces=(block,))

    return change


FORGERIES = {
    "other words": ("response", holds(b"ferry", b"canoe")),
    "another header": ("response", holds(b"text/html", b"text/xml ")),
    "another status": ("revisit", holds(b"200 OK", b"404 OK")),
    "another request": ("request", holds(b"GET", b"PUT")),
    "another config": ("resource", holds(b"", b" ")),
    "another address": ("response", says("WARC-IP-Address", "192.0.2.8")),
    "another date": ("response", says("WARC-Date", "2020-01-01T00:00:00.000000Z")),
    "another url": ("revisit", says("WARC-Target-URI", "https://other.example/")),
    "another protocol": ("request", says("WARC-Protocol", "http/1.0")),
    "another payload": ("revisit", says("WARC-Payload-Digest", str(Digest.of(b"")))),
    "another original": ("revisit", says("WARC-Refers-To-Target-URI", "https://other.example/")),
    "another original's date": ("revisit", says("WARC-Refers-To-Date", "2020-01-01T00:00:00Z")),
    "another profile": ("revisit", says("WARC-Profile", "urn:x")),
    "another type": ("request", says("WARC-Type", "response")),
    "another media type": ("response", says("Content-Type", "text/plain")),
    "another tie": ("request", says("WARC-Concurrent-To", "<urn:uuid:0>")),
    "another id": ("response", says("WARC-Record-ID", "<urn:uuid:0>")),
    "another length": ("response", says("Content-Length", "1")),
    "another site": ("metadata", holds(b"site: harbour", b"site: another")),
    "another outcome": ("metadata", holds(b"outcome: captured", b"outcome: blocked!")),
    "another visit": ("metadata", holds(b"visit: 0", b"visit: 1")),
    "one more line": ("metadata", holds(b"visit: 0", b"surprise: yes\r\nvisit: 0")),
    "a line less": ("metadata", holds(b"tls-verified: yes\r\n", b"")),
    "odd blanks": ("metadata", holds(b"visit: ", b"visit:  ")),
    "another uri": ("resource", says("WARC-Target-URI", "urn:dateline:config:sha256:00")),
}


@pytest.mark.parametrize("kind", FORGERIES)
def test_a_forged_record_is_found(press, revisit, kind):
    records = changed(records_of(revisit), *FORGERIES[kind])
    try:
        octets = wacz_of(with_records(revisit, records), software=SOFTWARE)
    except ValueError:
        return  # it does not even make a bundle
    assert checks(octets, press) & {"capture", "resource", "warc", "extraction"}


def test_records_in_another_order_twice_or_not_at_all_are_found(press, revisit):
    records = records_of(revisit)
    for at in range(len(records)):
        less = [*records[:at], *records[at + 1 :]]
        assert forged(press, with_records(revisit, less))
        if at:
            swapped = [*records[: at - 1], records[at], records[at - 1], *records[at + 1 :]]
            assert forged(press, with_records(revisit, swapped))
    with pytest.raises(WarcRefused, match="second time"):
        read_warc(with_records(revisit, [*records, records[-1]]).warc)


def test_records_from_elsewhere_are_found(press, revisit, wire):
    press.look("https://news.example/c", wire(b"<p>Something else altogether.</p>"))
    (path,) = (press.folder / "warc").iterdir()
    strange = [found.record for found in walk(io.BytesIO(path.read_bytes()))][-1]
    for records in ([*records_of(revisit), strange], [strange, *records_of(revisit)]):
        assert "capture" in forged(press, with_records(revisit, records))


def test_an_entry_that_is_not_in_the_log_is_found(press, revisit):
    one = revisit.proven[0]
    entry = decode(one.leaf)
    leaf = encode(replace(entry, observed_at=entry.observed_at.replace(year=2001)))
    proven = (replace(one, leaf=leaf), *revisit.proven[1:])
    assert "proof" in forged(press, replace(revisit, proven=proven))


def test_a_metadata_record_forged_with_its_entry_still_has_no_proof(press, revisit):
    """Entry, record, hashes: all of one piece, and not in the log."""
    first = revisit.proven[0]
    entry = decode(first.leaf)
    younger = replace(entry, at=entry.at.replace(year=2001))
    old, new = stamp(entry.at).encode(), stamp(younger.at).encode()
    records = records_of(revisit)
    place = min(at for at, one in enumerate(records) if one.type == "metadata")
    records[place] = holds(b"at: " + old, b"at: " + new)(records[place])
    assert warc_fields(entry_fields(younger)) in records[place].block
    contents = with_records(revisit, records)
    proven = (replace(first, leaf=encode(younger)), *revisit.proven[1:])
    assert forged(press, replace(contents, proven=proven)) == {"proof"}


def test_a_swapped_or_foreign_proof_is_found(press, revisit):
    one, other, *rest = revisit.proven
    swapped = (replace(one, proof=other.proof), replace(other, proof=one.proof), *rest)
    assert "proof" in forged(press, replace(revisit, proven=swapped))
    moved = (replace(one, index=other.index), replace(other, index=one.index), *rest)
    assert "proof" in forged(press, replace(revisit, proven=moved))


def test_a_checkpoint_of_another_key_is_found(press, revisit, other_press):
    contents = other_press.contents(other_press.look())
    assert checks(wacz_of(contents, software=SOFTWARE), press) == {"checkpoint"}
    assert "checkpoint" in forged(press, replace(revisit, checkpoint=contents.checkpoint))


def test_another_published_key_is_found(press, revisit):
    assert forged(press, replace(revisit, vkey=b"me+00000000+AAAA\n")) == {"checkpoint"}


def test_texts_and_sidecars_that_do_not_follow_are_found(press, revisit):
    other = b"Something else.\n"
    assert "text" in forged(press, replace(revisit, texts=(other,)))
    assert "text" in forged(press, replace(revisit, texts=(*revisit.texts, other)))
    assert "text" in forged(press, replace(revisit, texts=()))
    assert "sidecar" in forged(press, replace(revisit, sidecars=()))
    assert "sidecar" in forged(press, replace(revisit, sidecars=(*revisit.sidecars, b"{}")))
    assert "config" in forged(press, replace(revisit, config=b"site: x\n"))
    assert "config" in forged(press, replace(revisit, config=None))


# --- what would break a careless reader --------------------------------------------------------


@pytest.mark.parametrize("filler", [b"\0", b"\n"], ids=["zeros", "line breaks"])
def test_a_gzip_bomb_is_not_unpacked(filler, monkeypatch):
    monkeypatch.setattr(warcs, "MOST_UNPACKED", 10_000_000)
    octets = gzip.compress(b"WARC/1.1\r\nContent-Length: 2\r\n\r\nxx\r\n\r\n")
    for packed in (gzip.compress(filler * 50_000_000), octets + gzip.compress(filler * 50_000_000)):
        with pytest.raises(WarcRefused, match="unpacks to more"):
            read_warc(packed)


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"\x1f\x8b",
        b"WARC/1.1\r\n\r\n",
        gzip.compress(b"", mtime=0),
        gzip.compress(b"x" * 99, mtime=0),
        b"\0" * 9,
    ],
)
def test_what_is_no_warc_file_fails_in_words(press, revisit, junk):
    files = files_of(revisit, software=SOFTWARE)
    at = decode(revisit.proven[-1].leaf).at
    forged = [
        Member(file.name, junk) if file.name == "archive/data.warc.gz" else file for file in files
    ]
    assert failed(pack(forged, at=at), press)


@pytest.mark.parametrize("octets", [b"", b"PK", b"hello", b"\0" * 1000, b"PK\x05\x06" + bytes(18)])
def test_what_is_no_wacz_at_all_fails_in_words(press, octets):
    assert checks(octets, press) == {"zip"}


@pytest.mark.parametrize(
    "package",
    [
        b"", b"[]", b"{}", b"null", b'{"wacz_version":"1.1.1","provenance_version":"1"}',
        b'{"wacz_version":"1.1.1","provenance_version":"1","resources":[1]}',
        b'{"wacz_version":"1.1.1","provenance_version":"1","resources":7}',
        b'{"wacz_version":"1.1.1","provenance_version":"1","resources":[{"path":[]}]}',
        b"[" * 100_000,
        b'{"wacz_version":"1.1.1","provenance_version":"1","resources":[{"path":"\\ud800","hash":""}]}',
    ],
)  # fmt: skip
def test_any_datapackage_is_answered_in_words(press, revisit, package):
    files = files_of(revisit, software=SOFTWARE)
    at = decode(revisit.proven[-1].leaf).at
    forged = [
        Member(file.name, package) if file.name == "datapackage.json" else file for file in files
    ]
    found = verify(pack(forged, at=at), press.brought, file="x")
    assert found.verdict in {"failed", "inconclusive"}


def test_a_bundle_of_a_later_version_is_not_judged(press, revisit):
    files = files_of(revisit, software=SOFTWARE)
    at = decode(revisit.proven[-1].leaf).at
    old, new = b'"provenance_version": "1"', b'"provenance_version": "2"'
    later = [Member(file.name, file.octets.replace(old, new)) for file in files]
    assert verify(pack(later, at=at), press.brought, file="x").verdict == "inconclusive"


@pytest.mark.parametrize("leaf", [b"", b"{}", b"x" * 70_000, b'{"kind":"capture","v":1}', b"\xff"])
def test_any_entry_is_answered_in_words(press, revisit, leaf):
    """Also where no main page is named, so that nothing looks into entries early."""
    whole = files_of(replace(revisit, main=None), software=SOFTWARE)
    at = decode(revisit.proven[-1].leaf).at
    first = f"provenance/{revisit.proven[0].index}.entry"
    forged = [Member(file.name, leaf) if file.name == first else file for file in whole]
    assert failed(pack(forged, at=at), press)


def test_rules_that_nobody_signed_are_not_run(press, revisit):
    """Their patterns could keep whoever checks the bundle busy for ever."""
    proof = replace(revisit.proven[0], proof=revisit.proven[1].proof)
    octets = wacz_of(replace(revisit, proven=(proof, *revisit.proven[1:])), software=SOFTWARE)
    found = verify(octets, press.brought, file="x")
    derived = [one.verdict for one in found.claims if one.check == "derived"]
    assert derived
    assert set(derived) == {Verdict.NOT_CHECKED}
