"""The index of words: what fits, which of it is ranked, and what the file survives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.catalog import Heading
from pipeline.catalog.entered import PageStanding, Reading
from pipeline.catalog.word_answers import Terms
from pipeline.catalog.word_reader import WordReader
from pipeline.catalog.word_writer import WordWriter
from pipeline.ground.query import All, AnyOf, Days, Query, Stands, Words
from pipeline.model import Digest

BEGAN = datetime(2026, 11, 21, 10, tzinfo=UTC)
LAMP = Query(wanted=Words(terms=("lamp",)))


def add(batch, number, body, *, title="a quay", site="harbour", state="present"):
    heading = Heading(title=title, published="2026-11-21", language="en-GB", degraded=False)
    url, text = f"https://www.{site}.example/{number}", Digest.of(f"{title} {body}".encode())
    reading = Reading(
        entry=number,
        at=BEGAN,
        url=url,
        text=text,
        document=text,
        heading=heading,
        observed_at=BEGAN + timedelta(hours=number),
        technical=False,
    )
    version = batch.lacks(reading, site)
    if version is not None:
        batch.add(version, Terms(title=title, body=body))
    batch.stand(PageStanding(url=url, site=site, state=state, text=text, heading=heading))
    return version


@pytest.fixture
def writer(tmp_path):
    opened = WordWriter.open(tmp_path, analyzer="test")
    yield opened
    opened.close()


def test_of_what_is_widespread_the_titles_come_first_and_the_newest(tmp_path, writer):
    with writer.batch() as batch:
        for number in range(40):
            add(batch, number, f"lamp {number}", title="lamp" if number == 37 else "a quay")
    rare = WordReader(tmp_path, most_ranked=50)
    assert len({one.score for one in rare.ranked(LAMP, 40)[0]}) > 1
    common = WordReader(tmp_path, most_ranked=5, widespread=20)
    ranked, is_more = common.ranked(LAMP, 40)
    assert [(one.version, one.score) for one in ranked] == [
        (40, 0.0),
        (39, 0.0),
        (38, -1.0),
        (37, 0.0),
        (36, 0.0),
    ]
    newest = common.newest_first(LAMP, 40)
    assert (is_more, len(newest.found), newest.last) == (True, 5, 36)


def test_words_that_are_widespread_each_are_not_counted_for_the_few_texts_that_have_both(
    tmp_path, writer
):
    with writer.batch() as batch:
        for number in range(40):
            add(batch, number, "lamp quay" if number in {3, 9} else ("lamp", "quay")[number % 2])
    both = Query(wanted=All((LAMP.wanted, Words(terms=("quay",)))))
    side_by_side = Query(wanted=Words(terms=("lamp", "quay")))
    for query in (both, side_by_side):
        rare = WordReader(tmp_path, most_ranked=5, widespread=100).ranked(query, 40)[0]
        common = WordReader(tmp_path, most_ranked=5, widespread=20).ranked(query, 40)[0]
        assert {one.version for one in rare} == {one.version for one in common}
        assert all(one.score for one in rare)
        assert len({one.score for one in common}) == 1


def test_a_rare_site_is_found_whole_where_the_word_is_common(tmp_path, writer):
    with writer.batch() as batch:
        for number in range(40):
            add(batch, number, "lamp", site="ministry" if number % 20 == 0 else "harbour")
    few = WordReader(tmp_path, most_ranked=5)
    for one in ("ministry", "ministry.example", "www.ministry.example"):
        query = Query(wanted=LAMP.wanted, sites=type(LAMP.sites)((one,)))
        assert {each.version for each in few.ranked(query, 40)[0]} == {1, 21}


def test_the_same_reading_is_added_once(writer):
    with writer.batch() as batch:
        assert add(batch, 1, "lamp") == 1
        assert add(batch, 1, "lamp") is None
        assert add(batch, 1, "lamp and rope") == 2


def test_a_batch_that_raises_leaves_nothing(tmp_path, writer):
    with pytest.raises(KeyError), writer.batch() as batch:  # noqa: PT012 - it is the block that ends
        add(batch, 1, "lamp")
        raise KeyError
    assert WordReader(tmp_path).ranked(LAMP, 9) == ((), False)


def test_whatever_stands_in_a_term_it_is_no_syntax(tmp_path, writer):
    with writer.batch() as batch:
        add(batch, 1, "lamp")
    hostile = ('"', "a b", "NEAR", "*", "title:x", "'; DROP TABLE words; --", "京", "x" * 5000)
    for term in hostile:
        word = Words(terms=(term,))
        for wanted in (word, AnyOf((word, LAMP.wanted)), All((LAMP.wanted,), (word,))):
            WordReader(tmp_path).ranked(Query(wanted=wanted), 9)
    assert len(WordReader(tmp_path).ranked(LAMP, 9)[0]) == 1


def test_where_there_is_no_index_nothing_is_found(tmp_path):
    reader = WordReader(tmp_path)
    assert reader.ranked(LAMP, 9) == ((), False)
    assert (reader.start("test"), reader.newest(), reader.versions_of("x")) == (None, 0, ())


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (date(2026, 11, 21), date(2026, 11, 22), {3, 4}),
        (date(2026, 1, 1), date(2026, 11, 21), set()),
        (date(1999, 1, 1), date(2027, 1, 1), {3, 4}),
        (date(1900, 1, 1), date(2100, 1, 1), {3, 4}),
        (None, date(2026, 11, 22), {3, 4}),
        (date(2026, 11, 22), None, set()),
    ],
)
def test_days_are_chosen_exactly_by_tags_and_without(tmp_path, writer, since, until, expected):
    with writer.batch() as batch:
        for number in range(4):
            add(batch, number, "lamp")
    query = Query(wanted=LAMP.wanted, published=Days(since, until))
    few = WordReader(tmp_path, most_ranked=2)
    assert {one.version for one in few.ranked(query, 4)[0]} == expected
    newest = few.newest_first(query, 4)
    assert {one.version for one in newest.found} == expected
    assert newest.last == min(expected, default=None)


def test_what_the_page_says_still_does_not_end_the_list_of_earlier_wording(tmp_path, writer):
    """Versions that fit are looked at stretch by stretch, and a stretch may have none to show."""
    with writer.batch() as batch:
        for number in range(3):
            add(batch, number, "lamp")
            add(batch, number, "lamp again" if number else "goat")
    earlier = Query(wanted=LAMP.wanted, stands=Stands.EARLIER)
    reader, upto, met = WordReader(tmp_path, most_ranked=1), 6, []
    while upto is not None:
        stretch = reader.newest_first(earlier, upto)
        met += [one.version for one in stretch.found]
        upto = stretch.last and stretch.last - 1
    assert met == [1]
