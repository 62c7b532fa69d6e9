"""A response → the full response of the same bytes that it may be a revisit of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.archive.records import FullResponse

if TYPE_CHECKING:
    from pipeline.archive.message import Message
    from pipeline.catalog import FullResponse as Entered
    from pipeline.catalog import Record
    from pipeline.model import Look, Visit

UNCHANGED = 304


def validated_by(visit: Visit, look: Look) -> str | None:
    """The record that a 304 speaks of: the one whose validators were sent, on the first hop."""
    validators = visit.target.validators
    return validators.record_id if validators and len(look.steps) == 1 else None


def entered_before(record: Record, message: Message, validated: str | None) -> Entered | None:
    """The first full response that holds the same bytes; for a 304, the one that it speaks of."""
    if message.status == UNCHANGED:
        return record.full_response_by_id(validated) if validated else None
    return record.full_response(message.entity_digest) if message.entity else None


def referred(found: Entered) -> FullResponse:
    """The same, as the archive refers to it."""
    return FullResponse(
        record_id=found.record_id,
        url=found.url,
        observed_at=found.observed_at,
        entity=found.entity,
        transfer_encoding=found.transfer_encoding,
        content_encoding=found.content_encoding,
    )
