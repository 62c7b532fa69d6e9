"""What somebody does who knows how the archive is made."""

import shutil
from hashlib import sha256

import pytest

from pipeline.archive.members import member
from pipeline.archive.reader import records
from pipeline.archive.records import Record
from pipeline.ground.evidence import SealEntry
from pipeline.ledger.checkpoint import Checkpoint
from pipeline.ledger.notes import SigningKey, sign
from pipeline.model import Digest


@pytest.fixture(params=["sealed", "open"])
def archive(request, build):
    builder = build()
    for _ in range(3):
        builder.page()
    builder.commit()
    if request.param == "sealed":
        builder.seal()
    return builder.folder


def warc_of(folder):
    (path,) = (folder / "warc").iterdir()
    return path, [found.record for found in records(path)]


def rewrite(folder, changed):
    path, _ = warc_of(folder)
    path.write_bytes(b"".join(map(member, changed)))


def forged(record, block):
    """`record` with another block, its digests and length made anew."""
    digest = f"sha256:{sha256(block).hexdigest()}"
    anew = {"WARC-Block-Digest": digest, "Content-Length": str(len(block))}
    if record.field("WARC-Payload-Digest"):
        body = block.partition(b"\r\n\r\n")[2]
        anew["WARC-Payload-Digest"] = f"sha256:{sha256(body).hexdigest()}"
    fields = tuple((name, anew.get(name, value)) for name, value in record.fields)
    return Record(type=record.type, fields=fields, pieces=(block,))


def test_a_forged_page_with_digests_made_anew_is_named(archive, failures):
    _, found = warc_of(archive)
    at = next(n for n, record in enumerate(found) if record.type == "response")
    old = found[at]
    found[at] = forged(old, old.block.replace(b"harbour", b"airport"))
    rewrite(archive, found)
    failed, _ = failures(archive)
    named = [one for one in failed if one.record == old.record_id]
    assert [one.expected for one in named if "block" in one.subject][:1] == [
        f"sha256:{sha256(old.block).hexdigest()}"
    ]


def test_a_forged_page_whose_metadata_record_was_forged_to_fit_is_named(archive, failures):
    _, found = warc_of(archive)
    at = next(n for n, record in enumerate(found) if record.type == "response")
    old = found[at]
    new = found[at] = forged(old, old.block.replace(b"harbour", b"airport"))
    told = found[at + 1]
    block = told.block
    for name in ("WARC-Block-Digest", "WARC-Payload-Digest"):
        block = block.replace(old.field(name).encode(), new.field(name).encode())
    found[at + 1] = forged(told, block)
    rewrite(archive, found)
    failed, _ = failures(archive)
    subjects = [one.subject for one in failed if one.record == told.record_id]
    assert {"entity", "decoded", "records"} <= {subject.split(": ")[-1] for subject in subjects}


def test_one_field_of_a_metadata_record_is_named_with_both_values(archive, failures):
    _, found = warc_of(archive)
    at = next(n for n, record in enumerate(found) if record.type == "metadata")
    found[at] = forged(found[at], found[at].block.replace(b"status: 200", b"status: 404"))
    rewrite(archive, found)
    failed, _ = failures(archive)
    both = [(one.expected, one.actual) for one in failed if one.subject.endswith(": status")]
    assert both == [("200", "404")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WARC-Date", "2026-11-21T09:00:00.000000Z"),
        ("WARC-Target-URI", "https://news.example/other"),
        ("WARC-IP-Address", "192.0.2.8"),
        ("WARC-Protocol", "http/1.0"),
        ("Content-Type", "text/html"),
        ("WARC-Concurrent-To", "<urn:uuid:00000000-0000-0000-0000-000000000000>"),
    ],
)
def test_a_field_in_a_head_is_named(archive, failures, name, value):
    _, found = warc_of(archive)
    for at, record in enumerate(found):
        if record.type == "warcinfo" or record.field(name) is None:
            continue
        fields = tuple((key, value if key == name else had) for key, had in record.fields)
        changed = Record(type=record.type, fields=fields, pieces=record.pieces)
        rewrite(archive, [*found[:at], changed, *found[at + 1 :]])
        failed, _ = failures(archive)
        named = [one for one in failed if one.record == record.record_id]
        assert any(name in one.subject or value in (one.actual or "") for one in named)


def test_a_line_more_in_a_head_or_a_metadata_record_is_named(archive, failures):
    _, found = warc_of(archive)
    at = next(n for n, record in enumerate(found) if record.type == "metadata")
    more = Record(
        type="metadata", fields=(*found[at].fields, ("X-More", "1")), pieces=found[at].pieces
    )
    for changed in (more, forged(found[at], found[at].block + b"x-more: 1\r\n")):
        rewrite(archive, [*found[:at], changed, *found[at + 1 :]])
        failed, _ = failures(archive)
        assert found[at].record_id in {one.record for one in failed}


