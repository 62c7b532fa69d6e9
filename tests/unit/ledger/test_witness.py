"""Witnesses: asked as the protocol says, believed only under the key that was named."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from fixtures.witness_house import WitnessHouse
from pipeline.errors import ArchiveUnwritable, LedgerBroken
from pipeline.fetch.post import Poster
from pipeline.ground.evidence import AnchorEntry
from pipeline.ledger import witness
from pipeline.ledger.checkpoint import Checkpoint, open_checkpoint
from pipeline.ledger.cosignatures import SIGNED, cosignature_of, cosigned_at, witness_key
from pipeline.ledger.log import Log
from pipeline.ledger.merkle import consistency_ranges, root_of
from pipeline.ledger.notes import Signature, SigningKey, VerifyKey, read_note, sign
from pipeline.ledger.reader import LogReader
from pipeline.ledger.witness import Cosignature, Witness, place, seen_by, store, stored
from pipeline.model import Digest

KEY = SigningKey("log.example/harbour", bytes(range(32)))
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
POST = Poster(agent="Dateline/0 (tests)", timeout_s=5, max_octets=100_000, allow_private=True)

LEAVES = [sha256(bytes([number])).digest() for number in range(40)]


def note(size, leaves=LEAVES, key=KEY):
    return sign(Checkpoint(origin=key.name, size=size, root=root_of(leaves[:size])).text, key)


def consistency_to(size, leaves=LEAVES):
    return lambda old: [
        root_of(leaves[start:stop]) for start, stop in consistency_ranges(old, size)
    ]


def never(old):
    pytest.fail(f"asked for a proof from {old}")


@pytest.fixture
def open_house():
    """Opens witnesses: `open_house(mood="slow")`; it is ten o'clock there."""
    houses = []

    def opener(*keys, **fields):
        given = {"clock": NOW.timestamp} | fields
        houses.append(WitnessHouse(*(keys or (KEY.verify_key,)), **given))
        return houses[-1].__enter__()

    yield opener
    for house in houses:
        house.__exit__(None, None, None)


async def ask(house, size, *, seen=0, now=NOW, octets=None, consistency=None, post=POST):
    return await witness.ask(
        Witness(key=witness_key(house.vkey), url=house.url),
        octets or note(size),
        seen=seen,
        consistency=consistency or consistency_to(size),
        post=post,
        now=now,
    )


# --- keys and lines --------------------------------------------------------------------------


def test_a_published_key_of_a_witness_is_read_and_printed_alike(open_house):
    house = open_house()
    assert str(witness_key(house.vkey)) == house.vkey


@pytest.mark.parametrize("vkey", [str(KEY.verify_key), "", "a+00000000+BAAA", "witness.example"])
def test_the_key_of_a_log_is_no_key_of_a_witness(vkey):
    with pytest.raises(ValueError):
        witness_key(vkey)


def test_a_cosignature_speaks_of_one_text_one_key_and_one_time(open_house):
    house, other = open_house(), open_house()
    line, text = house.cosign(note(3)), read_note(note(3)).text
    assert cosigned_at(house.key, text, line) == NOW
    assert cosigned_at(other.key, text, line) is None
    assert cosigned_at(house.key, text + "\n", line) is None
    for index in range(len(line.octets)):
        octets = bytearray(line.octets)
        octets[index] ^= 1
        assert cosigned_at(house.key, text, Signature(line.name, line.key_id, octets)) is None
    cut = Signature(line.name, line.key_id, line.octets[:-1])
    assert cosigned_at(house.key, text, cut) is None


# The example of C2SP tlog-cosignature; it publishes no key for it.
SOFA = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
SOFA_LINE = (
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2"
    "oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA=="
)


def test_the_standards_example_is_framed_as_it_says():
    line = Signature.parse(SOFA_LINE)
    seconds, signed = SIGNED.unpack(line.octets)
    assert (line.name, seconds, len(signed)) == ("witness.example.com/w1", 1679315147, 64)


def test_what_openssl_signed_in_the_words_of_the_standard_is_a_cosignature(tmp_path):
    secret, said, signed, public = (tmp_path / name for name in ("key", "said", "sig", "public"))
    said.write_text(f"cosignature/v1\ntime 1679315147\n{SOFA}")
    for command in (
        ("genpkey", "-algorithm", "ed25519", "-out", secret),
        ("pkeyutl", "-sign", "-rawin", "-inkey", secret, "-in", said, "-out", signed),
        ("pkey", "-in", secret, "-pubout", "-outform", "DER", "-out", public),
    ):
        subprocess.run(("openssl", *command), check=True, capture_output=True, timeout=30)
    key = VerifyKey("witness.example.com/w1", 0x04, public.read_bytes()[-32:])
    line = Signature(key.name, key.key_id, SIGNED.pack(1679315147, signed.read_bytes()))
    assert cosigned_at(key, SOFA, line) == datetime(2023, 3, 20, 12, 25, 47, tzinfo=UTC)


