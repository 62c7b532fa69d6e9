"""What a page shows → whether somebody reports in it, of blocks and missing pages too.

A notice speaks to its reader of one thing; a story has a headline, quotes, and says who said so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.ground.late import late
from pipeline.verdict import wording
from pipeline.verdict.faces import amount
from pipeline.verdict.marks import SENTENCES, TITLE

if TYPE_CHECKING:
    from pipeline.verdict.faces import Face

# What somebody else has said: two words and more in the quotes of many languages.
QUOTED = late(
    r"\"[^\"\n]{1,200}?\"|[“„”][^“”\n]{1,200}[“”]|«[^«»\n]{1,200}»|「[^「」\n]{1,200}」|『[^『』\n]{1,200}』"
)
# Words and endings of reports, lower case.  Korean and Japanese notices are polite (-니다, ます),
# news are not.
REPORTS = late(
    r"\b(?:said|says|told|wrote|according to|spokes(?:man|woman|person)"
    r"|on (?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|sagten?|sagt|teilten?|erklärten?|a (?:déclaré|annoncé|indiqué|expliqué)|dijo"
    r"|declaró|afirmó|aseguró|disse|afirmou|ha (?:detto|dichiarato|spiegato)"
    r"|сообщил\w*|заявил\w*|по словам|рассказал\w*)\b"
    r"|记者|記者|报道|報道|发言人|發言人|表示(?![すさでしが])|据悉|专家|專家|网民|网友"
    r"|기자\b|(?<!니)다[.”\"]|(?:れた|った|いた|れる|(?<![まで])した|である)。"
)
# A headline's parts: it may quote a notice in one, and tells something in another.
BREAKS = late(r"(?<=\w)[:.!?]\s+|[：？！。]")
# Letters of a heading, or of a part of it, from which it says more than a name.
HEADLINE = 16.0
# Letters of running text from which a heading is above a story.
WORTH_TELLING = 100.0
# The weight of sentences that make a heading a block page's own.
OUTSPOKEN = 0.4
HOST = late(r"(?:[\w-]+\.)+[a-z]{2,}")
ENDS = " .…!?。！？\t"
# Whom a notice speaks to.
ADDRESSES = late(
    r"\b(?:you|your|yours|we|our|please|sie|ihre?|vous|votre|usted|su|tu|você|seu|tuo|вы|вам|ваш\w*)\b"
    r"|[您你]|귀하|고객|요청하신|하십시오|하세요|주십시오|니다\b|お客|あなた|ください|お使い|ません|ました"
)


def unquoted(said: str) -> str:
    """`said` with nothing in its quotes, which in JSON mean nothing."""
    return said if said.lstrip().startswith("{") else QUOTED.sub('""', said)


def reports(face: Face) -> bool:
    """Whether its running text is one that reports."""
    return REPORTS.search(face.running) is not None


def is_headed_as_story(face: Face) -> bool:
    """Whether the first heading is a headline: neither a name nor a word of block pages."""
    head = face.headings[0].strip(ENDS).lower() if face.headings else ""
    if amount(head) < HEADLINE or HOST.fullmatch(head) or TITLE.fullmatch(head):
        return False
    return not _is_outspoken(head) or tells(face)


def tells(face: Face) -> bool:
    """Whether some part of the first heading is no notice: `Page not found: a museum opens`.

    Over a line or two it may be a name, or a sigh.
    """
    if face.prose < WORTH_TELLING:
        return False
    parts = BREAKS.split(face.headings[0].lower()) if face.headings else []
    return len(parts) > 1 and any(_tells(part.strip(ENDS)) for part in parts)


def _is_outspoken(text: str) -> bool:
    return any(mark.weight >= OUTSPOKEN and mark.pattern.search(text) for mark in SENTENCES)


def _tells(part: str) -> bool:
    if amount(part) < HEADLINE or HOST.search(part) or ADDRESSES.search(part):
        return False
    if TITLE.fullmatch(part) or wording.TITLE.fullmatch(part) or wording.SENTENCE.search(part):
        return False
    return not _is_outspoken(part)
