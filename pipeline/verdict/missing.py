"""What a response shows → why there is no such page behind it, although it says 200."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urljoin, urlsplit

from pipeline.verdict.blocked import WORDLESS, parts_of
from pipeline.verdict.faces import amount
from pipeline.verdict.wording import NUMBER, SENTENCE, TITLE

if TYPE_CHECKING:
    from pipeline.verdict.faces import Face

SOFT_404 = "soft_404"
"""The page says that it is none."""
FRONT_PAGE = "redirect_home"
"""A redirect led to the site's front page."""

# Letters of running text beyond the words themselves: a missing page may show a few teasers, an
# article has more.
FEW = 1200.0
# The same on a page that calls itself an article: a stub of a text is one still.
FEWEST = 300.0
# Letters on a page which says nothing but that one sentence.
TERSE = 500.0

POPS_UP = re.compile(r"\balert\s*\(\s*([\"'])(.{1,300}?)\1", re.DOTALL)
GOES_TO = re.compile(
    r"location(?:\.href)?\s*=\s*[\"']([^\"']{1,300})[\"']"
    r"|location\.(?:replace|assign)\(\s*[\"']([^\"']{1,300})[\"']"
)
GOES_BACK = re.compile(r"history\.(?:back|go)\s*\(|window\.close\s*\(|location\s*[.=]")

# Paths of front pages: of the whole site, or of one of its languages.
FRONT = re.compile(
    r"/?(?:[a-z]{2,3}(?:[-_][a-z]{2,4})?|eng|english|chn|kor|korean|chinese|home|main|portal|web)?/?"
    r"(?:(?:index|default|home|main|start|welcome)(?:\.[a-z]{2,5})?)?/?",
    re.IGNORECASE,
)
INDEX = re.compile(r"/(?:index|default|home|main)\.[a-z]{2,5}$", re.IGNORECASE)


def leads_home(asked: str, came_to: str, home: str | None) -> bool:
    """Whether somebody who asked for `asked`, and came to `came_to`, stands at the front page.

    The front page is the declared `home`, or the root, or the root of a language, on the host
    that was asked, on one above it, or with another `www.`.  Who asked for a front page has what
    he wanted.
    """
    if asked == came_to or is_front(asked, home) or not is_front(came_to, home):
        return False
    return _akin(_host(asked), _host(came_to)) or _same_page(came_to, home)


def is_front(url: str, home: str | None) -> bool:
    """Whether `url` is a front page by its path alone, or the declared one."""
    if _same_page(url, home):
        return True
    parts = _split(url)
    return parts is not None and not parts.query and FRONT.fullmatch(parts.path) is not None


def says_missing(face: Face, *, asked: str, home: str | None, is_read: bool) -> bool:
    """Whether the page says that there is none, by its words or by what it calls itself.

    `is_read` says that the site's own rules have found a text in it.
    """
    if face.prose > (FEWEST if face.is_article or is_read else FEW):
        return False
    return _by_title(face) or _by_sentence(face) or _by_script(face, asked, home)


def is_front_in_its_place(face: Face, *, asked: str, home: str | None) -> bool:
    """Whether the front page was served in place of the page, under its address.

    The canonical address alone does not do: there are sites that give every page the front
    page's.
    """
    if not face.is_front or face.is_article or face.names_itself is None or face.prose > FEW:
        return False
    return leads_home(asked, urljoin(asked, face.names_itself), home)


def _by_title(face: Face) -> bool:
    return any(NUMBER.fullmatch(part) or TITLE.fullmatch(part) for part in parts_of(face))


def _by_sentence(face: Face) -> bool:
    return (
        not face.is_article
        and amount(face.said) <= TERSE
        and SENTENCE.search(face.said) is not None
    )


def _by_script(face: Face, asked: str, home: str | None) -> bool:
    """A page without words, whose script says it in a box, or goes to the front page."""
    if len(face.said.strip()) > WORDLESS:
        return False
    boxed = POPS_UP.search(face.scripts)
    if boxed and SENTENCE.search(boxed[2].lower()) and GOES_BACK.search(face.scripts):
        return True
    goes = GOES_TO.search(face.scripts)
    onward = face.refreshes_to or (goes and (goes[1] or goes[2]))
    if not onward or "document.cookie" in face.scripts:
        return False
    return leads_home(asked, _joined(asked, onward), home)


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link)
    except ValueError:
        return base


def _same_page(url: str, home: str | None) -> bool:
    if home is None:
        return False
    ours, theirs = _split(url), _split(home)
    if ours is None or theirs is None:
        return False
    return (_bare_host(ours.netloc), _bare_path(ours.path), ours.query) == (
        _bare_host(theirs.netloc),
        _bare_path(theirs.path),
        theirs.query,
    )


def _akin(asked: str, came_to: str) -> bool:
    """The same host, one above it, or the same under another first label such as `www` or `m`."""
    ours, theirs = _bare_host(asked), _bare_host(came_to)
    return ours == theirs or ours.endswith(f".{theirs}")


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _host(url: str) -> str:
    parts = _split(url)
    return parts.netloc.lower() if parts else ""


def _bare_host(netloc: str) -> str:
    host = netloc.lower().rpartition("@")[2]
    return host.removeprefix("www.").removeprefix("m.")


def _bare_path(path: str) -> str:
    return INDEX.sub("", path).rstrip("/").lower()
