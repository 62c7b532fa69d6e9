"""What pages came to under some rules → lines for people, objects for scripts, and a sum."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import asdict

from pipeline.archive.texts import sidecar
from pipeline.cli import differing, terminal
from pipeline.cli.options import advised
from pipeline.diff.edition import paragraphs_of
from pipeline.workbench.trying import NOTHING

if TYPE_CHECKING:
    from pipeline.model import Document
    from pipeline.workbench.trying import Tried

SHOWN = 3
LONGEST = 160
"""Characters of a paragraph that are shown of a text that is not wanted in full."""


class Told(Struct, frozen=True, kw_only=True):
    """Shows pages as they are tried, and counts.

    `brief` tells of what is the same in one line each.
    """

    as_json: bool
    full: bool
    brief: bool
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """How many there were."""
        return self.counts.total()

    @property
    def troubles(self) -> int:
        """In how many the site's own rules found no body."""
        return sum(self.counts[word] for word in ("no body", "no page", "degraded"))

    def show(self, tried: Tried) -> None:
        """One page."""
        word = _word(tried)
        self.counts[word] += 1
        if self.as_json:
            terminal.emit(as_object(tried))
            return
        terminal.line((f"{word:12} ", STYLES[word]), (tried.url, "bold"))
        if tried.document is None:
            terminal.line("  ", advised(tried.why or ""))
        elif self.full or not (self.brief and word == "same"):
            self._show(tried, tried.document)

    def sum_up(self) -> None:
        """One line about all of them, on stderr."""
        told = ", ".join(f"{self.counts[word]} {word}" for word in STYLES if self.counts[word])
        terminal.say(f"{self.count} page{'' if self.count == 1 else 's'}: {told}")

    def _show(self, tried: Tried, document: Document) -> None:
        for name, value in _facts(document):
            terminal.line((f"  {name:11} ", "dim"), value)
        for one in tried.yields:
            by = one.place or "no rule yields anything"
            terminal.line((f"  {one.field:11} ", "dim"), (by, "cyan" if one.place else "yellow"))
        texts = paragraphs_of(document.text)
        for text in texts if self.full else texts[:SHOWN]:
            terminal.line("    ", text if self.full else _brief(text))
        if not self.full and len(texts) > SHOWN:
            terminal.line((f"    … {len(texts) - SHOWN} more paragraphs: --full", "dim"))
        if tried.lost:
            terminal.line("  not compared: ", tried.lost)
        if tried.diff is not None and not tried.diff.is_same:
            terminal.line(("  against what is archived:", "bold"))
            differing.show(tried.diff)


STYLES = {
    "same": "dim",
    "differs": "bold yellow",
    "not archived": "green",
    "degraded": "yellow",
    "no body": "bold red",
    "no page": "bold red",
}


def as_object(tried: Tried) -> dict[str, Any]:
    """A page as `try --json` tells it."""
    document = tried.document
    return {
        "url": tried.url,
        "came_to": _word(tried).replace(" ", "_"),
        "reason": tried.why,
        "document": document
        and {
            **sidecar(document),
            "extractor": document.extractor,
            "text": document.text,
            "paragraphs": len(paragraphs_of(document.text)),
        },
        "yields": [asdict(one) for one in tried.yields],
        "diff": differing.diff_object(tried.diff) if tried.diff else None,
        "lost": tried.lost,
    }


def _word(tried: Tried) -> str:
    if tried.document is None:
        return "no body" if tried.why == NOTHING else "no page"
    if tried.document.degraded:
        return "degraded"
    if tried.diff is None:
        return "not archived"
    return "same" if tried.diff.is_same else "differs"


def _facts(document: Document) -> tuple[tuple[str, str], ...]:
    source = document.source
    named = " ".join(filter(None, (source.name, source.url))) if source else ""
    how = f"generation {document.generation}, {document.extractor}"
    return (
        ("title", document.title or "none"),
        ("published", document.published or "no date"),
        ("byline", document.byline or "none"),
        ("source", named or "none"),
        ("language", document.language or "unknown"),
        ("charset", f"{document.charset}, by {document.charset_why}"),
        ("read by", f"{how}, DEGRADED: its own rules found no body" if document.degraded else how),
        ("paragraphs", str(len(paragraphs_of(document.text)))),
    )


def _brief(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
