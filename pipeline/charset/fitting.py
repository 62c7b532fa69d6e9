"""Bytes and a charset → the characters, where the bytes fit."""

from __future__ import annotations

from pipeline.charset.labels import codecs_of

# Bad sequences that a charset survives: one comment pasted in another charset is the page's
# fault, a twentieth of all its characters is the declaration's.
TOLERATED = 0.05
# UTF-8 is no accident where three of four sequences are well formed.
TOLERATED_UTF8 = 0.25


def fitting(decoded: bytes, name: str) -> str | None:
    """`decoded` read as charset `name`, or None when it does not fit.

    A character that the end of the bytes cuts in two is not held against the charset.
    """
    choices = codecs_of(name)
    for codec in choices:
        try:
            return decoded.decode(codec)
        except UnicodeDecodeError:
            continue
    text = decoded.decode(choices[0], errors="replace")
    bad = text.count("\ufffd") - text.endswith("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - text.count("\ufffd")
    return text if bad <= (TOLERATED_UTF8 if name == "utf-8" else TOLERATED) * good else None


def forced(decoded: bytes, name: str) -> str:
    """`decoded` read as charset `name`, U+FFFD where it does not fit."""
    return fitting(decoded, name) or decoded.decode(codecs_of(name)[0], errors="replace")


def utf8(decoded: bytes) -> str | None:
    """`decoded` as UTF-8, or None where one sequence is not well formed."""
    try:
        return decoded.decode("utf-8")
    except UnicodeDecodeError:
        return None
