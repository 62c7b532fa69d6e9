from datetime import UTC, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pipeline.catalog import Catalog, Reader, State, embedded
from pipeline.ground.evidence import CaptureEntry, Logged
from pipeline.model import Digest, Origin, Place, RecordRef, Role, Source

A, B = "https://port.example/a", "https://port.example/b"


def entered(catalog, story, *pages):
    with catalog.batch() as batch:
        for page in pages:
            story.enter(batch, page)


def test_where_there_is_no_catalog_there_is_nothing_to_read(tmp_path):
    reader = Reader.open(embedded(tmp_path))
    assert reader.history(A) == ()
    assert reader.sites() == ()
    assert list(reader.documents()) == []
    assert reader.capture("urn:uuid:1") is None
    assert reader.captures_of_text(Digest.of(b"")) == ()
    assert reader.document(A) is None
    assert reader.counts().captures == 0
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_was_there_first_sees_the_catalog_once_it_is_made(tmp_path, story):
    reader = Reader.open(embedded(tmp_path))
    assert reader.history(A) == ()
    with Catalog.open(embedded(tmp_path)) as catalog:
        entered(catalog, story, story.look(A))
        assert len(reader.history(A)) == 1


def test_a_reader_sees_only_what_was_committed(catalog, story, reader):
    with catalog.batch() as batch:
        story.enter(batch, story.look(A))
        assert reader.history(A) == ()
        assert reader.counts().captures == 0
    assert len(reader.history(A)) == 1


def test_history_has_every_look_and_hop_and_no_attempt_before_another(catalog, story, reader):
    pages = [
        story.look(A, minute=0, outcome="redirected", change=None, status=301),
        story.look(A, minute=1),
        story.look(A, minute=2, outcome="retried", change=None, status=503),
        story.nothing_came(A, minute=3),
        story.look(A, minute=4, outcome="not_modified", change=None, status=304, entity=None),
        story.look(A, minute=5, outcome="gone", reason="404", change=None, status=404),
        story.look(B, minute=6),
        story.look(A, minute=7, words="two", change="changed"),
    ]
    entered(catalog, story, *pages)
    rows = reader.history(A)
    assert [(row.outcome, row.change) for row in rows] == [
        ("redirected", None),
        ("captured", "new"),
        ("failed", None),
        ("not_modified", None),
        ("gone", None),
        ("captured", "changed"),
    ]
    response = pages[1].entry.payload_record
    assert (rows[1].record, rows[1].status, rows[1].entry) == (response, 200, pages[1].index)
    assert rows[1].text == pages[1].extraction.text
    assert not any(row.technical for row in rows)


def test_a_visit_of_which_nothing_came_is_known_by_its_metadata_record(catalog, story, reader):
    page = story.nothing_came(A)
    entered(catalog, story, page)
    (row,) = reader.history(A)
    (metadata,) = page.places
    assert row.record == metadata
    assert reader.capture(metadata).entry == page.entry


def test_history_is_told_in_the_order_of_the_looks(catalog, story, reader):
    entered(
        catalog, story, story.look(A, minute=9), story.look(A, minute=1), story.look(A, minute=5)
    )
    seen = [row.observed_at for row in reader.history(A)]
    assert seen == sorted(seen)


def test_a_technical_text_stands_in_history_where_it_was_made(catalog, story, reader):
    first, last = story.look(A), story.look(A, minute=20, change="same_text")
    made = story.extraction(
        first.entry, "better", technical=True, at=story.start + timedelta(minutes=10)
    )
    with catalog.batch() as batch:
        story.enter(batch, first)
        batch.record.enter_extraction(9, made, replace(story.heading, degraded=True))
        story.enter(batch, last)
    rows = reader.history(A)
    assert [row.technical for row in rows] == [False, True, False]
    technical = rows[1]
    assert (technical.outcome, technical.change) == (None, None)
    assert (technical.at, technical.observed_at) == (made.at, first.entry.observed_at)
    assert (technical.text, technical.degraded) == (made.text, True)


own = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=8)
outside = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
digests = st.binary(min_size=32, max_size=32).map(lambda value: Digest("sha256", value))
instants = st.datetimes(timezones=st.just(UTC))
numbers = st.integers(0, 2**31 - 1)
entries = st.builds(
    lambda **fields: CaptureEntry(**fields),
    at=instants,
    observed_at=instants,
    visit=own,
    site=st.none() | own,
    role=st.sampled_from(Role),
    url=outside,
    requested=outside,
    origin=st.sampled_from(Origin),
    source=st.none() | st.builds(Source, file=digests, record_id=own),
    outcome=own,
    reason=st.none() | outside,
    detail=outside,
    change=st.none() | own,
    status=st.none() | numbers,
    records=st.lists(
        st.builds(RecordRef, record_id=own, type=own, block=digests),
        unique_by=lambda ref: ref.record_id,
        max_size=4,
    ).map(tuple),
    payload_record=st.none() | own,
    entity=st.none() | digests,
    decoded=st.none() | digests,
    ip=st.none() | own,
    protocol=st.lists(own, max_size=3).map(tuple),
    certificate=st.none() | digests,
    tls_verified=st.none() | st.booleans(),
    attempt=numbers,
    config=st.none() | digests,
    rules=st.none() | digests,
    agent=own,
    score=st.none() | own,
)


@settings(max_examples=30, deadline=None)
@given(entries)
def test_an_entry_comes_back_as_it_was_entered(fresh, entry):
    url = fresh()
    places = {ref.record_id: Place(file="w", offset=2**40, length=1) for ref in entry.records}
    metadata = "urn:uuid:00000000-0000-0000-0000-000000000000"
    places[metadata] = Place(file="w", offset=0, length=2**40)
    with Catalog.open(url) as catalog, catalog.batch() as batch:
        batch.record.enter_capture(0, entry, places=places)
    shown = Reader.open(url).capture(metadata)
    assert shown.entry == entry
    assert dict(shown.places) == places


def test_a_capture_is_found_by_any_of_its_records_and_by_its_visit(catalog, story, reader):
    hop = story.look(A, outcome="redirected", change=None)
    page = story.look(A, minute=1, visit=hop.entry.visit)
    entered(catalog, story, hop, page)
    for record in page.places:
        shown = reader.capture(record)
        assert shown.entry == page.entry
        assert shown.record == page.entry.payload_record
        assert shown.index == page.index
        assert shown.extractions == (Logged(page.index + 1, page.extraction),)
        assert shown.heading == story.heading
    assert [each.entry for each in reader.captures_of_visit(page.entry.visit)] == [
        hop.entry,
        page.entry,
    ]
    assert reader.capture("urn:uuid:stranger") is None
    assert reader.captures_of_visit("0" * 32) == ()


def test_a_text_is_found_under_every_url_where_it_stood(catalog, story, reader):
    pages = [
        story.look(A),
        story.look(A, minute=1, change="same_bytes"),
        story.look(B, minute=2),
        story.look(A, minute=3, words="two", change="changed"),
    ]
    entered(catalog, story, *pages)
    found = [each.entry for each in reader.captures_of_text(pages[0].extraction.text)]
    assert found == [page.entry for page in pages[:3]]
    by_document = reader.captures_of_document(pages[3].extraction.document)
    assert [each.entry for each in by_document] == [pages[3].entry]
    assert reader.captures_of_text(story.digest("text", "never")) == ()


def test_a_technical_text_is_found_by_the_bytes_it_was_made_of(catalog, story, reader):
    page, other = story.look(A), story.look(A, minute=1, words="two", change="changed")
    entered(catalog, story, page, other)
    made = story.extraction(page.entry, "better", technical=True, at=other.entry.at)
    with catalog.batch() as batch:
        batch.record.enter_extraction(9, made, story.heading)
    (shown,) = reader.captures_of_text(made.text)
    assert shown.entry == page.entry
    assert shown.text == page.extraction.text
    assert shown.extractions == (Logged(page.index + 1, page.extraction), Logged(9, made))


