"""A front page → the section in which the site has its news."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.drafting.listings import links_of

if TYPE_CHECKING:
    from pipeline.drafting.page import Page

CALLED = re.compile(
    r"(?:(?:all|latest|more|our)\s)?(?:news(?:room)?|press(?:\sreleases?|\sroom)?|updates|media|articles"
    r"|statements|announcements|news\s(?:and|&)\s\w+|blog)"
    r"|aktuelles|nachrichten|presse|meldungen|actualités|communiqués|noticias|notizie|notícias"
    r"|comunicati|новости|新闻|新闻发布|新闻中心|要闻|新聞|ニュース|ニュース一覧|お知らせ|新着情報|報道発表"
    r"|뉴스|보도자료|전체기사|새소식|haberler|berita|nyheter|nieuws|aktualności",
    re.IGNORECASE,
)


def news_section(page: Page) -> str | None:
    """The address of the first link that is called as news are."""
    return next((link.url for link in links_of(page) if CALLED.fullmatch(link.text.strip())), None)
