"""Revisits and extractions → the responses that they name, and whether these say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, field

from pipeline.audit.logged import EXTRACTED, NOBODY
from pipeline.audit.rows import RESPONSE, REVISIT
from pipeline.audit.spots import Item, Spot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.audit.logged import ReadLog
    from pipeline.audit.stretches import Read

LOT = 1 << 21
"""Responses that are objects at a time."""
MOST_LOTS = 256


class Unresolved(NamedTuple):
    """A revisit at `spot` whose original is not there, or differs in `what`."""

    spot: Spot
    record: str
    refers: str
    what: str
    expected: str | None = None
    actual: str | None = None


class Unfounded(NamedTuple):
    """Extraction `index` names a response that is not there, or that decodes to something else."""

    entry: int
    record: str
    expected: str | None = None
    actual: str | None = None


class _Response(NamedTuple):
    entity: bytes
    decoded: bytes
    look: bytes
    spot: Spot


class Links(Struct, kw_only=True):
    """How many revisits and extractions found what they name, and those that did not.

    `doubled` are responses whose id an earlier one has.
    """

    revisits: int = 0
    extractions: int = 0
    unresolved: list[Unresolved] = field(default_factory=list)
    unfounded: list[Unfounded] = field(default_factory=list)
    doubled: list[tuple[str, Spot]] = field(default_factory=list)


def resolve(reads: Sequence[Read], logs: Sequence[ReadLog], links: Links) -> Iterator[Item]:
    """Hold all revisits and extractions against their responses, and tell what can be derived.

    The items come while the work is done; when they have all come, `links` is complete.
    """
    total = sum(len(read.responses) for read in reads) // RESPONSE.size
    lots = min(MOST_LOTS, total // LOT + 1)
    answers = _revisits(reads)
    for lot in range(lots):
        responses = _lot_of(reads, lot, lots, links)
        _hold_revisits(reads, responses, lot, lots, links)
        yield from _extractions(logs, responses, answers, lot, lots, links)


def _revisits(reads: Sequence[Read]) -> dict[bytes, Spot]:
    return {
        row[0]: Spot(read.name, row[5])
        for read in reads
        for row in REVISIT.iter_unpack(bytes(read.revisits))
    }


def _lot_of(reads: Sequence[Read], lot: int, lots: int, links: Links) -> dict[bytes, _Response]:
    responses: dict[bytes, _Response] = {}
    for read in reads:
        for key, entity, decoded, look, offset in RESPONSE.iter_unpack(bytes(read.responses)):
            if key[0] % lots != lot:
                continue
            spot = Spot(read.name, offset)
            if key in responses:
                links.doubled.append((urn(key), spot))
            responses[key] = _Response(entity, decoded, look, spot)
    return responses


def _hold_revisits(
    reads: Sequence[Read], responses: dict[bytes, _Response], lot: int, lots: int, links: Links
) -> None:
    for read in reads:
        for key, refers, entity, decoded, look, offset, same in REVISIT.iter_unpack(
            bytes(read.revisits)
        ):
            if refers[0] % lots != lot:
                continue
            spot, record, of = Spot(read.name, offset), urn(key), urn(refers)
            original = responses.get(refers)
            if original is None:
                links.unresolved.append(Unresolved(spot, record, of, "original"))
                continue
            held = (
                ("entity", original.entity, entity, same),
                ("decoded", original.decoded, decoded, same),
                ("URL and date of the original", original.look, look, True),
            )
            wrong = [
                Unresolved(spot, record, of, what, should.hex(), does.hex())
                for what, should, does, matters in held
                if matters and should != does
            ]
            links.unresolved += wrong
            links.revisits += not wrong


def _extractions(
    logs: Sequence[ReadLog],
    responses: dict[bytes, _Response],
    answers: dict[bytes, Spot],
    lot: int,
    lots: int,
    links: Links,
) -> Iterator[Item]:
    for log in logs:
        for row in EXTRACTED.iter_unpack(bytes(log.extracted)):
            index, text, document, decoded, rules, record, answer, technical = row
            if record[0] % lots != lot:
                continue
            response = responses.get(record)
            if response is None:
                links.unfounded.append(Unfounded(index, urn(record)))
                continue
            if response.decoded != decoded:
                said, true = decoded.hex(), response.decoded.hex()
                links.unfounded.append(Unfounded(index, urn(record), said, true))
                continue
            links.extractions += 1
            own = technical or answer in (NOBODY, record)
            revisit = None if own else answers.get(answer)
            yield Item(index, text, document, rules, record, response.spot, revisit)


def urn(key: bytes) -> str:
    """The record id whose 16 octets are `key`."""
    digits = key.hex()
    parts = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
    return f"urn:uuid:{'-'.join(parts)}"