def test_two_records_that_changed_places_are_named(archive, failures):
    _, found = warc_of(archive)
    for one in range(1, len(found) - 1):
        swapped = [*found]
        swapped[one], swapped[one + 1] = swapped[one + 1], swapped[one]
        rewrite(archive, swapped)
        failed, _ = failures(archive)
        ids = {found[one].record_id, found[one + 1].record_id}
        assert ids & {claim.record for claim in failed}, one


def test_a_record_that_was_taken_out_or_put_in_twice_is_named(archive, failures):
    _, found = warc_of(archive)
    for at, record in enumerate(found):
        if at == 0:
            continue
        rewrite(archive, [*found[:at], *found[at + 1 :]])
        assert failures(archive)[1] == "failed"
        rewrite(archive, [*found[: at + 1], *found[at:]])
        failed, _ = failures(archive)
        assert failed, record.type


def test_a_capture_that_was_put_in_twice_is_named(archive, failures):
    _, found = warc_of(archive)
    ends = [n + 1 for n, record in enumerate(found) if record.type == "metadata"]
    rewrite(archive, [*found, *found[ends[0] : ends[1]]])
    failed, _ = failures(archive)
    assert any("a second capture" in one.subject for one in failed)


def test_captures_in_another_order_are_still_those_of_the_log(build, failures):
    builder = build()
    for _ in range(3):
        builder.page()
    builder.commit()
    _, found = warc_of(builder.folder)
    ends = [n + 1 for n, record in enumerate(found) if record.type == "metadata"]
    one, two, three = found[1 : ends[0]], found[ends[0] : ends[1]], found[ends[1] : ends[2]]
    rewrite(builder.folder, [found[0], *three, *one, *two])
    assert failures(builder.folder) == ([], "consistent")


def test_a_capture_that_was_never_logged_is_named(archive, build, failures):
    other = build("other")
    other.page()
    other.commit()
    _, foreign = warc_of(other.folder)
    _, found = warc_of(archive)
    rewrite(archive, [*found, *foreign[1:]])
    failed, _ = failures(archive)
    assert any("unlogged" in one.actual and one.record for one in failed)


def test_an_old_copy_of_the_archive_is_called_rolled_back_by_who_kept_a_pin(build, failures):
    builder = build()
    builder.page()
    builder.finish()
    old = builder.folder.with_name("old")
    shutil.copytree(builder.folder, old)
    builder.page()
    builder.finish()
    pin = (builder.folder / "log/checkpoint").read_bytes()
    assert failures(old) == ([], "consistent")
    failed, verdict = failures(old, pin=pin)
    assert verdict == "failed"
    assert ("pin", "rolled back") in {(one.check, one.subject) for one in failed}


def test_a_history_that_was_written_anew_is_called_forked_by_who_kept_a_pin(build, key, failures):
    true, other = build(), build("forged")
    true.page()
    other.page()
    pin = (true.finish().folder / "log/checkpoint").read_bytes()
    other.page()
    failed, verdict = failures(other.finish().folder, pin=pin, vkey=key.verify_key)
    assert verdict == "failed"
    assert any(one.subject.startswith("forked") for one in failed)


def test_an_old_checkpoint_over_newer_files_is_named(build, failures):
    builder = build()
    builder.page()
    builder.finish()
    register = builder.folder / "log/checkpoint"
    old = register.read_bytes()
    builder.page()
    builder.finish()
    register.write_bytes(old)
    assert failures(builder.folder)[1] == "failed"


@pytest.mark.parametrize("size", [10**6, 10**12, 2**63 - 1])
def test_a_checkpoint_that_claims_a_huge_log_is_refused_at_once(whole, key, failures, size):
    said = Checkpoint(origin=key.name, size=size, root=bytes(32))
    (whole / "log/checkpoint").write_bytes(sign(said.text, key))
    failed, verdict = failures(whole)
    assert verdict == "failed"
    assert "bundles of the log" in {one.subject for one in failed}


def test_another_key_over_the_same_log_is_named(whole, key, failures):
    stranger = SigningKey.generate(key.name)
    text = (whole / "log/checkpoint").read_text().partition("\n\n")[0] + "\n"
    (whole / "log/checkpoint").write_bytes(sign(text, stranger))
    failed, _ = failures(whole)
    assert ("checkpoint", "signature") in {(one.check, one.subject) for one in failed}
    (whole / "keys/log.vkey").write_text(f"{stranger.verify_key}\n")
    assert failures(whole)[1] == "consistent"
    assert failures(whole, vkey=key.verify_key)[1] == "failed"


def test_a_file_that_was_sealed_again_must_say_what_it_replaces(build, failures):
    builder = build()
    builder.page()
    builder.finish()
    path, found = warc_of(builder.folder)
    rewrite(builder.folder, found[:-1])
    octets = path.read_bytes()
    builder.log.append(
        SealEntry(
            at=builder.clock.now(),
            name=path.name,
            sha256=Digest.of(octets),
            size=len(octets),
            records=len(found) - 1,
        )
    )
    builder.log.sync()
    failed, _ = failures(builder.folder)
    assert any("what it replaces" in one.subject for one in failed)
    assert any("as tombstones say" in (one.expected or "") for one in failed)
