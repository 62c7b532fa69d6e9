"""The two ends of a body: what it begins with, whatever its media type says, and where it stops."""

from __future__ import annotations

import re

HEAD = 4096
NOT_YET = re.compile(rb"<\?.*?\?>|<!--.*?-->", re.DOTALL)
FIRST_ELEMENT = re.compile(rb"<(?:!doctype\s+)?(?:[a-z_][\w.-]*:)?([a-z_][\w.-]*)", re.IGNORECASE)


def first_element(body: bytes) -> str | None:
    """The local name, in lower case, of the first element or document type; None without one.

    NULs are overlooked, so that UTF-16 needs no decoding.
    """
    head = NOT_YET.sub(b"", body[:HEAD].replace(b"\0", b""))
    found = FIRST_ELEMENT.search(head)
    return found[1].decode("ascii").lower() if found else None


def whole_tags(body: bytes) -> bytes:
    """`body` from its first character to the end of its last tag.

    Where a document is cut short in the middle of an address, the rest of that address is gone,
    and the half that came would name another page.
    """
    end = body.rfind(b">") + 1
    if body[end : end + 1] == b"\0":  # the other half of the tag's end in UTF-16LE
        end += 1
    return body[:end].lstrip()
