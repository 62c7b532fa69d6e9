"""Addresses of articles → the patterns that they have in common, and how they are written."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice, zip_longest
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct

from pipeline.drafting.naming import ADDRESS, authority
from pipeline.drafting.places import spelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

YEAR, DAY = re.compile(r"(?:19|20)\d\d"), re.compile(r"\d\d?")
NUMBER, DATE = re.compile(r"\d+"), re.compile(r"(?:19|20)\d\d-?\d\d-?\d\d")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
MONTH = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:[a-z]{1,6})?", re.IGNORECASE
)
KINDS = (("Y", YEAR), ("M", MONTH), ("d", DATE), ("u", UUID), ("D", DAY), ("n", NUMBER))
SPELLED = {
    "Y": r"\d{4}",
    "d": r"\d{4}-?\d{2}-?\d{2}",
    "u": r"[0-9a-f-]{36}",
    "D": r"\d{1,2}",
    "M": "[A-Za-z]{3,9}",
    "n": r"\d+",
}
ENDING = re.compile(r"\.([a-z]{2,5})$", re.IGNORECASE)
HASHED_END = re.compile(r"^(.*?[-_.])([0-9a-f]{6,16})$")
DIGITS = re.compile(r"\d+")
DATED = re.compile(r"(?:19|20)(?:\d{2}|\d{4}|\d{6})")
"""A year, a year and a month, a day, as they stand in names of files."""
NUMBERED_END = re.compile(r"^(.*?)([-_.]?)(\d{4,})$")
NUMBERED_START = re.compile(r"^([A-Za-z]{0,12}[-_]?)(\d{4,})(.*)$")
FEWEST = 2
"""Addresses that make a pattern; one more is no accident."""
SMALL_SHARE = 0.1
MOST = 4
MANY_WORDS = 3
MOST_DENIED = 8
SECTION = re.compile(
    r"/(tags?|categor(?:y|ies)|topics?|authors?|users?|profiles?|people|search|login|events?|jobs"
    r"|videos?|galler(?:y|ies)|podcasts?|kategorie|schlagwort|autor|page)/",
    re.IGNORECASE,
)
SCRIPTS = frozenset({"php", "asp", "aspx", "jsp", "cgi", "do", "pl", "cfm"})
NAME = re.compile(r"[\w.-]{1,40}")
OPAQUE = re.compile(r"(?=[^&]*\d)[^&=]+=*")
"""A query without names, which is a number or a token as a whole: ?1234, ?MTVAMjAyNi0x=="""
TRACKING = ("utm_*", "fbclid", "gclid")
"""Parameters that make no other document."""
MEANT = re.compile(
    r"page|paged|pg|p|n|start|offset|seite|pagina|lang|language|hl|locale|id", re.IGNORECASE
)
"""Parameters that make another page of an article, or another language of it."""
SESSION = re.compile(
    r"[;?&](jsessionid|phpsessid|aspsessionid\w*|cfid|cftoken)=[^;/?&]*", re.IGNORECASE
)
"""Parameters that are new at every visit; servers of Java put theirs into the path."""
MOST_DROPPED = 8
MOST_COMPARED = 500
"""Addresses; each is held against all, and a sitemap may have tens of thousands."""
MOSTLY = 0.8


class Parts(Struct, frozen=True):
    """An address, cut up: segments of its path, its file's ending, its query."""

    segments: tuple[str, ...]
    ending: str
    query: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, url: str) -> Parts:
        """The parts of an absolute address."""
        split = urlsplit(url)
        path = SESSION.sub("", split.path.strip("/"))
        ending = ENDING.search(path)
        bare = path[: ending.start()] if ending else path
        return cls(tuple(bare.split("/")), ending[1] if ending else "", tuple(asked(split.query)))

    @property
    def shape(self) -> str:
        """What is alike in addresses of one kind: depth, ending, where the numbers stand."""
        kinds = [*map(_kind, self.segments), self.ending]
        if self.query and self.ending in SCRIPTS:
            # a program is one kind of page, and what it is asked for another of the same
            kinds[-2] = self.segments[-1]
        elif self.query and not any(self.segments):
            # the front page is asked for everything: /?p=12 is an article, /?cat=3 is none
            kinds[-1] = f"?{self.query[0][0]}"
        return "/".join(kinds)


def asked(query: str, *, blank: bool = False) -> list[tuple[str, str]]:
    """Names and values of a query; one that is opaque is a value without a name.

    With `blank` those without a value too.
    """
    if OPAQUE.fullmatch(query):
        return [("", query)]
    return parse_qsl(query, keep_blank_values=blank)


