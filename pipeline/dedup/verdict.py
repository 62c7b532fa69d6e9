"""What is new about a document → new, changed, same_text, same_bytes."""

from __future__ import annotations

from msgspec import Struct

from pipeline.model import Change, Changed, Digest, Document, New, SameBytes, SameText


class Sight(Struct, frozen=True, kw_only=True):
    """A document as it was seen once: the bytes, and what was read in them if anything was.

    `document` is the sidecar's digest; both it and `read` are None for what is no text.
    """

    entity: Digest
    decoded: Digest | None
    document: Digest | None
    read: Document | None


def judge(last: Sight | None, now: Sight) -> Change:
    """Compare what is seen `now` with the document's `last` captured sight.

    Only the bytes and what a reader would read count: a text that returns after another is
    `changed` once more, and which charset or which generation of rules read it does not matter.
    """
    if last is None:
        return New()
    if now.entity == last.entity:
        return SameBytes(now.document)
    if _reads_the_same(last, now):
        return SameText(last.document)
    return Changed(last.document)


def _reads_the_same(last: Sight, now: Sight) -> bool:
    if last.read is None or now.read is None:
        return last.read is now.read and last.decoded == now.decoded
    return _content(last.read) == _content(now.read)


def _content(document: Document) -> tuple[object, ...]:
    """What the page says, apart from how we came to read it."""
    return (
        document.text,
        document.title,
        document.byline,
        document.published,
        document.language,
        document.source,
    )
