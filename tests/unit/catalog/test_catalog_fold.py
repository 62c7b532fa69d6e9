from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pipeline.catalog.fold import Standing, after_capture, after_extraction, concerns_document
from pipeline.model import Role

OUTCOMES = ("captured", "not_modified", "gone", "blocked", "failed")
looks = st.lists(
    st.tuples(
        st.sampled_from(OUTCOMES),
        st.integers(0, 50),
        st.sampled_from(["one", "two"]),
        st.sampled_from(["new", "changed", "same_text", "same_bytes"]),
    ),
    min_size=1,
    max_size=12,
)


def folded(story, told) -> Standing:
    standing = None
    for number, (outcome, minute, words, change) in enumerate(told, start=1):
        captured = outcome == "captured"
        page = story.look(
            minute=minute, words=words, outcome=outcome, change=change if captured else None
        )
        read = page.extraction if captured else None
        standing = after_capture(
            standing,
            page.entry,
            index=number,
            text=read and read.text,
            document=read and read.document,
        )
    return standing


@given(looks)
def test_what_is_counted_is_what_was_seen(anew, told):
    standing = folded(anew(), told)
    found = [minute for outcome, minute, *_ in told if outcome in {"captured", "not_modified"}]
    changes = [outcome == "captured" and change == "changed" for outcome, *_, change in told]
    assert standing.looks == len(told)
    assert standing.changes == sum(changes)
    if found:
        assert standing.first_seen == anew.start + timedelta(minutes=min(found))
        assert standing.last_seen == anew.start + timedelta(minutes=max(found))
    else:
        assert standing.first_seen is standing.last_seen is None


@given(looks)
def test_the_latest_look_gives_the_state_and_the_latest_capture_the_text(anew, told):
    standing = folded(anew(), told)
    latest = max(enumerate(told), key=lambda each: (each[1][1], each[0]))[1]
    assert standing.outcome == latest[0]
    captures = [
        (minute, number) for number, (o, minute, *_) in enumerate(told, 1) if o == "captured"
    ]
    assert standing.capture == (max(captures)[1] if captures else None)


@pytest.mark.parametrize("outcome", ["gone", "blocked", "failed", "not_modified"])
def test_only_a_capture_replaces_a_text(story, outcome):
    before = folded(story, [("captured", 0, "one", "new")])
    after = after_capture(
        before, story.look(minute=1, outcome=outcome).entry, index=2, text=None, document=None
    )
    kept = ("text", "document", "capture", "captured_at", "payload_record", "changes")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]


def test_a_late_import_of_an_old_capture_replaces_nothing(story):
    before = folded(story, [("captured", 10, "two", "new")])
    after = after_capture(
        before,
        story.look(minute=1, words="one", change="changed").entry,
        index=2,
        text=story.digest("text", "one"),
        document=story.digest("document", "one"),
    )
    assert after == replace(
        before, looks=2, changes=1, first_seen=story.start + timedelta(minutes=1)
    )


@pytest.mark.parametrize("outcome", ["skipped", "redirected", "retried"])
def test_steps_and_skips_say_nothing_of_a_document(story, outcome):
    assert not concerns_document(story.look(outcome=outcome).entry)


@pytest.mark.parametrize("role", [Role.SEED, Role.ROBOTS])
def test_seeds_and_robots_are_no_documents(story, role):
    assert not concerns_document(story.look(role=role).entry)


def test_a_technical_text_replaces_the_text_and_is_no_change(story):
    page = story.look()
    before = folded(story, [("captured", 0, "one", "new")])
    before = replace(before, payload_record=page.entry.payload_record)
    made = story.extraction(page.entry, "better", technical=True)
    after = after_extraction(before, made, index=7)
    assert after == replace(
        before, versions=1, extraction=7, text=made.text, document=made.document
    )


def test_a_technical_text_of_older_bytes_replaces_nothing(story):
    before = folded(story, [("captured", 0, "one", "new")])
    made = story.extraction(story.look().entry, "older", technical=True)
    assert after_extraction(before, made, index=7) == replace(before, versions=1)


def test_an_extraction_stands_only_for_the_document_it_made(story):
    before = replace(folded(story, [("captured", 0, "one", "new")]), extraction=3)
    same, other = story.look(minute=1, words="one"), story.look(minute=1, words="two")
    for page, extraction in ((same, 3), (other, None)):
        read = page.extraction
        after = after_capture(before, page.entry, index=2, text=read.text, document=read.document)
        assert after.extraction == extraction


def test_a_page_without_text_takes_the_old_text_away(story):
    before = folded(story, [("captured", 0, "one", "new")])
    pdf = story.look(minute=1, reason="no_text", change="changed").entry
    after = after_capture(before, pdf, index=2, text=None, document=None)
    assert (after.text, after.document, after.extraction) == (None, None, None)
    assert after.capture == 2
