"""Time anchors: asked of an authority that is openssl, believed only as far as they hold."""

from __future__ import annotations

import random
import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from fixtures.stamp_office import POLICY, StampOffice
from pipeline.errors import ArchiveUnwritable, LedgerBroken
from pipeline.fetch.post import Poster
from pipeline.ledger import anchors, filing
from pipeline.ledger.anchors import place, store, stored
from pipeline.ledger.asking import Refusal
from pipeline.ledger.checkpoint import Checkpoint
from pipeline.ledger.notes import SigningKey, sign
from pipeline.ledger.stamps import Stamp, Trust, check
from pipeline.model import Digest

KEY = SigningKey("log.example/harbour", bytes(range(32)))
SIZE = 70_000
NOTE = sign(Checkpoint(origin=KEY.name, size=SIZE, root=bytes(32)).text, KEY)
POST = Poster(agent="Dateline/0 (tests)", timeout_s=5, max_octets=100_000, allow_private=True)


@pytest.fixture
def open_office(tmp_path):
    """Opens authorities: `open_office(mood="slow")`; each has keys of its own."""
    open_ones = []

    def opener(**fields):
        office = StampOffice(tmp_path / f"office{len(open_ones)}", **fields)
        open_ones.append(office)
        return office.__enter__()

    yield opener
    for office in open_ones:
        office.__exit__(None, None, None)


async def ask(office, note=NOTE, trust=None, post=POST):
    told = trust or Trust.read(office.chain_pem)
    return await anchors.ask(note, url=office.url, trust=told, post=post)


@pytest.fixture
async def anchor(open_office):
    return await ask(open_office(intermediate=True))


def openssl(*arguments):
    command = ("openssl", *map(str, arguments))
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)


# --- what an authority says ------------------------------------------------------------------


@pytest.mark.parametrize("carries", [True, False])
@pytest.mark.parametrize("intermediate", [True, False])
async def test_a_token_proves_when_the_checkpoint_existed(open_office, intermediate, carries):
    office = open_office(intermediate=intermediate, carries=carries)
    before = datetime.now(UTC).replace(microsecond=0)
    anchor = await ask(office)
    assert (anchor.size, anchor.checkpoint) == (SIZE, NOTE)
    assert before <= anchor.stamp.stamped_at <= datetime.now(UTC)
    assert (anchor.stamp.policy, anchor.stamp.pinned) == (POLICY, True)
    assert anchor.stamp.serial == 2
    assert len(anchor.stamp.chain) == 2 + intermediate
    assert check(anchor.token, NOTE, Trust.read(office.chain_pem)) == anchor.stamp


async def test_the_order_of_the_certificates_in_a_token_does_not_matter(open_office):
    """OpenSSL writes them as its keeper named them, and not as DER wants a SET OF."""
    for _ in range(6):  # signer and intermediate are in DER's order by chance only
        assert isinstance(await ask(open_office(intermediate=True)), anchors.Anchor)


@pytest.mark.parametrize(
    ("mood", "reason", "word"),
    [
        ("away", "refused", "status 503"),
        ("html", "garbage", "Please log in"),
        ("cut", "garbage", "ASN.1"),
        ("huge", "garbage", "more than 100000 octets"),
        ("rejects", "refused", "Message digest algorithm is not supported"),
        ("wrong_nonce", "wrong_nonce", "answered with"),
        ("no_nonce", "wrong_nonce", "answered with None"),
        ("wrong_imprint", "wrong_imprint", "00000000"),
        ("foreign", "untrusted", "Office of time"),
        ("sibling", "untrusted", "signed by CN=Other office"),
    ],
)
async def test_bad_answers_are_told_apart(open_office, mood, reason, word):
    refusal = await ask(open_office(mood=mood))
    assert (refusal.reason, word in refusal.detail) == (reason, True), refusal


async def test_an_answer_that_was_given_before_is_not_taken_again(open_office):
    office = open_office(mood="stale")
    assert isinstance(await ask(office), anchors.Anchor)
    assert (await ask(office)).reason == "wrong_nonce"


async def test_a_slow_authority_holds_nobody_up(open_office):
    post = Poster(agent="tests", timeout_s=0.05, allow_private=True)
    assert (await ask(open_office(mood="slow"), post=post)).reason == "slow"


async def test_an_authority_that_is_down_is_news_and_no_error(open_office, nobody):
    trust = Trust.read(open_office().chain_pem)
    refusal = await anchors.ask(NOTE, url=nobody, trust=trust, post=POST)
    assert refusal.reason == "unreachable"
    assert str(refusal).startswith("unreachable: connect")


