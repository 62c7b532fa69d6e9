"""Dates as people print them, and which of a page's dates is its article's."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from pipeline.extract.derive import derive
from pipeline.extract.month_names import months_anywhere, months_of
from pipeline.extract.printed_dates import dates_in, month_by
from pipeline.extract.rules import Rules

SENTENCE = "The ferry left the island at noon, and the harbour was empty until the evening came. "
TEXT = f"<p>{SENTENCE * 3}</p>" * 3


def readings(line):
    month = month_by(lambda: months_of("en"), months_anywhere)
    return [one.readings for one in dates_in(line, month)]


@pytest.mark.parametrize(
    ("line", "iso"),
    [
        ("Published: 30 Jan. 2018, 20:01", "2018-01-30"),
        ("March 22nd, 2020 at 3:04 p.m. EDT", "2020-03-22T15:04:00-04:00"),
        ("3:04 PM ET, Sun March 22, 2020", "2020-03-22T15:04:00-04:00"),
        ("Jan 22, 2020 9:00 a.m. ET", "2020-01-22T09:00:00-05:00"),
        ("22 March 2020 10:05 CST", "2020-03-22"),
        ("22 Mar 2020 10:05 GMT+9", "2020-03-22T10:05:00+09:00"),
        ("Sun Mar 22 2020 10:05:00 GMT+0900 (KST)", "2020-03-22T10:05:00+09:00"),
        ("2020-03-22 10:05:00 +0000 UTC", "2020-03-22T10:05:00+00:00"),
        ("March 22, Juche 109 (2020)", "2020-03-22"),
        ("주체109(2020)년 3월 22일", "2020-03-22"),
        ("2020년 3월 22일", "2020-03-22"),
        ("입력 2020.03.22 03:36", "2020-03-22"),
        ("2020. 3. 22. 오후 3:05", "2020-03-22"),
        ("2020年3月22日 10:05", "2020-03-22"),
        ("令和2年3月22日", "2020-03-22"),
        ("令和2年（2020年）3月22日", "2020-03-22"),
        ("2020年（令和2年）3月22日", "2020-03-22"),
        ("中華民國109年3月22日", "2020-03-22"),
        ("二〇二〇年三月二十二日", "2020-03-22"),
        ("22. März 2020", "2020-03-22"),
        ("22.03.2020, 10:05 Uhr", "2020-03-22"),
        ("22.03.2020, 10:05 Uhr (MEZ)", "2020-03-22T10:05:00+01:00"),
        ("22.03.2020 - 10:05 TSİ", "2020-03-22T10:05:00+03:00"),
        ("2020-03-22 10:05 (北京时间)", "2020-03-22T10:05:00+08:00"),
        ("2020.03.22 10:05 (한국시간)", "2020-03-22T10:05:00+09:00"),
        ("22 mars 2020 à 10h05", "2020-03-22"),
        ("1er août 2020", "2020-08-01"),
        ("22 de marzo de 2020", "2020-03-22"),
        ("22 de março de 2020", "2020-03-22"),
        ("22 marzo 2020", "2020-03-22"),
        ("22 maart 2020", "2020-03-22"),
        ("22 marca 2020", "2020-03-22"),
        ("22 марта 2020 г.", "2020-03-22"),
        ("22 березня 2020", "2020-03-22"),
        ("22 Mart 2020", "2020-03-22"),
        ("22 Maret 2020", "2020-03-22"),
        ("ngày 22 tháng 3 năm 2020", "2020-03-22"),
        ("22 مارس 2020", "2020-03-22"),
        ("٢٢ مارس ٢٠٢٠", "2020-03-22"),
        ("22 มีนาคม 2563", "2020-03-22"),
        ("22 Μαρτίου 2020", "2020-03-22"),
        ("2020. március 22.", "2020-03-22"),
        ("22 मार्च 2020", "2020-03-22"),
        ("22/03/2563", "2020-03-22"),
        ("주체109년 3월 22일", "2020-03-22"),
        ("March 22. Juche 109 (2020)", "2020-03-22"),
        ("March 22, Juche 109", "2020-03-22"),
        ("2020. gada 22. martā", "2020-03-22"),
        ("2020 оны 3 сарын 22", "2020-03-22"),
        ("22-Mar-20", "2020-03-22"),
        ("22 March ’20", "2020-03-22"),
        ("၂၀၂၀-၀၃-၂၂", "2020-03-22"),
    ],
)
def test_a_date_is_read_in_the_language_that_it_is_printed_in(line, iso):
    assert readings(line) == [(iso,)]


@pytest.mark.parametrize(
    "line",
    [
        "22 March",
        "in 2020",
        "31/02/2020",
        "tel. 20-2020-3",
        "10.0.2020.3",
        "5 people 2020",
        "1 / 2",
    ],
)
def test_what_lacks_a_part_or_is_no_day_is_no_date(line):
    assert readings(line) == []


def test_a_day_of_the_persian_calendar_is_read():
    assert readings("۲ فروردین ۱۳۹۹ - ۱۶:۴۰") == [("2020-03-21",)]
    assert readings("۳۰ اسفند ۱۳۹۹") == [("2021-03-20",)]
    assert readings("17 خرداد ماه 1402") == [("2023-06-07",)]
    assert readings("۳۰ اسفند ۱۴۰۰") == []


@pytest.mark.parametrize(
    ("line", "lang", "host", "published"),
    [
        ("22.03.20, 14:20 Uhr", "de", "a.example", "2020-03-22"),
        ("22/03/20", "fr", "a.example", "2020-03-22"),
        ("22/03/20", "en", "a.example", None),
        ("€ 22.03.20", "de", "a.example", None),
        ("§ 22.03.20", "de", "a.example", None),
        ("03/22/20", "en-US", "a.example", "2020-03-22"),
        ("20.03.22", "ko", "a.example", "2020-03-22"),
        ("20.03.22", "zh", "a.example", None),
        ("發布日期：109年3月22日", "zh-TW", "a.example", "2020-03-22"),
        ("109-03-22", "zh", "a.gov.tw", "2020-03-22"),
        ("109-03-22", "zh", "a.gov.cn", None),
        ("22 มี.ค. 63 | 10:30 น.", "th", "a.example", "2020-03-22"),
        ("22 มี.ค. 20", "th", "a.example", None),
        ("۱۳۹۹/۰۱/۰۲", "fa", "a.example", "2020-03-21"),
        ("١٤٤١/٠٧/٢٧", "ar", "a.example", None),
    ],
)
def test_a_year_that_few_understand_counts_on_pages_of_those_who_print_it(
    read, line, lang, host, published
):
    body = page(f"{TITLE}<p>{line}</p>{TEXT}", lang=lang)
    assert read(body, url=f"https://{host}/a").published == published


@pytest.mark.parametrize(
    ("line", "lang", "host", "published"),
    [
        ("22 July 2020 10:05 BST", "en-GB", "a.example", "2020-07-22T10:05:00+01:00"),
        ("22 July 2020 10:05 BST", "en", "a.co.uk", "2020-07-22T10:05:00+01:00"),
        ("22 July 2020 10:05 BST", "en-US", "a.co.uk", "2020-07-22"),
        ("22 March 2020 10:05 BST", "en-GB", "a.example", "2020-03-22"),
        ("22 March 2020 10:05 IST", "en", "a.in", "2020-03-22T10:05:00+05:30"),
        ("22 March 2020 10:05 IST", "en", "a.example", "2020-03-22"),
        ("2020-03-22 10:05 CST", "zh-CN", "a.example", "2020-03-22T10:05:00+08:00"),
    ],
)
def test_a_zone_s_name_that_means_several_is_read_in_its_country_alone(
    read, line, lang, host, published
):
    body = page(f"{TITLE}<p>{line}</p>{TEXT}", lang=lang)
    assert read(body, url=f"https://{host}/a").published == published


def test_a_clock_in_another_zone_than_the_site_s_is_not_taken_for_the_site_s():
    month = month_by(lambda: months_of("en"))
    seoul = ZoneInfo("Asia/Seoul")
    assert dates_in("22 March 2020 10:05 CST", month, seoul)[0].readings == ("2020-03-22",)
    local = dates_in("22 March 2020 10:05 CST", month, ZoneInfo("Asia/Taipei"))
    assert local[0].readings == ("2020-03-22T10:05:00+08:00",)


@pytest.mark.parametrize(
    ("lang", "host", "published"),
    [
        ("hr", "a.example", "2020-10-22"),
        ("pl", "a.example", "2020-11-22"),
        ("en", "a.hr", "2020-10-22"),
        ("", "a.pl", "2020-11-22"),
        ("", "a.example", None),
        ("en", "a.example", None),
    ],
)
def test_a_month_s_name_that_means_two_is_read_by_the_page_s_language(read, lang, host, published):
    body = page(f"{TITLE}<p>22. listopada 2020.</p>{TEXT}", lang=lang)
    assert read(body, url=f"https://{host}/a").published == published


def test_a_day_that_may_be_a_month_has_two_readings():
    assert readings("03/04/2020") == [("2020-04-03", "2020-03-04")]


def test_a_name_that_means_two_months_is_read_in_its_own_language_alone():
    assert months_of("hr")["listopad"] == 10
    assert months_of("pl")["listopad"] == 11
    assert "listopad" not in months_anywhere()


def page(body, head="", lang="en"):
    top = f"<html lang={lang}><head><title>Ferry leaves</title>{head}</head>"
    return f"{top}<body>{body}</body></html>"


TITLE = "<h1>Ferry leaves</h1>"


@pytest.mark.parametrize(
    ("body", "published"),
    [
        (f"{TITLE}<span class=date>22 March 2020</span>{TEXT}", "2020-03-22"),
        (f"{TITLE}<div>By A. Writer</div><div>March 22, 2020</div>{TEXT}", "2020-03-22"),
        (f"<div>22.03.2020</div>{TITLE}{TEXT}", "2020-03-22"),
        (f"{TITLE}<div>Published</div><div>22 March 2020</div>{TEXT}", "2020-03-22"),
        (f"{TITLE}<p>Updated: 25 March 2020 Published: 22 March 2020{TEXT}", "2020-03-22"),
        (f"{TITLE}{TEXT}<p>Published on 22 March 2020</p>", "2020-03-22"),
        (f"{TITLE}<p>HARBOUR, March 22, 2020 (Agency) - {SENTENCE}{TEXT}", "2020-03-22"),
        (
            f"{TITLE}<time datetime='2020-03-22T10:00:00+09:00'>x</time>{TEXT}",
            "2020-03-22T10:00:00+09:00",
        ),
        (f"{TITLE}<div>입력 2020.03.22 03:36 수정 2020.03.23 10:00</div>{TEXT}", "2020-03-22"),
        (f"{TITLE}{TEXT}<footer>Copyright 22 March 2020</footer>", None),
        (f"<header>15 January 2026</header>{TITLE}{TEXT}", None),
        (f"<div>Thursday, January 15, 2026</div>{TITLE}{TEXT}", None),
        (
            f"{TITLE}<p class=updated>22 March 2020 Updated: 25 March 2020{TEXT}",
            "2020-03-22",
        ),
        (f"{TITLE}<aside>Published 22 March 2020</aside>{TEXT}", "2020-03-22"),
        (f"{TITLE}{TEXT}<aside>Published 22 March 2020</aside>", None),
        (f"{TITLE}<aside>Posted 22 March 2020<p>Posted 25 March 2020</aside>{TEXT}", None),
        (f"{TITLE}{TEXT}<div class=related><p>22 March 2020<p>A story</div>", None),
        (f"{TITLE}{TEXT}<div class=comments><p>Posted on 22 March 2020</div>", None),
        (f"{TITLE}{TEXT}<p>22 March 2020</p><p>23 March 2020</p>", None),
        (f"{TITLE}{TEXT}<p>The law of 22 March 2020 was {SENTENCE}</p>", None),
        (f"{TITLE}<span class=date>22 March 2031</span>{TEXT}", None),
        (f"{TITLE}<p>When: 22 March 2020, 7 pm</p>{TEXT}", None),
        (f"{TITLE}<p>Effective date: 22 March 2020</p>{TEXT}", None),
        (f"{TITLE}<p>Office hours from 22 March 2020: nine to five.</p>{TEXT}", None),
        (f"{TITLE}{TEXT}<div class=more-stories><p>22 March 2020<p>A story</div>", None),
        (f"{TITLE}<p>Last updated 22 March 2020</p>{TEXT}", None),
        (f"{TITLE}<p><b>22 March 2020</b><i>10:00 AM UTC</i>{TEXT}", "2020-03-22T10:00:00+00:00"),
        (f"{TITLE}<p class=update-time>송고시간 2020-03-22 16:40</p>{TEXT}", "2020-03-22"),
    ],
)
def test_a_printed_date_counts_where_it_is_the_article_s_own(read, body, published):
    assert read(page(body)).published == published


LAW = "Under the harbours act of 22 March 2020 the town pays half of all walls."
CARD = "<div><h3><a href=/b>Mayor resigns</a></h3><i class=date>22 March 2020</i></div>"
TEASERS = (
    "<div><a href=/b>Mayor resigns</a> <i class=date>22 March 2020</i></div>"
    "<div><a href=/c>Ferry late</a> <i class=date>24 March 2020</i></div>"
)
TIME = "<time datetime=2020-03-22>22 March 2020</time>"


@pytest.mark.parametrize(
    ("body", "published"),
    [
        (f"{TITLE}<p>{LAW}</p>{TEXT}", None),
        (f"{TITLE}{TEXT}<p>The storm of {TIME} broke the wall, and {SENTENCE}</p>", None),
        (f"{TITLE}<p>A study published on 22 March 2020 says that walls last long.</p>", None),
        (f"{TITLE}<p>据报道，2020年3月22日的风暴毁坏了港口的旧围墙，至今没有修复。</p>", None),
        (f"{TITLE}<p>Founded on 22 March 2020</p>{TEXT}", None),
        (f"{TITLE}<p>Published on 22 March 2020 by the office of the harbour master.</p>",
         "2020-03-22"),
        (f"{TITLE}{TEXT}<p>This article was first published on 22 March 2020 by an old paper.</p>",
         "2020-03-22"),
        (f"{TITLE}{TEXT}<table><tr><td>22.03.2020<td>12°<tr><td>24.03.2020<td>9°</table>", None),
        (TITLE + TEXT + TEASERS, None),
        (TITLE + TEXT[: len(TEXT) // 3] + CARD, None),
        (f"{TITLE}<i class=date>20 March 2020</i>{TEXT}{CARD}", "2020-03-20"),
        (f"{TITLE}<div class=wp-caption>22 March 2020, town archive</div>{TEXT}", None),
        (f"{TITLE}<p>The wall fell on 22 March 2020.</p>{TEXT}", None),
        (f"{TITLE}<p class=date>Talk begun in the hall by Ana, 22 March 2020.</p>{TEXT}",
         "2020-03-22"),
        (f"{TITLE}<ul><li>22 March 2020: the wall falls</ul>{TEXT}", None),
        (f"{TITLE}<p>Date: 22 March 2020<br>Time: 18:00<br>Place: town hall</p>{TEXT}", None),
        (f"{TITLE}<p>Date: 22 March 2020<br>By Ana Brook</p>{TEXT}", "2020-03-22"),
        (f"{TITLE}<p>일시 : 2020년 3월 22일 오후 2시</p>{TEXT}", None),
        (f"{TITLE}<p>会议时间：2020年3月22日 14:00</p>{TEXT}", None),
        (f"{TITLE}<p>发布时间：2020年3月22日 14:00</p>{TEXT}", "2020-03-22"),
        (f"{TITLE}<p>Version 22.3.2020</p>{TEXT}", None),
        (f"{TITLE}{TEXT}<div class=twitter-tweet>A wall! <a href=/t>March 22, 2020</a></div>",
         None),
        (f"{TITLE}<p>Article publié le 22 mars 2020 par le service de presse.</p>{TEXT}",
         "2020-03-22"),
        (f"{TITLE}<p>항만법 (2020.3.22. 시행)</p>{TEXT}", None),
        (f"{TITLE}<p>截至2020年3月22日</p>{TEXT}", None),
        (f"{TITLE}<p>2020年3月22日まで</p>{TEXT}", None),
        (f"{TITLE}<p>Date of meeting: 22 March 2020</p>{TEXT}", None),
        (f"{TITLE}<p>Bewerbungsfrist: 22.03.2020</p>{TEXT}", None),
        (f"{TITLE}<p>12 May 1991 – 22 March 2020</p>{TEXT}", None),
        (f"{TITLE}<p>20 to 22 March 2020</p>{TEXT}", None),
        (f"{TITLE}<p>Du 20 au 22 mars 2020</p>{TEXT}", None),
        (f"{TITLE}<p>No. 12 – 22 March 2020</p>{TEXT}", "2020-03-22"),
        (f"{TITLE}<p>10:05 - 22 March 2020</p>{TEXT}", "2020-03-22"),
        (f"{TITLE}<p>The council voted for it. {SENTENCE}</p><p>22 March 2020</p>{TEXT}",
         "2020-03-22"),
    ],
)  # fmt: skip
def test_a_day_that_a_sentence_tells_of_is_no_date_of_its_page(read, body, published):
    assert read(page(body)).published == published


def test_the_day_of_the_capture_counts_right_behind_the_title_and_not_before_it(read):
    assert read(page(f"{TITLE}<p>15 January 2026</p>{TEXT}")).published == "2026-01-15"
    moment = "<time datetime='2026-01-15T08:00:00Z'>4 hours ago</time>"
    assert read(page(f"{TITLE}{moment}{TEXT}")).published == "2026-01-15T08:00:00+00:00"
    assert read(page(f"<p>15 January 2026</p>{TITLE}{TEXT}")).published is None


def test_a_month_s_name_in_an_address_is_read(read):
    assert read(page(TITLE + TEXT), url="https://a.example/2020/mar/22/a").published == "2020-03-22"


@pytest.mark.parametrize(
    ("lang", "url", "published"),
    [
        ("en-US", "/a", "2020-03-04"),
        ("en-GB", "/a", "2020-04-03"),
        ("fr", "/a", "2020-04-03"),
        ("en", "/a", None),
        ("en", "/2020/03/04/a", "2020-03-04"),
    ],
)
def test_a_day_that_may_be_a_month_is_settled_by_the_page_or_not_at_all(read, lang, url, published):
    body = page(f"{TITLE}<span class=date>03/04/2020</span>{TEXT}", lang=lang)
    assert read(body, url=f"https://news.example{url}").published == published


META = "<meta property='article:published_time' content='%s'>"
ARTICLE = '<script type="application/ld+json">{"@type": "%s", "datePublished": "%s"}</script>'


@pytest.mark.parametrize(
    ("head", "published"),
    [
        (ARTICLE % ("NewsArticle", "Mar 22, 2020"), "2020-03-22"),
        (ARTICLE % ("Book", "1999-01-01"), None),
        (ARTICLE % ("WebPage", "2019-01-01") + ARTICLE % ("Article", "2020-03-22"), "2020-03-22"),
        (
            META % "2020-03-22T01:00:00Z" + META % "2020-03-22T10:00:00+09:00",
            "2020-03-22T10:00:00+09:00",
        ),
        (
            META % "2020-03-22T10:00:00Z" + META % "2020-03-22T10:00:00-08:00",
            "2020-03-22T10:00:00-08:00",
        ),
        (META % "2020-03-22" + META % "2020-03-22T10:00:00-08:00", "2020-03-22T10:00:00-08:00"),
        (META % "1584842700", "2020-03-22T02:05:00+00:00"),
        (META % "2026-01-20", None),
        (META % "99999999999999999999", None),
        (META % "2026-01-15T12:00:30Z" + META % "2020-03-22", "2020-03-22"),
        (META % "2026-01-15T12:00:30Z", "2026-01-15T12:00:30+00:00"),
        ("<meta property='article:modified_time' content='2020-03-22'>", None),
        (META % "2026-01-15T12:00:03Z", None),
        ("<meta name=displaydate content='2020-03-22'>", "2020-03-22"),
        ("<meta name='prism.publicationDate' content='2020-03-22'>", "2020-03-22"),
        (ARTICLE % ("WebPage", "2020-03-22T10:00:00Z"), None),
        (ARTICLE % ("WebPage", "2019-01-01") + META % "2020-03-22", "2020-03-22"),
    ],
)
def test_what_machines_are_told_counts_where_it_can_be_true(read, head, published):
    assert read(page(TITLE + TEXT, head)).published == published


MOMENT = "2020-03-22T10:05:00+09:00"
ANNOUNCED = """<script type=application/ld+json>
{"@type": "SpecialAnnouncement", "datePosted": "MOMENT"}</script>"""


@pytest.mark.parametrize(
    ("head", "beside"),
    [
        ('<meta name="dateOfPublication" content="MOMENT">', ""),
        ('<meta itemprop="datePosted" content="MOMENT">', ""),
        (ANNOUNCED, ""),
        ("", '<span property="dc:issued" content="MOMENT">in March</span>'),
        ("", '<span property="datePublished" content="MOMENT">in March</span>'),
        ("", '<span class=article-date data-datetime="MOMENT">3 months ago</span>'),
        ("", '<time class=post-date data-published="MOMENT"></time>'),
    ],
)
def test_a_machine_is_told_in_many_ways(read, head, beside):
    body = page(f"{TITLE}{beside}{TEXT}", head).replace("MOMENT", MOMENT)
    assert read(body, at="2026-01-15").published == MOMENT


def test_an_attribute_of_what_is_called_no_date_is_none(read):
    ad = f'<div class=shop data-date="{MOMENT}">Rope and sails</div>'
    assert read(page(f"{TITLE}{ad}{TEXT}")).published is None


def test_the_date_of_a_page_s_template_counts_where_the_page_shows_it(read):
    head = ARTICLE % ("WebPage", "2020-03-22T10:00:00+09:00")
    shown = f"{TITLE}<p>22 March 2020</p>{TEXT}"
    assert read(page(shown, head)).published == "2020-03-22T10:00:00+09:00"
    assert read(page(shown.replace("22", "24"), head)).published == "2020-03-24"


def test_a_revision_dates_only_what_declares_to_be_an_article(read):
    body = f"{TITLE}<p>Last updated 22 March 2020</p>{TEXT}"
    head = '<script type="application/ld+json">{"@type": "NewsArticle"}</script>'
    assert read(page(body, head)).published == "2020-03-22"
    assert read(page(body)).published is None


def test_a_front_page_has_no_date_but_an_article_s(read):
    front = "https://news.example/"
    assert read(page(TITLE + TEXT, META % "2020-03-22"), url=front).published is None
    own = page(TITLE + TEXT, ARTICLE % ("NewsArticle", "2020-03-22"))
    assert read(own, url=front).published == "2020-03-22"


@pytest.mark.parametrize(
    "path",
    ["/pier-2020-03-22/", "/AEN20200322001234", "/article/20200322001234", "/20200322/a.html"],
)
def test_a_day_in_the_address_is_the_day(read, path):
    assert read(page(TITLE + TEXT), url=f"https://news.example{path}").published == "2020-03-22"


def test_the_article_of_several_is_the_one_that_names_the_page(read):
    other = '{"@type": "Article", "url": "https://news.example/b", "datePublished": "2019-01-01"}'
    own = '{"@type": "Article", "url": "https://news.example/a", "datePublished": "2020-03-22"}'
    head = f'<script type="application/ld+json">[{other}, {own}]</script>'
    assert read(page(TITLE + TEXT, head)).published == "2020-03-22"


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "Article", /* by hand */ "datePublished": "2020-03-22",}',
        '{"@type": "Article", "headline": "a\nb", "datePublished": "2020-03-22"}',
        '<![CDATA[{"@type": "Article", "datePublished": "2020-03-22"}]]>',
        "{&quot;@type&quot;: &quot;Article&quot;, &quot;datePublished&quot;: &quot;2020-03-22&quot;}",  # noqa: E501 - as it is met
        '{"@type": "Article", "url": "https://news.example/a", // why\n"datePublished": "2020-03-22"}',  # noqa: E501 - as it is met
        '{"@type": "Article", "datePublished": "2020-03-22"}{"more": 1}',
    ],
)
def test_json_that_was_written_by_hand_is_read(read, script):
    head = f'<script type="application/ld+json">{script}</script>'
    assert read(page(TITLE + TEXT, head)).published == "2020-03-22"


@pytest.mark.parametrize(
    "head",
    [
        '<script type="application/ld+json">' + "[" * 100_000 + "</script>",
        '<script type="application/ld+json">' + "/*" * 100_000 + "</script>",
        '<script type="application/ld+json">' + '{"a": "' * 50_000 + "</script>",
        "<meta name=date content='0000-00-00'>" * 20_000,
        "<meta name=date content='" + "1/2/" * 100_000 + "'>",
    ],
)
def test_nonsense_by_the_megabyte_is_no_date(read, head):
    assert read(page(TITLE + TEXT, head)).published is None


def test_a_line_of_nothing_but_dates_is_read_once(read):
    read(page(TITLE + "<p>" + "22 March 2020, 10:05 " * 50_000))


def test_the_same_block_gives_the_same_date(stored):
    block = stored(page(f"{TITLE}<span class=date>22 March 2020</span>{TEXT}").encode())
    assert derive(block, Rules.generic()) == derive(block, Rules.generic())


@pytest.mark.parametrize(
    ("line", "iso"),
    [
        ("令和2年3月22日（日）", "2020-03-22"),
        ("Posted March 22nd, 2020", "2020-03-22"),
        ("22 March 2020 10:05 CET", "2020-03-22T10:05:00+01:00"),
        ("03/04/2020", None),
        ("22 March 2020, revised 3 May 2020", None),
        (f"On 22 March 2020 {SENTENCE * 2}", None),
    ],
)
def test_a_place_without_a_format_yields_the_one_date_that_a_short_line_prints(read, line, iso):
    html = f"<p class=when>{line}</p><main>{TEXT}</main>"
    assert read(html, {"body": "main", "published": ".when"}).published == iso