def test_documents_come_oldest_first_and_only_if_captured(catalog, story, reader):
    entered(
        catalog,
        story,
        story.look("https://port.example/late", minute=9),
        story.look("https://quay.example/first", minute=0, site="quay"),
        story.look("https://port.example/early", minute=1),
        story.nothing_came("https://port.example/never", minute=2),
        story.look("https://else.example/stray", minute=5, site=None),
    )
    assert [each.url.rpartition("/")[2] for each in reader.documents()] == [
        "first",
        "early",
        "stray",
        "late",
    ]
    assert [each.url.rpartition("/")[2] for each in reader.documents("port")] == ["early", "late"]
    assert list(reader.documents("nowhere")) == []


def test_an_export_reads_one_state_while_the_writer_goes_on(catalog, story, reader):
    entered(
        catalog, story, *(story.look(f"https://port.example/{n}", minute=n) for n in range(1200))
    )
    streamed = reader.documents()
    first = next(streamed)
    entered(catalog, story, story.look("https://port.example/more", minute=5000))
    rest = list(streamed)
    assert first.url == "https://port.example/0"
    assert len(rest) == 1199
    assert len(list(reader.documents())) == 1201


def test_a_document_is_the_sum_of_its_looks(catalog, story, reader):
    pages = [
        story.look(A, minute=0),
        story.look(A, minute=1, words="two", change="changed"),
        story.look(A, minute=2, words="two", change="same_text"),
        story.look(A, minute=3, outcome="blocked", reason="403", change=None, status=403),
    ]
    entered(catalog, story, *pages)
    document = reader.document(A)
    assert (document.looks, document.changes, document.versions) == (4, 1, 2)
    assert (document.state, document.site) == (State.BLOCKED, "port")
    assert document.first_seen == pages[0].entry.observed_at
    assert document.last_changed_at == pages[1].entry.observed_at
    assert document.last_seen == document.captured_at == pages[2].entry.observed_at
    assert document.last_look_at == pages[3].entry.observed_at
    assert document.text == pages[2].extraction.text
    assert document.record == pages[2].entry.payload_record
    assert document.heading == story.heading


def test_sites_are_those_planned_and_those_archived(catalog, story, reader):
    with catalog.batch() as batch:
        batch.work.plan_target(story.target(minute=30))
        batch.work.note_look("port", at=story.start, outcome="captured")
        batch.work.watch_seeds("idle", ["https://idle.example/"], first_poll_at=story.start)
        story.enter(batch, story.look(A))
        story.enter(batch, story.look(A, minute=1, words="two", change="changed"))
        story.enter(batch, story.look(B))
        story.enter(batch, story.nothing_came("https://port.example/never"))
        story.enter(batch, story.look("https://quay.example/", site="quay"))
    idle, port, quay = reader.sites()
    assert (idle.site, idle.state, idle.next_look) == ("idle", "never", story.start)
    assert (port.documents, port.changes, port.state) == (2, 1, "ok")
    assert (port.last_look, port.next_look) == (story.start, story.start + timedelta(minutes=30))
    assert (quay.site, quay.documents, quay.next_look) == ("quay", 1, None)


def test_counts_count(catalog, story, reader):
    entered(catalog, story, story.look(A), story.look(B), story.nothing_came(A, minute=1))
    counts = reader.counts()
    assert (counts.captures, counts.extractions) == (3, 2)
    assert (counts.documents, counts.texts) == (2, 1)


@pytest.mark.parametrize("hostile", ["", "'; DROP TABLE record_captures; --", "\ud800", "\0", "%"])
def test_strange_questions_have_empty_answers(reader, hostile):
    assert reader.history(hostile) == ()
    assert reader.document(hostile) is None
    assert list(reader.documents(hostile.replace("\ud800", "?"))) == []
