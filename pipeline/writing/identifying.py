"""What a person names → the captures that are meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.model import Digest

if TYPE_CHECKING:
    from pipeline.catalog import Reader, Shown
    from pipeline.sites.register import Register

DIGEST = re.compile(r"(?:sha256:|.*/)?([0-9a-f]{64})(?:\.txt|\.json)?")
RECORD = re.compile(r"<?(?:urn:uuid:)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})>?")
VISIT = re.compile(r"[0-9a-f]{32}")


def is_identifier(what: str) -> bool:
    """Whether `what` is a digest, a record's id or a visit, and no URL."""
    return any(pattern.fullmatch(what) for pattern in (DIGEST, RECORD, VISIT))


def captures_named(what: str, reader: Reader, register: Register) -> tuple[Shown, ...]:
    """The captures that `what` names, oldest first.

    A text's or sidecar's digest or file, a record's id, a visit; of a URL all captures of the
    document that it is a variant of, or of that very address.
    """
    if matched := DIGEST.fullmatch(what):
        digest = Digest("sha256", bytes.fromhex(matched[1]))
        return reader.captures_of_text(digest) or reader.captures_of_document(digest)
    if matched := RECORD.fullmatch(what):
        one = reader.capture(f"urn:uuid:{matched[1]}")
        return (one,) if one else ()
    if VISIT.fullmatch(what):
        return reader.captures_of_visit(what)
    return reader.captures_of_url(register.document(what)) or reader.captures_of_url(what)
