"""The words beside a date → what happened on it: published, revised, or something else."""

from __future__ import annotations

import re
from enum import Enum

from pipeline.ground.late import late

PUBLISHED = (
    "publish|posted|post date|publication|pub(?:lished)? date|date published|issued|released?"
    "|date of issue|first published|filed|created|written on|date\\s?:"
    "|veröffentlich|erschienen|erstellt|publiziert|datum\\s?:"
    "|publié|publication|mis en ligne|paru |diffusé|date de parution"
    "|publicad|fecha\\s?:|postado|criado|pubblicat|data\\s?:"
    "|gepubliceerd|geplaatst|publikacj|opublikowan|dodano|utworzon"
    "|опубликован|дата публикации|публикаци|размещен|создан|дата\\s?:|опублікован|публикуван"
    "|yayın|yayım|giriş|eklenme|oluşturulma|tarih\\s?:"
    "|公開|掲載|投稿|配信|発表|作成日|発行"
    "|发布|發布|发表|發表|发稿|發稿|发文|成文日期|刊登|时间\\s?[:：]|時間\\s?[:：]|日期\\s?[:：]|稿源|来源|來源"
    "|입력|송고|등록|게재|작성|승인|발행|게시|기사전송|보도"
    "|đăng|xuất bản|ngày phát hành|diterbitkan|dipublikasikan|terbit|tayang"
    "|نشر|انتشار|تاریخ|פורסם|प्रकाशित|पब्लिश|प्रकाशन|δημοσι|publicerad|publicerat|publiceret|publisert"
    "|udgivet|julkaistu|publikov|vydáno|zveřejn|uverejn|közzét|megjelen|publicat|เผยแพร่|วันที่"
    "|objavljen|објављен|paskelbt|publicēt|avaldatud|প্রকাশ"
)
REVISED = (
    "updat|modif|revis|last (?:change|edit|review)|edited|correct"
    "|aktualis|geändert|letzte änderung|stand\\s?:"
    "|mis à jour|mise à jour|actualis|actualiz|atualiz|aggiorn|ultima modifica"
    "|bijgewerkt|gewijzigd|laatst"
    "|aktualiz|ostatnia|обновл|изменен|оновл|обновен|ажурир|güncel|更新|修正|最終|수정|업데이트|최종"
    "|cập nhật|diperbarui|diubah|تحديث|تعديل|بروزرسانی|به روز|עודכן|अपडेट|संशोधित|ενημέρ|τροποπ"
    "|uppdater|opdater|oppdater|ändrad|endret|päivitetty|muokattu|změn|zmien|frissít|módos"
    "|อัปเดต|ปรับปรุง|แก้ไข|ažurir|atnaujin|atjaun|আপডেট"
)
# A day on which something happens, and when it does.
DAYS = (
    "effective|due|event|start(?:ing)?|end(?:ing)?|closing|expir\\w+|launch|hearing|meeting|sale"
    "|birth"
)
# In front of a stroke or a dot these are a section's name, which says nothing of the day.
EVENTS = "event|évén[eè]ment|etkinlik|sự kiện|acara|мероприяти|فعالي|رویداد"
OTHER = (
    f"(?:{DAYS}) dates?|\\bwhen\\s?[:?]|date (?:and|&) time|hours from|opens|valid from|"
    "©|copyright|\\(c\\)|all rights|since|born|died|deadline|expire|valid|joined|member|registered"
    "|accessed|retrieved|archived|starts|ends|until|due|effective|next|reviewed|checked"
    "|seit|geboren|bis |jusqu|hasta|até|fino|до |с |시행|마감|截至"
    "|截止(?:时间|時間|日期)?|照片|photo|file photo|foto"
    "|copyrights|abgerufen|consulté|consultado|visit"
    "|dates? of (?!issue|publi|release|post)\\w+|frist\\b|bewerb|schluss|date limite|fecha límite"
    "|plazo|prazo|scadenza|sluitings|срок|締切|期限"
    r"|\b(?:elected|appointed|sworn in|interviews?|performances?|screenings?|showtimes?"
    r"|beginn|début|inicio|início|inizio|начало|початок)\s?:|\bas of\b|\bsigned (?:at|in|on|by)\b"
    "|gültig|in kraft|en vigueur|en vigor|in vigore|вступ\\w+ в силу|obowiązuje"
    r"|(?:기간|期間|期间|会期)\s?[:：]"
    "|일시|개최|開催|(?:会议|會議|活动|活動|开会|開會|报名|報名|举办|舉辦|举行|舉行)(?:时间|時間|日期)"
    "|(?:quand|wann|cuándo|quando|когда|kiedy|wanneer|när|hvornår)\\s?[:?]|\\bversion\\b"
    "|\\bgenerated\\b|toplantı|son başvuru|hạn (?:nộp|chót|cuối)|batas (?:akhir|waktu)|tenggat"
    "|\\btermin[aey]?\\b|nacimiento|nascimento|naissance|موعد|مهلت"
    f"|(?:{EVENTS})(?!\\w*\\s?[|·•])"
    "|\\b日時|(?:行事|開始|開演|終了|集合|受付)日時"
    "|founded|established|gegründet|fondé|fundad|fondat|основан|창립|설립|成立|\\btel\\b|phone"
)
WORDS = late(f"(?P<revised>{REVISED})|(?P<published>{PUBLISHED})|(?P<other>{OTHER})", re.IGNORECASE)
BEFORE = 48
"""Characters in front of a date in which its label stands."""
COUNTED = 110
"""Characters of a line in which a page's views are counted."""
AFTER = 8
"""Characters behind a date in which some languages have it."""
LEANING = late(
    r"^[\s\])）]{0,3}(?:に|에)?\s?(入力|公開|掲載|配信|投稿|発表|发布|發布|입력|등록|게재|승인)|(?P<revised>更新|수정)"
    r"|^\.?[)）]?\s?(?P<other>시행|제정|개정|까지|부터|현재|기준|まで|から|施行|現在|通过|通過|生まれ|出生|截止|起)"
)