def test_a_failing_line_under_a_known_name_rejects_the_note(open_house):
    house = open_house()
    good = f"{house.cosign(note(3))}\n".encode()
    bad = f"{house.cosign(note(4))}\n".encode()
    assert cosignature_of(house.key, read_note(note(3))) is None
    assert cosignature_of(house.key, read_note(note(3) + good)) == NOW
    with pytest.raises(ValueError, match="does not fit"):
        cosignature_of(house.key, read_note(note(3) + good + bad))


def test_of_several_times_the_earliest_counts(open_house):
    house = open_house()
    later = house.cosign(note(3), at=NOW.timestamp() + 9)
    octets = note(3) + f"{later}\n{house.cosign(note(3))}\n".encode()
    assert cosignature_of(house.key, read_note(octets)) == NOW


# --- asking ----------------------------------------------------------------------------------


async def test_a_witness_follows_the_log_as_it_grows(open_house):
    house, seen = open_house(), 0
    for size in (1, 2, 7, 8, 33, 40):
        cosigned = await ask(house, size, seen=seen)
        assert isinstance(cosigned, Cosignature)
        assert cosigned.cosigned_at == NOW
        seen = size
    assert len(house.asked) == 6
    assert house.seen[KEY.name] == (40, root_of(LEAVES))


async def test_the_question_is_spelled_as_the_protocol_says(open_house):
    house = open_house()
    await ask(house, 1)
    await ask(house, 3, seen=1)
    first, second = house.asked
    assert first == b"old 0\n\n" + note(1)
    old, *proof, empty = second.removesuffix(note(3)).decode().split("\n")[:-1]
    assert (old, len(proof), empty) == ("old 1", 2, "")


async def test_a_witness_that_saw_more_than_we_remember_is_asked_from_there(open_house):
    house = open_house()
    await ask(house, 7)
    assert isinstance(await ask(house, 33), Cosignature)
    assert [asked.split(b"\n")[0] for asked in house.asked[1:]] == [b"old 0", b"old 7"]


async def test_a_witness_that_forgot_is_asked_from_the_start(open_house):
    assert isinstance(await ask(open_house(), 33, seen=7), Cosignature)


async def test_the_same_checkpoint_can_be_cosigned_again(open_house):
    house = open_house()
    await ask(house, 7)
    assert isinstance(await ask(house, 7, seen=7, consistency=never), Cosignature)


async def test_a_witness_that_saw_more_than_there_is_tells_of_a_rolled_back_log(open_house):
    house = open_house()
    await ask(house, 33)
    refusal = await ask(house, 7)
    assert refusal.reason == "conflict"
    assert "33 entries already, this checkpoint has 7" in refusal.detail
    assert (await ask(house, 7, seen=33)).reason == "conflict"
    assert len(house.asked) == 2


async def test_a_witness_refuses_another_history_of_the_same_size(open_house):
    house = open_house()
    await ask(house, 7)
    forked = [*LEAVES[:3], bytes(32), *LEAVES[4:]]
    refusal = await ask(house, 7, seen=7, octets=note(7, forked))
    assert (refusal.reason, "another history" in refusal.detail) == ("conflict", True)


async def test_a_witness_refuses_another_history_of_a_greater_size(open_house):
    house = open_house()
    await ask(house, 7)
    forked = [*LEAVES[:3], bytes(32), *LEAVES[4:]]
    refusal = await ask(
        house, 9, seen=7, octets=note(9, forked), consistency=consistency_to(9, forked)
    )
    assert (refusal.reason, "status 422" in refusal.detail) == ("refused", True)


async def test_a_log_that_the_witness_does_not_know_is_refused(open_house):
    stranger = SigningKey("log.example/other", bytes(range(1, 33)))
    refusal = await ask(open_house(), 3, octets=note(3, key=stranger))
    assert (refusal.reason, "status 404" in refusal.detail) == ("refused", True)
    namesake = SigningKey(KEY.name, bytes(range(1, 33)))
    refusal = await ask(open_house(), 3, octets=note(3, key=namesake))
    assert (refusal.reason, "status 403" in refusal.detail) == ("refused", True)


@pytest.mark.parametrize(
    ("mood", "reason", "asked"),
    [
        ("away", "refused", 1),
        ("html", "garbage", 1),
        ("huge", "garbage", 1),
        ("wrong_key", "untrusted", 1),
        ("wrong_signature", "untrusted", 1),
        ("endless_time", "untrusted", 1),
        ("loops", "conflict", 2),
        ("stubborn", "conflict", 1),
        ("ahead", "conflict", 1),
        ("absurd", "garbage", 1),
        ("no_size", "garbage", 1),
    ],
)
async def test_bad_witnesses_are_told_apart_and_asked_twice_at_most(
    open_house, mood, reason, asked
):
    house = open_house(mood=mood)
    refusal = await ask(house, 33)
    assert (refusal.reason, len(house.asked)) == (reason, asked), refusal


