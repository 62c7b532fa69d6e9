"""Addresses of articles → the patterns that they have in common, and how they are written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

YEAR, DAY = re.compile(r"(?:19|20)\d\d"), re.compile(r"\d\d?")
NUMBER, DATE = re.compile(r"\d+"), re.compile(r"(?:19|20)\d\d-?\d\d-?\d\d")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
KINDS = (("Y", YEAR), ("d", DATE), ("u", UUID), ("D", DAY), ("n", NUMBER))
SPELLED = {
    "Y": r"\d{4}",
    "d": r"\d{4}-?\d{2}-?\d{2}",
    "u": r"[0-9a-f-]{36}",
    "D": r"\d{1,2}",
    "n": r"\d+",
}
ENDING = re.compile(r"\.([a-z]{2,5})$", re.IGNORECASE)
NUMBERED_END = re.compile(r"^(.*?)([-_.]?)(\d{4,})$")
NUMBERED_START = re.compile(r"^([A-Za-z]{0,12}[-_]?)(\d{4,})(.*)$")
FEWEST = 2
"""Addresses that make a pattern; one more is no accident."""
SMALL_SHARE = 0.1
MOST = 4
MANY_WORDS = 3
TRACKING = ("utm_*", "fbclid", "gclid")
"""Parameters that make no other document."""


class Parts(Struct, frozen=True):
    """An address, cut up: segments of its path, its file's ending, its query."""

    segments: tuple[str, ...]
    ending: str
    query: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, url: str) -> Parts:
        """The parts of an absolute address."""
        split = urlsplit(url)
        path = split.path.strip("/")
        ending = ENDING.search(path)
        bare = path[: ending.start()] if ending else path
        return cls(
            tuple(bare.split("/")), ending[1] if ending else "", tuple(parse_qsl(split.query))
        )

    @property
    def shape(self) -> str:
        """What is alike in addresses of one kind: depth, ending, where the numbers stand."""
        return "/".join((*map(_kind, self.segments), self.ending))


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
    return list(dict.fromkeys(_pattern(group) for group in kept[:MOST]))


def _kind(segment: str) -> str:
    return next((kind for kind, pattern in KINDS if pattern.fullmatch(segment)), "*")


def _pattern(group: list[Parts]) -> str:
    columns = list(zip(*(parts.segments for parts in group), strict=True))
    last = len(columns) - 1
    spelled = [_segment(list(column), is_last=at == last) for at, column in enumerate(columns)]
    ending = group[0].ending
    path = "/" + "/".join(spelled) + (rf"\.{ending}" if ending else "")
    identity = _identity(group)
    if identity:
        values = [dict(parts.query)[identity] for parts in group]
        value = r"\d+" if all(map(str.isdigit, values)) else "[^&]+"
        return rf"^https?://[^/]+{path}\?(?:.*&)?{re.escape(identity)}={value}"
    return rf"^https?://[^/]+{path}{'' if ending else '/?'}(?:\?|$)"


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
    if kinds <= {"Y", "d", "u", "D", "n"}:
        kind = kinds.pop()
        same = len(set(values)) == 1 and kind not in "YdD" and not is_last
        return re.escape(values[0]) if same else SPELLED[kind]
    if len(set(values)) == 1 and not (is_last and (len(values) == 1)):
        return re.escape(values[0])
    ends = [NUMBERED_END.match(value) for value in values]
    if all(ends):
        parted = {found[2] for found in ends if found}
        return rf"[^/]*{re.escape(parted.pop()) if len(parted) == 1 else ''}\d+"
    starts = [NUMBERED_START.match(value) for value in values]
    if all(starts):
        before = {found[1] for found in starts if found}
        return rf"{re.escape(before.pop()) if len(before) == 1 else '[^/]*'}\d+[^/]*"
    words = min(value.count("-") for value in values)
    if is_last and words >= MANY_WORDS - 1:
        return rf"[^/-]+(?:-[^/-]+){{{MANY_WORDS - 1},}}"
    return "[^/]+"
