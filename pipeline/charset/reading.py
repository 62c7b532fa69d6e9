"""Bytes of a page → its characters, and why they are read so.

The order is the HTML standard's (byte-order mark, what somebody configured, HTTP header, `meta`),
with two additions that an archive needs: a declaration that the bytes contradict, or that makes
no language of them, is not believed, and bytes without one are looked at rather than taken for
windows-1252.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pipeline.charset.declared import declared, declared_besides
from pipeline.charset.detecting import OF_MANY_TONGUES, Guess, detected, in_fours
from pipeline.charset.escaped import DESIGNATED, escaped, may_be_escaped
from pipeline.charset.fitting import fitting, forced, utf8
from pipeline.charset.foreign import is_foreign, is_spelled_better, is_telling
from pipeline.charset.labels import charset_of
from pipeline.charset.likeness import Likeness, likeness
from pipeline.charset.running import is_binary
from pipeline.charset.spoken import spoken
from pipeline.charset.twice import is_suspect, undone
from pipeline.charset.wide import BOMS, WIDE, by_mark, unmarked, without_mark

if TYPE_CHECKING:
    from pipeline.charset.alphabets import Tongues

# Continuation bytes from which well-formed UTF-8 is no accident of another charset.
EVIDENT_UTF8 = 4
# A declaration is doubted where no language explains this share of its letters, ...
PLAUSIBLE = 0.9
# ... of which there must be some, and is overruled by a charset that explains so many of them.
TELLING, CONVINCING, BETTER = 4, 0.96, 0.06
# Of many letters some are wrong, however few of all, where another charset explains nearly all.
MANY, SOME, NEARLY = 20, 4, 8
# Words in two scripts, from which fewer letters tell.
BROKEN = 2
IN_FOURS = frozenset({"gbk", "gb18030"})
FIRST_OF_MARKS = frozenset(mark[0] for mark, _ in BOMS)


class Decoded(Struct, frozen=True, kw_only=True):
    """A page's characters, its byte-order mark gone and nothing else changed.

    `charset` is the WHATWG name, Python's where that has none; `why` is `bom`, `configured`,
    `header`, `meta`, `xml declaration`, `utf-8 valid` or `detected`.  Behind it stands in
    brackets what contradicts it: `declared … does not fit`, `byte-order mark does not fit`,
    `doubtful` where the text looks like no language, `encoded twice` where that was undone.
    `octets` is the text in UTF-8 where it was that already: encoding it again would be for nothing.
    """

    text: str
    charset: str
    why: str
    octets: bytes | None = None


def read(decoded: bytes, content_type: str | None, configured: str | None = None) -> Decoded | None:
    """The characters of `decoded`, whose header said `content_type`.

    `configured` is the label that somebody chose for pages like this one; it is obeyed where the
    bytes can be read so.  None for bytes that are text in no charset.
    """
    if decoded and decoded[0] in FIRST_OF_MARKS:
        marked = by_mark(decoded)
        if marked is not None:
            return Decoded(text=marked[0], charset=marked[1], why="bom")
        bare = without_mark(decoded)
        if bare != decoded:
            rest = read(bare, content_type, configured)
            return rest and _remarked(rest, "byte-order mark does not fit")
    if configured is not None:
        chosen = _chosen(decoded, configured)
        if chosen is not None:
            return chosen
    label, why = declared(decoded, content_type)
    remark = f"declared {label} does not fit" if label else ""
    if configured is not None:
        remark = f"configured {configured} does not fit"
    name = charset_of(label)
    if b"\0" in decoded or may_be_escaped(decoded):
        shown = _shown(decoded, name, why, remark)
        if shown is not None or (b"\0" in decoded and is_binary(decoded)):
            return shown
        return _unread(_narrow(decoded, name, why, remark))
    return _narrow(decoded, name, why, remark)


def _unread(found: Decoded | None) -> Decoded | None:
    """What was found; where escapes are left in it, of a set that nobody here knows, it is told."""
    if found is None or DESIGNATED not in found.text:
        return found
    return _remarked(found, "doubtful")


def _narrow(decoded: bytes, name: str | None, why: str, remark: str) -> Decoded | None:
    """Bytes that are neither UTF-16 nor full of escapes."""
    text = utf8(decoded)
    if text is not None and name == "utf-8":
        return _whole(text, decoded, why)
    if name and name not in WIDE and not _is_evident(text, decoded):
        believed = _believed(decoded, name, why, remark)
        if believed is not None:
            return believed
    if text is not None:
        return _whole(text, decoded, _told("utf-8 valid", remark))
    return _detected(decoded, name, remark)


def _shown(decoded: bytes, name: str | None, why: str, remark: str) -> Decoded | None:
    """What zeros and escapes show by themselves, whatever is declared; None when nothing."""
    wide = unmarked(decoded) if b"\0" in decoded else None
    if wide is not None:
        # a `meta` that was read byte by byte is wrong about these
        return _agreed(wide, name if why == "header" else None, why, remark)
    sensible = escaped(decoded)
    return None if sensible is None else _agreed(sensible, name, why, remark)


def _chosen(decoded: bytes, configured: str) -> Decoded | None:
    """As somebody has configured; what looks wrong is told, and done all the same."""
    name = charset_of(configured.lower())
    text = fitting(decoded, name) if name is not None else None
    if name is None or text is None:
        return None
    looks = likeness(text)
    wrong = name != "utf-8" and _is_evident(utf8(decoded), decoded)
    doubt = "doubtful" if wrong or not _is_plausible(looks) else ""
    return Decoded(text=text, charset=name, why=_told("configured", doubt))


def _agreed(found: tuple[str, str], name: str | None, why: str, remark: str) -> Decoded:
    """What the bytes themselves show, which is what was declared or contradicts it."""
    text, charset = found
    return Decoded(
        text=text, charset=charset, why=why if charset == name else _told("detected", remark)
    )


def _whole(text: str, decoded: bytes, why: str) -> Decoded:
    """Well-formed UTF-8, which may have been encoded twice."""
    before = undone(text) if is_suspect(decoded) else None
    if before is not None:
        return Decoded(text=before, charset="utf-8", why=_told(why, "encoded twice"))
    return Decoded(text=text, charset="utf-8", why=why, octets=decoded)


def _is_evident(text: str | None, decoded: bytes) -> bool:
    return text is not None and len(decoded) - len(text) >= EVIDENT_UTF8


def _is_plausible(looks: Likeness) -> bool:
    return looks.share >= PLAUSIBLE or (looks.letters < TELLING and not looks.broken)


def _believed(decoded: bytes, name: str, why: str, remark: str) -> Decoded | None:
    """As declared, unless that makes no language of the bytes and another charset does."""
    text = fitting(decoded, name)
    if text is None:
        return None
    kept = Decoded(text=text, charset=name, why=why)
    if name in IN_FOURS and in_fours(decoded):
        return kept
    tongues = spoken(decoded)
    # what the page's own language explains need not be compared with all others
    if tongues is not None and _is_sound(likeness(text, tongues)):
        return kept
    return _weighed(decoded, kept, tongues, remark)


def _weighed(decoded: bytes, kept: Decoded, tongues: Tongues | None, remark: str) -> Decoded:
    """The declared reading `kept`, or another that explains the letters better."""
    looks = likeness(kept.text)
    plausible = _is_plausible(looks)
    settled = plausible and (looks.letters < MANY or _is_sound(looks))
    missed = tongues if tongues is not None and is_foreign(kept.text, tongues) else None
    if settled and missed is None:
        return kept
    others = dict(declared_besides(decoded, kept.charset))
    guess = detected(decoded, others, tongues)
    better = False
    if missed is not None:
        spelled = forced(decoded, guess.charset)
        better = is_spelled_better(spelled, kept.text, missed)
        if better and is_telling(spelled, kept.text, missed):
            return _guessed(decoded, guess, others, remark)
    if not settled and _is_convincing(guess, looks, plausible=plausible):
        return _guessed(decoded, guess, others, remark)
    return kept if plausible and not better else _remarked(kept, "doubtful")


def _is_sound(looks: Likeness) -> bool:
    """Whether some language explains nearly all of many letters: nobody else need be asked."""
    return looks.letters >= MANY and looks.share >= PLAUSIBLE and _wrong(looks) < SOME


def _wrong(looks: Likeness) -> float:
    """How many letters no language explains."""
    return (1 - looks.share) * looks.letters


def _is_convincing(guess: Guess, declared: Likeness, *, plausible: bool) -> bool:
    """Whether what the detector found explains so much more than the declaration."""
    other = guess.looks
    if plausible:
        better = NEARLY * _wrong(other) <= _wrong(declared)
        return better and other.letters >= MANY and guess.charset not in OF_MANY_TONGUES
    telling = other.letters >= TELLING or (declared.broken >= BROKEN and not other.broken)
    return telling and other.share >= max(CONVINCING, declared.share + BETTER)


def _detected(decoded: bytes, name: str | None, remark: str) -> Decoded | None:
    if is_binary(decoded):
        return None
    wide = unmarked(decoded)
    if wide is not None:
        return _agreed(wide, name, "header", remark)
    others = dict(declared_besides(decoded, name))
    for other, why in others.items():
        text = fitting(decoded, other)
        if text is not None and _is_sound(likeness(text)):
            return Decoded(text=text, charset=other, why=_told(why, remark))
    return _guessed(decoded, detected(decoded, others, spoken(decoded)), others, remark)


def _guessed(decoded: bytes, guess: Guess, others: dict[str, str], remark: str) -> Decoded:
    why = others.get(guess.charset, "detected")
    unsure = guess.unsure and why == "detected"
    doubt = "" if guess.looks.share >= PLAUSIBLE and not unsure else "doubtful"
    return Decoded(
        text=forced(decoded, guess.charset), charset=guess.charset, why=_told(why, remark, doubt)
    )


def _told(why: str, *remarks: str) -> str:
    said = ", ".join(filter(None, remarks))
    return f"{why} ({said})" if said else why


def _remarked(decoded: Decoded, remark: str) -> Decoded:
    why, _, before = decoded.why.removesuffix(")").partition(" (")
    return replace(decoded, why=_told(why, before, remark))
