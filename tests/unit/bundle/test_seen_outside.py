"""Since when a bundle stands, and who saw it: only by what the checker brings."""

import dataclasses

import pytest
from msgspec.structs import replace

from fixtures.stamp_office import StampOffice
from fixtures.witness_house import WitnessHouse
from pipeline.bundle.outside import write_consistency
from pipeline.bundle.verifying import verify
from pipeline.bundle.wacz import wacz_of
from pipeline.fetch.post import Poster
from pipeline.ground.claims import Verdict
from pipeline.ledger import anchors, witness
from pipeline.ledger.asking import Refusal
from pipeline.ledger.cosignatures import witness_key
from pipeline.ledger.policy import parse_policy
from pipeline.ledger.reader import LogReader
from pipeline.ledger.stamps import Trust
from pipeline.ledger.witness import Witness

POST = Poster(agent="Dateline/0 (tests)", timeout_s=5, max_octets=100_000, allow_private=True)


@pytest.fixture
def office(tmp_path):
    with StampOffice(tmp_path / "office", intermediate=True) as opened:
        yield opened


@pytest.fixture
def house(press):
    with WitnessHouse(press.key.verify_key, clock=press.clock.now().timestamp) as opened:
        yield opened


async def stamp(press, office):
    log = LogReader.open(press.folder)
    anchor = await anchors.ask(
        log.octets, url=office.url, trust=Trust.read(office.chain_pem), post=POST
    )
    assert not isinstance(anchor, Refusal), anchor
    anchors.store(press.folder, anchor)
    return log.size


def outside(contents, brought):
    """What pin, anchor and witness came to, and the verdict."""
    octets = contents if isinstance(contents, bytes) else wacz_of(contents, software="x")
    found = verify(octets, brought, file="x")
    checks = {"pin": [], "anchor": [], "witness": []}
    for one in found.claims:
        if one.check in checks:
            checks[one.check].append(one)
    return found.verdict, checks


# --- anchors -----------------------------------------------------------------------------------


async def test_the_first_stamp_over_a_document_says_since_when_it_stands(press, office):
    shown = press.look()
    size = await stamp(press, office)
    press.look("https://news.example/later")
    await stamp(press, office)
    press.look("https://news.example/latest")
    contents = press.contents(shown)
    assert contents.anchored.size == size
    verdict, told = outside(contents, replace(press.brought, trust=Trust.read(office.chain_pem)))
    assert verdict == "verified"
    (claim,) = told["anchor"]
    assert "existed at 20" in claim.subject


async def test_a_stamp_from_before_a_document_says_nothing_of_it(press, office):
    press.look()
    await stamp(press, office)
    contents = press.contents(press.look("https://news.example/later"))
    assert contents.anchored is None
    verdict, told = outside(contents, replace(press.brought, trust=Trust.read(office.chain_pem)))
    assert verdict == "consistent"
    assert [one.verdict for one in told["anchor"]] == [Verdict.NOT_CHECKED]


async def test_a_stamp_is_not_believed_without_its_authority(press, office, tmp_path):
    shown = press.look()
    await stamp(press, office)
    contents = press.contents(shown)
    verdict, told = outside(contents, press.brought)
    assert verdict == "consistent"
    assert [one.verdict for one in told["anchor"]] == [Verdict.NOT_CHECKED]
    with StampOffice(tmp_path / "another") as another:
        trust = Trust.read(another.chain_pem)
    verdict, told = outside(contents, replace(press.brought, trust=trust))
    assert verdict == "failed"


