"""What a person names → the captures that are meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.archive.texts import TEXTS, text_name
from pipeline.errors import NotRecorded
from pipeline.ground.evidence import CaptureEntry, ExtractionEntry
from pipeline.ledger.entries import decode
from pipeline.ledger.reader import LogReader
from pipeline.model import Digest
from pipeline.sites.register import Register
from pipeline.writing.identifying import VISIT, captures_named, is_identifier
from pipeline.writing.opening import looked_into

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.catalog import Shown
    from pipeline.settings import Settings

ENTRY = re.compile(r"[0-9]{1,15}")
WHOLE = re.compile(r"[0-9a-f]{64}")
BEGINNING = re.compile(r"(?:sha256:)?([0-9a-f]{8,63})")


def captures_of(what: str, settings: Settings) -> tuple[Shown, ...]:
    """The captures that `what` names, oldest first; of a URL the last one alone."""
    reader = looked_into(settings)
    register = Register.read(settings.configs, may_be_empty=True)
    if is_identifier(what):
        return captures_named(what, reader, register)
    document = reader.document(register.document(what)) or reader.document(what)
    last = reader.capture(document.record) if document and document.record else None
    return (last,) if last else ()


def capture_of(what: str, settings: Settings) -> Shown:
    """The capture that `what` names.

    Of a text the first in which it was read, of a visit the last, of a URL its last captured
    version; of an entry of the log the capture that it tells, or was made of.  Raises NotRecorded
    where there is none, or where the beginning of a digest fits several.
    """
    found = captures_of(what, settings)
    if found:
        return found[-1] if VISIT.fullmatch(what) else found[0]
    told = _of_entry(int(what), settings) if ENTRY.fullmatch(what) else None
    if told is not None:
        return told
    named = _of_beginning(what, settings.archive)
    if named is None:
        raise NotRecorded(what, archive=settings.archive)
    return capture_of(named, settings)


def _of_entry(index: int, settings: Settings) -> Shown | None:
    log = LogReader.open(settings.archive)
    if index >= log.size:
        return None
    entry = decode(log.entry(index))
    if not isinstance(entry, CaptureEntry | ExtractionEntry):
        return None
    reader = looked_into(settings)
    seen = reader.captures_of_visit(entry.visit)
    if isinstance(entry, CaptureEntry):
        return next((one for one in seen if one.index == index), None)
    made_of = [one for one in seen if one.entry.payload_record == entry.record_id]
    return made_of[-1] if made_of else reader.capture(entry.record_id)


def _of_beginning(what: str, archive: Path) -> str | None:
    """The one text whose digest begins so."""
    matched = BEGINNING.fullmatch(what)
    if matched is None:
        return None
    digits = matched[1]
    fitting = [*(archive / TEXTS / digits[:2]).glob(f"{digits}*.txt")]
    return fitting[0].stem if len(fitting) == 1 else None


def text_of(what: str, settings: Settings) -> tuple[Digest, str | None]:
    """The text that `what` names, and the document that says it, where it is one's URL.

    Of a URL the text that stands there now.  Raises NotRecorded where there is none.
    """
    register = Register.read(settings.configs, may_be_empty=True)
    reader = looked_into(settings)
    document = reader.document(register.document(what)) or reader.document(what)
    if document is not None and document.text is not None:
        return document.text, document.url
    digits = what.removeprefix("sha256:")
    if WHOLE.fullmatch(digits):
        digest = Digest("sha256", bytes.fromhex(digits))
        if (settings.archive / text_name(digest)).exists():
            return digest, None
    elif named := _of_beginning(what, settings.archive):
        return Digest("sha256", bytes.fromhex(named)), None
    raise NotRecorded(what, archive=settings.archive)
