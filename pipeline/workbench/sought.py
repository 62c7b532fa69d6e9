"""What lists the articles of a site that nobody has described, and what is read in a page of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.extract.derive import derive
from pipeline.extract.rules import Rules
from pipeline.model import Captured

if TYPE_CHECKING:
    from pipeline.drafting.written import SeedDraft
    from pipeline.model import Document, StoredBlock
    from pipeline.workbench.peeking import Peeked


class Sought(Struct, frozen=True, kw_only=True):
    """What lists a site's articles: seeds with their pages, and by URL the headlines they give.

    A headline is empty where no seed gives one.  `dated` is by URL what feeds and sitemaps say of
    when.  `tried` are the paths that were looked at.  `began` is the page that was given, or the
    one to which that sends a browser; `beside` is all that the seeds' pages lead to.
    """

    home: str
    began: StoredBlock
    seeds: tuple[tuple[SeedDraft, Peeked], ...]
    headlines: dict[str, str]
    dated: dict[str, str]
    tried: tuple[str, ...]
    beside: tuple[str, ...]


def generically(peeked: Peeked) -> Document | None:
    """What the generic extractor makes of a page, of whichever site; it assumes no zone."""
    if peeked.stored is None or not isinstance(peeked.outcome, Captured):
        return None
    return derive(peeked.stored, Rules.generic())