async def test_a_forged_anchor_is_found(press, office):
    shown = press.look()
    await stamp(press, office)
    press.look("https://news.example/later")
    contents = press.contents(shown)
    anchored = contents.anchored
    brought = replace(press.brought, trust=Trust.read(office.chain_pem))
    log = LogReader.open(press.folder)
    for change in (
        {"token": anchored.token[:-1] + b"\0"},
        {"token": b""},
        {"checkpoint": contents.checkpoint},
        {"checkpoint": b"x"},
        {"size": anchored.size + 1},
        {"consistency": contents.anchored.consistency + b"\n"},
        {"consistency": b"old 1\n\n"},
        {"consistency": b"\xff"},
        {"consistency": write_consistency(1, log.consistency(1), log.octets)},
    ):
        forged = replace(contents, anchored=replace(anchored, **change))
        verdict, told = outside(forged, brought)
        assert verdict == "failed", change
        assert told["anchor"][0].verdict is Verdict.FAILED


# --- witnesses ---------------------------------------------------------------------------------


async def cosign(press, house):
    log = LogReader.open(press.folder)
    cosignature = await witness.ask(
        Witness(key=witness_key(house.vkey), url=house.url),
        log.octets,
        seen=0,
        consistency=log.consistency,
        post=POST,
        now=press.clock.now(),
    )
    assert not isinstance(cosignature, Refusal), cosignature
    witness.store(press.folder, log.octets, [cosignature])


def policy_of(vkey):
    return parse_policy(f"witness W {vkey}\nquorum W\n".encode())


async def test_a_witness_that_the_checker_knows_counts(press, house):
    shown = press.look()
    await cosign(press, house)
    press.look("https://news.example/later")
    contents = press.contents(shown)
    policy = policy_of(house.vkey)
    assert outside(contents, replace(press.brought, policy=policy))[0] == "verified"
    verdict, told = outside(contents, press.brought)
    assert verdict == "consistent"
    assert [one.verdict for one in told["witness"]] == [Verdict.NOT_CHECKED]


async def test_a_witness_that_did_not_sign_fails_the_quorum(press, house):
    shown = press.look()
    await cosign(press, house)
    with WitnessHouse(press.key.verify_key) as stranger:
        policy = policy_of(stranger.vkey)
    verdict, told = outside(press.contents(shown), replace(press.brought, policy=policy))
    assert verdict == "failed"
    assert "missing: W" in told["witness"][0].actual


def test_a_bundle_without_a_witnessed_note_says_so(press, house):
    shown = press.look()
    brought = replace(press.brought, policy=policy_of(house.vkey))
    verdict, told = outside(press.contents(shown), brought)
    assert verdict == "consistent"
    assert [one.verdict for one in told["witness"]] == [Verdict.NOT_CHECKED]


# --- pins --------------------------------------------------------------------------------------


def test_the_very_checkpoint_that_was_kept_is_verified(press):
    shown = press.look()
    contents = press.contents(shown)
    brought = replace(press.brought, pin=contents.checkpoint)
    assert outside(contents, brought)[0] == "verified"


def test_a_pin_of_another_size_is_left_open(press):
    shown = press.look()
    brought = replace(press.brought, pin=LogReader.open(press.folder).octets)
    press.look("https://news.example/later")
    verdict, told = outside(press.contents(shown), brought)
    assert verdict == "consistent"
    assert [one.verdict for one in told["pin"]] == [Verdict.INCONCLUSIVE]


async def test_a_pin_of_the_size_that_was_stamped_is_verified(press, office):
    shown = press.look()
    brought = replace(press.brought, pin=LogReader.open(press.folder).octets)
    await stamp(press, office)
    press.look("https://news.example/later")
    assert outside(press.contents(shown), brought)[0] == "verified"


def test_a_fork_and_another_log_fail_the_pin(press, other_press):
    contents = press.contents(press.look())
    beside = other_press.folder.with_name("forked")
    forked = dataclasses.replace(other_press, folder=beside, key=press.key)
    forked.look("https://news.example/another")
    forked.writer.close()
    other_press.look()
    for folder, why in ((forked.folder, "forked"), (other_press.folder, "other")):
        brought = replace(press.brought, pin=LogReader.open(folder).octets)
        verdict, told = outside(contents, brought)
        assert (verdict, told["pin"][0].verdict) == ("failed", Verdict.FAILED), why
