"""A zip that has no room for anything but its files."""

import io
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.bundle import zipped
from pipeline.bundle.zipped import Member, ZipRefused, pack, unpack

AT = datetime(2026, 11, 21, 10, 0, 5, tzinfo=UTC)
FILES = (Member("a.json", b"{}"), Member("archive/data.warc.gz", b"\x00" * 99), Member("p/x", b""))
PACKED = pack(FILES, at=AT)

names = st.from_regex(zipped.NAME, fullmatch=True).filter(lambda name: len(name) < 80)


@given(st.dictionaries(names.map(str.lower), st.binary(max_size=50), min_size=1, max_size=6))
def test_what_is_packed_is_unpacked(files):
    members = tuple(Member(name, octets) for name, octets in files.items())
    assert unpack(pack(members, at=AT)) == members


def test_others_read_it_too():
    with zipfile.ZipFile(io.BytesIO(PACKED)) as other:
        assert other.testzip() is None
        assert [one.filename for one in other.infolist()] == [file.name for file in FILES]
        assert other.infolist()[0].date_time == (2026, 11, 21, 10, 0, 4)
        assert {one.compress_type for one in other.infolist()} == {zipfile.ZIP_STORED}


def test_every_flipped_bit_is_found():
    for at in range(len(PACKED)):
        for bit in range(8):
            bad = bytearray(PACKED)
            bad[at] ^= 1 << bit
            try:
                read = unpack(bytes(bad))
            except ZipRefused:
                continue
            pytest.fail(f"bit {bit} of byte {at}: {read}")


def test_every_cut_is_found():
    for length in range(len(PACKED)):
        with pytest.raises(ZipRefused):
            unpack(PACKED[:length])


@pytest.mark.parametrize("dirt", [b"\0", b"PK", PACKED])
def test_nothing_stands_before_or_behind(dirt):
    for octets in (dirt + PACKED, PACKED + dirt):
        with pytest.raises(ZipRefused):
            unpack(octets)


CLIMBING = [
    *("../x", "a/../x", "/etc/passwd", "..", ".", "a/./b", "C:/x", "c:x", "a\\b", "\\x", "a//b"),
    *("a/", "", "a/b/c", "-rf", ".hidden", "a b", "ä", "x\0", "x\n", "~root", "A/b", "a/.b"),
    "x" * 201,
]


@pytest.mark.parametrize("name", CLIMBING)
def test_a_name_that_could_climb_is_neither_written_nor_read(name):
    with pytest.raises(ZipRefused):
        pack((Member(name, b""),), at=AT)
    forged = io.BytesIO()
    with zipfile.ZipFile(forged, "w") as other:
        other.writestr(zipfile.ZipInfo(name), b"")
    with pytest.raises(ZipRefused):
        unpack(forged.getvalue())


@pytest.mark.parametrize("twice", [("a/b", "a/b"), ("a/b", "a/B"), ("README", "Readme")])
def test_a_name_stands_once_whatever_its_case(twice):
    with pytest.raises(ZipRefused, match="twice"):
        pack([Member(name, b"") for name in twice], at=AT)


def forged(change):
    """PACKED as another program would have written it, with one thing odd."""
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w") as other:
        for file in FILES:
            info = zipfile.ZipInfo(file.name, (2026, 11, 21, 10, 0, 4))
            change(other, info)
            other.writestr(info, file.octets)
    return octets.getvalue()


def compressed(_, info):
    info.compress_type = zipfile.ZIP_DEFLATED


def commented(other, _):
    other.comment = b"hello"


def commented_file(_, info):
    info.comment = b"hello"


def extra(_, info):
    info.extra = b"\x99\x99\x01\x00x"


def linked(_, info):
    info.external_attr = 0o120777 << 16


def dated_otherwise(_, info):
    info.date_time = (1999, 1, 1, 0, 0, len(info.filename) % 60)


@pytest.mark.parametrize(
    "change",
    [compressed, commented, commented_file, extra, linked, dated_otherwise],
    ids=lambda change: change.__name__,
)
def test_what_other_zips_may_have_this_one_may_not(change):
    with pytest.raises(ZipRefused):
        unpack(forged(change))


def test_an_encrypted_file_is_refused_by_name():
    bad = bytearray(PACKED)
    bad[6] |= 1
    with pytest.raises(ZipRefused, match=r"'a\.json' is encrypted"):
        unpack(bytes(bad))


def test_a_bomb_is_refused_before_anything_is_unpacked():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as other:
        other.writestr("archive/data.warc.gz", bytes(10_000_000))
    with pytest.raises(ZipRefused, match="compressed"):
        unpack(bomb.getvalue())


def test_the_directory_alone_cannot_hide_or_show_a_file():
    """Some readers believe the directory, others the headers: here they are one."""
    two = pack(FILES[:2], at=AT)
    three = pack(FILES, at=AT)
    begins = three.index(zipped.CENTRAL_MAGIC)
    for octets in (three[:begins] + two[two.index(zipped.CENTRAL_MAGIC) :], two + three[begins:]):
        with pytest.raises(ZipRefused):
            unpack(octets)


def test_too_many_files_are_refused(monkeypatch):
    monkeypatch.setattr(zipped, "MOST_FILES", 2)
    with pytest.raises(ZipRefused, match="more than 2 files"):
        unpack(PACKED)


def test_too_many_octets_are_refused(monkeypatch):
    monkeypatch.setattr(zipped, "MOST_OCTETS", 100)
    for refused in (lambda: unpack(PACKED), lambda: pack(FILES, at=AT)):
        with pytest.raises(ZipRefused, match="more than 100"):
            refused()
