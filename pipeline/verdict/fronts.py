"""Two addresses → whether who asked for the one stands, at the other, before a front page."""

from __future__ import annotations

import re
from itertools import dropwhile
from urllib.parse import SplitResult, parse_qsl, urlsplit

from pipeline.ground.late import late

# File names under which a front page is sent, and words that may stand without an ending.
INDEX = late(
    r"(?:index|default|home|main)(?:\.[a-z]{2,5})?|(?:start|welcome)\.[a-z]{2,5}", re.IGNORECASE
)
# Folders in which a whole site may stand.
AREAS = frozenset(("home", "main", "portal", "site", "web", "www"))
# Languages that news and governments are published in, by ISO 639-1; of the other codes most are
# likelier a section, or a shortened link.
CODES = (
    "af am ar as az be bg bn bo bs ca ckb cs cy da de dv el en eo es et eu fa fi fil fo fr fy ga gd"
    " gl gu ha he hi hr ht hu hy id ig is it ja jv ka kk km kn ko ku ky lb lo lt lv mg mi mk ml mn"
    " mr ms mt my nb ne nl nn no om or pa pl ps pt rm ro ru rw se si sk sl sm sn so sq sr st su sv"
    " sw ta te tg th ti tk tl tn to tr tt ug uk ur uz vi wo xh yi yo zh zu"
    # Countries' codes in their languages' place, ISO 639-2, and names.
    " cn cz dk gr hk jp kr tw ua vn"
    " ara chi chn deu eng esp fas fra fre ger ind ita jap jpn kor mon per por rus spa tha tur ukr"
    " vie zho"
    " arabic chinese english espanol french german japanese korean russian spanish"
)
LANGUAGES = frozenset(CODES.split())
SUBTAGS = late(r"(?:[-_](?:[a-z]{2}|[a-z]{4}|\d{3}))*")
# Parameters that choose no page: what language, who counts, what went wrong.
IDLE = late(
    r"lang(?:uage)?|locale|hl|utm_\w+|[fg]clid|ref(?:er(?:r?er)?)?|from|src|source|redirect(?:ed|_?from)?"
    r"|(?:page)?[-_]?not[-_]?found|404|err(?:or)?(?:[-_]?(?:code|msg))?|status|msg|message|expired"
    r"|deleted|removed|gone",
    re.IGNORECASE,
)
# A last segment that names a story where it stands alone: words with hyphens, an ending, or long.
SLUG = late(r".*(?:-.*-.*|\.[a-z]{2,5})|.{12,}", re.IGNORECASE | re.DOTALL)


def leads_home(asked: str, came_to: str, home: str | None) -> bool:
    """Whether somebody who asked for `asked`, and came to `came_to`, stands at the front page.

    The front page is the declared `home`, or the root, on the host that was asked, on one above
    it, or on its like for a language or a telephone.  Who asked for a front page has what he
    wanted.
    """
    if asked == came_to or is_front(asked, home):
        return False
    return _same_page(came_to, home) or (_is_root(came_to) and _are_akin(asked, came_to))


def leads_to_a_language(asked: str, came_to: str, home: str | None) -> bool:
    """Whether he stands at what may be the front page of one of the site's languages.

    Its path is short, as that of a section or of a story may be: what was asked for must have
    said more, and the page that came should be looked at.
    """
    if asked == came_to or is_front(asked, home) or not _is_of_language(came_to):
        return False
    return _says_more(asked, came_to) and _are_akin(asked, came_to)


def is_front(url: str, home: str | None) -> bool:
    """Whether `url` is a front page by its address alone: declared, the root, or a language's."""
    return _same_page(url, home) or _is_root(url) or _is_of_language(url)


def _is_root(url: str) -> bool:
    parts = _split(url)
    return parts is not None and _is_idle(parts.query) and not _bare_segments(parts.path)


def _is_of_language(url: str) -> bool:
    parts = _split(url)
    if parts is None or not _is_idle(parts.query):
        return False
    segments = _bare_segments(parts.path)
    return len(segments) == 1 and _is_language(segments[0])


def _is_language(segment: str) -> bool:
    code = re.split("[-_]", segment, maxsplit=1)[0]
    return code in LANGUAGES and SUBTAGS.fullmatch(segment, len(code)) is not None


def _is_idle(query: str) -> bool:
    """Whether it asks for no page of its own."""
    return all(IDLE.fullmatch(name) for name, _ in parse_qsl(query, keep_blank_values=True))


def _says_more(asked: str, came_to: str) -> bool:
    ours, theirs = _split(asked), _split(came_to)
    if ours is None or theirs is None:
        return False
    segments = _segments(ours.path)
    if len(segments) > len(_segments(theirs.path)) or not _is_idle(ours.query):
        return True
    return bool(segments) and SLUG.fullmatch(segments[-1]) is not None


def _segments(path: str) -> list[str]:
    """Those of a path, lower case, without the index at its end."""
    segments = [segment for segment in path.lower().split("/") if segment]
    return segments[:-1] if segments and INDEX.fullmatch(segments[-1]) else segments


def _bare_segments(path: str) -> list[str]:
    """Those beyond the folders that a whole site may stand in."""
    return list(dropwhile(AREAS.__contains__, _segments(path)))


def _same_page(url: str, home: str | None) -> bool:
    ours, theirs = _split(url), _split(home) if home else None
    if ours is None or theirs is None:
        return False
    return (_bare_host(ours.netloc), _segments(ours.path)) == (
        _bare_host(theirs.netloc),
        _segments(theirs.path),
    ) and (ours.query == theirs.query or (_is_idle(ours.query) and _is_idle(theirs.query)))


def _are_akin(asked: str, came_to: str) -> bool:
    """The same host, one above it, or the same with another first label of no weight."""
    ours, theirs = _host(asked), _host(came_to)
    return ours == theirs or ours.endswith(f".{theirs}")


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _host(url: str) -> str:
    parts = _split(url)
    return _bare_host(parts.netloc) if parts else ""


def _bare_host(netloc: str) -> str:
    """The host without user, and without a first label such as `www`, `m` or `en`."""
    host = netloc.lower().rpartition("@")[2]
    first, _, rest = host.partition(".")
    return rest if "." in rest and (first in {"www", "m"} or _is_language(first)) else host
