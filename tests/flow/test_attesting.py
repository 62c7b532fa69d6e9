"""Outsiders are asked beside the fetching, and what they say is kept and logged."""

from __future__ import annotations

import asyncio
import subprocess

import pytest

from fixtures.stamp_office import StampOffice
from fixtures.witness_house import WitnessHouse
from pipeline.errors import NotConfigured
from pipeline.fetch.post import Poster
from pipeline.ground.evidence import AnchorEntry
from pipeline.ledger import anchors, witness
from pipeline.ledger.asking import Refusal
from pipeline.ledger.cosignatures import cosignature_of, witness_key
from pipeline.ledger.entries import decode
from pipeline.ledger.keys import published
from pipeline.ledger.notes import read_note
from pipeline.ledger.reader import LogReader
from pipeline.ledger.stamps import Trust
from pipeline.model import Digest
from pipeline.running.errands import Stamping


@pytest.fixture
def site(press, declare, answer, story):
    press.pages |= {f"/news/{n}": answer(story(title=f"Story {n}")) for n in range(4)}
    return declare(press)


@pytest.fixture
def office(tmp_path):
    with StampOffice(tmp_path / "office") as opened:
        yield opened


@pytest.fixture
def with_office(configs, office):
    """dateline.yaml names the office."""
    office_pem = configs.parent / "tsa.pem"
    office_pem.write_bytes(office.chain_pem)
    said = f"ledger: {{tsa: {{url: '{office.url}', certificates: tsa.pem, timeout: 5s}}}}\n"
    (configs.parent / "dateline.yaml").write_text(said)
    return office


def anchored(folder):
    entries = [decode(octets) for _, octets in LogReader.open(folder).entries()]
    return [entry for entry in entries if isinstance(entry, AnchorEntry)]


async def stamped(work):
    told = []

    async def tell(tidings):
        told.append(tidings["stamped"])

    return await work.errands.run(Stamping(), tell), told[0]


@pytest.mark.usefixtures("with_office")
async def test_a_stamp_is_kept_and_logged_and_openssl_believes_it(site, press, open_work, evidence):
    async with open_work(site) as work:
        await work.look(press.url("/news/1"))
        code, told = await stamped(work)
    folder = evidence().folder
    (entry,) = anchored(folder)
    assert (code, told["outcome"], told["size"]) == (0, "stamped", entry.size)
    token, note, chain = (
        anchors.place(folder, entry.size, kind) for kind in ("tsr", "checkpoint", "pem")
    )
    assert entry.token == Digest.of(token.read_bytes())
    command = ["openssl", "ts", "-verify", "-in", token, "-data", note, "-CAfile", chain]
    judged = await asyncio.to_thread(subprocess.run, command, check=False, capture_output=True)
    assert judged.returncode == 0


@pytest.mark.usefixtures("with_office")
async def test_nothing_is_stamped_twice_that_only_a_stamp_has_changed(site, press, open_work):
    async with open_work(site) as work:
        await work.look(press.url("/news/1"))
        assert (await stamped(work))[1]["outcome"] == "stamped"
        assert (await stamped(work))[1]["outcome"] == "standing"
        await work.look(press.url("/news/2"))
        assert (await stamped(work))[1]["outcome"] == "stamped"


async def test_an_authority_that_is_down_is_told_and_harms_nothing(
    with_office, site, press, open_work, evidence
):
    with_office.mood = "away"
    async with open_work(site) as work:
        await work.look(press.url("/news/1"))
        code, told = await stamped(work)
        assert (code, told["outcome"]) == (1, "refused")
        assert (await work.look(press.url("/news/2")))["change"] == "new"
    assert anchored(evidence().folder) == []


async def test_without_an_authority_that_is_wrong_use(site, open_work):
    async with open_work(site) as work:
        with pytest.raises(NotConfigured, match=r"ledger\.tsa"):
            await stamped(work)
        assert work.errands._attesting.timers() == ()


async def test_a_stamp_that_came_just_before_a_crash_is_logged_by_the_next_start(
    office, site, press, open_work, evidence
):
    async with open_work(site) as work:
        await work.look(press.url("/news/1"))
    folder = evidence().folder
    made = await anchors.ask(
        LogReader.open(folder).octets,
        url=office.url,
        trust=Trust.read(office.chain_pem),
        post=Poster(agent="Dateline/0 (tests)", allow_private=True),
    )
    token = anchors.store(folder, made)
    for _ in range(2):
        async with open_work(site):
            pass
        assert [(entry.size, entry.token) for entry in anchored(folder)] == [(made.size, token)]


async def test_witnesses_cosign_and_one_that_is_away_holds_nobody_up(
    site, press, open_work, configs, evidence, hand_clock
):
    async with open_work(site) as work:
        await work.look(press.url("/news/1"))
    key = published(evidence().folder)

    def at():
        return hand_clock.now().timestamp()

    with (
        WitnessHouse(key, name="witness.example/a", clock=at) as honest,
        WitnessHouse(key, name="witness.example/b", mood="away", clock=at) as away,
    ):
        asked = ", ".join(f"{{vkey: '{one.vkey}', url: '{one.url}'}}" for one in (honest, away))
        said = f"ledger: {{witnesses: {{ask: [{asked}], timeout: 5s}}}}\n"
        (configs.parent / "dateline.yaml").write_text(said)
        async with open_work(site) as work:
            await work.look(press.url("/news/2"))
            first = await work.errands._attesting.cosign()
            await work.look(press.url("/news/3"))
            second = await work.errands._attesting.cosign()
    assert second.size > first.size
    for cosigned in (first, second):
        assert isinstance(cosigned.said["witness.example/b"], Refusal)
        note = read_note(witness.place(evidence().folder, cosigned.size).read_bytes())
        assert cosignature_of(witness_key(honest.vkey), note) is not None
