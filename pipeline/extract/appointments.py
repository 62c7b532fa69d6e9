"""A line with a date in it → whether something else happens that day, or a book came out.

"Saturday, 7 March, 7 pm, Town Hall" stands below a title as the day of an article does.
"""

from __future__ import annotations

import re

from pipeline.extract.labels import WORDS
from pipeline.ground.late import late

# An hour without minutes: clocks of a CMS show both.  With quarters it is an appointment's where
# a place stands behind it.
HOUR = (
    r"(?:[^\W\d_]{1,3}\s)?(?:오전|오후|上午|下午|午前|午後)?\s?(?:2[0-3]|1\d|0?\d)"
    r"(?:\s?(?:[ap]\.?m\b\.?|uhr\b|h\b(?!\s?\d)|heures\b|uur\b|[시時点](?!\s?\d)))"
)
QUARTER = (
    r"(?:[^\W\d_]{1,3}\s)?(?:2[0-3]|1\d|0?\d)[:.h](?:00|15|30|45)(?![:.\d])"
    r"(?:\s?(?:[ap]\.?m\b\.?|uhr\b|uur\b))?"
)
PARTED = r"\s?(?:\([^()\d]{1,10}\))?\s?[,–—-]?\s?"
AT_HOUR = late(PARTED + HOUR, re.IGNORECASE)
AT_PLACE = late(
    PARTED + rf"(?:{HOUR}|{QUARTER})" + r",\s(?P<place>[^\W\d_][^|•·]{3,60})$", re.IGNORECASE
)
ZONE = late(r"\s?\(?[A-Z]{2,5}\b|\s?\(?(?:Eastern|Pacific|Central|Mountain)\b")
# What is said of books, beside when they came out.
BOOK = late(
    r"\bISBN|\b(?:hardcover|hardback|paperback|taschenbuch|broché)\b"
    r"|\b\d{2,4}\s?(?:pages|pp\b|seiten|páginas|pagine|stron\b|sidor|sider)"
    r"|\bpub(?:lication|\.)? date\b[^.]{1,40}\d{4}\.\s\w",
    re.IGNORECASE,
)
LAW = late(
    r"\W*(?:vu|visto|vista|vistos|having regard|gestützt auf|auf ?grund|considérant|considerando)"
    r"\s",
    re.IGNORECASE,
)

# A law is called by its number and the day on which it was passed: "Law No. 45 of 7 March".
PASSED = late(
    r"\b(?:law|act|decree|regulation|directive|décret|loi|arrêté|ley|decreto|lei|legge"
    r"|закон|указ|постановление|приказ|распоряжение)\b[^.;:]{0,40}?"
    r"(?:(?:no\.?|nº|n°|№)\s?[\w./-]{1,16},?\s(?:of|dated|du|de|del|di|от)|\bот)\s$",
    re.IGNORECASE,
)


def is_passing(text: str, start: int) -> bool:
    """Whether the words before the date at `start` call a law by its number and that day."""
    return PASSED.search(text[max(0, start - 80) : start]) is not None


def is_appointment(text: str, start: int, end: int, *, marked: bool) -> bool:
    """Whether behind the date from `start` to `end` stands a full hour, or a time and its place.

    `marked` is that the markup calls the line a date; a full hour may be its own then.  A place
    of one word may be a section's name where no weekday stands before the date.
    """
    hour = AT_HOUR.match(text, end)
    if hour is not None and not marked and not ZONE.match(text, hour.end()):
        return True
    placed = AT_PLACE.match(text, end)
    return (
        placed is not None
        and (bool(text[:start].strip()) or " " in placed["place"].strip())
        and WORDS.search(placed["place"]) is None
    )


def is_of_law(text: str) -> bool:
    """Whether a line names the law that what follows is founded on."""
    return LAW.match(text) is not None


def is_of_book(text: str) -> bool:
    """Whether a line speaks of a book, whose day it tells and not the page's."""
    return BOOK.search(text) is not None
