"""A URL and what is asked of it → the versions that a page lists, and which one is read.

A list begins with the newest version, or with the one that is asked for where that lies further
back; it goes on behind an entry.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.catalog import lives
from pipeline.model import Digest
from pipeline.web.asked import MOST_DIGITS, NotThere, number_named
from pipeline.web.naming import DIGEST

if TYPE_CHECKING:
    from pipeline.catalog import Version
    from pipeline.web.desk import Desk


class Leaves(Struct, frozen=True, kw_only=True):
    """Versions, newest first; `older` is the entry with which they go on, None at their end.

    `newest` is the document's newest version, whether it is listed or not; None where there is
    no version at all.
    """

    versions: tuple[Version, ...]
    newest: Version | None
    older: int | None

    def said(self, text: str) -> Version | None:
        """The oldest of those that are listed whose text is `text`; None where none is."""
        found = [one for one in self.versions if text in (str(one.text), one.text.hex)]
        return found[-1] if found else None


def leaves(desk: Desk, url: str, *, most: int, upto: int | None = None) -> Leaves:
    """The versions of `url` from entry `upto` back, those that differ from the one before."""
    made = desk.reader.ask(lives.versions(url, most=most + 1, upto=upto))
    newest = made if upto is None else desk.reader.ask(lives.versions(url, most=1))
    behind = made[most] if len(made) > most else None
    told = told_apart(made)
    return Leaves(
        versions=tuple(one for one in told if behind is None or one.entry > behind.entry),
        newest=newest[0] if newest else None,
        older=behind.entry if behind else None,
    )


def leaves_with(
    desk: Desk, url: str, text: str | None, *, most: int, upto: int | None = None
) -> tuple[Leaves, Version | None]:
    """The versions of `url`, and the one whose text is `text`, or else the first of them.

    Raises NotThere where `text` never stood there.
    """
    listed = leaves(desk, url, most=most, upto=upto)
    if not text:
        return listed, listed.versions[0] if listed.versions else None
    if (found := listed.said(text)) is not None:
        return listed, found
    further = leaves(desk, url, most=most, upto=_entry_of(desk, url, text))
    return further, further.versions[0]


def entry_named(said: str | None) -> int | None:
    """The entry that a query names.  Raises NotThere for what is no number."""
    if not said:
        return None
    if (entry := number_named(said, digits=MOST_DIGITS)) is None:
        raise NotThere(f"entry {said[:40]}")
    return entry


def told_apart(made: tuple[Version, ...]) -> tuple[Version, ...]:
    """Of versions, newest first, those in which text or fields differ from the one before."""
    return tuple(
        one
        for one, older in zip_longest(made, made[1:])
        if older is None or one.document != older.document
    )


def _entry_of(desk: Desk, url: str, text: str) -> int:
    named = DIGEST.fullmatch(text)
    digest = Digest("sha256", bytes.fromhex(named[1])) if named else None
    entry = desk.reader.ask(lives.first_saying(url, digest)) if digest else None
    if entry is None:
        raise NotThere(f"text {text[:80]} among its versions")
    return entry
