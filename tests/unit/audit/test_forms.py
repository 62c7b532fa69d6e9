"""What is known by its shape is what a close look finds, and nothing else is known by it."""

import pytest

from pipeline.archive.packed import Packed
from pipeline.audit import strict, swift
from pipeline.audit.forms import Forms
from pipeline.audit.stored import stored

CHUNKED = b"5\r\nhello\r\n0\r\n\r\n"
PAGES = {
    "plain": lambda builder: builder.page(),
    "compressed": lambda builder: builder.page(coded=True),
    "in chunks": lambda builder: builder.page(CHUNKED, "Transfer-Encoding: chunked"),
    "percents and quotes": lambda builder: builder.page(b'<p>50 % of "all" QQidQQ</p>'),
}


def captures_of(folder):
    """The members of each capture in the only WARC file of `folder`, its metadata record last."""
    (path,) = (folder / "warc").iterdir()
    packed, at, group, found = Packed.of(path), 0, [], []
    while at < path.stat().st_size:
        one = packed.member(at)
        at = one.end
        record = stored(one.octets, one.offset)
        if record.type in {"request", "response", "metadata"}:
            group.append(one)
        if record.type == "metadata":
            found.append(group)
            group = []
    packed.close()
    return found


def records_of(capture):
    return [stored(one.octets, one.offset) for one in capture]


def learnt_from(capture):
    *group, metadata = records_of(capture)
    assert swift.plain(metadata, group, derive=True) is not None
    forms = Forms()
    forms.learn(metadata, group)
    return forms


@pytest.fixture(params=PAGES)
def captures(request, build):
    """Captures of one shape; the first brings its config, and so is of another."""
    builder = build()
    for _ in range(4):
        PAGES[request.param](builder)
    builder.finish()
    return captures_of(builder.folder)[1:]


def test_the_shape_of_one_capture_tells_the_entry_of_the_next(captures):
    first, *others = captures
    forms = learnt_from(first)
    for capture in others:
        seen = forms.see(*(one.octets for one in capture))
        *group, metadata = records_of(capture)
        assert seen.entry == strict.told_by(metadata, group).encoded
        assert bytes(seen.wire) == group[-1].block
        assert seen.follows()


def test_no_octet_of_a_capture_goes_unlooked_at(captures):
    """But for the metadata record's own id, which nobody names and only a seal commits to."""
    forms = learnt_from(captures[0])
    octets = [one.octets for one in captures[1]]
    own = forms.see(*octets).said.span("id")
    unseen = set()
    for which, record in enumerate(octets):
        for at in range(len(record)):
            changed = bytearray(record)
            changed[at] ^= 0x01
            if forms.see(*octets[:which], bytes(changed), *octets[which + 1 :]) is not None:
                unseen.add((which, at))
    assert unseen
    assert unseen <= {(2, at) for at in range(*own)}


def test_records_of_two_captures_are_none(captures):
    forms = learnt_from(captures[0])
    one, other = ([each.octets for each in capture] for capture in captures[1:3])
    assert forms.see(one[0], one[1], other[2]) is None
    assert forms.see(other[0], one[1], one[2]) is None
    assert forms.see(one[0], other[1], one[2]) is None


def test_entity_and_decoded_digest_that_do_not_follow_from_the_response_are_seen(build):
    """A forger who writes all other digests anew, and the entry with them, does not get past."""
    builder = build()
    for _ in range(3):
        builder.page(coded=True)
    builder.finish()
    first, capture = captures_of(builder.folder)[1:]
    forms = learnt_from(first)
    request, response, metadata = (one.octets for one in capture)
    seen = forms.see(request, response, metadata)
    true = seen.value("entity")
    false = b"sha256:" + b"0" * 64
    block = metadata.partition(b"\r\n\r\n")[2][:-4].replace(b"entity: " + true, b"entity: " + false)
    anew = swift.sha256(block).hexdigest().encode()
    forged = metadata.partition(b"\r\n\r\n")[0].replace(seen.value("block"), b"sha256:" + anew)
    forged += b"\r\n\r\n" + block + b"\r\n\r\n"
    told = forms.see(request, response.replace(true, false, 1), forged)
    assert told is not None
    assert not told.follows()


def test_a_capture_of_a_rarer_kind_has_no_form(whole):
    forms = Forms()
    for capture in captures_of(whole):
        *group, metadata = records_of(capture)
        if [one.type for one in group] != ["request", "response"]:
            forms.learn(metadata, group)
            assert forms.see(b"", b"", metadata.block) is None
