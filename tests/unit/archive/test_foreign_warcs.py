"""WARC files of every make are read: older versions, other layouts, cut and damaged ones."""

import contextlib
import gzip
import io
import warnings

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.archive.reader import Found, records
from pipeline.archive.records import Record
from pipeline.errors import ReplayUnreadable

URL = "http://old.example/"


def old(
    number, block=b"HTTP/1.1 200 OK\r\n\r\nx", version=b"WARC/1.0", line=b"\r\n", end=b"\r\n\r\n"
):
    fields = [
        version,
        b"WARC-Type: response",
        b"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-%012d>" % number,
        b"WARC-Date: 2016-01-11T23:24:05Z",
        b"WARC-Target-URI: <http://old.example/>",
        b"WARC-Block-Digest: sha1:UZY6ND6CCHXETFVJD2MSS7ZENMWF7KQ2",
        b"Content-Type: application/http; msgtype=response",
        b"Content-Length: %d" % len(block),
    ]
    return line.join(fields) + line * 2 + block + end


def read(tmp_path, octets, **how):
    path = tmp_path / "foreign.warc"
    path.write_bytes(octets)
    return list(records(path, **how))


def numbers(found):
    return [int(one.record.record_id[-12:]) if isinstance(one, Found) else None for one in found]


LAYOUTS = {
    "plain": b"".join,
    "member-a-record": lambda parts: b"".join(map(gzip.compress, parts)),
    "one-member": lambda parts: gzip.compress(b"".join(parts)),
    "members-of-a-fixed-size": lambda parts: b"".join(
        gzip.compress(b"".join(parts)[at : at + 97]) for at in range(0, len(b"".join(parts)), 97)
    ),
    "empty-members-between": lambda parts: gzip.compress(b"", mtime=0).join(
        map(gzip.compress, parts)
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "how",
    [
        {},
        {"version": b"WARC/1.1"},
        {"version": b"WARC/0.18"},
        {"line": b"\n"},
        {"end": b""},
        {"end": b"\r\n"},
        {"end": b"\n\n\n\r\n\r\n"},
    ],
    ids=["1.0", "1.1", "0.18", "bare-lf", "no-end", "short-end", "long-end"],
)
@pytest.mark.parametrize("wanted", [True, False])
def test_records_come_whole_from_every_layout(tmp_path, layout, how, wanted):
    parts = [
        old(number, b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * number * 40, **how) for number in range(4)
    ]
    found = read(tmp_path, LAYOUTS[layout](parts), wanted=lambda _: wanted)
    assert numbers(found) == [0, 1, 2, 3]
    for number, one in enumerate(found):
        assert one.record.target_uri == URL
        assert one.record.type == "response"
        assert len(one.record.block) == (19 + number * 40 if wanted else 0)


def test_a_place_is_told_where_a_record_can_be_had_alone(tmp_path):
    parts = [old(number) for number in range(3)]
    plain = read(tmp_path, b"".join(parts))
    assert [(one.offset, one.length) for one in plain] == [
        (number * len(parts[0]), len(parts[0])) for number in range(3)
    ]
    members = [gzip.compress(part, mtime=0) for part in parts]
    alone = read(tmp_path, b"".join(members))
    assert [one.length for one in alone] == [len(member) for member in members]
    together = read(tmp_path, gzip.compress(b"".join(parts)))
    assert [one.length for one in together] == [None, None, None]


def test_fields_are_unfolded_and_found_whatever_their_case(tmp_path):
    octets = (
        b"WARC/1.0\r\nwarc-type: RESPONSE\r\nX-Long: one\r\n two\r\nno colon\r\n"
        b"content-length: 1\r\n\r\nx\r\n\r\n"
    )
    (found,) = read(tmp_path, octets)
    assert found.record.type == "response"
    assert found.record.field("x-long") == "one two"


def test_a_plain_file_cut_anywhere_gives_its_whole_records_and_then_the_cut(tmp_path):
    part = old(0)
    for length in range(len(part), 2 * len(part)):
        count = 2 if length >= 2 * len(part) - len(b"\r\n\r\n") else 1
        whole = count == 2 or length == len(part)
        found = read(tmp_path, (part + old(1))[:length])
        assert numbers(found) == [*range(count), *([] if whole else [None])]


def test_a_gzipped_file_cut_anywhere_gives_its_whole_records_and_then_the_cut(tmp_path):
    first, second = map(gzip.compress, (old(0), old(1)))
    for length in range(len(second)):
        found = read(tmp_path, first + second[:length])
        assert numbers(found) == ([0, None] if length else [0])


def test_one_member_cut_anywhere_gives_what_can_be_had_and_then_the_cut(tmp_path):
    whole = gzip.compress(b"".join(map(old, range(5))))
    for length in range(200, len(whole)):
        *found, cut = numbers(read(tmp_path, whole[:length]))
        assert cut is None
        assert found == list(range(len(found)))


def test_a_bad_record_in_its_own_member_costs_only_itself(tmp_path):
    bad = old(1).replace(b"Content-Length: 20", b"Content-Length: 4000")
    worse = old(2).replace(b"Content-Length: 20", b"Content-Length: many")
    short = old(3).replace(b"Content-Length: 20", b"Content-Length: 3")
    found = read(tmp_path, b"".join(map(gzip.compress, [old(0), bad, worse, short, old(4)])))
    assert numbers(found) == [0, None, None, 3, None, 4]
    assert "cut short" in found[1].why
    assert "'many'" in found[2].why


def test_a_bad_record_in_a_plain_file_costs_only_itself(tmp_path):
    worse = old(1).replace(b"Content-Length: 20", b"Content-Length: -1")
    short = old(2).replace(b"Content-Length: 20", b"Content-Length: 3")
    found = read(tmp_path, b"".join([old(0), worse, short, old(3)]))
    assert numbers(found) == [0, None, 2, None, 3]


def test_a_broken_member_ends_the_reading_and_is_told(tmp_path):
    broken = bytearray(gzip.compress(old(1)))
    broken[-6] ^= 0xFF
    found = read(tmp_path, gzip.compress(old(0)) + bytes(broken) + gzip.compress(old(2)))
    assert numbers(found) == [0, None]
    assert found[1].offset == len(gzip.compress(old(0)))


def test_a_huge_block_is_never_held(tmp_path):
    path = tmp_path / "huge.warc"
    head, _, _ = (
        old(0).replace(b"Content-Length: 20", b"Content-Length: %d" % 2**34).rpartition(b"HTTP/1.1")
    )
    with path.open("wb") as file:
        file.write(head)
        file.truncate(len(head) + 2**34)
        file.seek(0, 2)
        file.write(b"\r\n\r\n" + old(1))
    assert numbers(records(path, wanted=lambda _: False)) == [0, 1]
    assert numbers(records(path)) == [None, 1]


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (b"", "empty"),
        (b"<html>not an archive</html>", "no WARC file: it begins with b'<html>"),
        (gzip.compress(b"plain text", mtime=0), "no WARC file"),
        (gzip.compress(b"", mtime=0), "no WARC file"),
        (b"\x1f\x8b", "gzip member"),
        (b"\x1f\x8bnot gzip at all", "gzip member"),
        (b"filedesc://x.arc 0.0.0.0 20080430204825 text/plain 76\n", "ARC file"),
        (gzip.compress(b"filedesc://x.arc 0.0.0.0 20080430204825", mtime=0), "ARC file"),
        (b"\x28\xb5\x2f\xfd\x00", "zstd"),
        (b"\x5d\x2a\x4d\x18\x00", "zstd"),
        (b"PK\x03\x04rest", "zip file"),
        (b"BZh91AY", "bzip2"),
        (b"\xfd7zXZ\x00", "xz"),
        (b"\n" * 100, "no WARC file"),
    ],
)
def test_what_is_no_warc_is_refused_with_the_reason(tmp_path, octets, why):
    with pytest.raises(ReplayUnreadable, match=why):
        read(tmp_path, octets)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path, why in ((tmp_path / "none.warc", "No such file"), (tmp_path, "directory")):
        with pytest.raises(ReplayUnreadable, match=why):
            list(records(path))


