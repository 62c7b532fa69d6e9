"""A page that says there is none, or a front page in its place, is gone."""

from __future__ import annotations

import pytest

from pipeline.model import Blocked, Captured, Gone
from pipeline.verdict.faces import bare

HOME = "https://news.example/"

SAID = {
    "english": ("Page not found - Gazette", "Nothing here", "It may have been moved."),
    "number": ("404 | Gazette", "Sorry", "Try a search."),
    "wordpress": ("Gazette", "Oops! That page can’t be found.", "Perhaps a search will help."),
    "article": ("Gazette", "This article is no longer available", ""),
    "korean": ("예시일보", "요청하신 페이지를 찾을 수 없습니다.", "주소를 확인하십시오."),
    "korean article": ("예시일보", "삭제된 기사입니다.", ""),
    "chinese": ("提示", "抱歉，您访问的页面不存在或已被删除！", ""),
    "traditional": ("提示", "找不到您要的頁面", ""),
    "japanese": ("ページが見つかりません | 例", "お知らせ", ""),
    "russian": ("Страница не найдена", "Ошибка 404", ""),
    "german": ("Seite nicht gefunden", "Fehler 404", ""),
    "french": ("Page introuvable", "Désolé", ""),
    "spanish": ("Página no encontrada", "Lo sentimos", ""),
    "portuguese": ("Página não encontrada", "Erro 404", ""),
    "italian": ("Pagina non trovata", "Errore 404", ""),
}


@pytest.mark.parametrize("name", SAID)
def test_a_page_whose_title_or_heading_says_that_there_is_none_is_gone(name, stored, judge, page):
    assert judge(stored(page(*SAID[name]))) == Gone("soft_404")


@pytest.mark.parametrize(
    "script",
    [
        "alert('존재하지 않는 기사입니다.');history.back();",
        'alert("该文章不存在或已被删除");location.href="/list";',
        "alert('There is no such article');window.close()",
        "location.replace('/')",
        "window.location.href = 'https://www.news.example/index.html'",
    ],
)
def test_a_page_without_words_whose_script_says_so_or_goes_home_is_gone(script, stored, judge):
    body = f"<html><body><script>{script}</script></body></html>"
    assert judge(stored(body), home=HOME) == Gone("soft_404")


def test_a_page_that_only_sends_the_browser_home_is_gone(stored, judge):
    body = "<html><head><meta http-equiv=refresh content='0; url=/'></head></html>"
    assert judge(stored(body), home=HOME) == Gone("soft_404")


HOMES = {
    "root": ("https://news.example/", None, True),
    "www": ("https://www.news.example/", None, True),
    "index": ("https://news.example/index.php", None, True),
    "language": ("https://news.example/ko/", None, True),
    "declared": ("https://news.example/front/page", "https://news.example/front/page/", True),
    "another host, declared": ("https://other.example/x", "https://other.example/x", True),
    "another host": ("https://other.example/", None, False),
    "another article": ("https://news.example/2026/05/01/ferry-2.html", None, False),
    "an article by query": ("https://news.example/?p=12", None, False),
    "a section": ("https://news.example/world/asia/", None, False),
}


@pytest.mark.parametrize("name", HOMES)
def test_a_redirect_is_to_the_front_page_or_it_is_not(name, stored, judge, page):
    url, home, is_home = HOMES[name]
    came = judge(stored(page("Gazette", "Today"), url=url), home=home)
    assert came == (Gone("redirect_home") if is_home else Captured())


FRONT = (
    '<link rel="canonical" href="https://news.example/"><meta property="og:type" content="website">'
)


def test_a_front_page_that_no_rule_of_the_site_could_read_is_gone(stored, judge, page, read):
    body = page("Gazette", "Today", "A ferry sails.", head=FRONT)
    degraded = read(300, generation="generic", degraded=True)
    assert judge(stored(body), document=degraded) == Gone("soft_404")


def test_a_site_that_calls_every_page_its_front_page_loses_none(stored, judge, page, read):
    """A known mistake: `canonical` and `og:url` of every article name the home page."""
    body = page("Ferry", "Ferry runs again", "It sails at noon.", head=FRONT)
    assert judge(stored(body), document=read(300)) == Captured()
    assert judge(stored(body), document=read(300, generation="generic")) == Captured()


def test_the_sites_own_words_say_that_a_page_is_gone(stored, judge, page):
    body = page("Gazette", "Hm", "The quay has been swept.")
    assert judge(stored(body), gone_text=["quay has been swept"]) == Gone("soft_404")


def test_a_page_is_read_in_what_its_site_is_configured_to_be_read_in(stored, judge, page):
    said = page(*SAID["korean"]).encode("cp949")
    sent = stored(said, kind="text/html; charset=iso-8859-1")
    assert judge(sent, charset="euc-kr") == Gone("soft_404")
    assert judge(sent, charset="koi8-r") != Gone("soft_404")


def test_each_word_of_a_site_is_searched_by_itself(stored, judge, page):
    """Flags stand first in a pattern, and two may name a group alike."""
    body = page("Gazette", "Hm", "The quay has been swept.")
    words = {"gone_text": ["(?P<what>mole)", "(?s)(?P<what>quay).*swept"]}
    assert judge(stored(body), **words) == Gone("soft_404")
    flagged = {"block_text": ["no such words", "(?i)QUAY HAS"]}
    assert judge(stored(body), **flagged) == Blocked("block_text", score=0.95)


@pytest.mark.parametrize(
    "body",
    [
        f'<script type="application/ld+json">{{"@type":{" " * 149_000}}}</script>',
        f"<p>{'It sails at noon. ' * 20}<header><h1>Nothing. {'страниц' * 20_000}</h1></header>",
    ],
    ids=["type", "heading"],
)
def test_no_page_is_written_so_that_it_is_judged_for_minutes(body, stored, judge):
    assert judge(stored(body)) == Captured()


def test_a_page_without_its_scripts_keeps_all_else_whatever_its_letters():
    """`İ` is one character in capitals and two in small letters."""
    html = "<p>İİİİ</p><SCRIPT>a</Script><p>b</p><style>never closed"
    assert bare(html) == "<p>İİİİ</p></Script><p>b</p>"
