"""Those from outside: a time stamp authority, witnesses; and what they vouch for."""

import random
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from urllib.request import Request, urlopen

import pytest

from fixtures.stamp_office import StampOffice
from fixtures.witness_house import WitnessHouse
from pipeline.ground.evidence import AnchorEntry
from pipeline.ledger import anchors, witness
from pipeline.ledger.policy import parse_policy
from pipeline.ledger.stamps import Trust


async def post(url, octets, content_type):
    """Asks an office that has come to this machine, and nobody else."""
    asked = Request(url, octets, {"Content-Type": content_type})  # noqa: S310 - loopback
    with urlopen(asked, timeout=5) as answer:  # noqa: S310, ASYNC210 - as above, and it answers at once
        said = answer.headers.get_content_type()
        return SimpleNamespace(status=answer.status, content_type=said, octets=answer.read())


@pytest.fixture
def office(tmp_path):
    with StampOffice(tmp_path / "office") as opened:
        yield opened


@pytest.fixture
async def stamped(build, office):
    """An archive over which a token was asked for, and entries on both sides of it."""
    builder = build()
    builder.clock.time = datetime.now(UTC) - timedelta(seconds=30)
    builder.page()
    builder.commit()
    trust = Trust.read(office.chain_pem)
    octets = builder.log.checkpoint_octets
    anchor = await anchors.ask(octets, url=office.url, trust=trust, post=post)
    token = anchors.store(builder.folder, anchor)
    builder.log.append(AnchorEntry(at=builder.clock.now(), size=anchor.size, token=token))
    builder.page()
    return builder.finish(), trust


def test_a_token_that_holds_makes_it_verified_and_says_since_when(stamped, claims):
    builder, trust = stamped
    _, summary = claims(builder.folder, trust=trust)
    assert (summary.verdict, summary.proven.size) == ("verified", 3)
    assert claims(builder.folder)[1].verdict == "consistent"


def test_whatever_is_changed_in_an_anchors_files_is_named(stamped, failures):
    builder, trust = stamped
    chance = random.Random(1)  # noqa: S311 - a choice of octets, no secret
    for path in sorted((builder.folder / "log/anchors").iterdir()):
        octets = path.read_bytes()
        changes = [
            octets[:at] + bytes([octets[at] ^ 1]) + octets[at + 1 :]
            for at in chance.sample(range(len(octets)), 20)
        ]
        for change in (*changes, octets[:-1], octets + b"\n", b""):
            path.write_bytes(change)
            for brought in ({"trust": trust}, {}):
                failed, _ = failures(builder.folder, **brought)
                file = path.relative_to(builder.folder).as_posix()
                assert file in {one.file for one in failed}
        path.unlink()
        assert failures(builder.folder, trust=trust)[1] == "failed"
        path.write_bytes(octets)


def test_the_certificates_of_another_authority_do_not_hold(stamped, failures, tmp_path):
    builder, _ = stamped
    with StampOffice(tmp_path / "other") as other:
        failed, _ = failures(builder.folder, trust=Trust.read(other.chain_pem))
    assert {one.check for one in failed} == {"anchor"}


@pytest.mark.parametrize("hours", [-2, 2])
async def test_an_entry_outside_its_bracket_is_named(build, office, failures, hours):
    builder = build()
    builder.clock.time = datetime.now(UTC)
    if hours > 0:
        builder.clock.time += timedelta(hours=hours)
    builder.page()
    builder.commit()
    trust = Trust.read(office.chain_pem)
    anchor = await anchors.ask(
        builder.log.checkpoint_octets, url=office.url, trust=trust, post=post
    )
    token = anchors.store(builder.folder, anchor)
    index = builder.log.append(AnchorEntry(at=datetime.now(UTC), size=anchor.size, token=token))
    builder.clock.time = datetime.now(UTC) + timedelta(hours=min(hours, 0))
    builder.page()
    builder.finish()
    failed, _ = failures(builder.folder, trust=trust)
    named = {
        int(one.subject.rpartition(" ")[2]) for one in failed if "time of entry" in one.subject
    }
    assert named
    assert all((one > index) == (hours < 0) for one in named)


@pytest.fixture
def cosigned(build, key):
    """An archive whose first entries a witness has cosigned, and its policy."""
    builder = build()
    builder.page()
    builder.commit()
    house = WitnessHouse(key.verify_key)
    note = builder.log.checkpoint_octets
    line = witness.Cosignature(line=house.cosign(note), cosigned_at=datetime.now(UTC))
    witness.store(builder.folder, note, [line])
    builder.page()
    policy = parse_policy(f"witness w {house.vkey}\nquorum w\n".encode())
    return builder.finish().folder, policy


def test_a_quorum_makes_it_verified(cosigned, claims):
    folder, policy = cosigned
    assert claims(folder, witness_policy=policy)[1].verdict == "verified"
    assert claims(folder)[1].verdict == "consistent"


def test_a_cosigned_note_that_was_changed_is_named(cosigned, failures):
    folder, policy = cosigned
    (path,) = (folder / "log/witnesses").iterdir()
    octets = path.read_bytes()
    for at in range(0, len(octets), 5):
        path.write_bytes(octets[:at] + bytes([octets[at] ^ 1]) + octets[at + 1 :])
        assert failures(folder, witness_policy=policy)[1] == "failed", at
    path.unlink()
    failed, _ = failures(folder, witness_policy=policy)
    assert ("witness", "quorum") in {(one.check, one.subject) for one in failed}


def test_a_cosigned_note_of_more_entries_than_there_are_says_rolled_back(cosigned, failures):
    folder, _ = cosigned
    (path,) = (folder / "log/witnesses").iterdir()
    name, _, rest = (folder / "log/checkpoint").read_text().split("\n", 2)
    (folder / "log/witnesses/99.checkpoint").write_text(f"{name}\n99\n{rest}")
    failed, _ = failures(folder)
    assert any("rolled back" in one.subject for one in failed), path
