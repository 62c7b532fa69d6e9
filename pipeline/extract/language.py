"""The declared language, the page's own word and its script → the language of a text."""

from __future__ import annotations

from pipeline.ground.late import late

SCRIPTS = {
    "hangul": late(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]"),
    "kana": late(r"[\u3040-\u30ff\u31f0-\u31ff]"),
    "han": late(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"),
    "cyrillic": late(r"[\u0400-\u052f]"),
    "latin": late(r"[A-Za-z\u00c0-\u024f]"),
}
# Those that are looked for where these are not what the text is in.
FURTHER = {
    "arabic": late(r"[\u0620-\u06ff\u0750-\u077f]"),
    "hebrew": late(r"[\u05d0-\u05f2]"),
    "greek": late(r"[\u0370-\u03ff\u1f00-\u1fff]"),
    "thai": late(r"[\u0e01-\u0e5b]"),
    "georgian": late(r"[\u10a0-\u10ff]"),
    "armenian": late(r"[\u0531-\u0587]"),
    "indic": late(r"[\u0900-\u0dff]"),
}
LETTER = late(r"[A-Za-z]")
WRITTEN_IN = {
    "ko": ("hangul",),
    "ja": ("kana", "han"),
    "zh": ("han",),
} | dict.fromkeys(("ru", "uk", "be", "bg", "mk", "kk", "mn"), ("cyrillic",))
WRITTEN_IN |= dict.fromkeys(("ar", "fa", "ur", "ps", "ckb", "ug", "sd"), ("arabic",))
WRITTEN_IN |= {"he": ("hebrew",), "yi": ("hebrew",), "el": ("greek",), "th": ("thai",)}
WRITTEN_IN |= {"ka": ("georgian",), "hy": ("armenian",)}
WRITTEN_IN |= dict.fromkeys(
    ("hi", "mr", "ne", "bn", "as", "pa", "gu", "or", "ta", "te", "kn", "ml", "si"), ("indic",)
)
WRITES = {"hangul": "ko", "kana": "ja", "han": "zh", "greek": "el", "thai": "th"}
WRITES |= {"georgian": "ka", "armenian": "hy"}
# What templates say; none of them is written in another script.
LATIN_ALONE = frozenset({"en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "fi", "pl", "id"})

SAMPLE = 2000
"""Characters that are counted: enough to tell scripts apart."""
PLAINLY_LATIN = 1.25
"""Octets a character in UTF-8: Latin scripts stay under it, others take two or three."""
LATIN_WEIGHT = 0.4
"""A Korean or Chinese word has two letters where a Latin one has five."""
MAJORITY = 0.5
FOREIGN = 0.3
"""Of a text in one of the first scripts they are more of its characters than that."""


def language(declared: str | None, said: str | None, text: str) -> str | None:
    """What `text` is written in: `declared`, unless it is plainly in another script.

    Then what the page has `said` of itself, if that fits, or what the script says.  A template
    says `en` on every page; where the script leaves no choice, it is believed.
    """
    script = _script(text)
    for tag in (declared, said):
        if tag is not None and (script is None or _fits(tag, script)):
            return tag
    tags = (tag for tag in (declared, said) if tag is not None and primary(tag) not in LATIN_ALONE)
    return WRITES.get(script or "", next(tags, None))


def _fits(tag: str, script: str) -> bool:
    return script in WRITTEN_IN.get(primary(tag), ("latin",))


def primary(tag: str) -> str:
    """The language of a tag, lower case, without the region or script behind it (RFC 5646)."""
    return tag.partition("-")[0].lower()


def _script(text: str) -> str | None:
    """The script of most of the text's words; None where none has most."""
    sample = text[:SAMPLE]
    if len(sample.encode("utf-8", "replace")) < PLAINLY_LATIN * len(sample):
        return "latin" if LETTER.search(sample) else None
    counts = {script: float(len(found.findall(sample))) for script, found in SCRIPTS.items()}
    counts["latin"] *= LATIN_WEIGHT
    if sum(counts.values()) < FOREIGN * len(sample):
        counts |= {script: float(len(found.findall(sample))) for script, found in FURTHER.items()}
    if counts["kana"] * 10 > counts["han"] and counts["kana"]:
        counts["kana"] += counts.pop("han")
    script = max(counts, key=lambda one: counts[one])
    return script if counts[script] > MAJORITY * sum(counts.values()) else None