@pytest.mark.parametrize("packed", [True, False])
def test_what_warcio_writes_is_read(tmp_path, packed):
    file = io.BytesIO()
    writer = WARCWriter(file, gzip=packed)
    heads = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    page = io.BytesIO(b"<p>News</p>")
    made = writer.create_warc_record(URL, "response", payload=page, length=11, http_headers=heads)
    with warnings.catch_warnings():
        # warcio never closes the temporary file that it measures records with
        warnings.simplefilter("ignore", ResourceWarning)
        writer.write_record(made)
        del made
    (found,) = read(tmp_path, file.getvalue())
    assert found.record.block.endswith(b"\r\n\r\n<p>News</p>")
    assert found.length == len(file.getvalue())


field_names = st.from_regex(r"[A-Za-z][A-Za-z-]{0,20}", fullmatch=True).filter(
    lambda name: name.lower() not in {"content-length", "warc-type"}
)
field_values = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=40).map(
    str.strip
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(st.tuples(field_names, field_values), max_size=5), st.binary(max_size=200)
        ),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(sorted(LAYOUTS)),
)
def test_any_records_read_back_as_they_were_written(tmp_path_factory, given_records, layout):
    # where a member begins inside a block, what looks like a record there is taken for one
    assume(not any(b"WARC/" in block for _, block in given_records))
    made = [
        Record(
            type="metadata",
            fields=(
                ("WARC-Type", "metadata"),
                *fields,
                ("Content-Length", str(len(block))),
            ),
            pieces=(block,),
        )
        for fields, block in given_records
    ]
    path = tmp_path_factory.mktemp("round") / "trip.warc"
    path.write_bytes(LAYOUTS[layout]([one.octets() for one in made]))
    assert [one.record for one in records(path)] == made


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_no_octets_whatever_make_reading_raise_anything_else(tmp_path_factory, octets, packed):
    path = tmp_path_factory.getbasetemp() / "hostile.warc"
    body = b"WARC/1.1\r\n" + octets
    path.write_bytes(gzip.compress(body, mtime=0)[: -len(octets) or None] if packed else body)
    with contextlib.suppress(ReplayUnreadable):
        list(records(path))
