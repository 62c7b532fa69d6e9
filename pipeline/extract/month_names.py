"""A month's name, in a page's language or any → its number; the names are CLDR's, by Babel.

A name that stands for different months in different languages (`listopad` is October in Zagreb
and November in Prague) is known only where the page's language is.
"""

from __future__ import annotations

from functools import cache

# Languages with news on the web whose months have names; the others count them.
LANGUAGES = (
    "en",
    "de",
    "fr",
    "es",
    "pt",
    "it",
    "nl",
    "pl",
    "tr",
    "ru",
    "uk",
    "be",
    "bg",
    "mk",
    "sr",
    "sr_Latn",
    "hr",
    "bs",
    "sl",
    "cs",
    "sk",
    "hu",
    "ro",
    "el",
    "he",
    "ar",
    "ar_DZ",
    "ar_LB",
    "ar_MA",
    "fa",
    "ur",
    "hi",
    "bn",
    "ta",
    "te",
    "mr",
    "gu",
    "pa",
    "ml",
    "kn",
    "ne",
    "si",
    "th",
    "id",
    "ms",
    "sv",
    "da",
    "nb",
    "fi",
    "et",
    "lv",
    "lt",
    "is",
    "ga",
    "cy",
    "ca",
    "eu",
    "gl",
    "sq",
    "hy",
    "ka",
    "az",
    "kk",
    "uz",
    "mn",
    "sw",
    "fil",
    "af",
    "km",
    "lo",
    "my",
    "am",
)
# What Arabic pages print depends on the country, which no page's language says.
VARIANTS = {"ar": ("ar_LB", "ar_DZ", "ar_MA"), "sr": ("sr_Latn",), "no": ("nb",), "tl": ("fil",)}
# What is printed, though no style guide that CLDR heeds has it so.
CUSTOMARY = {
    "en": {"sept": 9, "febr": 2},
    "de": {"jänner": 1, "feber": 2, "mrz": 3, "maerz": 3, "sept": 9},
    "es": {"setiembre": 9, "sept": 9, "set": 9, "ene": 1, "abr": 4, "ago": 8, "dic": 12},
    "fr": {"fevrier": 2, "aout": 8, "decembre": 12, "fév": 2, "sept": 9},
    "id": {"nopember": 11, "pebruari": 2, "agt": 8, "ags": 8},
    "it": {"sett": 9},
    "lv": {
        name: month
        for month, name in enumerate(
            [
                "janvārī",
                "februārī",
                "martā",
                "aprīlī",
                "maijā",
                "jūnijā",
                "jūlijā",
                "augustā",
                "septembrī",
                "oktobrī",
                "novembrī",
                "decembrī",
            ],
            1,
        )
    },
    "nl": {"mrt": 3, "mar": 3, "sept": 9},
    "pl": {"wrz": 9, "paź": 10},
    "pt": {"marco": 3},
    "ru": {"сент": 9, "нояб": 11, "фев": 2},
    "th": {"มค": 1, "กพ": 2},
}
SHORTEST = 2
"""Characters that a name must have: one letter alone is no month."""

Names = dict[str, int]


def spelled(name: str) -> str:
    """`name` as it is looked up: without case, and without dots and marks around it."""
    return name.casefold().strip(".'’`\"،-")


@cache
def months_of(language: str) -> Names:
    """The names of months in `language`; none where it is not known, or counts its months."""
    tags = (language, *VARIANTS.get(language, ()))
    found: Names = {}
    for tag in reversed(tags):
        found |= _cldr(tag)
    return found | CUSTOMARY.get(language, {})


@cache
def months_anywhere() -> Names:
    """The names that stand for one and the same month in every language that has them."""
    found: dict[str, set[int]] = {}
    for tag in LANGUAGES:
        for name, month in (_cldr(tag) | CUSTOMARY.get(tag, {})).items():
            found.setdefault(name, set()).add(month)
    return {name: months.pop() for name, months in found.items() if len(months) == 1}


def _cldr(tag: str) -> Names:
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - slow to load, seldom needed

    try:
        months = Locale.parse(tag).months
    except (UnknownLocaleError, ValueError):
        return {}
    return {
        spelled(name): month
        for use in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for month, name in months[use].get(width, {}).items()
        if len(spelled(name)) >= SHORTEST and not any(map(str.isdigit, name))
    }
