"""Whole archives that are not what they were: old copies, other histories, forged logs."""

from __future__ import annotations

import asyncio
import json
import shutil
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.audit.auditing import audit
from pipeline.audit.brought import Brought
from pipeline.fetch.fetcher import Fetcher
from pipeline.flow import Flow
from pipeline.ground.claims import Verdict
from pipeline.ledger.checkpoint import Checkpoint
from pipeline.ledger.keys import load_key, published
from pipeline.ledger.merkle import leaf_hash, root_of
from pipeline.ledger.notes import SigningKey, sign
from pipeline.ledger.reader import LogReader
from pipeline.ledger.tiles import ENTRIES, FOLDER, WIDTH, Tile
from pipeline.settings import Settings
from pipeline.sites.register import Register
from pipeline.writing.opening import opened
from tests.mutations.specimen import AGENT, Specimen, TrueClock

if TYPE_CHECKING:
    from pathlib import Path


class History(Struct, frozen=True, kw_only=True):
    """`archive` is held against what was `brought`: `by` says what of it should see through it.

    Where nobody can, `by` is empty, and the audit must not call it more than `consistent`.
    """

    name: str
    archive: Path
    holding: str
    brought: Brought
    by: str


def histories(specimen: Specimen, folder: Path) -> list[History]:
    """Every history, made in `folder`, and what an auditor may hold against it."""
    folder.mkdir()
    key = load_key(specimen.keyfile)
    now = Brought(vkey=key.verify_key)
    held = specimen.brought
    found = []
    for older in specimen.older:
        name = f"an old copy of {LogReader.open(older).size} entries"
        then = Brought(vkey=held.vkey)
        found.append(History(name=name, archive=older, holding="the key", brought=then, by=""))
        for who, note in specimen.kept.items():
            brought = Brought(vkey=held.vkey, pin=note)
            holding = f"the checkpoint that a {who} was given"
            found.append(
                History(name=name, archive=older, holding=holding, brought=brought, by="pin")
            )
    other = _other_history(specimen, folder / "other")
    name = "another history, signed by the archive's own key"
    for holding, brought, by in (
        ("the key", now, ""),
        ("the key and TSA certificates", Brought(vkey=now.vkey, trust=held.trust), ""),
        ("a pin", Brought(vkey=now.vkey, pin=specimen.pin), "pin"),
        ("a stamped checkpoint", Brought(vkey=now.vkey, pin=specimen.kept["time stamp"]), "pin"),
        ("a witness policy", Brought(vkey=now.vkey, witness_policy=held.witness_policy), "witness"),
    ):
        found.append(History(name=name, archive=other, holding=holding, brought=brought, by=by))
    for number, (name, signer, by) in enumerate(
        (
            ("a forged entry, tiles and root made anew, the old signature", None, "checkpoint"),
            ("the same, signed by another key", SigningKey.generate(key.name), "checkpoint"),
            ("the same, signed by the archive's own key", key, "records"),
        )
    ):
        forged = folder / f"forged{number}"
        shutil.copytree(specimen.archive, forged)
        _forge(forged, signer)
        found.append(History(name=name, archive=forged, holding="the key", brought=now, by=by))
        if signer is key:
            pinned = Brought(vkey=now.vkey, pin=specimen.kept["pin"])
            found.append(
                History(name=name, archive=forged, holding="a pin", brought=pinned, by="pin")
            )
    return found


def judged(one: History) -> tuple[str, bool]:
    """The verdict, and whether the history was seen through as it should be, or not trusted."""
    *claims, summary = audit(one.archive, one.brought, workers=1)
    if not one.by:
        return str(summary.verdict), summary.verdict == "consistent"
    failed = {claim.check for claim in claims if claim.verdict is Verdict.FAILED}
    return str(summary.verdict), summary.verdict == "failed" and one.by in failed


def _other_history(specimen: Specimen, folder: Path) -> Path:
    """An archive that was begun anew with the operator's own key."""
    shutil.copytree(specimen.root / "configs", folder / "configs")
    shutil.copy(specimen.keyfile, folder / "signing.key")
    (folder / "dateline.yaml").write_text(json.dumps({"ledger": {"key": "signing.key"}}))
    settings = Settings.read(archive=folder / "archive", configs=folder / "configs")
    asyncio.run(_look(settings))
    assert published(settings.archive) == load_key(specimen.keyfile).verify_key
    return settings.archive


async def _look(settings: Settings) -> None:
    clock = TrueClock()
    with opened(settings, verb="test", clock=clock) as archive:
        fetcher = Fetcher(agent=AGENT, clock=clock)
        register = Register.read(settings.configs)
        flow = Flow(archive, register=lambda: register, fetcher=fetcher, clock=clock, agent=AGENT)
        for number in range(40):
            await (await flow.look(f"http://127.0.0.1:9/{number}"))
        await fetcher.aclose()


def _forge(folder: Path, signer: SigningKey | None) -> None:
    """Change the last digit of a visit in one entry, and everything above it."""
    log = LogReader.open(folder)
    entries = [octets for _, octets in log.entries(0, log.size)]
    at = next(n for n, one in enumerate(entries) if b'"status":200' in one)
    entries[at] = entries[at].replace(b'"status":200', b'"status":201')
    leaves = [leaf_hash(one) for one in entries]
    for first in range(0, len(entries), WIDTH):
        part = entries[first : first + WIDTH]
        octets = b"".join(len(one).to_bytes(2, "big") + one for one in part)
        (folder / FOLDER / Tile(ENTRIES, first // WIDTH, len(part)).path).write_bytes(octets)
    level, hashes = 0, leaves
    while hashes:
        for first in range(0, len(hashes), WIDTH):
            part = hashes[first : first + WIDTH]
            path = folder / FOLDER / Tile(level, first // WIDTH, len(part)).path
            path.write_bytes(b"".join(part))
        whole = len(hashes) - len(hashes) % WIDTH
        hashes = [root_of(hashes[first : first + WIDTH]) for first in range(0, whole, WIDTH)]
        level += 1
    said = Checkpoint(origin=log.checkpoint.origin, size=log.size, root=root_of(leaves))
    old = log.octets.partition(b"\n\n")[2]
    note = sign(said.text, signer) if signer else said.text.encode() + b"\n" + old
    (folder / "log" / "checkpoint").write_bytes(note)