# Between two days, and between a day and the date behind it: what lasts that long.
TO = r"(?:[-–—~～至]|to|until|through|and|bis|und|au|et|al|y|e|do|i|до|по|и)"
FROM_DAY = late(rf"(?<![\d:./#])(?P<day>\d{{1,2}})\.?\s?{TO}\s?$")
FROM_DATE = late(rf"\b(?:19|20)\d\d\s?{TO}\s?$")
TO_DATE = late(rf"\s?{TO}\s?(?:\w+\s)?\d{{1,2}}\b.{{2,16}}\d{{4}}")
# The same with the year first, and perhaps a day's name in brackets.
NAMED = r"\s?(?:\([^()\d]{1,5}\))?\s?"
DAY_OF_YEAR = r"(?:19|20)\d\d\s?[-./年년]\s?\d{1,2}\s?[-./月월]\s?\d{1,2}[.日일]?"
FROM_YEAR = late(DAY_OF_YEAR + NAMED + r"[–—~～至]\s?$")
TO_YEAR = late(NAMED + r"[–—~～至]\s?" + DAY_OF_YEAR)
NUMBERED = late(r"(?:\bno|\bnr|nº|№|issue|vol|heft|ausgabe)\.?\s?$", re.IGNORECASE)


# How often a page was seen stands beside the day on which it was put up.
SEEN = late(
    r"조회|浏览|瀏覽|阅读|閱讀|点击|點擊|閲覧|просмотр"
    r"|\b(?:views|hits|vues|aufrufe|visitas|lượt xem)\b",
    re.IGNORECASE,
)
DRAFTED = late(r"(?:成文|written on|drafted)[^\d]{0,6}$", re.IGNORECASE)

# Where something happens: the day in a line before it is when.
PLACE = late(
    r"(?:place|venue|where|ort|veranstaltungsort|lieu|où|lugar|dónde|luogo|dove|onde|место|miejsce"
    r"|místo|plaats|plats|sted|paikka|yer|địa điểm|tempat"
    r"|المكان|장소|場所|会場|地点|地點)\s?[:：?]",
    re.IGNORECASE,
)


class Label(Enum):
    """What a date is said to be."""

    PUBLISHED = "published"
    REVISED = "revised"
    OTHER = "other"


def label_of(text: str, start: int, end: int, *, after: int = 0) -> Label | None:
    """What the words around a date say, those nearest before it first; `after` ends another's."""
    words = list(WORDS.finditer(text[max(after, start - BEFORE) : start]))
    if words:
        return Label[(words[-1].lastgroup or "other").upper()]
    behind = LEANING.match(text[end : end + AFTER])
    if behind is None:
        return Label.PUBLISHED if _is_counted(text) else None
    if behind["other"]:
        return Label.OTHER
    return Label.REVISED if behind["revised"] else Label.PUBLISHED


def _is_counted(text: str) -> bool:
    """Whether a short line says how often its page was seen."""
    return len(text) <= COUNTED and SEEN.search(text) is not None


def is_of_drafting(text: str, start: int) -> bool:
    """Whether the words before a date say that something was written, which comes before it."""
    return DRAFTED.search(text[max(0, start - BEFORE) : start]) is not None


def is_label(text: str) -> Label | None:
    """What a line of its own says of the date in the next one."""
    return label_of(text, len(text), len(text)) if len(text) <= BEFORE else None


def begins_so(text: str) -> bool:
    """Whether a line begins with what happened: "Published on …"."""
    words = WORDS.match(text.lstrip(" (["))
    return words is not None and words.lastgroup != "other"


def is_place(text: str) -> bool:
    """Whether a line says where something happens."""
    return PLACE.match(text) is not None


def is_span(text: str, start: int, end: int) -> bool:
    """Whether the date from `start` to `end` is an end of a span: "3 to 5 July", "1941 – 2026"."""
    before = text[max(0, start - BEFORE) : start]
    if FROM_DATE.search(before) or TO_DATE.match(text, end):
        return True
    if FROM_YEAR.search(before) or TO_YEAR.match(text, end):
        return True
    first = FROM_DAY.search(before)
    day = re.match(r"\d{1,2}(?!\d)", text[start:end])
    return (
        first is not None
        and day is not None
        and int(first["day"]) < int(day[0])
        and not NUMBERED.search(before[: first.start()])
    )
