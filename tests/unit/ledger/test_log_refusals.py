"""No key signs a log that is less than what it signed before, or another one."""

import shutil

import pytest

from pipeline.errors import ArchiveUnwritable, KeyUnusable, LedgerBroken
from pipeline.ground.evidence import KeyEntry, OpenEntry
from pipeline.ledger.checkpoint import Checkpoint, open_checkpoint
from pipeline.ledger.entries import decode
from pipeline.ledger.keys import is_signed_by, last_key, publish, published
from pipeline.ledger.log import Log
from pipeline.ledger.merkle import EMPTY_ROOT
from pipeline.ledger.notes import SigningKey, sign
from pipeline.ledger.reader import LogReader
from pipeline.ledger.spelling import spell_octets
from pipeline.model import Digest


@pytest.fixture
def other():
    """Another key of the same name, as a rotation makes it."""
    return SigningKey("example.org/log", bytes(32))


def tree(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(archive, key, signed, error=LedgerBroken):
    """Opening raises `error` and changes nothing; the message comes back."""
    before = tree(archive.parent)
    with pytest.raises(error) as raised:
        Log.open(archive, key, signed=signed)
    assert tree(archive.parent) == before
    return str(raised.value)


def test_the_last_signed_checkpoint_is_kept_beside_the_key(archive, signed, grow):
    log = grow(3)
    assert signed.read_bytes() == log.checkpoint_octets == (archive / "log/checkpoint").read_bytes()
    signed.unlink()
    grow(0)
    assert signed.read_bytes() == log.checkpoint_octets


def test_a_log_goes_on_where_it_ended(archive, grow):
    for total in (300, 600, 900):
        assert grow(300).committed.size == total
    assert LogReader.open(archive).root() == grow(0).committed.root


def test_an_old_copy_of_the_archive_is_refused(archive, key, signed, grow):
    grow(10)
    shutil.copytree(archive, archive.with_name("copy"))
    grow(10)
    shutil.rmtree(archive)
    archive.with_name("copy").rename(archive)
    said = refused(archive, key, signed)
    assert "rolled back: it says 10 entries" in said
    assert "has signed 20 entries" in said


def test_an_emptied_archive_is_refused(archive, key, signed, grow):
    grow(10)
    shutil.rmtree(archive)
    archive.mkdir()
    assert "rolled back: it is missing, its key has signed 10" in refused(archive, key, signed)


def test_two_copies_that_both_went_on_are_told_apart(archive, key, signed, grow, at):
    grow(300)
    copy = archive.with_name("copy")
    shutil.copytree(archive, copy)
    grow(10)
    fork = Log.open(copy, key, signed=None)
    for size in (310, 320):
        while fork.size < size:
            fork.append(OpenEntry(at=at, name="fork", warcinfo=Digest.of(b"")))
        fork.sync()
        assert f"forked: it says {size} entries" in refused(copy, key, signed)
    assert grow(0).committed.size == 310


def test_an_archive_that_was_never_used_may_be_begun_again(archive, key, signed, grow):
    grow(0)
    shutil.rmtree(archive)
    assert Log.open(archive, key, signed=signed).size == 0


@pytest.mark.parametrize("octets", [b"x", b"\n\n", b"\xff" * 9])
def test_a_file_beside_the_key_that_says_nothing_true_is_refused(
    archive, key, signed, grow, octets
):
    grow(3)
    signed.write_bytes(octets)
    assert "move this file away" in refused(archive, key, signed, KeyUnusable)


def test_a_file_beside_the_key_that_another_key_signed_is_refused(
    archive, key, other, signed, grow
):
    log = grow(3)
    signed.write_bytes(sign(log.committed.text, other))
    assert str(key.verify_key) in refused(archive, key, signed, KeyUnusable)


@pytest.mark.parametrize("octets", [b"", bytes(300)])
def test_a_file_beside_the_key_that_a_power_cut_blanked_is_written_anew(signed, grow, octets):
    log = grow(3)
    signed.write_bytes(octets)
    grow(0)
    assert signed.read_bytes() == log.checkpoint_octets


@pytest.mark.parametrize("left", ["tile", "anchors", "witnesses"])
def test_a_log_that_lost_its_checkpoint_is_not_begun_again(archive, key, grow, left):
    grow(3, beside=None)
    (archive / "log/checkpoint").unlink()
    (archive / "log/tile").rename(archive / "log" / left)
    (archive / "keys/log.vkey").unlink()
    assert f"is missing, but {archive / 'log'} holds {left}" in refused(archive, key, None)


def test_a_log_that_was_removed_is_not_begun_again(archive, key, grow):
    grow(3, beside=None)
    shutil.rmtree(archive / "log")
    assert "log.vkey says that it was" in refused(archive, key, None)


def test_every_flipped_octet_at_the_right_edge_is_refused(archive, key, signed, grow):
    grow(259)
    names = ("checkpoint", "tile/0/001.p/3", "tile/1/000.p/1", "tile/entries/001.p/3")
    for path in [archive / "log" / name for name in names]:
        octets = path.read_bytes()
        for place in range(0, len(octets), 5):
            changed = bytearray(octets)
            changed[place] ^= 1
            path.write_bytes(changed)
            with pytest.raises((LedgerBroken, KeyUnusable)):
                Log.open(archive, key, signed=signed)
        path.write_bytes(octets)
    grow(0)


def test_a_signed_root_that_the_tiles_do_not_give_is_refused(archive, key, grow):
    log = grow(3)
    wrong = Checkpoint(origin=log.origin, size=3, root=EMPTY_ROOT)
    (archive / "log/checkpoint").write_bytes(sign(wrong.text, key))
    said = refused(archive, key, None)
    assert spell_octets(EMPTY_ROOT) in said
    assert spell_octets(log.committed.root) in said


def test_the_second_of_two_writers_refuses_for_good(archive, key, signed, grow, numbered):
    first, second = grow(3), Log.open(archive, key, signed=signed)
    for log in (first, second):
        log.append(numbered(99))
    first.sync()
    before = tree(archive)
    for _ in range(2):
        with pytest.raises(LedgerBroken, match="another one writes"):
            second.sync()
        with pytest.raises(LedgerBroken):
            second.append(numbered(4))
    assert tree(archive) == before
    first.append(numbered(4))
    first.sync()


def test_a_writer_that_was_overtaken_while_it_wrote_refuses(archive, grow, numbered):
    first = grow(3)

    def overtaken(_descriptor):
        if first.committed.size == 3:
            first.append(numbered(3))
            first.sync()

    second = grow(0, beside=None)
    second._fsync = overtaken
    second.append(numbered(99))
    with pytest.raises(LedgerBroken, match="another one writes"):
        second.sync()
    assert (archive / "log/checkpoint").read_bytes() == first.checkpoint_octets


@pytest.mark.parametrize("harm", ["gone", "foreign"])
def test_a_register_that_changed_hands_is_not_written_over(archive, grow, numbered, harm):
    log = grow(3)
    path = archive / "log/checkpoint"
    path.unlink() if harm == "gone" else path.write_bytes(b"foreign")
    log.append(numbered(3))
    with pytest.raises(LedgerBroken, match="another one writes"):
        log.sync()
    assert not path.exists() if harm == "gone" else path.read_bytes() == b"foreign"


def test_another_key_does_not_sign(archive, key, other, grow):
    grow(3)
    said = refused(archive, other, None, KeyUnusable)
    assert str(key.verify_key) in said
    assert str(other.verify_key) in said
    stranger = SigningKey("example.org/other", bytes(32))
    assert "example.org/other" in refused(archive, stranger, None, KeyUnusable)
    (archive / "keys/log.vkey").unlink()
    assert "not by" in refused(archive, other, None)


def test_a_published_key_that_was_lost_is_published_again(archive, key, grow):
    grow(3)
    (archive / "keys/log.vkey").unlink()
    grow(0)
    assert published(archive) == key.verify_key


def test_a_rotation_says_in_the_log_who_follows(archive, key, other, tmp_path, grow, numbered, at):
    log, signed = grow(300), tmp_path / "new.key.signed"
    log.append(numbered(300))
    assert log.rotate(other, at=at, signed=signed) == 301
    assert log.committed.size == 302
    assert published(archive) == other.verify_key
    assert signed.read_bytes() == log.checkpoint_octets
    open_checkpoint(log.checkpoint_octets, [other.verify_key])
    entry = decode(LogReader.open(archive).entry(301))
    assert isinstance(entry, KeyEntry)
    assert is_signed_by(entry, key.verify_key)
    assert last_key(key.verify_key, [entry]) == other.verify_key
    grow(10, signing=other, beside=signed)
    assert str(other.verify_key) in refused(archive, key, None, KeyUnusable)


def test_a_rotation_that_was_cut_short_is_carried_through(archive, key, other, grow, at):
    """Killed between the checkpoint and keys/log.vkey: the entry tells who signs."""
    grow(3).rotate(other, at=at, signed=None)
    publish(archive, key)
    assert str(other.verify_key) in refused(archive, key, None, KeyUnusable)
    assert grow(3, signing=other, beside=None).committed.size == 7
    assert published(archive) == other.verify_key


def test_a_key_that_names_itself_does_not_sign(archive, other, at, grow):
    """Only the key that holds can name the next one."""
    log = grow(3)
    text = f"{log.origin}\n{other.verify_key}\n"
    log.append(KeyEntry(at=at, vkey=str(other.verify_key), signature=str(other.sign(text))))
    log.sync()
    refused(archive, other, None, KeyUnusable)


def test_a_checkpoint_of_the_former_key_is_taken_over_by_its_heir(archive, key, other, grow, at):
    """So it is when the entry was committed to by the old key, which then signed no more."""
    log = grow(3)
    text = f"{log.origin}\n{other.verify_key}\n"
    log.append(KeyEntry(at=at, vkey=str(other.verify_key), signature=str(key.sign(text))))
    log.sync()
    assert grow(2, signing=other, beside=None).committed.size == 6
    assert published(archive) == other.verify_key


def test_a_new_key_bears_the_logs_name(grow, at):
    log = grow(3)
    with pytest.raises(KeyUnusable, match="both must be the same"):
        log.rotate(SigningKey("example.org/other", bytes(32)), at=at, signed=None)
    assert log.size == 3


def test_an_archive_that_cannot_be_written_says_so(tmp_path, key):
    (tmp_path / "file").touch()
    with pytest.raises((ArchiveUnwritable, LedgerBroken), match="Not a directory"):
        Log.open(tmp_path / "file", key, signed=None)


def test_what_the_log_can_do_is_this_and_nothing_else():
    """Append-only: whoever adds a verb here has thought about it."""
    verbs = {name for name in vars(Log) if not name.startswith("_")}
    assert verbs == {"append", "open", "origin", "rotate", "size", "sync"}
