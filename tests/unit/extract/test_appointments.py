"""Days on which something else happens do not date the page that tells of them."""

from __future__ import annotations

import pytest

WORDS = (
    "<p>The harbour board met in the old hall and spoke of walls, boats and the price of rope.</p>"
)
TEXT = 4 * WORDS


def page(body: str, title: str = "Ferry leaves", lang: str = "en") -> str:
    head = f"<html lang={lang}><head><title>{title}</title></head>"
    return f"{head}<body>{body.replace('TITLE', f'<h1>{title}</h1>')}{TEXT}</body></html>"


@pytest.mark.parametrize(
    "line",
    [
        "Sunday, March 22, 2020, 7 pm, Town Hall",
        "Sunday, March 22, 2020, 7:30 p.m., Harbour Church",
        "March 22, 2020 at 7 p.m.",
        "Sonntag, 22. März 2020, 19 Uhr, Stadthalle",
        "Sonntag, 22. März 2020, 19.30 Uhr, Stadthalle",
        "Dimanche 22 mars 2020 à 19h, salle des fêtes",
        "2020년 3월 22일(일) 오후 2시",
        "2020年3月22日(日曜日)午後2時",
        "이용 기간: 2020.03.22 ~ 2020.12.31",
        "2020.03.22(일) ~ 2020.12.31(목)",
        "2020年3月22日～2020年4月3日",
        "Elected: 22 March 2020",
        "Начало: 22 марта 2020, 19:00",
        "As of 22 March 2020",
        "Gültig ab 22. März 2020",
        "Signed at Quayside, 22 March 2020.",
        "Vu la loi n° 2019-12 du 22 mars 2020 relative aux ports,",
        "Screening: 22 March 2020",
        "Law No. 45 of 22 March 2020",
        "Постановление от 22.03.2020 № 45",
        "Date de l’événement : 22 mars 2020",
        "Etkinlik tarihi: 22 Mart 2020",
        "Hạn nộp hồ sơ: ngày 22 tháng 3 năm 2020",
        "Batas akhir pendaftaran: 22 Maret 2020",
        "موعد الفعالية: 22 مارس 2020",
        "مهلت ثبت نام: ۲ فروردین ۱۳۹۹",
        "报名截止时间：2020年3月22日",
        "行事日時 2020年3月22日 10:00",
        "Page generated: 2020-03-22",
        "Termin: 22.03.2020",
        "Fecha de nacimiento: 22 de marzo de 2020",
    ],
)
def test_a_day_with_its_hour_or_its_end_is_an_appointment(read, line):
    assert read(page(f"TITLE<p>{line}</p>")).published is None


@pytest.mark.parametrize(
    "line",
    [
        "March 22, 2020, 6:20 pm",
        "March 22, 2020 · 3 min read",
        "March 22, 2020, 6:30 p.m., updated March 23, 2020",
        "<span class=date>March 22, 2020 3 AM</span>",
        "March 22, 2020 3 AM PT",
        "22. März 2020, 19.05 Uhr, Lokales",
        "Posted March 22, 2020 at 7 pm",
        "2020-03-22 - Harbour",
        "22 marzo 2020 ore 18:00, Cronaca",
        "기간제 직원 채용 2020.03.22",
    ],
)
def test_a_day_with_a_moment_of_a_clock_is_the_page_s(read, line):
    published = read(page(f"TITLE<p>{line}</p>")).published
    assert published is not None
    assert published[:10] == "2020-03-22"


def test_a_day_behind_another_fact_is_a_fact_too(read):
    facts = "<p>Closing date: 22 March 2020</p><p>Talks: 24 March 2020</p>"
    assert read(page(f"TITLE{facts}")).published is None
    marked = "<p>Closing date: 22 March 2020</p><p class=post-date>2 March 2020</p>"
    assert read(page(f"TITLE{marked}")).published == "2020-03-02"


