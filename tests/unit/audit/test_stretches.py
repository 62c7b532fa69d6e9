"""A file in stretches is read as a whole one is; a plain look sees what a close one does."""

import gzip
import random

import pytest

from pipeline.archive.members import member
from pipeline.archive.packed import Member, Packed
from pipeline.archive.reader import records
from pipeline.audit import reading, strict, swift
from pipeline.audit.brought import Sample
from pipeline.audit.pool import Pool
from pipeline.audit.ranges import read_stretch
from pipeline.audit.reading import ToRead, read_all
from pipeline.audit.shelf import look_at
from pipeline.audit.stored import stored
from pipeline.audit.stretches import Stretch


def all_of(folder, name, size, **options):
    stretch = Stretch(
        folder=folder,
        name=name,
        start=0,
        stop=size,
        size=size,
        sample=Sample(),
        exact=True,
        **options,
    )
    return read_stretch(stretch)


def warc_of(folder):
    (path,) = (folder / "warc").iterdir()
    return path


def stored_in(path):
    packed, at = Packed.of(path), 0
    while at < path.stat().st_size:
        found = packed.member(at)
        assert isinstance(found, Member)
        at = found.end
        yield stored(found.octets, found.offset)
    packed.close()


@pytest.mark.parametrize("length", [1, 100, 997, 5000, 10**6])
def test_stretches_of_any_length_find_what_one_finds(whole, monkeypatch, length):
    path = warc_of(whole)
    alone = all_of(whole, path.name, path.stat().st_size)
    monkeypatch.setattr(reading, "STRETCH", length)
    files = [ToRead(file=file, sealed=False, adopted=False) for file in look_at(whole).files]
    reads = read_all(whole, files, Sample(), Pool(1), lambda _done, _total: None).reads
    assert b"".join(bytes(read.leaves) for read in reads) == bytes(alone.leaves)
    assert sum(read.records for read in reads) == alone.records
    assert not [found for read in reads for found in (*read.found, *read.tail)]


@pytest.mark.parametrize("length", [100, 997, 5000])
def test_stretches_of_a_damaged_file_find_the_same_captures(whole, monkeypatch, length):
    path = warc_of(whole)
    octets = bytearray(path.read_bytes())
    chance = random.Random(length)  # noqa: S311 - a choice of octets, no secret
    for at in chance.sample(range(len(octets)), 3):
        octets[at] ^= 0x55
    path.write_bytes(octets)
    alone = all_of(whole, path.name, len(octets))
    monkeypatch.setattr(reading, "STRETCH", length)
    files = [ToRead(file=file, sealed=False, adopted=False) for file in look_at(whole).files]
    reads = read_all(whole, files, Sample(), Pool(1), lambda _done, _total: None).reads
    assert b"".join(bytes(read.leaves) for read in reads) == bytes(alone.leaves)
    assert any(read.found or read.tail for read in reads)


def test_a_body_that_is_a_gzip_member_itself_is_no_member_of_the_file(build, failures, monkeypatch):
    builder = build()
    inner = gzip.compress(b"WARC/1.1\r\nWARC-Type: metadata\r\n" * 20, 1, mtime=0)
    for _ in range(5):
        builder.page(inner * 3, "Content-Type: application/gzip", change=None)
    builder.finish()
    monkeypatch.setattr(reading, "STRETCH", 64)
    assert failures(builder.folder) == ([], "consistent")


def test_what_is_plain_is_what_a_close_look_finds(whole):
    group = []
    plain = 0
    for record in stored_in(warc_of(whole)):
        if record.type == "warcinfo":
            continue
        if record.type != "metadata":
            group.append(record)
            continue
        told = swift.plain(record, group, derive=True)
        assert list(strict.faults(record, group)) == []
        if told is not None:
            plain += 1
            assert told.entry.encode() == strict.told_by(record, group).encoded
        group = []
    assert plain >= 5


def test_a_foreign_writers_packing_is_no_fault_of_the_records(build, claims):
    builder = build()
    builder.page()
    builder.page()
    builder.commit()
    path = warc_of(builder.folder)
    found = [one.record for one in records(path)]
    path.write_bytes(b"".join(gzip.compress(record.octets(), 6, mtime=0) for record in found))
    told, summary = claims(builder.folder)
    assert summary.verdict == "consistent"
    assert any("not covered: gzip headers" in one.subject for one in told)
    odd = gzip.compress(found[-1].octets(), 6, mtime=0)
    path.write_bytes(b"".join([*map(member, found[:-1]), odd]))
    assert claims(builder.folder)[1].verdict == "failed"


def test_a_member_that_grows_beyond_all_measure_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.archive.packed.MOST_BLOCK", 1 << 20)
    path = tmp_path / "bomb"
    path.write_bytes(gzip.compress(bytes(30 << 20), 9))
    packed = Packed.of(path)
    assert "more than" in packed.member(0).why
    packed.close()