def patterns(urls: Iterable[str]) -> list[str]:
    """Regular expressions that most of `urls` match, the commonest kind first."""
    groups: dict[str, list[Parts]] = {}
    given = list(dict.fromkeys(urls))
    for url in given:
        parts = Parts.of(url)
        groups.setdefault(parts.shape, []).append(parts)
    least = 1 if len(given) < 2 * FEWEST else max(FEWEST, SMALL_SHARE * len(given))
    common = sorted(groups.values(), key=len, reverse=True)
    kept = [group for group in common if len(group) >= least] or common[:1]
    prefix = f"^https?://{_hosts(given)}"
    return list(dict.fromkeys(prefix + _pattern(group) for group in kept[:MOST]))


def like(urls: Iterable[str], others: Iterable[str]) -> list[str]:
    """Those of `urls` that the patterns of `others` match."""
    wanted = [re.compile(pattern) for pattern in patterns(others)]
    return [url for url in urls if any(one.search(url) for one in wanted)]


def unlike(urls: list[str], articles: Iterable[str], others: Sequence[str]) -> list[str]:
    """`urls` without those made as `others` are, which were looked at and are no articles.

    Only where what `articles` have in common tells nearly all of `urls` from the `others`.
    """
    if not like(others, urls):
        return urls
    own = like(urls, articles)
    tells = len(own) >= MOSTLY * len(urls) and not like(others, own)
    return own if tells else urls


def variants(
    articles: Sequence[str], urls: Iterable[str], declared: Iterable[tuple[str, str]] = ()
) -> list[str]:
    """The parameters with which `urls` lead to `articles` once more: of a ranking, of a print.

    `declared` are articles and the canonical addresses that their pages give.
    """
    known: dict[tuple[str, str], list[set[tuple[str, str]]]] = {}
    compared = articles[:MOST_COMPARED]
    for url in compared:
        known.setdefault(urlsplit(url)[1:3], []).append(set(asked(urlsplit(url).query)))
    shortest = [
        pairs for many in known.values() for pairs in many if not any(one < pairs for one in many)
    ]
    often = Counter(name for pairs in shortest for name, _ in pairs)
    of_articles = {name for name, many in often.items() if 2 * many >= len(shortest)}
    # where most have no query, their path says which they are
    bare = 2 * sum(not pairs for pairs in shortest) > len(shortest)
    found: dict[str, None] = dict.fromkeys(often) if bare else {}
    for url in (*compared, *islice(urls, MOST_COMPARED)):
        pairs = set(asked(urlsplit(url).query, blank=True))
        for one in known.get(urlsplit(url)[1:3], ()):
            if one < pairs:
                found |= dict.fromkeys(sorted(name for name, _ in pairs - one))
    names = [*_left_out(declared), *(name for name in found if name not in of_articles)]
    sessions = [one[1] for url in compared for one in SESSION.finditer(url)]
    kept = [name for name in names if not MEANT.fullmatch(name) and NAME.fullmatch(name)]
    return list(dict.fromkeys([*sessions, *kept]))[:MOST_DROPPED]


def _left_out(declared: Iterable[tuple[str, str]]) -> list[str]:
    """The parameters that most pages, of those whose address has them, leave out of their own.

    An address that several pages give themselves is a template's, and none of theirs.
    """
    asked_for, left = Counter[str](), Counter[str]()
    given = list(declared)
    pages = Counter(canonical for _, canonical in given)
    for url, canonical in given if len(given) >= FEWEST else ():
        if pages[canonical] == 1 and urlsplit(url)[1:3] == urlsplit(canonical)[1:3]:
            here, own = (set(asked(urlsplit(one).query, blank=True)) for one in (url, canonical))
            asked_for.update({name for name, _ in here})
            left.update({name for name, _ in here - own} if own < here else ())
    return [name for name in left if 2 * left[name] > asked_for[name]]


def denied(allow: Iterable[str], urls: Iterable[str]) -> list[str]:
    """Patterns of sections that hold no articles, as far as `allow` would let `urls` of them in."""
    allowed = [re.compile(pattern) for pattern in allow]
    found: dict[str, None] = {}
    for url in urls:
        section = SECTION.match(urlsplit(url).path)
        if section is not None and any(one.search(url) for one in allowed):
            found[f"^https?://[^/]+/{spelled(section[1])}/"] = None
    return list(found)[:MOST_DENIED]


