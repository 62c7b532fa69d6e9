"""Bytes of which nothing is known → the charset in which they read as a language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pipeline.charset.fitting import fitting
from pipeline.charset.labels import charset_of
from pipeline.charset.likeness import Likeness, likeness, usual_vietnamese
from pipeline.charset.running import running

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.charset.alphabets import Tongues

# Charsets that the detector ranked and that are read to see whose letters come out.
MOST = 24
# As much as it is shown: it decides by the first thousands, and takes time for all.
SHOWN = 1 << 14
# So much more must a charset explain than one that was ranked before it.
BETTER = 0.008
# High bytes from which more can be told than that they are of the charset of most such pages.
TELLING = 5
USUAL = "windows-1252"
# Charsets of many languages in Latin letters, which few bytes are enough to confuse.
ALWAYS = (USUAL, "windows-1250", "iso-8859-2", "windows-1257", "iso-8859-13", "iso-8859-10")


# What the detector has no models of.
UNRANKED = ("euc_tw", "armscii_8", "georgian_ps", "georgian_academy")
# Of these the share of bytes beyond ASCII that must be letters: others' come out as their dashes.
OWN_LETTERS = 0.8
# Kazakh's charsets have the letters of all their neighbours, and explain any mixture of them:
# Belarusian comes out of them with one letter wrong.
OF_MANY_TONGUES = frozenset({"kz1048", "ptcp154"})
HANDICAP = 0.05
# So many bytes beyond ASCII that are but one or two are of the usual charset, as Albanian's are:
# a language of many letters would have shown some of the others.
MANY, FEW = 12, 2
# What it is worth that the page's own language explains this share of the letters, or more.
KINDRED, SPELLED = 0.05, 0.9
# Fewer letters than these may be those of several languages, in several charsets; more where
# there are but one or two kinds of them.
SURE, SURE_OF_FEW = 8, 20
# Charsets of DOS and of the Mac, in which a few letters of Windows' are others.
FORMER = ("cp4", "cp7", "cp8", "ibm", "mac", "x-mac", "hp", "viscii", "tcvn")
# GB18030's way to write what is not in GBK: one such place is no accident.
FOUR = re.compile(rb"[\x81-\x84\x90-\xe3][0-9][\x81-\xfe][0-9]")
HIGH = re.compile(rb"[\x80-\xff]")
# Share of bytes that Vietnamese has beyond ASCII, and of these its usual letters, at the least.
FEWEST, MOST_HIGH, USUAL_LETTERS = 0.16, 0.5, 0.75


class Guess(NamedTuple):
    """A charset, how much its reading looks like a language, and whether others do as well.

    `unsure` where there are few letters, the page does not say that they are its language's, and
    the charset is one of former times or a usual one makes other letters of them.
    """

    charset: str
    looks: Likeness
    unsure: bool = False


def detected(decoded: bytes, hints: Iterable[str] = (), tongues: Tongues | None = None) -> Guess:
    """The likeliest charset of `decoded`; of equals `hints` go first, then as the detector says.

    Those go before their equals in which the letters are those of `tongues`, the page's own.
    """
    sample = running(decoded)
    best, most, usual = Guess(USUAL, Likeness(0.0, 0)), -1.0, dict[str, float]()
    shown = (*(["gb18030"] if in_fours(sample) else ()), *_vietnamese(sample))
    for name in dict.fromkeys((*hints, "utf-8", *shown, *_ranked(sample), *UNRANKED)):
        text = fitting(sample, name)
        if text is None:
            continue
        looks = likeness(text)
        if name == "utf-8" and not looks.letters:  # all it has is a character that was cut
            continue
        if name in UNRANKED[1:] and looks.letters < OWN_LETTERS * len(HIGH.findall(sample)):
            continue
        worth = _worth(name, looks) + _kindred(text, tongues)
        if name in ALWAYS:
            usual[text] = worth
        if worth > most + BETTER:
            best, most = Guess(name, looks), worth
    equals = sum(worth >= most - BETTER for worth in usual.values())
    return best._replace(unsure=most <= 1.0 and _is_unsure(best, equals, sample))


def _is_unsure(best: Guess, equals: int, sample: bytes) -> bool:
    """Whether so few letters may be others, in one of the usual charsets that read them as well."""
    kinds = len(set(HIGH.findall(sample)))
    few = best.looks.letters < (SURE_OF_FEW if kinds <= FEW else SURE)
    return few and (equals > 1 or best.charset.startswith(FORMER))


def _worth(name: str, looks: Likeness) -> float:
    return looks.share - (HANDICAP if name in OF_MANY_TONGUES else 0.0)


def _kindred(text: str, tongues: Tongues | None) -> float:
    if tongues is None:
        return 0.0
    looks = likeness(text, tongues)
    return KINDRED if looks.letters and looks.share >= SPELLED else 0.0


def in_fours(sample: bytes) -> bool:
    """Whether GB18030 writes here what GBK lacks, in four bytes, as no other charset does."""
    return FOUR.search(sample) is not None


def _vietnamese(sample: bytes) -> Iterator[str]:
    """Vietnamese charsets in which any bytes are letters: likely where those are the usual ones.

    It writes three ASCII letters for one or two others, in words of a few letters.
    """
    high = len(HIGH.findall(sample))
    if not FEWEST * len(sample) < high < MOST_HIGH * len(sample):
        return
    usual = {name: usual_vietnamese(sample.decode(name)) for name in ("viscii", "tcvn")}
    likelier = max(usual, key=usual.__getitem__)
    if usual[likelier] >= USUAL_LETTERS:
        yield likelier


def _ranked(sample: bytes) -> Iterator[str]:
    high = len(sample) - len(sample.translate(None, bytes(range(0x80, 0x100))))
    if high < TELLING or (high >= MANY and len(set(HIGH.findall(sample))) <= FEW):
        yield USUAL
    import chardet  # noqa: PLC0415 - slow to load, and few pages need it
    from chardet.enums import EncodingEra  # noqa: PLC0415

    found = chardet.detect_all(
        sample[:SHOWN],
        ignore_threshold=True,
        encoding_era=EncodingEra.ALL & ~EncodingEra.MAINFRAME,
        compat_names=False,
    )
    names = (charset_of((each["encoding"] or "").lower()) for each in found[:MOST])
    yield from (name for name in names if name is not None)
    yield from ALWAYS
