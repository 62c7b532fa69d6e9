"""A zone's name, as it is printed behind a clock time → where that clock stands.

CST is Chicago's and Shanghai's, IST is India's, Israel's and Ireland's, BST Britain's and
Bangladesh's: these mean a zone only where the page's country is known.
"""

from __future__ import annotations

from datetime import UTC, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

# Hours ahead of UTC.  Those of the United States are RFC 5322's (4.3), CST left out.
HOURS = {
    "EST": -5,
    "EDT": -4,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "AKST": -9,
    "AKDT": -8,
    "HST": -10,
    "BRT": -3,
    "WEST": 1,
    "CET": 1,
    "MEZ": 1,
    "CEST": 2,
    "MESZ": 2,
    "SAST": 2,
    "CAT": 2,
    "EET": 2,
    "EEST": 3,
    "TSİ": 3,
    "MSK": 3,
    "МСК": 3,
    "EAT": 3,
    "PKT": 5,
    "WIB": 7,
    "WITA": 8,
    "WIT": 9,
    "HKT": 8,
    "SGT": 8,
    "PHT": 8,
    "AWST": 8,
    "KST": 9,
    "JST": 9,
    "AEST": 10,
    "AEDT": 11,
    "NZST": 12,
    "NZDT": 13,
}
PLACES = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
    "EASTERN": "America/New_York",
    "PACIFIC": "America/Los_Angeles",
    "BJT": "Asia/Shanghai",
    "北京时间": "Asia/Shanghai",
    "北京時間": "Asia/Shanghai",
    "한국시간": "Asia/Seoul",
    "日本時間": "Asia/Tokyo",
}
# By country: what its pages mean by a name that others have as well.
AMBIGUOUS = {
    "CST": {
        "US": "America/Chicago",
        "CA": "America/Winnipeg",
        "CN": "Asia/Shanghai",
        "TW": "Asia/Taipei",
        "CU": "America/Havana",
    },
    "IST": {"IN": "Asia/Kolkata", "IL": "Asia/Jerusalem", "IE": "Europe/Dublin"},
    "BST": {"GB": "Europe/London"},
    "AST": {"CA": "America/Halifax", "PR": "America/Puerto_Rico"},
    "ADT": {"CA": "America/Halifax"},
    "GST": {"GU": "Pacific/Guam"},
    "SST": {"AS": "Pacific/Pago_Pago"},
}
UNIVERSAL = frozenset({"Z", "UTC", "GMT", "UT"})


def clock_of(name: str) -> tzinfo | None:
    """The zone that `name` (`EDT`, `UTC`, `+09:00`, `GMT+9`) says; None for any other word."""
    bare = name.upper().replace("−", "-")
    for prefix in ("GMT", "UTC"):
        if bare.startswith((f"{prefix}+", f"{prefix}-", f"{prefix} +", f"{prefix} -")):
            bare = bare.removeprefix(prefix).strip()
    if bare in UNIVERSAL:
        return UTC
    if bare[:1] in {"+", "-"}:
        return _offset(bare)
    if bare in HOURS:
        return timezone(timedelta(hours=HOURS[bare]))
    return ZoneInfo(PLACES[bare]) if bare in PLACES else None


def place_of(name: str, region: str | None) -> ZoneInfo | None:
    """Where a clock hangs by one of the `AMBIGUOUS` names on a page of a country."""
    place = AMBIGUOUS.get(name, {}).get(region or "")
    return ZoneInfo(place) if place else None


def _offset(bare: str) -> tzinfo | None:
    hours, minutes = bare[1:].partition(":")[::2]
    if not minutes and len(hours) > len("09"):
        hours, minutes = hours[:-2], hours[-2:]
    span = timedelta(hours=int(hours), minutes=int(minutes or 0))
    # no clock on earth is further from Greenwich
    if span > timedelta(hours=14):
        return None
    return timezone(-span if bare[0] == "-" else span)