def _hosts(urls: Iterable[str]) -> str:
    """The hosts of `urls` as a pattern; a name holds with its www and without."""
    bare = dict.fromkeys(authority(url).removeprefix("www.") for url in urls)
    spelled_out = [
        spelled(host)
        if ADDRESS.fullmatch(host.partition(":")[0])
        else rf"(?:www\.)?{spelled(host)}"
        for host in bare
    ]
    return spelled_out[0] if len(spelled_out) == 1 else f"(?:{'|'.join(spelled_out)})"


def _kind(segment: str) -> str:
    return next((kind for kind, pattern in KINDS if pattern.fullmatch(segment)), "*")


def _pattern(group: list[Parts]) -> str:
    columns = list(zip(*(parts.segments for parts in group), strict=True))
    last = len(columns) - 1
    segments = [_segment(list(column), is_last=at == last) for at, column in enumerate(columns)]
    ending = group[0].ending
    path = "/" + "/".join(segments) + (rf"\.{ending}" if ending else "")
    identity = _identity(group)
    if identity is not None:
        values = [dict(parts.query)[identity] for parts in group]
        if not identity:
            return rf"{path}\?{_token(values)}"
        value = r"\d+" if all(map(str.isdigit, values)) else "[^&]+"
        return rf"{path}\?(?:.*&)?{spelled(identity)}={value}"
    return rf"{path}{'' if ending else '/?'}(?:\?|$)"


def _token(values: list[str]) -> str:
    """A number, or a token not much shorter than any: sections may have tokens of their own."""
    if all(map(str.isdigit, values)):
        return r"\d+$"
    shortest = min(len(value.rstrip("=")) for value in values)
    return rf"[^&=]{{{max(1, shortest * 3 // 4)},}}=*$"


def _identity(group: list[Parts]) -> str | None:
    """The parameter that tells the articles apart where their paths are all the same."""
    if len({parts.segments for parts in group}) > max(1, len(group) // 2) or len(group) < FEWEST:
        return None
    for name, _ in group[0].query:
        values = [dict(parts.query).get(name) for parts in group]
        if None not in values and len(set(values)) > len(group) // 2:
            return name
    return None


def _segment(values: list[str], *, is_last: bool) -> str:
    """One segment of the path: as it stands where all agree, else by what it is made of."""
    kinds = set(map(_kind, values))
    if kinds <= {"Y", "M", "d", "u", "D", "n"}:
        kind = kinds.pop()
        same = len(set(values)) == 1 and kind == "n" and not is_last
        return values[0] if same and not DATED.fullmatch(values[0]) else SPELLED[kind]
    if len(set(values)) == 1 and not (is_last and (len(values) == 1)):
        return spelled(values[0])
    if len({DIGITS.sub("0", value) for value in values}) == 1 and DIGITS.search(values[0]):
        return _numbered(values)
    return _by_ends(values) or _by_words(values, is_last=is_last)


def _by_ends(values: list[str]) -> str | None:
    """By the number or hash with which all of them end or begin."""
    hashed = [HASHED_END.match(value) for value in values]
    if all(hashed) and len({one[2] for one in hashed if one}) == len(values):
        return "[^/]*[0-9a-f]{6,}"
    ends = [NUMBERED_END.match(value) for value in values]
    if all(ends):
        parted = {found[2] for found in ends if found}
        return rf"[^/]*{spelled(parted.pop()) if len(parted) == 1 else ''}\d+"
    starts = [NUMBERED_START.match(value) for value in values]
    if all(starts):
        before = {found[1] for found in starts if found}
        return rf"{spelled(before.pop()) if len(before) == 1 else '[^/]*'}\d+[^/]*"
    return None


def _by_words(values: list[str], *, is_last: bool) -> str:
    """A headline's words have hyphens between them, which a section's name has not."""
    words = min(value.count("-") for value in values)
    if is_last and words >= MANY_WORDS - 1:
        return rf"[^/-]+(?:-[^/-]+){{{MANY_WORDS - 1},}}"
    return "[^/]+"


def _numbered(values: list[str]) -> str:
    """Names that differ in their numbers alone; those that are dates keep their length."""
    runs = zip(*(DIGITS.findall(value) for value in values), strict=True)
    numbers = [
        rf"\d{{{len(run[0])}}}" if all(map(DATED.fullmatch, run)) else r"\d+" for run in runs
    ]
    letters = map(spelled, DIGITS.split(values[0]))
    return "".join(part for pair in zip_longest(letters, numbers, fillvalue="") for part in pair)
