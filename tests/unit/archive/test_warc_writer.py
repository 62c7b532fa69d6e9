"""The file that grows: durable in batches, rolled, sealed, and whole after every crash."""

import os
import resource
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.archive.reader import Damage, read_record, records
from pipeline.archive.records import metadata
from pipeline.archive.recovery import mend, seal
from pipeline.archive.writer import WarcWriter
from pipeline.errors import ArchiveUnwritable, DamagedRecord

DATE = datetime(2026, 11, 21, tzinfo=UTC)


def recover(archive):
    """What a start does with what a crash left open."""
    done = mend(archive)
    for each in done:
        if each.records:
            seal(archive, each.file, at=datetime.now(UTC))
    return done


def unheard(_entry):
    """Nobody keeps a log of what is begun and sealed."""


def record(text="x"):
    return metadata("https://a.example/", DATE, [("said", text)], concurrent_to=None)


def said(path):
    return [one.record.block for one in records(path) if one.record.type == "metadata"]


def only(archive):
    (path,) = (archive / "warc").iterdir()
    return path


def test_no_file_is_made_before_a_record_needs_it(archive, writer):
    writer.sync()
    assert writer.seal() is None
    assert not (archive / "warc").exists()


def test_the_open_file_is_named_by_writer_instant_and_serial(archive, writer):
    place = writer.append(record())
    assert place.file == "test-20261121100000-00000.warc.gz"
    assert only(archive).name == "test-20261121100000-00000.warc.gz.open"


def test_a_name_that_is_taken_is_not_taken_again(archive, clock):
    with WarcWriter(archive, writer="a b/c", clock=clock, enter=unheard) as first:
        first.append(record())
    with WarcWriter(archive, writer="a b/c", clock=clock, enter=unheard) as second:
        second.append(record())
    assert sorted(path.name for path in (archive / "warc").iterdir()) == [
        "a-b-c-20261121100000-00000.warc.gz",
        "a-b-c-20261121100000-00001.warc.gz",
    ]


def test_nothing_reaches_the_disk_before_sync_and_everything_after(archive, writer):
    places = [writer.append(record(str(number))) for number in range(3)]
    assert only(archive).stat().st_size == 0
    writer.sync()
    assert only(archive).stat().st_size == places[-1].offset + places[-1].length
    assert [read_record(archive, place).block for place in places] == [
        b"said: 0\r\n",
        b"said: 1\r\n",
        b"said: 2\r\n",
    ]


def test_a_batch_costs_one_fsync_and_a_new_name_those_of_its_folders(archive, clock):
    synced = []
    with WarcWriter(archive, writer="w", clock=clock, enter=unheard, fsync=synced.append) as writer:
        writer.append(record())
        writer.append(record())
        writer.sync()
        assert len(synced) == 3
        writer.append(record())
        writer.sync()
        writer.sync()
        assert len(synced) == 4
    assert len(synced) == 5


def test_sealing_takes_the_mark_off_the_name_and_the_place_stays_right(archive, writer):
    place = writer.append(record())
    writer.sync()
    before = read_record(archive, place)
    assert writer.seal() == place.file
    assert only(archive).name == place.file
    assert read_record(archive, place) == before


def test_a_file_that_is_a_day_old_is_sealed_when_the_next_batch_begins(archive, writer, clock):
    first = writer.append(record())
    clock.advance(timedelta(hours=25))
    assert writer.append(record()).file == first.file
    writer.sync()
    assert writer.append(record()).file != first.file
    writer.sync()
    names = sorted(path.name for path in (archive / "warc").iterdir())
    assert names == [
        "test-20261121100000-00000.warc.gz",
        "test-20261122110000-00000.warc.gz.open",
    ]


def test_a_file_that_is_full_is_sealed(archive, clock):
    files = set()
    with WarcWriter(archive, writer="w", clock=clock, enter=unheard, most_bytes=500) as writer:
        for _ in range(5):
            files.add(writer.append(record(os.urandom(100).hex())).file)
            writer.sync()
    assert len(files) > 1
    assert {path.name for path in (archive / "warc").iterdir()} == files


def test_what_is_appended_while_a_sync_runs_belongs_to_the_next(archive, clock):
    places = []

    def slow(descriptor):
        if len(places) == 1:
            places.append(writer.append(record("meanwhile")))
        os.fsync(descriptor)

    with WarcWriter(archive, writer="w", clock=clock, enter=unheard, fsync=slow) as writer:
        places.append(writer.append(record("first")))
        writer.sync()
        assert only(archive).stat().st_size == places[1].offset
        writer.sync()
    assert said(only(archive)) == [b"said: first\r\n", b"said: meanwhile\r\n"]


def test_close_seals(archive, clock):
    with WarcWriter(archive, writer="w", clock=clock, enter=unheard) as writer:
        place = writer.append(record("last"))
    assert read_record(archive, place).block == b"said: last\r\n"
    assert only(archive).suffix == ".gz"


class FailingFsync:
    """Fails at one of its calls, as a disk does: for ever after."""

    def __init__(self, at):
        self.left = at

    def __call__(self, descriptor):
        self.left -= 1
        if self.left < 0:
            raise OSError(5, "Input/output error")
        os.fsync(descriptor)


def test_after_a_failed_fsync_the_writer_refuses_and_what_was_synced_is_whole(archive, clock):
    writer = WarcWriter(archive, writer="w", clock=clock, enter=unheard, fsync=FailingFsync(3))
    kept = writer.append(record("kept"))
    writer.sync()
    lost = writer.append(record("lost"))
    with pytest.raises(ArchiveUnwritable, match="Input/output error") as failed:
        writer.sync()
    assert failed.value.path == only(archive)
    for again in (lambda: writer.append(record()), writer.sync, writer.seal):
        with pytest.raises(ArchiveUnwritable, match="Input/output error"):
            again()
    writer.close()
    assert said(only(archive)) == [b"said: kept\r\n"]
    (done,) = recover(archive)
    assert (done.records, done.cut, done.damage) == (2, 0, ())
    assert read_record(archive, kept).block == b"said: kept\r\n"
    with pytest.raises(DamagedRecord):
        read_record(archive, lost)


