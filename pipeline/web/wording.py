"""What a look, a document or a site came to → the word that people read for it.

The same words everywhere, each with a sign of its own, so that no colour has to be told apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS: Final[Mapping[str, str]] = {
    "new": "new",
    "changed": "edited",
    "edited": "edited",
    "removed": "removed",
    "same_text": "same text",
    "same_bytes": "same bytes",
    "not_modified": "not modified",
    "captured": "captured",
    "gone": "gone",
    "blocked": "blocked",
    "failed": "failed",
    "failing": "failing",
    "skipped": "skipped",
    "redirected": "redirected",
    "present": "present",
    "ok": "ok",
    "stale": "stale",
    "never": "not yet looked at",
    "technical": "our rules changed",
    "verified": "verified",
    "inconclusive": "inconclusive",
    "not_checked": "not checked",
}


def word_of(kind: str) -> str:
    """The word for `kind`, which is one of ours; itself, legible, where there is none."""
    return WORDS.get(kind, kind.replace("_", " "))
