from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pipeline.catalog import Catalog
from pipeline.model import Place, RecordRef, Role

URLS = ("https://port.example/a", "https://port.example/b")
tales = st.lists(
    st.tuples(
        st.sampled_from(URLS),
        st.sampled_from(["captured", "captured", "not_modified", "gone", "failed", "redirected"]),
        st.sampled_from(["one", "two"]),
        st.sampled_from(["new", "changed", "same_text", "same_bytes"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=10,
)


def told(story, tale):
    return [
        (
            story.look(
                url,
                minute=minute,
                words=words,
                outcome=outcome,
                change=change if outcome == "captured" else None,
            ),
            ends_batch,
        )
        for minute, (url, outcome, words, change, ends_batch) in enumerate(tale)
    ]


def batches(looks):
    batch = []
    for page, ends in looks:
        batch.append(page)
        if ends:
            yield batch
            batch = []
    yield batch


@settings(max_examples=25, deadline=None)
@given(tales)
def test_the_same_entries_give_the_same_rows_however_they_are_batched(anew, fresh, dump, tale):
    whole, parted, story = fresh(), fresh(), anew()
    looks = told(story, tale)
    with Catalog.open(whole) as catalog, catalog.batch() as batch:
        for page, _ in looks:
            story.enter(batch, page)
    with Catalog.open(parted) as catalog:
        for pages in batches(looks):
            with catalog.batch() as batch:
                for page in pages:
                    batch.record.last_text(page.entry.url)
                    story.enter(batch, page)
    assert dump(whole) == dump(parted)


@settings(max_examples=15, deadline=None)
@given(tales)
def test_entering_everything_twice_changes_nothing(anew, fresh, dump, tale):
    url, story = fresh(), anew()
    looks = told(story, tale)
    with Catalog.open(url) as catalog:
        with catalog.batch() as batch:
            assert all(story.enter(batch, page) for page, _ in looks)
        once = dump(url)
        with catalog.batch() as batch:
            assert not any(story.enter(batch, page) for page, _ in looks)
    assert dump(url) == once


def test_a_batch_that_raises_leaves_nothing(catalog, story, url, dump):
    before = dump(url, "")

    def doomed():
        with catalog.batch() as batch:
            story.enter(batch, story.look())
            batch.work.plan_target(story.target())
            batch.work.watch_seeds("port", ["https://port.example/"], first_poll_at=story.start)
            raise KeyError("a fault in the caller")

    with pytest.raises(KeyError, match="a fault in the caller"):
        doomed()
    assert dump(url, "") == before


def test_an_index_that_was_rolled_back_is_used_again(catalog, story, url, dump):
    def doomed():
        with catalog.batch() as batch:
            story.enter(batch, story.look())
            raise KeyError

    with pytest.raises(KeyError):
        doomed()
    with catalog.batch() as batch:
        story.enter(batch, replace(story.look(minute=1), index=0))
    assert [row[0] for row in dump(url)["record_captures"]] == [0]


def test_a_page_that_was_never_captured_has_no_last_text(catalog, story):
    with catalog.batch() as batch:
        assert batch.record.last_text("https://port.example/a") is None
        story.enter(batch, story.look(outcome="gone", change=None, status=404))
        assert batch.record.last_text("https://port.example/a") is None


def test_the_last_text_names_the_bytes_the_rules_and_the_place(catalog, story):
    page = story.look()
    with catalog.batch() as batch:
        story.enter(batch, page)
        inside = batch.record.last_text(page.entry.url)
    with catalog.batch() as batch:
        after = batch.record.last_text(page.entry.url)
    assert inside == after
    read, response = page.extraction, page.entry.payload_record
    assert (after.record_id, after.place) == (response, page.places[response])
    assert (after.entity, after.decoded) == (page.entry.entity, page.entry.decoded)
    assert (after.text, after.document) == (read.text, read.document)
    assert (after.rules, after.extractor) == (read.rules, read.extractor)
    assert after.observed_at == page.entry.observed_at


def test_the_last_text_of_a_page_without_text_has_the_rules_of_its_capture(catalog, story):
    page = story.look(reason="no_text")
    with catalog.batch() as batch:
        batch.record.enter_capture(page.index, page.entry, places=page.places)
        last = batch.record.last_text(page.entry.url)
    assert (last.text, last.document, last.extractor) == (None, None, None)
    assert last.rules == page.entry.rules


def test_a_text_derived_anew_is_the_last_text_with_its_own_rules(catalog, story):
    page = story.look()
    anew = story.extraction(
        page.entry,
        "better",
        technical=True,
        rules=story.digest("new rules"),
        at=page.entry.at + timedelta(days=1),
    )
    with catalog.batch() as batch:
        story.enter(batch, page)
        assert batch.record.enter_extraction(9, anew, story.heading)
        last = batch.record.last_text(page.entry.url)
    assert (last.text, last.document, last.rules) == (anew.text, anew.document, anew.rules)
    assert last.record_id == page.entry.payload_record


def test_a_revisit_s_last_text_lies_in_the_full_response(catalog, story):
    first = story.look()
    again = story.look(minute=5, change="same_bytes", payload_record=first.entry.payload_record)
    with catalog.batch() as batch:
        story.enter(batch, first)
        story.enter(batch, again)
        last = batch.record.last_text(first.entry.url)
    assert last.record_id == first.entry.payload_record
    assert last.observed_at == again.entry.observed_at
    assert last.extractor == first.extraction.extractor


def test_bytes_whose_place_is_unknown_have_none(catalog, story):
    page = story.look(payload_record="urn:uuid:lost")
    with catalog.batch() as batch:
        story.enter(batch, page)
        assert batch.record.last_text(page.entry.url).place is None


def test_the_first_full_response_is_found_by_its_entity_and_no_revisit_is(catalog, story):
    first = story.look(URLS[0])
    again = story.look(URLS[0], minute=1, payload_record=first.entry.payload_record)
    elsewhere = story.look(URLS[1], minute=2)
    with catalog.batch() as batch:
        for page in (first, again, elsewhere):
            batch.record.enter_capture(
                page.index,
                page.entry,
                places=page.places,
                transfer_encoding="chunked",
                content_encoding="gzip",
            )
        found = batch.record.full_response(first.entry.entity)
        by_id = batch.record.full_response_by_id(first.entry.payload_record)
        revisit = next(ref.record_id for ref in again.entry.records if ref.type == "revisit")
        assert batch.record.full_response_by_id(revisit) is None
        assert batch.record.full_response(story.digest("never seen")) is None
    assert found == by_id
    assert (found.record_id, found.url) == (first.entry.payload_record, URLS[0])
    assert (found.transfer_encoding, found.content_encoding) == ("chunked", "gzip")
    assert found.place == first.places[found.record_id]


def test_a_response_that_is_not_its_own_payload_is_never_referred_to(catalog, story):
    """Cut short, say: its entity-body is not whole."""
    page = story.look(outcome="failed", reason="truncated", change=None)
    cut = page.but(payload_record=None)
    with catalog.batch() as batch:
        batch.record.enter_capture(cut.index, cut.entry, places=cut.places)
        assert batch.record.full_response(cut.entry.entity) is None


def test_every_record_has_its_place_and_a_stranger_has_none(catalog, story):
    page = story.look()
    with catalog.batch() as batch:
        story.enter(batch, page)
        for record, place in page.places.items():
            assert batch.record.place(record) == place
        assert batch.record.place("urn:uuid:stranger") is None


def test_a_resource_is_there_from_its_first_capture_on(catalog, story):
    page = story.look()
    config = RecordRef(record_id="urn:uuid:c", type="resource", block=story.digest("config"))
    page = page.but(records=(config, *page.entry.records))
    urn = f"urn:dateline:config:{story.digest('config')}"
    with catalog.batch() as batch:
        assert batch.record.resource(urn) is None
        batch.record.enter_capture(
            page.index,
            page.entry,
            places=page.places | {"urn:uuid:c": Place(file="warc/a", offset=0, length=1)},
            resources={urn: "urn:uuid:c"},
        )
        assert batch.record.resource(urn) == "urn:uuid:c"


def test_a_record_that_was_taken_down_has_no_place(catalog, story):
    page = story.look()
    response = page.entry.payload_record
    left = {name: place for name, place in page.places.items() if name != response}
    with catalog.batch() as batch:
        batch.record.enter_capture(page.index, page.entry, places=left)
        assert batch.record.place(response) is None
        assert batch.record.full_response_by_id(response) is None


def test_a_skip_leaves_a_row_but_no_document(catalog, story, reader):
    skip = story.nothing_came(outcome="skipped", reason="robots")
    with catalog.batch() as batch:
        batch.record.enter_capture(skip.index, skip.entry, places={})
        batch.record.enter_capture(7, replace(skip.entry, visit="2"), places={})
    assert [row.outcome for row in reader.history(skip.entry.url)] == ["skipped", "skipped"]
    assert reader.document(skip.entry.url) is None


@pytest.mark.parametrize("role", [Role.SEED, Role.ROBOTS])
def test_a_seed_is_archived_and_is_no_document(catalog, story, reader, role):
    page = story.look(role=role)
    with catalog.batch() as batch:
        batch.record.enter_capture(page.index, page.entry, places=page.places)
    assert reader.counts().captures == 1
    assert reader.counts().documents == 0


def test_hostile_text_cannot_stop_a_batch(catalog, story, reader):
    page = story.look()
    page = page.but(
        reason="\ud800 '); DROP TABLE record_captures; --", detail="\0" * 3, requested="\udfff"
    )
    heading = replace(story.heading, title="\ud83d\0 'quoted' \N{SNOWMAN}" * 5000)
    with catalog.batch() as batch:
        batch.record.enter_capture(page.index, page.entry, places=page.places)
        batch.record.enter_extraction(page.index + 1, page.extraction, heading)
    (row,) = reader.history(page.entry.url)
    assert row.reason == "\N{REPLACEMENT CHARACTER} '); DROP TABLE record_captures; --"
    assert "'quoted' \N{SNOWMAN}" in reader.document(page.entry.url).heading.title
