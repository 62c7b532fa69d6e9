"""What is looked at again, and when: the frontier's values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.model import Digest, Validators


class WatchedSeed(Struct, frozen=True, kw_only=True):
    """A seed page of a site.  `next_poll_at` None: not again; `failures` are those in a row.

    `interval_s` is what was adapted to, None as declared; `links` how many targets the page named
    when it last named any; `page` the digest of what was read there last, and by which
    declaration.
    """

    site: str
    url: str
    next_poll_at: datetime | None
    last_poll_at: datetime | None = None
    polls: int = 0
    failures: int = 0
    interval_s: float | None = None
    links: int = 0
    page: Digest | None = None
    validators: Validators | None = None


class WatchedTarget(Struct, frozen=True, kw_only=True):
    """A known URL.  `next_look_at` None: not again; `edited_at` is when it last changed.

    `site` is None for a page of no config, which is never due.  `removed_at` is when its removal
    was declared, None as long as none is.
    """

    url: str
    site: str | None
    found_in: str | None
    discovered_at: datetime
    next_look_at: datetime | None
    looks: int = 0
    failures: int = 0
    edited_at: datetime | None = None
    removed_at: datetime | None = None
    validators: Validators | None = None


Due = WatchedSeed | WatchedTarget
