"""What a response shows → why there is no such page behind it, although it says 200."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pipeline.ground.late import late
from pipeline.verdict.blocked import WORDLESS, parts_of
from pipeline.verdict.faces import amount
from pipeline.verdict.fronts import leads_home, leads_to_a_language
from pipeline.verdict.stories import reports, tells, unquoted
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

POPS_UP = late(r"\balert\s*\(\s*([\"'])(.{1,300}?)\1", re.DOTALL)
GOES_TO = late(
    r"location(?:\.href)?\s*=\s*[\"']([^\"']{1,300})[\"']"
    r"|location\.(?:replace|assign)\(\s*[\"']([^\"']{1,300})[\"']"
)
GOES_BACK = late(r"history\.(?:back|go)\s*\(|window\.close\s*\(|location\s*[.=]")


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
    return _leads_home(asked, face.names_itself, home)


def _by_title(face: Face) -> bool:
    if tells(face):
        return False
    return any(NUMBER.fullmatch(part) or TITLE.fullmatch(part) for part in parts_of(face))


def _by_sentence(face: Face) -> bool:
    return (
        not face.is_article
        and amount(face.said) <= TERSE
        and SENTENCE.search(unquoted(face.said)) is not None
        and not (reports(face) or tells(face))
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
    return _leads_home(asked, onward, home)


def _leads_home(asked: str, onward: str, home: str | None) -> bool:
    try:
        came_to = urljoin(asked, onward)
    except ValueError:
        return False
    return leads_home(asked, came_to, home) or leads_to_a_language(asked, came_to, home)
