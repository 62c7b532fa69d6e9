import os
import stat
from pathlib import Path

import pytest
from msgspec.structs import replace

from pipeline.errors import KeyUnusable, LedgerBroken
from pipeline.ledger.keys import (
    is_signed_by,
    last_key,
    load_key,
    new_key,
    publish,
    published,
    succession,
)
from pipeline.ledger.notes import SigningKey


@pytest.fixture
def path(tmp_path):
    return tmp_path / "config" / "dateline" / "log.key"


def test_a_new_key_is_kept_for_its_owner_alone(path):
    before = os.umask(0)
    try:
        key = new_key(path, "example.org/log")
    finally:
        os.umask(before)
    assert load_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["log.key"]


def test_a_new_key_is_durable_before_it_has_its_name_and_then_the_name(path):
    said = []

    def fsync(descriptor):
        synced = Path(f"/proc/self/fd/{descriptor}").readlink()
        said.append(synced.read_text() if synced.is_file() else (synced, path.exists()))

    key = new_key(path, "example.org/log", fsync=fsync)
    above = [(folder, False) for folder in path.parent.parents if not folder.is_mount()]
    *folders, content, name = said
    assert folders[: len(above)] == above
    assert (content, name) == (f"{key}\n", (path.parent, True))


def test_a_key_is_never_overwritten(path):
    new_key(path, "example.org/log")
    before = path.read_bytes()
    with pytest.raises(KeyUnusable, match="never overwritten"):
        new_key(path, "example.org/log")
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == ["log.key"]


def test_a_key_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(KeyUnusable, match="cannot be written"):
        new_key(tmp_path / "file" / "log.key", "example.org/log")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o644, 0o777])
def test_a_key_that_others_may_use_is_refused(path, mode):
    new_key(path, "example.org/log")
    path.chmod(mode)
    with pytest.raises(KeyUnusable, match="chmod 600"):
        load_key(path)


@pytest.mark.parametrize("octets", [b"", b"\n", b"\xff", b"PRIVATE+KEY+", b"x" * 10_000])
def test_a_file_that_is_no_key_is_refused(path, octets):
    path.parent.mkdir(parents=True)
    path.write_bytes(octets)
    path.chmod(0o600)
    with pytest.raises(KeyUnusable):
        load_key(path)


def test_a_missing_key_and_a_folder_in_its_place_are_told_apart(path):
    with pytest.raises(KeyUnusable, match="is missing"):
        load_key(path)
    path.mkdir(parents=True)
    with pytest.raises(KeyUnusable, match="cannot be read"):
        load_key(path)


def test_the_public_half_is_published_in_the_archive(archive, key):
    assert published(archive) is None
    publish(archive, key)
    assert published(archive) == key.verify_key
    assert (archive / "keys/log.vkey").read_text() == f"{key.verify_key}\n"


@pytest.mark.parametrize("octets", [b"", b"\xff", b"no key", b"a" * 10_000])
def test_a_published_file_that_is_no_key_is_refused(archive, octets):
    (archive / "keys").mkdir(parents=True)
    (archive / "keys/log.vkey").write_bytes(octets)
    with pytest.raises(LedgerBroken, match=r"log\.vkey"):
        published(archive)


def test_a_key_is_followed_by_the_one_that_it_names(at):
    first, second, third, thief = (SigningKey("a", bytes([n]) * 32) for n in range(4))
    to_second = succession(first, second.verify_key, at=at)
    to_third = succession(second, third.verify_key, at=at)
    to_thief = succession(thief, thief.verify_key, at=at)
    assert is_signed_by(to_second, first.verify_key)
    assert not is_signed_by(to_third, first.verify_key)
    renamed = to_second.signature.replace("— a ", "— b ")
    assert not is_signed_by(replace(to_second, signature=renamed), first.verify_key)
    assert last_key(first.verify_key, [to_second, to_thief, to_third]) == third.verify_key
    assert last_key(first.verify_key, [to_third, to_thief]) == first.verify_key
    assert last_key(second.verify_key, [to_second, to_third]) == third.verify_key