@pytest.mark.parametrize(
    "title", ["Deadline passes for ferry", "Event in the harbour", "New copyright law", "Born free"]
)
def test_a_title_is_no_label_of_the_date_below_it(read, title):
    assert read(page("TITLE<p>22 March 2020</p>", title)).published == "2020-03-22"


def test_a_book_s_day_goes_behind_the_page_s(read):
    book = "<p>Publication date: February 3, 2020. Quay Press.</p>"
    assert read(page(f"TITLE{book}")).published is None
    other = "<p>Published 3 February 2020, 312 pages, ISBN 0-00-000000-0</p>"
    assert read(page(f"TITLE{other}")).published is None
    byline = "<p class=byline>By the book desk | March 22, 2020</p>"
    assert read(page(f"TITLE{byline}{book}")).published == "2020-03-22"


def test_a_day_of_an_event_s_own_markup_is_no_article_s(read):
    event = "<p class=event-meta><span class=date>22 March 2020</span> Town Hall</p>"
    assert read(page(f"TITLE{event}")).published is None


def test_a_notice_above_the_title_is_no_box_beside_it(read):
    notice = "<div class=emergency-banner>Notice issued March 22, 2020</div>"
    assert read(page(f"{notice}TITLE")).published is None


def test_what_was_written_before_it_was_published_is_dated_by_that(read):
    table = (
        "<table><tr><td>成文日期：<td>2020年03月20日<tr><td>发布日期：<td>2020年03月22日</table>"
    )
    assert read(page(f"{table}TITLE", lang="zh")).published == "2020-03-22"
    alone = "<table><tr><td>成文日期：<td>2020年03月20日</table>"
    assert read(page(f"{alone}TITLE", lang="zh")).published == "2020-03-20"


def test_a_day_in_the_title_goes_behind_one_below_it(read):
    title = "What the vote of 12 January 2020 means"
    assert read(page("TITLE<p>22 March 2020</p>", title)).published == "2020-03-22"
    assert read(page("TITLE", "Briefing, 22 March 2020")).published == "2020-03-22"


def test_a_place_behind_another_day_is_not_that_of_the_day_before(read):
    lines = "<p>등록일 2020.03.22</p><p>일시: 2020.05.12 19:00</p><p>장소: 항구</p>"
    assert read(page(f"TITLE{lines}", lang="ko")).published == "2020-03-22"


def test_a_page_of_dated_teasers_has_no_date(read):
    rows = "".join(
        f"<li><b class=date>{day} March 2020</b> <a href=/{day}>Boats of {day} leave late again</a>"
        for day in (22, 20, 18)
    )
    assert read(page(f"TITLE<ul>{rows}</ul>")).published is None


def test_a_line_that_counts_a_page_s_views_says_when_it_was_put_up(read):
    line = "<div>관리자 | 2020-03-22 18:20:11 | 조회 1204</div>"
    board = f"<title>Board</title><body><div>Ferry leaves</div>{line}{TEXT}</body>"
    assert read(board, zone="Asia/Seoul").published[:10] == "2020-03-22"


def test_an_inline_element_of_an_event_s_start_dates_no_article(read):
    start = '<span itemprop="startDate">22 March 2020</span>'
    assert read(page(f"TITLE<p>{start}</p>")).published is None
    assert read(page("TITLE<p>Published <span>22 March 2020</span></p>")).published == "2020-03-22"


def test_a_law_s_day_does_not_hide_when_its_page_was_published(read):
    lines = "<p>Law No. 45 of 22 March 2020</p><p>Published 25 March 2020</p>"
    assert read(page(f"TITLE{lines}")).published == "2020-03-25"


@pytest.mark.parametrize("section", ["Events ·", "Мероприятия |", "Événements •", "Acara |"])
def test_a_section_s_name_says_nothing_of_the_day_behind_it(read, section):
    assert read(page(f"TITLE<p>{section} 2020-03-22</p>")).published == "2020-03-22"
