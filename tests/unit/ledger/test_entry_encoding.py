import contextlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pipeline.ground.evidence import (
    AnchorEntry,
    CaptureEntry,
    ExtractionEntry,
    KeyEntry,
    OpenEntry,
    SealEntry,
    TombstoneEntry,
)
from pipeline.ledger.canonical import canonical
from pipeline.ledger.entries import decode, encode
from pipeline.model import Digest, Origin, RecordRef, Role, Source

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SAID = TEXTS.filter(bool)
MOMENTS = st.datetimes(timezones=st.just(UTC))
DIGESTS = st.binary(min_size=32, max_size=32).map(lambda octets: Digest("sha256", octets))
NUMBERS = st.integers(0, 2**53 - 1)
RECORDS = st.builds(RecordRef, record_id=SAID, type=SAID, block=DIGESTS)

CAPTURES = st.builds(
    lambda **fields: CaptureEntry(**fields),
    at=MOMENTS,
    observed_at=MOMENTS,
    visit=TEXTS,
    site=st.none() | SAID,
    role=st.sampled_from(Role),
    url=TEXTS,
    requested=TEXTS,
    origin=st.sampled_from(Origin),
    source=st.none() | st.builds(Source, file=DIGESTS, record_id=TEXTS),
    outcome=TEXTS,
    reason=st.none() | SAID,
    detail=TEXTS,
    change=st.none() | SAID,
    status=st.none() | st.integers(0, 999),
    records=st.lists(RECORDS, max_size=3).map(tuple),
    payload_record=st.none() | SAID,
    entity=st.none() | DIGESTS,
    decoded=st.none() | DIGESTS,
    ip=st.none() | SAID,
    protocol=st.lists(TEXTS, max_size=3).map(tuple),
    certificate=st.none() | DIGESTS,
    tls_verified=st.none() | st.booleans(),
    attempt=NUMBERS,
    config=st.none() | DIGESTS,
    rules=st.none() | DIGESTS,
    agent=TEXTS,
    score=st.none() | st.just("0.73"),
    adopted=st.booleans(),
)
ENTRIES = st.one_of(
    CAPTURES,
    st.builds(lambda **fields: OpenEntry(**fields), at=MOMENTS, name=TEXTS, warcinfo=DIGESTS),
    st.builds(
        lambda **fields: ExtractionEntry(**fields),
        at=MOMENTS,
        url=TEXTS,
        visit=TEXTS,
        record_id=TEXTS,
        decoded=DIGESTS,
        charset=TEXTS,
        rules=DIGESTS,
        generation=TEXTS,
        extractor=TEXTS,
        text=DIGESTS,
        document=DIGESTS,
        technical=st.booleans(),
        adopted=st.booleans(),
        records=st.lists(RECORDS, max_size=3).map(tuple),
    ),
    st.builds(
        lambda **fields: SealEntry(**fields),
        at=MOMENTS,
        name=TEXTS,
        sha256=DIGESTS,
        size=NUMBERS,
        records=NUMBERS,
        replaces=st.none() | DIGESTS,
    ),
    st.builds(lambda **fields: AnchorEntry(**fields), at=MOMENTS, size=NUMBERS, token=DIGESTS),
    st.builds(
        lambda **fields: TombstoneEntry(**fields),
        at=MOMENTS,
        entity=DIGESTS,
        leaves=st.lists(NUMBERS, max_size=3).map(tuple),
        revisits=st.lists(TEXTS, max_size=3).map(tuple),
        reason=TEXTS,
    ),
    st.builds(lambda **fields: KeyEntry(**fields), at=MOMENTS, vkey=TEXTS, signature=TEXTS),
)

AT = datetime(2026, 11, 21, 10, 0, 0, 123456, tzinfo=UTC)
ZERO = Digest("sha256", bytes(32))
RESPONSE = RecordRef(record_id="urn:uuid:1", type="response", block=ZERO)
CAPTURE = CaptureEntry(
    at=AT,
    observed_at=AT,
    visit="ab",
    site="kcnawatch",
    role=Role.TARGET,
    url="https://example.org/",
    requested="https://example.org/?t=1",
    origin=Origin.LIVE,
    source=None,
    outcome="captured",
    reason=None,
    detail="",
    change="new",
    status=200,
    records=(RESPONSE,),
    payload_record="urn:uuid:1",
    entity=ZERO,
    decoded=ZERO,
    ip="192.0.2.1",
    protocol=("http/1.1", "tls/1.3"),
    certificate=None,
    tls_verified=False,
    attempt=1,
    config=None,
    rules=None,
    agent="",
)


@given(ENTRIES)
@settings(max_examples=300)
def test_every_entry_reads_back_as_it_was(entry):
    assert decode(encode(entry)) == entry


@given(ENTRIES)
@settings(max_examples=300)
def test_every_entry_is_canonical_json(entry):
    octets = encode(entry)
    assert canonical(json.loads(octets)) == octets