async def test_what_is_no_checkpoint_is_not_stamped(open_office):
    office = open_office()
    with pytest.raises(ValueError):
        await ask(office, b"hello\n")
    assert not office.asked


# --- who is believed -------------------------------------------------------------------------


async def test_a_root_alone_lets_its_other_authorities_in_and_says_that_it_does(open_office):
    office = open_office(mood="sibling")
    anchor = await ask(office, trust=Trust.read(office.root_pem))
    assert anchor.stamp.pinned is False


async def test_a_token_brings_no_root_along(open_office):
    """Same names all the way up, another key: what the token carries is not believed."""
    office = open_office(mood="foreign")
    refusal = await ask(office, trust=Trust.read(office.root_pem))
    assert refusal.reason == "untrusted"


@pytest.mark.parametrize(
    "life",
    [
        (timedelta(days=-30), timedelta(days=-1)),
        (timedelta(days=1), timedelta(days=30)),
    ],
)
async def test_a_certificate_that_was_not_valid_at_the_tokens_time_proves_nothing(
    open_office, life
):
    refusal = await ask(open_office(life=life))
    assert refusal.reason == "untrusted"
    assert "CN=Office of time" in refusal.detail


def test_a_certificate_that_ran_out_since_proves_as_much_as_before():
    """A token of 2026 whose signer's certificate ended a minute later; no clock is asked."""
    kept = Path(__file__).parents[3] / "fixtures" / "stamps"
    token, note, chain = (
        (kept / f"3.{kind}").read_bytes() for kind in ("tsr", "checkpoint", "pem")
    )
    stamp = check(token, note, Trust.read(chain))
    assert isinstance(stamp, Stamp)
    assert stamp.pem == chain


async def test_former_certificates_of_an_authority_stay_good(open_office):
    """An authority that changed its key: the file names both."""
    former, present = open_office(), open_office()
    old = await ask(former)
    both = Trust.read(present.chain_pem + former.chain_pem)
    assert check(old.token, NOTE, both) == old.stamp
    assert isinstance(await ask(present, trust=both), anchors.Anchor)


async def test_a_certificate_that_signed_itself_is_leaf_and_root(open_office, tmp_path):
    office = open_office()
    made = openssl(
        *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
        *("-keyout", tmp_path / "k", "-out", tmp_path / "c", "-subj", "/CN=Alone", "-days", 9),
        *("-addext", "extendedKeyUsage=critical,timeStamping"),
        *("-addext", "basicConstraints=critical,CA:FALSE"),
        *("-addext", "keyUsage=critical,digitalSignature"),
    )
    assert made.returncode == 0, made.stderr
    trust = Trust.read((tmp_path / "c").read_bytes())
    assert trust.leaves == trust.roots
    assert len(trust.roots) == 1
    assert (await ask(office, trust=trust)).reason == "untrusted"


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"hello",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        b"-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n",
    ],
)
def test_what_holds_no_certificate_is_no_trust(octets):
    with pytest.raises(ValueError, match="no certificates in PEM or DER"):
        Trust.read(octets)


def test_trust_needs_a_root(open_office):
    with pytest.raises(ValueError, match="no root"):
        Trust.read(open_office().leaf.pem)


def test_trust_is_read_from_der_too(open_office, tmp_path):
    root = open_office().root_pem
    (tmp_path / "root.pem").write_bytes(root)
    openssl("x509", "-in", tmp_path / "root.pem", "-outform", "DER", "-out", tmp_path / "root.der")
    assert Trust.read((tmp_path / "root.der").read_bytes()) == Trust.read(root)


# --- checked later, by anybody ---------------------------------------------------------------


async def test_a_token_is_for_its_checkpoint_alone(open_office):
    office = open_office()
    anchor = await ask(office)
    refusal = check(anchor.token, NOTE + b"\n", Trust.read(office.chain_pem))
    assert refusal.reason == "wrong_imprint"


async def test_no_changed_octet_of_a_token_makes_it_say_something_else(open_office):
    """Whatever is flipped: refused, or the same statement.  Nothing else is ever raised."""
    office = open_office(intermediate=True)
    anchor = await ask(office)
    trust = Trust.read(office.chain_pem)
    chance = random.Random(3)  # noqa: S311 - flips, not secrets
    said = set()
    for _ in range(600):
        octets = bytearray(anchor.token)
        octets[chance.randrange(len(octets))] ^= 1 << chance.randrange(8)
        seen = check(bytes(octets), NOTE, trust)
        assert isinstance(seen, Refusal) or seen == anchor.stamp
        said.add(seen.reason if isinstance(seen, Refusal) else "stamped")
    assert {"garbage", "untrusted", "wrong_imprint"} <= said


