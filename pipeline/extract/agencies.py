"""News agencies, as datelines and bylines name them."""

from __future__ import annotations

import re

from pipeline.ground.late import late

# Facts; what also is a word or another company's short name stands there only as it is written
# in a dateline, between brackets.
NAMES = (
    "Reuters",
    "Associated Press",
    "The Associated Press",
    "Agence France-Presse",
    "United Press International",
    "Xinhua",
    "Xinhua News Agency",
    "Yonhap",
    "Yonhap News Agency",
    "Kyodo",
    "Kyodo News",
    "Jiji Press",
    "Korean Central News Agency",
    "Press Trust of India",
    "Anadolu Agency",
    "Deutsche Presse-Agentur",
    "Austria Presse Agentur",
    "Keystone-SDA",
    "Agencia EFE",
    "Europa Press",
    "Interfax",
    "RIA Novosti",
    "Ukrinform",
    "Bernama",
    "Antara",
    "Canadian Press",
    "The Canadian Press",
    "Press Association",
    "Australian Associated Press",
    "Vietnam News Agency",
    "Saudi Press Agency",
    "新华社",
    "新華社",
    "中新社",
    "中央社",
    "共同社",
    "共同通信",
    "時事通信",
    "연합뉴스",
    "뉴시스",
    "뉴스1",
    "조선중앙통신",
    "ТАСС",
    "РИА Новости",
    "Интерфакс",
)
SHORT = (
    "AP|AFP|UPI|dpa|DPA|EFE|ANSA|TASS|KCNA|PTI|ANI|IANS|AAP|VNA|SPA|WAM|QNA|MENA|IRNA|ISNA|SANA|APA|SDA"
    "|ATS|ANP|NTB|TT|STT|PAP|ČTK|CTK|MTI|BTA|BelTA|Belga|Ritzau|Lusa|LUSA|Agerpres|Tanjug|HINA|CP|CNA"
    "|PA|Jiji"
)
NAME = "|".join(re.escape(name) for name in sorted(NAMES, key=len, reverse=True))
AGENCY = late(NAME, re.IGNORECASE)
# A place, perhaps a date, the agency in brackets, mostly a dash: "SEOUL, May 3 (Yonhap) --".
BRACKETS = late(
    rf"^[^()（）.!?]{{0,60}}[(（]\s*(?P<name>(?i:{NAME})|{SHORT})\s*[)）]\s*(?P<dash>[-–—:]*)"
)
# East Asian agencies put it otherwise: 新华社北京5月3日电, or the place and themselves in brackets.
HEAD = late(
    r"^[（(【\[\s]*(?:(?P<chinese>新华社|新華社|中新社|中新网|中央社|共同社)[^。]{0,20}[电電讯訊]"
    r"|[^()=]{1,12}=\s*(?P<korean>연합뉴스|뉴시스|뉴스1)\s*[)\]]"
    r"|(?P<japanese>共同通信|時事通信|ロイター|AFP)\s*[】\]])"
)


def in_dateline(line: str) -> str | None:
    """The agency that the beginning of a first paragraph names, as it is printed."""
    head = HEAD.match(line)
    if head is not None:
        return head["chinese"] or head["korean"] or head["japanese"]
    found = BRACKETS.match(line)
    if found is None:
        return None
    # "The reporter's union (AP) says" is a sentence: a place is written with capitals or a dash
    # follows.
    before = line[: found.start("name")].rstrip("(（ ")
    return found["name"] if found["dash"] or not before or before.isupper() else None


def in_byline(byline: str) -> str | None:
    """The agency that a byline names beside people or in their stead."""
    for part in re.split(r"\s*[,|/;]\s*|\s+[–—-]\s+", byline):
        whole = AGENCY.fullmatch(part) or re.fullmatch("AP|AFP|UPI|dpa|KCNA|TASS|EFE", part)
        if whole is not None:
            return whole[0]
    return None