async def test_a_slow_witness_holds_nobody_up(open_house):
    post = Poster(agent="tests", timeout_s=0.05, allow_private=True)
    assert (await ask(open_house(mood="slow"), 3, post=post)).reason == "slow"


async def test_a_witness_that_is_down_is_news_and_no_error(open_house, nobody):
    asked = Witness(key=open_house().key, url=nobody)
    refusal = await witness.ask(asked, note(3), seen=0, consistency=never, post=POST, now=NOW)
    assert refusal.reason == "unreachable"


@pytest.mark.parametrize("hours", [-30_000, -2, 2])
async def test_a_time_that_cannot_be_is_not_taken(open_house, hours):
    """Whose clock is wrong is not known; both are named."""
    refusal = await ask(open_house(), 3, now=NOW + timedelta(hours=hours))
    assert refusal.reason == "wrong_time"
    assert "2026-11-21T10:00:00" in refusal.detail


@pytest.mark.parametrize("slash", ["", "/"])
async def test_the_prefix_may_end_in_a_slash(open_house, slash):
    house = open_house()
    asked = Witness(key=house.key, url=house.url + slash)
    cosigned = await witness.ask(asked, note(3), seen=0, consistency=never, post=POST, now=NOW)
    assert isinstance(cosigned, Cosignature)


async def test_a_log_on_disk_gives_the_proofs_that_a_witness_wants(open_house, tmp_path):
    house = open_house()
    with_entries = Log.open(tmp_path, KEY, signed=None)
    for size in (5, 300, 600):
        while with_entries.size < size:
            with_entries.append(AnchorEntry(at=NOW, size=with_entries.size, token=Digest.of(b"")))
        with_entries.sync()
        reader = LogReader.open(tmp_path)
        cosigned = await ask(
            house,
            size,
            seen=seen_by(tmp_path, house.key),
            octets=reader.octets,
            consistency=reader.consistency,
        )
        store(tmp_path, reader.octets, [cosigned])
    assert stored(tmp_path) == (5, 300, 600)
    assert len(house.asked) == 3


# --- kept ------------------------------------------------------------------------------------


async def test_cosignatures_are_kept_below_our_own_as_they_come(open_house, tmp_path):
    one, two = open_house(name="one.example"), open_house(name="two.example")
    first = await ask(one, 3)
    store(tmp_path, note(3), [first])
    octets = store(tmp_path, note(3), [first, await ask(two, 3)])
    assert place(tmp_path, 3).read_bytes() == octets
    assert octets.startswith(note(3))
    kept = read_note(octets)
    assert [line.name for line in kept.signatures] == [KEY.name, "one.example", "two.example"]
    assert cosignature_of(one.key, kept) == cosignature_of(two.key, kept) == NOW
    assert open_checkpoint(octets, [KEY.verify_key])[0].size == 3
    assert stored(tmp_path) == (3,)


async def test_of_one_witness_the_first_cosignature_stays(open_house, tmp_path):
    house = open_house()
    store(tmp_path, note(3), [await ask(house, 3)])
    again = Cosignature(line=house.cosign(note(3), at=NOW.timestamp() + 60), cosigned_at=NOW)
    assert cosignature_of(house.key, read_note(store(tmp_path, note(3), [again]))) == NOW


@pytest.mark.parametrize("standing", [b"", b"hello", note(3)[:-1], note(3, LEAVES[1:])])
async def test_what_stands_there_and_is_not_that_note_is_never_replaced(
    open_house, tmp_path, standing
):
    cosigned = await ask(open_house(), 3)
    place(tmp_path, 3).parent.mkdir(parents=True)
    place(tmp_path, 3).write_bytes(standing)
    with pytest.raises(LedgerBroken):
        store(tmp_path, note(3), [cosigned])
    assert place(tmp_path, 3).read_bytes() == standing


async def test_what_a_witness_has_seen_is_read_from_what_is_kept(open_house, tmp_path):
    steady, late, absent = (open_house(name=f"{name}.example") for name in ("one", "two", "three"))
    assert seen_by(tmp_path, steady.key) == 0
    store(tmp_path, note(3), [await ask(steady, 3), await ask(late, 3)])
    store(tmp_path, note(33), [await ask(steady, 33)])
    place(tmp_path, 39).write_bytes(b"damaged")
    seen = [seen_by(tmp_path, house.key) for house in (steady, late, absent)]
    assert seen == [33, 3, 0]


async def test_a_folder_that_cannot_be_made_is_named(open_house, tmp_path):
    cosigned = await ask(open_house(), 3)
    (tmp_path / "log").write_text("in the way")
    with pytest.raises(ArchiveUnwritable):
        store(tmp_path, note(3), [cosigned])