async def test_no_cut_token_is_read(open_office):
    office = open_office(intermediate=True)
    anchor = await ask(office)
    trust = Trust.read(office.chain_pem)
    for end in range(0, len(anchor.token), 7):
        assert check(anchor.token[:end], NOTE, trust).reason == "garbage"
    assert check(anchor.token + b"\0", NOTE, trust).reason == "garbage"


async def test_openssl_finds_what_is_kept_in_order(anchor, tmp_path):
    store(tmp_path, anchor)
    checkpoint, pem, tsr = (place(tmp_path, SIZE, kind) for kind in ("checkpoint", "pem", "tsr"))
    judged = ("ts", "-verify", "-in", tsr, "-CAfile", pem)
    done = openssl(*judged, "-data", checkpoint)
    assert (done.returncode, "Verification: OK" in done.stdout) == (0, True), done.stderr
    checkpoint.write_bytes(NOTE + b"\n")
    assert openssl(*judged, "-data", checkpoint).returncode == 1


# --- kept ------------------------------------------------------------------------------------


async def test_an_anchor_is_kept_with_its_checkpoint_and_its_chain(anchor, tmp_path):
    assert stored(tmp_path) == ()
    assert store(tmp_path, anchor) == Digest.of(anchor.token)
    assert stored(tmp_path) == (SIZE,)
    assert place(tmp_path, SIZE, "checkpoint").read_bytes() == NOTE
    assert place(tmp_path, SIZE, "tsr").read_bytes() == anchor.token
    kept = Trust.read(place(tmp_path, SIZE, "pem").read_bytes())
    assert check(anchor.token, NOTE, kept) == anchor.stamp


async def test_storing_the_same_again_changes_nothing(anchor, tmp_path):
    assert store(tmp_path, anchor) == store(tmp_path, anchor)
    names = sorted(path.name for path in (tmp_path / anchors.FOLDER).iterdir())
    assert names == [f"{SIZE}.checkpoint", f"{SIZE}.pem", f"{SIZE}.tsr"]


@pytest.mark.parametrize(("field", "kind"), [("checkpoint", "checkpoint"), ("token", "tsr")])
async def test_what_is_kept_is_never_replaced(anchor, tmp_path, field, kind):
    store(tmp_path, anchor)
    with pytest.raises(LedgerBroken, match=re.escape(f"{SIZE}.{kind}")):
        store(tmp_path, replace(anchor, **{field: b"other"}))
    assert place(tmp_path, SIZE, kind).read_bytes() == getattr(anchor, field)


async def test_what_a_crash_left_is_completed_by_another_response(open_office, anchor, tmp_path):
    """The chain was written, the response was not, and the authority has a new key since."""
    store(tmp_path, anchor)
    place(tmp_path, SIZE, "tsr").unlink()
    later = await ask(open_office())
    store(tmp_path, later)
    kept = Trust.read(place(tmp_path, SIZE, "pem").read_bytes())
    assert check(place(tmp_path, SIZE, "tsr").read_bytes(), NOTE, kept) == later.stamp


async def test_every_file_is_synced_and_then_its_folder(anchor, tmp_path, monkeypatch):
    steps = []
    rename = Path.replace

    def renaming(path, target):
        steps.append(("name", target.name))
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", renaming)
    store(tmp_path, anchor, fsync=lambda descriptor: steps.append(("sync", descriptor)))
    kinds = [word for word, _ in steps]
    named = [index for index, word in enumerate(kinds) if word == "name"]
    assert [steps[index][1] for index in named] == [
        f"{SIZE}.checkpoint",
        f"{SIZE}.pem",
        f"{SIZE}.tsr",
    ]
    assert all(kinds[index - 1] == kinds[index + 1] == "sync" for index in named)


async def test_an_archive_that_cannot_be_written_says_so(anchor, tmp_path):
    (tmp_path / "log").write_text("in the way")
    with pytest.raises(ArchiveUnwritable):
        store(tmp_path, anchor)
    (tmp_path / "log").unlink()
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "anchors").write_text("in the way")
    with pytest.raises(ArchiveUnwritable):
        stored(tmp_path)


def test_only_files_named_by_a_size_count(tmp_path):
    folder = tmp_path / anchors.FOLDER
    folder.mkdir(parents=True)
    for name in ("7.tsr", "12.tsr", "007.tsr", "x.tsr", "9.checkpoint", "8.tsr.new", "-1.tsr"):
        (folder / name).write_bytes(b"")
    assert stored(tmp_path) == (7, 12)
    assert filing.read(folder / "13.tsr") is None
