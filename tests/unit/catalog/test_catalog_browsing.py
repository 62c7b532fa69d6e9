"""What somebody who looks around is told: lists by their newest, and sums that cost no counting."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import make_url

from pipeline.catalog import Reader, Tally, browsing, lives, sums
from pipeline.catalog.browsing import Mark
from pipeline.model import Role
from pipeline.web.asked import mark_named, place_behind, place_of

A, B = "https://port.example/a", "https://port.example/b"


def entered(catalog, story, *pages):
    with catalog.batch() as batch:
        for page in pages:
            story.enter(batch, page)


def test_the_newest_changes_come_first_removals_among_them(catalog, reader, story):
    entered(
        catalog,
        story,
        story.look(A, minute=0),
        story.look(B, minute=1, words="two"),
        story.look(A, minute=3, words="three", change="changed"),
        story.look(A, minute=4, words="three", change="same_bytes"),
    )
    gone = story.target(B, removed_at=story.start + timedelta(minutes=2))
    with catalog.batch() as batch:
        batch.work.add_targets([gone])
        batch.work.plan_target(gone)
    events = reader.ask(browsing.events(most=10))
    told = [(one.what, one.url) for one in events]
    assert told == [("changed", A), ("removed", B), ("new", B), ("new", A)]
    assert reader.ask(browsing.events(most=9, after=Mark(at=events[0].at))) == events[1:]
    assert reader.ask(browsing.events(site="port", most=2)) == events[:2]
    assert reader.ask(browsing.events(site="other", most=2)) == ()


def test_a_list_goes_on_where_it_was_left_whatever_comes_in_meanwhile(catalog, reader, story):
    urls = [f"https://port.example/{number}" for number in range(7)]
    entered(catalog, story, *(story.look(url, minute=0, words=url) for url in urls))
    first = reader.ask(browsing.listed("port", most=3))
    entered(catalog, story, story.look("https://port.example/x", minute=9, words="x"))
    mark = Mark(at=first[-1].last_changed_at, url=first[-1].url)
    rest = reader.ask(browsing.listed("port", after=mark, most=10))
    assert sorted(one.url for one in (*first, *rest)) == sorted(urls)


def test_events_of_one_moment_are_told_once_each_however_the_list_is_cut(catalog, reader, story):
    """An import brings thousands that were captured in the same second."""
    urls = [f"https://port.example/{number}" for number in range(5)]
    entered(catalog, story, *(story.look(url, words=url) for url in urls))
    gone = [story.target(url, removed_at=story.start) for url in urls[:3]]
    with catalog.batch() as batch:
        batch.work.add_targets(gone)
        for one in gone:
            batch.work.plan_target(one)
    whole = reader.ask(browsing.events(most=9))
    assert len(whole) == 8
    met, mark = [], None
    for _ in range(4):
        page = reader.ask(browsing.events(after=mark, most=2))
        met += page
        mark = mark_named(place_behind(page[-1]))
    assert tuple(met) == whole
    assert reader.ask(browsing.events(after=mark, most=2)) == ()


def test_looks_of_one_moment_are_told_once_each_however_the_list_is_cut(catalog, reader, story):
    looks = [story.look(A, words="one"), *(story.look(A, change="same_text") for _ in range(4))]
    entered(catalog, story, *looks)
    met, mark = [], None
    for _ in range(5):
        (one,) = reader.ask(lives.glimpses(A, most=1, after=mark))
        met.append(one)
        mark = mark_named(place_of(one.at, one.entry))
    assert tuple(reversed(met)) == reader.ask(lives.glimpses(A, most=9))
    assert reader.ask(lives.glimpses(A, most=1, after=mark)) == ()


def test_documents_are_listed_by_state_and_by_edits(catalog, reader, story):
    entered(
        catalog,
        story,
        story.look(A),
        story.look(A, minute=1, words="two", change="changed"),
        story.look(B, words="b"),
        story.nothing_came(B, minute=2, outcome="gone", reason="not_found"),
    )
    listed = {
        state: [one.url for one in reader.ask(browsing.listed("port", state=state, most=9))]
        for state in (None, "edited", "present", "gone", "blocked")
    }
    assert sorted(listed[None]) == [A, B]
    assert [listed[state] for state in ("edited", "present", "gone", "blocked")] == [
        [A],
        [A],
        [B],
        [],
    ]


def test_days_are_summed_by_what_their_looks_came_to(catalog, reader, story):
    entered(
        catalog,
        story,
        story.look(A),
        story.look(A, minute=1, words="two", change="changed"),
        story.nothing_came(A, minute=2),
        story.nothing_came(A, minute=3, outcome="retried"),
        story.nothing_came(A, minute=4, role=Role.ROBOTS),
        story.nothing_came(B, minute=5, role=Role.SEED, outcome="blocked"),
        story.nothing_came(B, minute=60 * 24, outcome="gone"),
    )
    day = story.start.date()
    first, second = reader.ask(sums.days(day, day + timedelta(days=1), site="port"))
    assert first.tally == Tally(looks=4, new=1, changed=1, failed=1, blocked=1)
    assert (second.day, second.tally) == (day + timedelta(days=1), Tally(looks=1, gone=1))
    total = reader.ask(sums.totals())["port"]
    assert total.tally == Tally(looks=5, new=1, changed=1, failed=1, blocked=1, gone=1)
    assert (total.first, total.last) == (day, second.day)


def test_a_look_that_is_entered_twice_is_counted_once(catalog, reader, story):
    page = story.look(A)
    entered(catalog, story, page)
    entered(catalog, story, page)
    assert reader.ask(sums.totals())["port"].tally == Tally(looks=1, new=1)


def test_a_fold_that_begins_anew_counts_anew(catalog, reader, story):
    page = story.look(A)
    entered(catalog, story, page)
    with catalog.batch() as batch:
        batch.record.clear()
        story.enter(batch, page)
    assert reader.ask(sums.totals())["port"].tally == Tally(looks=1, new=1)


def test_versions_and_looks_are_told_to_the_last(catalog, reader, story):
    entered(
        catalog,
        story,
        story.look(A),
        story.look(A, minute=1, words="two", change="changed"),
        story.nothing_came(A, minute=2, outcome="blocked", reason="captcha", score="0.9"),
    )
    versions = reader.ask(lives.versions(A, most=9))
    assert [one.observed_at - story.start for one in versions] == [
        timedelta(minutes=1),
        timedelta(0),
    ]
    assert versions[0].heading.title == story.heading.title
    looks = reader.ask(lives.glimpses(A, most=2))
    assert [(one.outcome, one.change) for one in looks] == [
        ("captured", "changed"),
        ("blocked", None),
    ]
    (trouble,) = reader.ask(browsing.troubles("port", most=9))
    assert (trouble.outcome, trouble.reason, trouble.score) == ("blocked", "captcha", "0.9")


@pytest.mark.parametrize(
    "query",
    [
        browsing.EVENTS,
        browsing.EVENTS_OF_SITE,
        browsing.REMOVALS,
        browsing.TROUBLES,
        browsing.LISTED,
        browsing.LISTED_IN_STATE,
        browsing.LISTED_EDITED,
        sums.BY_DAY,
        lives.VERSIONS,
        lives.VERSIONS_UPTO,
        lives.OF_TEXT,
        lives.GLIMPSES,
    ],
)
@pytest.mark.usefixtures("catalog")
def test_no_list_reads_a_whole_table_or_sorts_one(url, query):
    """A page costs what it shows: every list walks an index in its own order."""
    asked = query.compile(compile_kwargs={"render_postcompile": True})
    with closing(sqlite3.connect(make_url(url).database)) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {asked}", dict.fromkeys(asked.params, 1))
        steps = [step for *_, step in plan]
    assert not [step for step in steps if step.startswith("SCAN") and "INDEX" not in step]
    assert "USE TEMP B-TREE FOR ORDER BY" not in steps


def test_where_there_is_no_catalog_there_is_nothing_to_look_around_in(tmp_path):
    reader = Reader.open(f"sqlite:///{tmp_path}/none.sqlite")
    assert reader.ask(browsing.events(most=3)) == ()
    assert reader.ask(sums.totals()) == {}
