"""A stored answer, the way to it and what the catalog knows → what a look came to, and of what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog

from pipeline.archive.reader import stored_block
from pipeline.errors import CannotError, DamagedRecord
from pipeline.extract.derive import derive
from pipeline.model import Blocked, Captured, Digest, Failed, Gone, Role, Skipped
from pipeline.verdict.judging import Asked, judged

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.catalog import FullResponse, Record
    from pipeline.dedup.verdict import Sight
    from pipeline.model import Document, Outcome, StoredBlock, Visit
    from pipeline.sites.site import Site

log = structlog.get_logger()

GENERIC = "generic"
SHARED = "shared_text"
"""The page shows what other pages of the site show where they no longer are."""
# Other documents of the site which have come to the same text as this one: two that agree may be
# one that was moved, three are no coincidence.
MOST_ALIKE = 2
# A text that is longer is an article, under however many addresses.
LONGEST_SHARED = 3000
# What a site says in place of all pages for a while; none of them is gone.
FOR_A_WHILE = re.compile(
    r"maintenance|temporar|be back|under construction|try again|please wait|log ?in|sign in|subscri"
    r"|점검|잠시|로그인|维护|維護|稍后|稍後|登录|登錄|メンテナンス|しばらく|ログイン|технически|временно"
    r"|wartung|vorübergehend|mantenimiento|temporal|manutenção|manutenzione",
    re.IGNORECASE,
)


def concluded(
    stored: StoredBlock,
    outcome: Outcome,
    visit: Visit,
    site: Site,
    read: Document | None,
    *,
    earlier: FullResponse | None,
) -> Outcome:
    """What the last answer of a look comes to.

    `outcome` is what its status made of it, `site` the one that was visited, `read` what was read
    in the answer, and `earlier` the first answer that held the same bytes.
    """
    if stored.fault is not None:
        kept = isinstance(outcome, Captured)
        return Failed(str(stored.fault), "the body cannot be decoded") if kept else outcome
    declared = site.declared
    asked = Asked(
        url=visit.target.requested,
        home=declared.home,
        words=declared.verdicts,
        is_seed=visit.role is Role.SEED,
        charset=declared.charset,
    )
    came_to = judged(stored, outcome, asked, read)
    if visit.role is not Role.TARGET or not isinstance(came_to, Captured) or earlier is None:
        return came_to
    return _as_before(stored, earlier, read) or came_to


def _as_before(stored: StoredBlock, earlier: FullResponse, read: Document | None) -> Gone | None:
    """The very bytes that another address of the host has shown where there was no page."""
    if earlier.outcome != Gone.name or not stored.decoded or _is_by_rules(read):
        return None
    elsewhere = earlier.url != stored.url and _host(earlier.url) == _host(stored.url)
    return Gone(SHARED) if elsewhere else None


def is_shared(
    record: Record, folder: Path, url: str, site: Site, last: Sight | None, read: Document | None
) -> bool:
    """Whether `url`, which had a text, now has the one that all missing pages of the site share.

    Asked of changed pages alone, and of most only whether anybody knows their text.
    """
    if last is None or last.read is None or read is None or read.text == last.read.text:
        return False
    if len(read.text) > LONGEST_SHARED or FOR_A_WHILE.search(read.text):
        return False
    if not _is_by_rules(read) and _is_text_of_missing(record, folder, site, read):
        return True
    text = Digest.of(read.text.encode())
    if not record.names(text):
        return False
    alike = {
        _bare(other.url)
        for other in record.likeness().alike(text)
        if (other.site == site.name if site.name else _host(other.url) == _host(url))
    }
    return len(alike - {_bare(url)}) >= MOST_ALIKE


def _is_text_of_missing(record: Record, folder: Path, site: Site, read: Document) -> bool:
    """Whether the site's newest 404 or 410 reads the same."""
    place = record.likeness().newest_missing(site.name) if site.name else None
    if place is None:
        return False
    try:
        missing = derive(stored_block(folder, place), site.rules)
    except (DamagedRecord, CannotError) as fault:
        log.warning("missing page not read", site=site.name, why=str(fault))
        return False
    return missing is not None and missing.text == read.text


def concerning(record: Record, visit: Visit, last: str, outcome: Outcome, site: Site) -> str | None:
    """The document that `outcome` is said of, where it is not the one at the `last` address.

    Where a redirect led to no page, it is the one that was asked for which did not come: unless it
    is known under the address that it was led to.
    """
    no_page = isinstance(outcome, Gone | Blocked | Failed | Skipped)
    if visit.role is not Role.TARGET or not no_page or last == visit.target.requested:
        return None
    asked, came_to = visit.target.url, site.canonical(last)
    if came_to == asked:
        return None
    if outcome.reason != "redirect_home" and (
        record.last_text(came_to) is not None or record.last_text(asked) is None
    ):
        return None
    return asked


def _is_by_rules(read: Document | None) -> bool:
    return read is not None and read.generation != GENERIC


def _bare(url: str) -> str:
    """Without its query: pages of one listing are one."""
    return url.partition("?")[0]


def _host(url: str) -> str:
    return urlsplit(url).netloc
