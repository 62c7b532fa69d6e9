"""What a response shows and says in its headers → how sure it is that we are kept out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.ground.late import late
from pipeline.verdict.faces import amount
from pipeline.verdict.marks import (
    ADDRESS,
    DECLARED,
    DECLARED_IN,
    HEADERS,
    MACHINERY,
    ODD_STATUS,
    SENTENCES,
    TITLE,
    UNKNOWN,
)
from pipeline.verdict.stories import ADDRESSES, ENDS, is_headed_as_story, reports, unquoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.model import StoredBlock
    from pipeline.verdict.faces import Face
    from pipeline.verdict.marks import Mark

THRESHOLD = 0.6
"""From here on it is a block.

No mark reaches it alone but a make's own machinery and its own word in a header, so that a story
which quotes a block page, or a form with a captcha, stays under it.  Known block pages come to 0.8
and more, real pages to 0.35 at most.
"""
# Letters of running text up to which a page may be all block, and from which it is none: the
# longest known (Google's, Wordfence's, a few in two languages) have some 1500.
SPARE, AMPLE = 1500.0, 4000.0
# Letters on the whole page under which a sentence is nearly all that it says.
TERSE = 400.0
TERSE_GAIN = 1.4
# Marks of one make that count; a captcha is one, however many scripts it takes.
SO_MANY, AT_MOST = 3, {"captcha": 1}
TITLED = 0.5
ASKS_PASSWORD = 0.25
# Machinery that stands on no page but a block page.
SURE = 0.5
AT_SUCH_ADDRESS = 0.4
RUN_ONLY = 0.7
# What a page that declares itself an article keeps of its marks, and one without machinery in
# which the site's own rules have found a text, under whatever title or under a block page's.
ARTICLE, READ, READ_TITLED = 0.4, 0.6, 0.8
# What words alone keep under a headline, or where nobody is spoken to.
STORY = 0.5
PASSWORD = late(r"<input\b[^>]{0,200}\btype=[\"']?password")
# Markup that is searched: machinery stands in the head, or at the end.
FRONT, REAR = 40_000, 10_000
# Words that say no more than this make no page.
WORDLESS = 60
SETS_COOKIE = late(r"document\.cookie\s*=|document\[.{1,12}\]\s*=|\.cookie\s*=")
GOES_ON = late(r"location\b|\.reload\b|\.submit\(|window\[|eval\(|history\.")
SEPARATORS = late(
    r"\s+[|·•»«:—–-]+\s+|\s*[|｜–—]\s*|[_:：]\s+|(?<=[^\x00-\x7f])_|_(?=[^\x00-\x7f])|\s*-\s+"
)


class Weighed(Struct, frozen=True):
    """How sure it is, from 0 to 1, and whose block it is."""

    score: float
    make: str


def declared(stored: StoredBlock) -> Weighed | None:
    """What the headers alone say: the answer calls itself a block."""
    lines = [
        f"{name}: {value}".lower()
        for name, value in stored.headers
        if name.lower() in DECLARED_IN  # asked of every page: no line is made in vain
    ]
    found = _found(DECLARED, lines) if lines else []
    return Weighed(found[0].weight, found[0].make) if found else None


def weighed(face: Face, stored: StoredBlock, *, redirected: bool, is_read: bool) -> Weighed:
    """All marks together, each against what the others leave open.

    `is_read` says that the site's own rules have found a text in the page.
    """
    if face.prose >= AMPLE:
        return Weighed(0.0, UNKNOWN)
    gain = TERSE_GAIN if amount(face.said) <= TERSE else 1.0
    machinery = _found(MACHINERY, [face.markup[:FRONT], face.markup[FRONT:][-REAR:]])
    sentences = _found(SENTENCES, [unquoted(face.said)])
    titled = is_titled(face)
    weights = [(mark.weight, mark.make) for mark in _each(machinery)]
    weights += [(min(mark.weight * gain, 0.9), mark.make) for mark in _each(sentences)]
    weights += [(TITLED * gain, UNKNOWN)] if titled else []
    weights += [(RUN_ONLY, "cookie_challenge")] if runs_only(face) else []
    if weights:
        weights += [(mark.weight, mark.make) for mark in _found(HEADERS, header_lines(stored))]
        weights += [(ODD_STATUS.get(stored.status, 0.0), UNKNOWN)]
        weights += [(ASKS_PASSWORD, "login")] if PASSWORD.search(face.markup) else []
        weights += [(AT_SUCH_ADDRESS, UNKNOWN)] if redirected and ADDRESS.search(stored.url) else []
    doubt = 1.0
    for weight, _ in weights:
        doubt *= 1.0 - weight
    score = (1.0 - doubt) * _thinness(face.prose)
    if face.is_article:
        score *= ARTICLE
    elif not (runs_only(face) or any(mark.weight >= SURE for mark in machinery)):
        score *= _unsure(face, titled=titled, is_read=is_read)
    return Weighed(min(score, 0.99), _make(weights))


def _unsure(face: Face, *, titled: bool, is_read: bool) -> float:
    """What is left of words alone: a story may quote them."""
    is_terse = amount(face.said) <= TERSE
    if reports(face):
        return STORY
    if is_headed_as_story(face) and not (is_terse and not is_read and _is_in_title(face)):
        return STORY
    if not (titled or is_terse or ADDRESSES.search(face.said)):
        return STORY
    return 1.0 if not is_read else READ_TITLED if titled else READ


def header_lines(stored: StoredBlock) -> list[str]:
    """Each field as `name: value`, lower case."""
    return [f"{name}: {value}".lower() for name, value in stored.headers]


def is_titled(face: Face) -> bool:
    """Whether the title, a part of it, or a heading is what block pages call themselves."""
    return any(TITLE.fullmatch(part) for part in parts_of(face))


def _is_in_title(face: Face) -> bool:
    """Whether the title calls it so, beside a heading that does not."""
    parts = _bare((face.title, *SEPARATORS.split(face.title)))
    head = face.headings[0].lower() if face.headings else ""
    return any(TITLE.fullmatch(part) and part not in head for part in parts)


def parts_of(face: Face) -> Iterable[str]:
    """The title, its parts and the headings, lower case, without the marks at their ends."""
    return _bare((face.title, *SEPARATORS.split(face.title), *face.headings))


def _bare(texts: Iterable[str]) -> Iterable[str]:
    for text in texts:
        if bare := text.strip(ENDS).lower():
            yield bare


def runs_only(face: Face) -> bool:
    """Whether there is nothing but a script that sets a cookie and asks again."""
    return (
        len(face.said.strip()) <= WORDLESS
        and SETS_COOKIE.search(face.scripts) is not None
        and GOES_ON.search(face.scripts) is not None
    )


def _found(marks: Iterable[Mark], texts: list[str]) -> list[Mark]:
    return [mark for mark in marks if any(mark.pattern.search(text) for text in texts)]


def _each(marks: list[Mark]) -> list[Mark]:
    """The heaviest few of each make: one page says the same in many ways, and languages."""
    counted: Counter[str] = Counter()
    kept = []
    for mark in sorted(marks, key=lambda mark: -mark.weight):
        counted[mark.make] += 1
        if counted[mark.make] <= AT_MOST.get(mark.make, SO_MANY):
            kept.append(mark)
    return kept


def _thinness(prose: float) -> float:
    return min(1.0, max(0.0, (AMPLE - prose) / (AMPLE - SPARE)))


def _make(weights: list[tuple[float, str]]) -> str:
    """The heaviest mark's make; sentences and titles have none of their own."""
    named = [(weight, make) for weight, make in weights if make not in NAMELESS]
    return max(named, default=(0.0, UNKNOWN))[1] if named else _kind(weights)


NAMELESS = frozenset((UNKNOWN, "challenge", "denied", "captcha", "login"))


def _kind(weights: list[tuple[float, str]]) -> str:
    """What kind of page it is, where nobody's name stands on it."""
    return max(weights, default=(0.0, UNKNOWN))[1]
