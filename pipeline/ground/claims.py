"""What a check says: one claim about one thing, with both values and where it was looked for.

An audit of an archive and the check of one document's bundle speak the same words, so that a
reader, a script and an exit code need to know them once.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

HELD = (
    "This proves that the archive has held exactly these bytes, under this URL and claimed capture"
    " time, since no later than T, and has not altered its record since."
)
NOT_PROVEN = (
    "It does not prove that the website sent them, nor that nothing was left out; for that,"
    " compare independent captures."
)
PROVEN = f"{HELD} {NOT_PROVEN}"
REWRITABLE = (
    "No pin, time stamp or witness was held against it: whoever runs the archive could have"
    " rewritten everything and signed it again."
)


MOST_SHOWN = 1000
"""Characters of a value that a claim repeats; both values of a list of records fit."""


class Verdict(StrEnum):
    """How a claim ended.

    `inconclusive` was looked into and could not be decided; `not_checked` was not looked into,
    because what it needs was not brought.
    """

    VERIFIED = "verified"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"
    NOT_CHECKED = "not_checked"


class Claim(Struct, frozen=True, kw_only=True):
    """One thing that was checked: `check` says what kind, `subject` of which thing.

    `expected` and `actual` are the two values where they differ, or the reason in `actual` where
    there is nothing to compare; `file` and `record` name the place.
    """

    check: str
    subject: str
    verdict: Verdict
    expected: str | None = None
    actual: str | None = None
    file: str | None = None
    record: str | None = None


def verified(
    check: str, subject: str, *, file: str | None = None, record: str | None = None
) -> Claim:
    """It was checked, and it is so."""
    return Claim(check=check, subject=subject, verdict=Verdict.VERIFIED, file=file, record=record)


def failed(
    check: str,
    subject: str,
    *,
    expected: object = None,
    actual: object,
    file: str | None = None,
    record: str | None = None,
) -> Claim:
    """It was checked, and it is not so: both values, or what is wrong in `actual`."""
    return Claim(
        check=check,
        subject=subject,
        verdict=Verdict.FAILED,
        expected=None if expected is None else _shown(expected),
        actual=_shown(actual),
        file=file,
        record=record,
    )


def undecided(check: str, subject: str, verdict: Verdict, *, why: str) -> Claim:
    """It is neither so nor not so: `verdict` is `inconclusive` or `not_checked`."""
    return Claim(check=check, subject=subject, verdict=verdict, actual=why)


def _shown(value: object) -> str:
    """`value` as it can be printed: what was checked may be anybody's, and of any length."""
    text = str(value).encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
