"""A line → whether it counts how often the page was read, as it does at every look anew."""

from __future__ import annotations

import re

from pipeline.drafting.places import spelled

WORDS = (
    r"(?:page\s?)?views?|hits|reads|read|times|visits|clicks|shares|comments?"
    r"|просмотр(?:ов|ы|а|ено)?|прочитано|прочтений|переглядів|комментари(?:ев|и|й|я)"
    r"|조회(?:\s?수)?|조회\s?건수|댓글(?:\s?수)?|浏览(?:次数|量|数)?|瀏覽(?:次數|人次|數)?|点击(?:次数|量|数|率)?"
    r"|點閱(?:次數|數)?|阅读(?:次数|量|数)?|閱讀(?:次數|數)?|閲覧(?:回数|数)|アクセス数|次|人次|回"
    r"|aufrufe|besuche|zugriffe|vues?|affichages|lectures?|consultations|visitas|lecturas|vistas"
    r"|visualizzazioni|letture|visualizações|acessos|leituras|odsłon|wyświetle(?:nia|ń)"
    r"|okunma|görüntülenme|lượt xem|dilihat"
    r"|مشاهدات?|المشاهدات|عدد المشاهدات|قراءة|بازدید|تعداد بازدید"
)
NUMBER = r"\d{1,3}(?:[.,\s]?\d{3})*"
COUNTER = re.compile(
    rf"(?P<before>(?:(?:{WORDS})(?:\s?(?:{WORDS}))?\s?[:：]?\s?[(\[]?)?)(?P<number>{NUMBER})"
    rf"(?P<behind>[)\]]?(?:\s?(?:{WORDS}))?[.!]?)",
    re.IGNORECASE,
)


def is_counter(line: str) -> bool:
    """Whether a line is a number and the word for those who read the page, and nothing else."""
    found = COUNTER.fullmatch(line)
    return found is not None and bool(found["before"] or found["behind"].strip(")]. !"))


def counted_line(line: str) -> str | None:
    """The pattern of such lines with any number, where `line` is one."""
    found = COUNTER.fullmatch(line) if is_counter(line) else None
    return found and rf"^{spelled(found['before'])}[\d., ]+{spelled(found['behind'])}$"
