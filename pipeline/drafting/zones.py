"""The offsets that a site's pages declare, its language and its host → the zone of its clocks."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pipeline.drafting.guess import Guess, Sure

if TYPE_CHECKING:
    from collections.abc import Iterable

AT_HOME = {
    "ko": "Asia/Seoul",
    "ja": "Asia/Tokyo",
    "zh": "Asia/Shanghai",
    "de": "Europe/Berlin",
    "it": "Europe/Rome",
    "pl": "Europe/Warsaw",
    "sv": "Europe/Stockholm",
    "da": "Europe/Copenhagen",
    "fi": "Europe/Helsinki",
    "cs": "Europe/Prague",
    "hu": "Europe/Budapest",
    "ro": "Europe/Bucharest",
    "el": "Europe/Athens",
    "uk": "Europe/Kyiv",
    "he": "Asia/Jerusalem",
    "tr": "Europe/Istanbul",
    "th": "Asia/Bangkok",
    "vi": "Asia/Ho_Chi_Minh",
    "hi": "Asia/Kolkata",
    "fa": "Asia/Tehran",
    "ru": "Europe/Moscow",
}
"""Languages, and where most who write in them set their clocks."""
ABROAD = frozenset({"ru"})
"""Languages of several zones: without an offset that fits, nothing is guessed."""
OF_COUNTRY = {
    "kr": "Asia/Seoul",
    "kp": "Asia/Pyongyang",
    "jp": "Asia/Tokyo",
    "cn": "Asia/Shanghai",
    "tw": "Asia/Taipei",
    "hk": "Asia/Hong_Kong",
    "sg": "Asia/Singapore",
    "in": "Asia/Kolkata",
    "uk": "Europe/London",
    "ie": "Europe/Dublin",
    "de": "Europe/Berlin",
    "at": "Europe/Vienna",
    "ch": "Europe/Zurich",
    "fr": "Europe/Paris",
    "be": "Europe/Brussels",
    "nl": "Europe/Amsterdam",
    "es": "Europe/Madrid",
    "it": "Europe/Rome",
    "pl": "Europe/Warsaw",
    "za": "Africa/Johannesburg",
    "ke": "Africa/Nairobi",
    "ng": "Africa/Lagos",
    "nz": "Pacific/Auckland",
}
"""Countries of one zone, by the end of their hosts."""
UNKNOWN = "UTC"
ASK = "is it the site's?"
MOST_HOURS = 12
"""What Etc/GMT has in both directions; a page may print anything."""
TIMED = len("2026-05-14T10:00:00+")


def zone_of(
    published: Iterable[str | None],
    language: str | None,
    home: str = "",
    print_it: str = "the pages print",
) -> Guess:
    """The zone whose offsets the pages print; where they print none, that of host or language.

    `print_it` are the words for where the offsets come from.
    """
    moments = [datetime.fromisoformat(one) for one in published if one and len(one) >= TIMED]
    offsets = {moment.strftime("%z") for moment in moments}
    near = _near(language, home)
    if not moments:
        if near and language not in ABROAD:
            why = f"a guess from its {'host' if near == _of_host(home) else 'language'}: {ASK}"
            return Guess(value=near, why=why, sure=Sure.UNSURE)
        return Guess(value=UNKNOWN, why=f"the pages do not tell it: {ASK}", sure=Sure.UNSURE)
    said = ", ".join(sorted(f"{one[:3]}:{one[3:]}" for one in offsets))
    if near and all(_fits(moment, near) for moment in moments):
        return Guess(value=near, why=f"{print_it} {said}, as it has it")
    (only,) = offsets if len(offsets) == 1 else ("+0030",)
    if only[3:] != "00" or only == "+0000" or abs(int(only[:3])) > MOST_HOURS:
        return Guess(value=UNKNOWN, why=f"{print_it} {said}: name the site's own zone")
    # POSIX counts westwards: Etc/GMT-9 is nine hours east
    return Guess(
        value=f"Etc/GMT{'-' if only[0] == '+' else '+'}{int(only[1:3])}",
        why=f"{print_it} {said}: name the site's own zone, if it has summer time",
    )


def _near(language: str | None, home: str) -> str | None:
    return _of_host(home) or AT_HOME.get(language or "")


def _of_host(home: str) -> str | None:
    return OF_COUNTRY.get((urlsplit(home).hostname or "").rpartition(".")[2])


def _fits(moment: datetime, zone: str) -> bool:
    return moment.astimezone(ZoneInfo(zone)).utcoffset() == moment.utcoffset()
