"""What is known of a page's language and country → the dates that are printed there alone.

Years of two figures, of the Republic of China, of the Buddhist and of the Persian calendar say
nothing where nobody knows whose they are.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct

if TYPE_CHECKING:
    from pipeline.extract.page import Page

TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_](?P<script>[A-Za-z]{4}))?(?:[-_](?P<region>[A-Za-z]{2}))?")
# Countries whose names in addresses are not their codes.
HOSTS = {"uk": "GB", "gov": "US", "mil": "US", "edu": "US"}
# Countries whose names in addresses others have bought for what they spell.
SOLD = frozenset(
    {"ai", "am", "app", "cc", "cd", "co", "eu", "fm", "gg", "io", "la", "ly", "me", "nu", "sh"}
    | {"so", "st", "su", "to", "tv", "vc", "ws"}
)
# Languages that print the year first, also where it has two figures or none does.
YEAR_FIRST = frozenset({"ko", "ja"})
NEITHER = frozenset({"zh", "hu", "lt", "lv", "mn", "eu", "fa", "th"})

DAY, MONTH = r"(?P<d>0[1-9]|[12]\d|3[01])", r"(?P<m>0[1-9]|1[0-2])"
ANY_DAY, ANY_MONTH = r"(?P<d>3[01]|[12]\d|0?[1-9])", r"(?P<m>1[0-2]|0?[1-9])"
BEGIN, END = r"(?<![€$£¥§]\s)(?<![^\s|:：(\[·•,])", r"(?![^\s|,)\]·•;])"
YEAR = r"(?P<yy>[012]\d|9[5-9])"
DAY_FIRST = rf"{BEGIN}{DAY}(?P<s>[./]){MONTH}(?P=s){YEAR}{END}"
MONTH_FIRST = rf"{BEGIN}{MONTH}(?P<s>/){DAY}(?P=s){YEAR}{END}"
SHORT_YEAR_FIRST = rf"{BEGIN}{YEAR}(?P<s>[./-]){MONTH}(?P=s){DAY}\.?{END}"
# 115-06-15, 115年6月15日
REPUBLICAN = (
    rf"{BEGIN}(?P<roc>1[0-4]\d|[89]\d)(?P<s>[-./]|\s?年\s?){ANY_MONTH}(?:[-./]|\s?月\s?){ANY_DAY}"
    r"(?:\s?日)?(?![\d./-])"
)
# 21 มิ.ย. 69
BUDDHIST = rf"(?<![\d.:]){ANY_DAY}\s+(?P<b>[\u0e01-\u0e5b.]{{3,12}})\s+(?P<be>[4-9]\d)(?!\d)"
# 1405/04/11
PERSIAN = rf"(?<![\d./-])(?P<ap>1[34]\d\d)(?P<s>[/.-]){ANY_MONTH}(?P=s){ANY_DAY}(?![\d/-])"


class Usage(Struct, frozen=True, kw_only=True):
    """How dates are printed somewhere: patterns, and the country for the names of zones."""

    shapes: tuple[re.Pattern[str], ...] = ()
    region: str | None = None


ANYWHERE = Usage()


def usage_of(page: Page, url: str, language: str | None, order: int | None) -> Usage:
    """What is usual on the page at `url`; `order` is 0 where days go first, 1 where months do."""
    matched = TAG.fullmatch((page.root.attributes.get("lang") or "").strip())
    said = ((matched and matched["region"]) or "").upper()
    script = ((matched and matched["script"]) or "").lower()
    host = _of_host(url)
    region = None if said and host and said != host else said or host or None
    taiwan = "TW" in {said, host} or script == "hant"
    shapes = _shapes(language or "", order, taiwan=taiwan and host != "CN", iran=host == "IR")
    return Usage(shapes=shapes, region=region)


def _of_host(url: str) -> str:
    last = (urlsplit(url).hostname or "").rpartition(".")[2]
    if last in HOSTS:
        return HOSTS[last]
    return last.upper() if len(last) == len("de") and last not in SOLD else ""


@cache
def _shapes(
    language: str, order: int | None, *, taiwan: bool, iran: bool
) -> tuple[re.Pattern[str], ...]:
    found = []
    if language in YEAR_FIRST:
        found.append(SHORT_YEAR_FIRST)
    elif language not in NEITHER and order is not None:
        found.append(MONTH_FIRST if order else DAY_FIRST)
    if taiwan:
        found.append(REPUBLICAN)
    if language == "th":
        found.append(BUDDHIST)
    if language == "fa" or iran:
        found.append(PERSIAN)
    return tuple(map(re.compile, found))
