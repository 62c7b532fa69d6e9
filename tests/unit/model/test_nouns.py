from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import StructMeta

from pipeline import model
from pipeline.model import (
    Capture,
    Captured,
    Digest,
    Look,
    RecordRef,
    Redirected,
    Retried,
    Step,
    StoredBlock,
)

VALUES = [
    kind
    for kind in vars(model).values()
    if isinstance(kind, StructMeta) and kind.__module__ == model.__name__
]
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@given(st.binary(max_size=64))
def test_a_digest_reads_what_it_prints(data):
    digest = Digest.of(data)
    assert Digest.parse(str(digest)) == digest
    assert str(digest) == f"sha256:{digest.hex}"


@given(st.binary(max_size=64))
def test_a_digest_is_of_the_octets_whatever_holds_them(data):
    assert Digest.of(data) == Digest.of(bytearray(data)) == Digest.of(memoryview(data))


@pytest.mark.parametrize("text", ["", "abc", "sha256", "sha256:AB", "sha256:xyz", "sha256:a"])
def test_what_is_no_digest_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        Digest.parse(text)


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_every_noun_is_frozen_and_has_slots(kind):
    assert kind.__struct_config__.frozen
    assert kind.__dictoffset__ == 0


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_no_noun_holds_what_can_be_changed_inside(kind):
    for declared in kind.__annotations__.values():
        assert not str(declared).startswith(("list", "dict", "set", "bytearray"))


def test_a_look_cannot_end_on_the_way():
    capture = Capture(visit="v", url="http://x/", attempt=1, began_at=NOW)
    assert Look((Step(capture, Captured()),)).outcome == Captured()
    for unfinished in (Redirected("http://y/"), Retried("timeout")):
        with pytest.raises(TypeError, match="cannot end"):
            _ = Look((Step(capture, unfinished),)).outcome


def test_a_header_is_found_whatever_its_case_and_the_first_counts():
    block = StoredBlock(
        record=RecordRef(record_id="urn:uuid:1", type="response", block=Digest.of(b"")),
        url="http://x/",
        observed_at=NOW,
        status=200,
        headers=(("ETag", "a"), ("etag", "b")),
        entity=Digest.of(b""),
        decoded=b"",
        decoded_digest=Digest.of(b""),
    )
    assert block.header("ETAG") == "a"
    assert block.header("Vary") is None