def test_a_capture_says_these_names():
    said = json.loads(encode(CAPTURE))
    assert said == {
        "v": 1,
        "kind": "capture",
        "at": "2026-11-21T10:00:00.123456Z",
        "observed_at": "2026-11-21T10:00:00.123456Z",
        "visit": "ab",
        "site": "kcnawatch",
        "role": "target",
        "url": "https://example.org/",
        "requested": "https://example.org/?t=1",
        "origin": "live",
        "outcome": "captured",
        "change": "new",
        "status": 200,
        "records": [{"id": "urn:uuid:1", "type": "response", "block": str(ZERO)}],
        "payload_record": "urn:uuid:1",
        "entity": str(ZERO),
        "decoded": str(ZERO),
        "ip": "192.0.2.1",
        "protocol": ["http/1.1", "tls/1.3"],
        "tls_verified": False,
        "attempt": 1,
    }


def test_a_revisit_refers_to_a_payload_that_another_capture_holds():
    said = json.loads(encode(replace(CAPTURE, payload_record="urn:uuid:9")))
    assert said["refers"] == "urn:uuid:9"
    assert "payload_record" not in said


def test_only_a_block_says_a_score_so_that_older_entries_keep_their_octets():
    assert "score" not in json.loads(encode(CAPTURE))
    assert json.loads(encode(replace(CAPTURE, score="0.90")))["score"] == "0.90"


def test_an_adopted_capture_says_so():
    assert json.loads(encode(replace(CAPTURE, adopted=True)))["adopted"] is True


def test_an_extraction_always_says_whether_it_is_technical():
    entry = ExtractionEntry(
        at=AT,
        url="https://example.org/",
        visit="ab",
        record_id="urn:uuid:1",
        decoded=ZERO,
        charset="utf-8",
        rules=ZERO,
        generation="0",
        extractor="x",
        text=ZERO,
        document=ZERO,
        technical=False,
    )
    assert json.loads(encode(entry))["technical"] is False


def test_an_entry_has_at_most_what_its_length_can_say():
    longest = 0xFFFF - len(encode(replace(CAPTURE, detail="x"))) + 1
    assert len(encode(replace(CAPTURE, detail="x" * longest))) == 0xFFFF
    with pytest.raises(ValueError, match="65536 octets"):
        encode(replace(CAPTURE, detail="x" * (longest + 1)))


def test_a_text_that_utf_8_cannot_say_is_refused():
    with pytest.raises(ValueError):
        encode(replace(CAPTURE, url="https://example.org/\udc80"))


SAYS = json.loads(encode(CAPTURE))


@pytest.mark.parametrize(
    "changed",
    [
        {"surprise": 1},
        {"v": 2},
        {"v": True},
        {"v": "1"},
        {"kind": "rumour"},
        {"kind": None},
        {"at": None},
        {"at": "2026-11-21T10:00:00Z"},
        {"at": "2026-11-21T10:00:00.123456+00:00"},
        {"at": "yesterday"},
        {"status": "200"},
        {"status": True},
        {"tls_verified": 1},
        {"attempt": False},
        {"role": "spy"},
        {"origin": "hearsay"},
        {"entity": "sha256:" + "0" * 63},
        {"entity": "sha256:" + "A" * 64},
        {"entity": "sha1:" + "0" * 64},
        {"entity": "sha256:" + " 0" * 32},
        {"detail": ""},
        {"score": 0.9},
        {"adopted": False},
        {"protocol": []},
        {"protocol": "http/1.1"},
        {"protocol": [1]},
        {"records": [{"id": "urn:uuid:1", "type": "response"}]},
        {"records": [{"id": "a", "type": "response", "block": str(ZERO), "more": 1}]},
        {"records": ["urn:uuid:1"]},
        {"source": {"file": str(ZERO)}},
        {"source": []},
        {"payload_record": "urn:uuid:2"},
        {"refers": "urn:uuid:1"},
        {"refers": "urn:uuid:2"},
        {"visit": None},
    ],
)
def test_what_no_encoder_wrote_is_refused(changed):
    said = {name: value for name, value in {**SAYS, **changed}.items() if value is not None}
    with pytest.raises(ValueError):
        decode(canonical(said))


def test_the_same_entry_spelled_otherwise_is_refused():
    for octets in (
        json.dumps(SAYS).encode(),
        encode(CAPTURE) + b"\n",
        encode(CAPTURE).replace(b"kcnawatch", b"\\u006bcnawatch"),
        json.dumps(dict(reversed(SAYS.items())), separators=(",", ":")).encode(),
    ):
        assert json.loads(octets) == SAYS
        with pytest.raises(ValueError):
            decode(octets)


@given(ENTRIES, st.data())
@settings(max_examples=200)
def test_no_changed_octet_reads_as_the_same_entry(entry, data):
    octets = bytearray(encode(entry))
    place = data.draw(st.integers(0, len(octets) - 1))
    octets[place] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(ValueError):
        assert decode(bytes(octets)) != entry
