"""A front page → the sections in which the site may have its news."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.drafting.listings import frames_of, links_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.drafting.page import Page

MOST_OF = 0.5
MOST_FRAMES = 4
"""A menu, what it leads to, a head and an advertisement."""

CALLED = re.compile(
    r"(?:(?:all|latest|more|our)\s)?(?:news(?:room)?|press(?:\sreleases?|\sroom)?|updates|media|articles"
    r"|statements|announcements|news\s(?:and|&)\s\w+|blog)"
    r"|aktuelles|nachrichten|presse|meldungen|actualités|communiqués|noticias|notizie|notícias"
    r"|comunicati|новости|.{0,4}(?:新闻|新聞|要闻|资讯|动态)(?:发布|中心|动态|资讯|稿)?|最新消息|新聞稿|公告|ニュース|ニュース一覧|お知らせ|新着情報|報道発表"
    r"|뉴스|보도자료|전체기사|새소식|haberler|berita|nyheter|nieuws|aktualności"
    r"|(?:كل |آخر |أحدث )?(?:ال)?[أا]خبار|البيانات الصحفية|بيانات صحفية|آخرین اخبار|همه اخبار"
    r"|все новости|пресс-релизы|новини|усі новини|(?:всички )?новини|вести"
    r"|pressemitteilungen|medienmitteilungen|communiqués de presse|toutes les actualités"
    r"|notas de prensa|comunicados|todas las noticias|últimas noticias|comunicati stampa"
    r"|nyheder|pressemeddelelser|uutiset|tiedotteet|pressmeddelanden|zprávy|aktuality"
    r"|tiskové zprávy|hírek|știri|ştiri|comunicate de presă|νέα|ειδήσεις|ανακοινώσεις|duyurular"
    r"|bulletins?|tin tức|siaran pers|חדשות|समाचार|ข่าว",
    re.IGNORECASE,
)
ARCHIVE = re.compile(
    r"(?:news\s)?archives?|archiv|archivio|archivo|arquivo|архив|archiwum|arşiv|آرشیو|أرشيف|الأرشيف",
    re.IGNORECASE,
)


def archive_of(page: Page) -> str | None:
    """What `page` calls its archive."""
    return next((link.url for link in links_of(page) if ARCHIVE.fullmatch(link.text)), None)


def sections_of(page: Page, articles: Sequence[str]) -> list[str]:
    """What is called as news are, then the directory that most `articles` lie in.

    Only what `page` itself links to, the first of each; of a page of frames these.
    """
    frames = [link.url for link in frames_of(page)][:MOST_FRAMES]
    if frames:
        return frames
    links = links_of(page)
    paths = [urlsplit(url).path for url in articles]
    around = {
        link.url: path
        for link in links
        if len(path := urlsplit(link.url).path) > 1
        and sum(one.startswith(path.rstrip("/") + "/") for one in paths) > MOST_OF * len(paths)
    }
    named = [link.url for link in links if CALLED.fullmatch(link.text)]
    directories = sorted(around, key=lambda url: -len(around[url]))
    return list(dict.fromkeys((*named[:1], *directories[:1])))
