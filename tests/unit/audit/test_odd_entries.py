"""Entries that were signed and cannot be: named, whatever they say."""

import pytest
from msgspec.structs import replace

from pipeline.ground.evidence import (
    AnchorEntry,
    ExtractionEntry,
    KeyEntry,
    OpenEntry,
    SealEntry,
    TombstoneEntry,
)
from pipeline.model import Digest, Document

NOWHERE = Digest.of(b"nothing")


def odd(at):
    yield AnchorEntry(at=at, size=10**12, token=NOWHERE)
    yield TombstoneEntry(at=at, entity=NOWHERE, leaves=(0, 10**12), revisits=("x",), reason="?")
    yield SealEntry(at=at, name="elsewhere.warc.gz", sha256=NOWHERE, size=1, records=1)
    yield SealEntry(at=at, name="../../etc/passwd", sha256=NOWHERE, size=1, records=1)
    yield OpenEntry(at=at, name="../../etc/passwd", warcinfo=NOWHERE)
    yield OpenEntry(at=at, name="", warcinfo=NOWHERE)
    yield KeyEntry(at=at, vkey="none", signature="none")
    yield ExtractionEntry(
        at=at,
        url='https://news.example/"\\',
        visit="",
        record_id="urn:uuid:none",
        decoded=NOWHERE,
        charset="",
        rules=NOWHERE,
        generation="",
        extractor="",
        text=NOWHERE,
        document=NOWHERE,
        technical=False,
    )


@pytest.mark.parametrize("number", range(8))
def test_an_entry_that_cannot_be_is_named(build, failures, number):
    builder = build()
    builder.page()
    entry = list(odd(builder.clock.now()))[number]
    index = builder.log.append(entry)
    builder.finish()
    failed, verdict = failures(builder.folder)
    if isinstance(entry, TombstoneEntry):
        assert verdict == "consistent"  # what it took down is gone: there never was any
    else:
        assert verdict == "failed"
        assert any(f"entry {index}" in one.subject for one in failed)


def test_an_extraction_that_no_capture_stands_before_is_named(build, failures):
    builder = build()
    _, _, extraction = builder.page()
    builder.log.append(extraction)
    builder.finish()
    failed, _ = failures(builder.folder)
    assert any("not the capture that it was made of" in one.actual for one in failed)


def test_the_same_capture_logged_twice_is_named(build, failures):
    builder = build()
    _, entry, _ = builder.page()
    builder.log.append(entry)
    builder.finish()
    assert failures(builder.folder)[1] == "failed"


def test_a_text_that_does_not_follow_from_its_bytes_is_named(build, failures):
    builder = build()
    _, entry, extraction = builder.page(change="same_text")
    assert extraction is None
    builder.page()
    text = builder.texts.keep_text("It never said so.\n")
    _, _, made = builder.page()
    forged = replace(made, text=text, technical=True, record_id=entry.payload_record)
    builder.log.append(replace(forged, decoded=entry.decoded))
    builder.finish()
    failed, _ = failures(builder.folder)
    assert {"texts", "derivation"} & {one.check for one in failed}


def test_the_word_of_other_software_is_inconclusive_and_does_not_fail(build, claims):
    builder = build()
    _, entry, _ = builder.page(change="same_text")
    text = "Older software read this.\n"
    document = builder.texts
    made = Document(
        text=text,
        title=None,
        byline=None,
        published=None,
        language=None,
        source=None,
        charset="utf-8",
        charset_why="header",
        generation="generic",
        extractor="dateline-generic/0",
    )
    builder.log.append(
        ExtractionEntry(
            at=entry.at,
            url=entry.url,
            visit=entry.visit,
            record_id=entry.payload_record,
            decoded=entry.decoded,
            charset="utf-8",
            rules=entry.rules,
            generation="generic",
            extractor="dateline-generic/0",
            text=document.keep_text(text),
            document=document.keep_document(made),
            technical=True,
        )
    )
    builder.finish()
    found, summary = claims(builder.folder)
    assert summary.verdict == "consistent"
    assert [one.check for one in found if one.verdict == "inconclusive"] == ["derivation"]
