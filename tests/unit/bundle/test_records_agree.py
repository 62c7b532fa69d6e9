"""A capture's records and its entry are held against each other, field by field."""

import pytest
from msgspec.structs import replace

from pipeline.archive.reader import read_record
from pipeline.bundle.agreement import Original, disagreements, refers_elsewhere
from pipeline.ground.evidence import CaptureEntry
from pipeline.model import Digest, Origin, Role, Source


@pytest.fixture
def laid(press):
    """Reads a capture's records back, the metadata record last."""

    def read(shown):
        return [read_record(press.folder, place) for _, place in shown.places]

    return read


def test_what_was_laid_down_together_agrees(press, laid):
    shown = press.look()
    assert [*disagreements(shown.entry, laid(shown))] == []


def test_a_revisit_is_held_against_its_original(press, laid, wire):
    first = press.look("https://news.example/a?t=1")
    again = press.look("https://news.example/b")
    other = press.look("https://news.example/c", wire(b"<p>Something else.</p>"))

    def original(shown):
        response = next(one for one in laid(shown) if one.type == "response")
        return Original(entry=shown.entry, response=response)

    assert refers_elsewhere(again.entry) == first.entry.payload_record
    assert refers_elsewhere(first.entry) is None
    assert [*disagreements(again.entry, laid(again), original=original(first))] == []
    wrong = {one.what for one in disagreements(again.entry, laid(again), original=original(other))}
    assert {"revisit", "WARC-Refers-To"} <= wrong
    missing = [one.actual for one in disagreements(again.entry, laid(again))]
    assert "no such record is here" in missing


OTHER = {
    "at": "observed_at",
    "observed_at": "at",
    "visit": "another",
    "site": "another",
    "role": Role.SEED,
    "url": "https://news.example/z",
    "requested": "https://news.example/z",
    "origin": Origin.IMPORT,
    "source": Source(file=Digest.of(b""), record_id="urn:uuid:0"),
    "outcome": "gone",
    "reason": "because",
    "detail": "so",
    "change": "changed",
    "status": 201,
    "records": (),
    "payload_record": "urn:uuid:0",
    "entity": Digest.of(b"x"),
    "decoded": None,
    "ip": "192.0.2.99",
    "protocol": ("http/1.0",),
    "certificate": None,
    "tls_verified": False,
    "attempt": 2,
    "config": None,
    "rules": Digest.of(b"x"),
    "agent": "Somebody/1",
    "score": "0.73",
}


@pytest.mark.parametrize("name", OTHER)
def test_an_entry_that_says_anything_else_disagrees(press, laid, name):
    shown = press.look()
    value = OTHER[name]
    if value in {"at", "observed_at"}:
        value = getattr(shown.entry, value)
    forged = replace(shown.entry, **{name: value})
    named = {one.what for one in disagreements(forged, laid(shown))}
    assert name in named


def test_every_field_is_tried():
    assert set(OTHER) == set(CaptureEntry.__struct_fields__) - {"adopted"}


def test_missing_and_strange_records_are_told(press, laid):
    shown = press.look()
    records = laid(shown)
    for wrong in (records[:-1], records[1:], records[::-1], [*records, records[0]], []):
        assert "records" in {one.what for one in disagreements(shown.entry, wrong)}
