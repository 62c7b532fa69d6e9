"""An archive that nobody has touched, however it is looked at."""

import os

import pytest
from msgspec.structs import asdict

from pipeline.audit.auditing import audit
from pipeline.audit.brought import Brought, Sample
from pipeline.audit.pool import Pool
from pipeline.ground.claims import Verdict
from pipeline.ledger.notes import SigningKey


def tree_of(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_is_consistent_and_never_verified_without_an_outsider(whole, claims):
    found, summary = claims(whole)
    assert summary.verdict == "consistent"
    assert {claim.verdict for claim in found} == {Verdict.NOT_CHECKED}
    assert {claim.check for claim in found} == {"key", "pin", "anchor", "witness", "catalog"}


def test_its_own_key_makes_no_difference_and_a_pin_does(whole, key, claims):
    pin = (whole / "log/checkpoint").read_bytes()
    assert claims(whole, vkey=key.verify_key)[1].verdict == "consistent"
    assert claims(whole, pin=pin)[1].verdict == "verified"


def test_a_pin_of_the_empty_log_vouches_for_nothing(build, claims):
    builder = build()
    pin = (builder.folder / "log/checkpoint").read_bytes()
    builder.page()
    builder.finish()
    found, summary = claims(builder.folder, pin=pin)
    assert summary.verdict == "consistent"
    assert "pin" in {claim.check for claim in found}


def test_nothing_is_written_and_the_lock_is_left_alone(whole, claims):
    before = tree_of(whole)
    claims(whole)
    assert tree_of(whole) == before
    assert not (whole / "lock").exists()


def test_an_archive_that_is_still_open_is_covered_record_by_record(build, filled, claims):
    builder = build()
    filled(builder)
    builder.commit()
    found, summary = claims(builder.folder)
    assert summary.verdict == "consistent"
    assert "no seal yet: covered record by record" in {claim.subject for claim in found}


def test_octets_that_nothing_commits_to_are_named(build, filled, claims):
    builder = build()
    filled(builder)
    builder.commit()
    named = [claim for claim in claims(builder.folder)[0] if "not covered" in claim.subject]
    assert [claim.record is not None for claim in named] == [True]


def test_adopted_captures_are_those_that_the_files_tell(build, filled, failures):
    builder = build(adopted=True)
    filled(builder)
    builder.finish()
    assert failures(builder.folder) == ([], "consistent")


def test_an_empty_log_is_consistent(build, failures):
    assert failures(build().folder) == ([], "consistent")


def test_what_is_not_in_the_sample_is_told(whole, claims):
    found, summary = claims(whole, sample=Sample(share=0))
    assert summary.verdict == "consistent"
    assert {"digests", "derivation"} <= {claim.check for claim in found}


def test_a_sample_takes_the_same_ones_again_and_others_by_another_seed():
    ids = [f"urn:uuid:{number}" for number in range(400)]
    taken = {seed: [Sample(share=0.25, seed=seed).takes(one) for one in ids] for seed in "ab"}
    assert taken["a"] == [Sample(share=0.25, seed="a").takes(one) for one in ids]
    assert taken["a"] != taken["b"]
    assert all(60 < sum(these) < 140 for these in taken.values())


def test_what_the_pin_covers_need_not_be_looked_at_again(build, claims):
    builder = build()
    builder.page()
    builder.finish()
    pin = (builder.folder / "log/checkpoint").read_bytes()
    old = next((builder.folder / "warc").iterdir())
    builder.page()
    builder.finish()
    os.truncate(old, 100)
    assert claims(builder.folder, pin=pin)[1].verdict == "failed"
    found, summary = claims(builder.folder, pin=pin, since_pin=True)
    assert summary.verdict == "verified", found
    assert any("sealed before the pin" in (claim.subject + claim.actual) for claim in found)


def test_a_key_that_was_handed_over_signs_for_both(build, key, claims):
    builder = build()
    builder.page()
    builder.commit()
    new = SigningKey.generate(key.name)
    builder.log.rotate(new, at=builder.clock.now(), signed=None)
    builder.finish()
    for vkey in (key.verify_key, new.verify_key):
        assert claims(builder.folder, vkey=vkey)[1].verdict == "consistent"
    stranger = SigningKey.generate(key.name).verify_key
    assert claims(builder.folder, vkey=stranger)[1].verdict == "failed"


def test_several_processes_say_what_one_says(whole, monkeypatch):
    alone = [asdict(claim) for claim in audit(whole, Brought(), workers=1)]
    each = Pool.each
    monkeypatch.setattr(Pool, "each", lambda pool, calls, **_: each(pool, calls, small=False))
    assert [asdict(claim) for claim in audit(whole, Brought(), workers=2)] == alone


@pytest.mark.parametrize("count", [255, 256, 257, 515])
def test_logs_of_every_shape_grow_the_tree_that_was_signed(build, failures, count):
    builder = build()
    while builder.log.size < count - 2:
        builder.capture(request=b"", peer=None, outcome="failed")
        if builder.log.size % 50 == 0:
            builder.commit()
    builder.finish()
    assert failures(builder.folder) == ([], "consistent")
