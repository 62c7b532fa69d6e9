"""A stored answer and what its status made of it → what the look came to.

A pure function of the answer's status, headers and decoded body, of the addresses on the way, of
the site's own words, and of what its rules have read in the body.  Most pages are let through
after a look at their headers and the length of what was read: only what is short, or was read by
no rule of the site's own, is parsed and weighed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pipeline.model import Blocked, Captured, Failed, Gone
from pipeline.verdict import fronts, missing
from pipeline.verdict.blocked import THRESHOLD, Weighed, declared, weighed
from pipeline.verdict.faces import face_of

if TYPE_CHECKING:
    from pipeline.model import Document, Outcome, StoredBlock
    from pipeline.verdict.config import VerdictsConfig
    from pipeline.verdict.faces import Face

# Letters that the site's own rules must have read for a page to be let through unparsed, and
# those that any reading must have.
PLENTY_BY_RULES, PLENTY = 700, 5000
# Bytes of a seed page from which, and links, it is a list and no block page.
SEED_SIZE, SEED_LINKS = 40_000, 25
FEED = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*(?:<\?xml|<rss|<feed|<urlset|<sitemapindex|\{|\[)")
PAGE = re.compile(r"text/|html|xml|json|^$", re.IGNORECASE)
GENERIC = "generic"
OF_STATUS = re.compile(r"http_\d{3}")

# A status that refuses is nearly sure; with what block pages show it is surer, and with a whole
# article under it somebody may have mistaken the status.
BY_STATUS, OVER_A_TEXT = 0.9, 0.7
DECLARED_BY_SITE = 0.95


class Asked(Struct, frozen=True, kw_only=True):
    """What somebody looked for: `url` as it was asked for first, on a site with that `home`.

    `charset` is what the site's pages are configured to be read in.
    """

    url: str
    home: str | None
    words: VerdictsConfig
    charset: str | None = None
    is_seed: bool = False


def judged(stored: StoredBlock, outcome: Outcome, asked: Asked, read: Document | None) -> Outcome:
    """What `stored` comes to, of which its status has made `outcome`.

    `read` is the document that was read in it.  A captured page may turn out blocked or gone,
    what is gone or failed by its status may be blocked; a block stays one and gets its score.
    """
    match outcome:
        case Captured():
            return _captured(stored, outcome, asked, read)
        case Blocked():
            return replace(outcome, score=_score_of_status(stored, asked))
        case Gone() | Failed() if isinstance(outcome, Gone) or OF_STATUS.fullmatch(outcome.reason):
            return _refused(stored, outcome, asked)
        case _:
            return outcome


def _captured(
    stored: StoredBlock, outcome: Captured, asked: Asked, read: Document | None
) -> Outcome:
    if (said := declared(stored)) is not None:
        return Blocked(said.make, score=said.score)
    if not asked.is_seed and fronts.leads_home(asked.url, stored.url, asked.home):
        return Gone(missing.FRONT_PAGE)
    face = None
    if not asked.is_seed and fronts.leads_to_a_language(asked.url, stored.url, asked.home):
        face = face_of(stored, asked.charset)
        if face is None or not face.is_article:  # a language's front page, and no story
            return Gone(missing.FRONT_PAGE)
    if _is_plainly_a_page(stored, asked, read):
        return _by_words_of_site(asked.words, read) or outcome
    face = face or face_of(stored, asked.charset)
    if face is None:
        return outcome
    return _by_face(face, stored, asked, read) or outcome


def _by_face(
    face: Face, stored: StoredBlock, asked: Asked, read: Document | None
) -> Blocked | Gone | None:
    is_read, is_degraded = _is_by_rules(read), read is not None and read.degraded
    found = _by_patterns(asked.words, face.said)
    if found is not None:
        return found
    block = weighed(face, stored, redirected=stored.url != asked.url, is_read=is_read)
    if block.score >= THRESHOLD:
        return _blocked(block)
    if asked.is_seed:
        return None
    if missing.says_missing(face, asked=asked.url, home=asked.home, is_read=is_read) or (
        is_degraded and missing.is_front_in_its_place(face, asked=asked.url, home=asked.home)
    ):
        return Gone(missing.SOFT_404)
    return None


def _refused(stored: StoredBlock, outcome: Gone | Failed, asked: Asked) -> Outcome:
    """What its status calls gone or failed, unless a block page was sent under it."""
    block = declared(stored)
    if block is None:
        face = face_of(stored, asked.charset)
        if face is None:
            return outcome
        if found := _search(asked.words.block_text, face.said):
            return found
        block = weighed(face, stored, redirected=stored.url != asked.url, is_read=False)
    if block.score < THRESHOLD:
        return outcome
    wait = outcome.retry_after_s if isinstance(outcome, Failed) else None
    return replace(_blocked(block), retry_after_s=wait)


def _blocked(block: Weighed) -> Blocked:
    return Blocked(block.make, score=round(block.score, 2))


def _score_of_status(stored: StoredBlock, asked: Asked) -> float:
    face = face_of(stored, asked.charset)
    if face is None:
        return BY_STATUS
    block = declared(stored) or weighed(face, stored, redirected=False, is_read=False)
    if block.score < THRESHOLD and face.prose > missing.FEW:
        return OVER_A_TEXT
    return round(max(BY_STATUS, block.score), 2)


def _is_plainly_a_page(stored: StoredBlock, asked: Asked, read: Document | None) -> bool:
    body = stored.decoded or b""
    if not body or PAGE.search(stored.header("content-type") or "") is None:
        return True
    if asked.is_seed:
        return len(body) > SEED_SIZE or bool(FEED.match(body)) or body.count(b"<a ") >= SEED_LINKS
    if read is None:
        return False
    return len(read.text) >= (PLENTY_BY_RULES if _is_by_rules(read) else PLENTY)


def _is_by_rules(read: Document | None) -> bool:
    return read is not None and read.generation != GENERIC


def _by_words_of_site(words: VerdictsConfig, read: Document | None) -> Blocked | Gone | None:
    return _by_patterns(words, read.text) if read is not None else None


def _by_patterns(words: VerdictsConfig, text: str) -> Blocked | Gone | None:
    if found := _search(words.block_text, text):
        return found
    return Gone(missing.SOFT_404) if _is_found(words.gone_text, text) else None


def _search(patterns: tuple[str, ...], text: str) -> Blocked | None:
    found = _is_found(patterns, text)
    return Blocked("block_text", score=DECLARED_BY_SITE) if found else None


def _is_found(patterns: tuple[str, ...], text: str) -> bool:
    return any(_compiled(one).search(text) for one in patterns)


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    """One by one: joined, two may have a group of one name, or flags that must stand first."""
    return re.compile(pattern, re.IGNORECASE)