def test_a_disk_that_fills_in_the_middle_of_a_batch_loses_nothing_synced(archive, clock):
    writer = WarcWriter(archive, writer="w", clock=clock, enter=unheard)
    writer.append(record("kept"))
    writer.sync()
    size = only(archive).stat().st_size
    for _ in range(50):
        writer.append(record(os.urandom(500).hex()))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 5000, hard))
    try:
        with pytest.raises(ArchiveUnwritable, match="File too large"):
            writer.sync()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert only(archive).stat().st_size == size
    with pytest.raises(ArchiveUnwritable):
        writer.append(record())
    writer.close()
    (done,) = recover(archive)
    assert (done.records, done.cut) == (2, 0)
    assert said(only(archive)) == [b"said: kept\r\n"]


def test_a_folder_that_cannot_be_made_is_told_with_its_path(tmp_path, clock):
    (tmp_path / "archive").write_text("a file")
    writer = WarcWriter(tmp_path / "archive", writer="w", clock=clock, enter=unheard)
    with pytest.raises(ArchiveUnwritable, match="archive/warc: Not a directory"):
        writer.append(record())


def test_a_crashed_file_cut_at_any_byte_of_its_last_member_keeps_the_records_before(archive, clock):
    writer = WarcWriter(archive, writer="w", clock=clock, enter=unheard)
    writer.append(record("kept"))
    last = writer.append(record("last"))
    writer.sync()
    path = only(archive)
    whole = path.read_bytes()
    for length in range(last.offset, last.offset + last.length + 1):
        path.write_bytes(whole[:length])
        (done,) = recover(archive)
        sealed = only(archive)
        complete = length == len(whole)
        assert done.file == sealed.name == last.file
        assert done.records == 2 + complete
        assert done.kept == sealed.stat().st_size == (length if complete else last.offset)
        assert done.cut == (0 if complete else length - last.offset)
        assert not any(isinstance(one, Damage) for one in records(sealed))
        sealed.unlink()


def test_a_file_without_a_whole_record_goes_away(archive, clock):
    writer = WarcWriter(archive, writer="w", clock=clock, enter=unheard)
    writer.append(record())
    (done,) = recover(archive)
    assert (done.records, done.kept, done.cut) == (0, 0, 0)
    assert list((archive / "warc").iterdir()) == []


def test_zeros_that_a_power_cut_left_behind_are_cut(archive, clock):
    writer = WarcWriter(archive, writer="w", clock=clock, enter=unheard)
    writer.append(record("kept"))
    writer.sync()
    with only(archive).open("ab") as file:
        file.write(bytes(5000))
    (done,) = recover(archive)
    assert (done.records, done.cut, done.damage) == (2, 5000, ())


def test_damage_before_a_whole_record_is_told_and_not_repaired(archive, clock):
    writer = WarcWriter(archive, writer="w", clock=clock, enter=unheard)
    hit, after = writer.append(record("hit")), writer.append(record("after"))
    writer.sync()
    path = only(archive)
    octets = bytearray(path.read_bytes())
    octets[hit.offset + hit.length // 2] ^= 0xFF
    path.write_bytes(bytes(octets) + b"\x1f\x8b\x08torn")
    (done,) = recover(archive)
    assert [damage.offset for damage in done.damage] == [hit.offset]
    assert (done.records, done.cut) == (2, 7)
    assert read_record(archive, after).block == b"said: after\r\n"


def test_recovery_never_writes_over_a_sealed_file(archive, clock):
    with WarcWriter(archive, writer="w", clock=clock, enter=unheard) as writer:
        writer.append(record("sealed"))
    sealed = only(archive)
    twin = sealed.with_name(sealed.name + ".open")
    twin.write_bytes(sealed.read_bytes())
    with pytest.raises(ArchiveUnwritable, match="exists as well"):
        recover(archive)
    assert said(sealed) == [b"said: sealed\r\n"]


def test_there_is_nothing_to_recover_in_an_archive_that_was_left_in_order(archive):
    assert recover(archive) == ()


def test_an_altered_record_is_damaged_wherever_the_alteration_is(archive, writer):
    place = writer.append(record("true"))
    writer.seal()
    path = only(archive)
    true = path.read_bytes()
    for at in range(place.offset, place.offset + place.length):
        # gzip's header says nothing about the content in its date and system
        if at - place.offset in range(4, 10):
            continue
        octets = bytearray(true)
        octets[at] ^= 0x55
        path.write_bytes(octets)
        with pytest.raises(DamagedRecord):
            read_record(archive, place)


@pytest.mark.parametrize("shift", [(1, 0), (0, 1), (0, -1), (10**6, 0)])
def test_a_place_that_is_not_a_records_is_damaged(archive, writer, shift):
    place = writer.append(record())
    writer.sync()
    wrong = type(place)(
        file=place.file, offset=place.offset + shift[0], length=place.length + shift[1]
    )
    if shift == (0, 1):
        writer.append(record())
        writer.sync()
    with pytest.raises(DamagedRecord):
        read_record(archive, wrong)


def test_a_missing_file_is_told(archive, writer):
    place = writer.append(record())
    writer.seal()
    only(archive).unlink()
    with pytest.raises(DamagedRecord, match="no such file"):
        read_record(archive, place)
