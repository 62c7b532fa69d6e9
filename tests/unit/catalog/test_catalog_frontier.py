from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.dialects import sqlite

from pipeline.catalog import Catalog, WatchedSeed, WatchedTarget, frontier
from pipeline.model import Validators

LATER = timedelta(days=1)
ETAG = Validators(
    etag='W/"7"', last_modified="Sun, 01 Mar 2026 12:00:00 GMT", record_id="urn:uuid:1"
)


class Everyone:
    def __contains__(self, _site):
        return True


ALL = Everyone()


@pytest.fixture
def work(catalog):
    with catalog.batch() as batch:
        yield batch.work


def test_what_is_planned_is_read_back_at_once_and_after_commit(catalog, story):
    target = story.target(looks=3, failures=1, edited_at=story.start, validators=ETAG)
    seed = WatchedSeed(
        site="port",
        url="https://port.example/feed",
        next_poll_at=story.start,
        last_poll_at=story.start - LATER,
        failures=2,
        validators=ETAG,
    )
    with catalog.batch() as batch:
        batch.work.plan_target(target)
        batch.work.plan_seed(seed)
        assert batch.work.target(target.url) == target
        assert batch.work.seed(seed.site, seed.url) == seed
    with catalog.batch() as batch:
        assert batch.work.target(target.url) == target
        assert batch.work.seed(seed.site, seed.url) == seed
        assert batch.work.target("https://port.example/never") is None
        assert batch.work.seed("port", "https://port.example/never") is None


def test_only_what_is_due_is_due(work, story):
    due = story.target("https://port.example/due", minute=0)
    work.plan_target(due)
    work.plan_target(story.target("https://port.example/later", minute=1))
    work.plan_target(story.target("https://port.example/done", minute=None))
    work.plan_target(story.target("https://else.example/", site=None))
    assert work.due(story.start, limit=10, among=ALL) == (due,)
    assert work.due(story.start - LATER, limit=10, among=ALL) == ()


def test_sites_take_turns_and_seeds_go_first(work, story):
    for number in range(50):
        work.plan_target(story.target(f"https://big.example/{number}", site="big", minute=-60))
    work.plan_target(story.target("https://small.example/1", site="small", minute=-1))
    seed = WatchedSeed(site="big", url="https://big.example/", next_poll_at=story.start)
    work.plan_seed(seed)
    due = work.due(story.start, limit=10, among=ALL)
    assert due[0] == seed
    assert due[1].site == "small"
    assert Counter(each.site for each in due) == {"big": 5, "small": 1}


def test_a_site_alone_may_fill_the_limit(work, story):
    for number in range(50):
        work.plan_target(story.target(f"https://big.example/{number}", site="big"))
    assert len(work.due(story.start, limit=20, among=ALL)) == 20


def test_sites_that_waited_longest_come_first_when_there_are_too_many(work, story):
    for number in range(20):
        work.plan_target(
            story.target(f"https://s{number}.example/", site=f"s{number}", minute=-number)
        )
    due = work.due(story.start, limit=3, among=ALL)
    assert [each.site for each in due] == ["s19", "s18", "s17"]


def test_sites_that_were_not_asked_for_are_left_alone(work, story):
    work.plan_target(story.target("https://a.example/", site="a", minute=-9))
    work.plan_target(story.target("https://b.example/", site="b", minute=-1))
    assert [each.site for each in work.due(story.start, limit=9, among={"b"})] == ["b"]
    assert work.next_due_at(among={"b"}) == story.start - timedelta(minutes=1)
    assert work.next_due_at(among={"c"}) is None


def test_the_next_due_time_follows_every_plan(work, story):
    assert work.next_due_at(among=ALL) is None
    target = story.target(minute=10)
    work.plan_target(target)
    assert work.next_due_at(among=ALL) == target.next_look_at
    work.watch_seeds("port", ["https://port.example/"], first_poll_at=story.start)
    assert work.next_due_at(among=ALL) == story.start
    work.watch_seeds("port", [], first_poll_at=story.start)
    assert work.next_due_at(among=ALL) == target.next_look_at
    work.plan_target(story.target(minute=None))
    assert work.next_due_at(among=ALL) is None


def test_a_target_that_moved_to_another_site_does_not_haunt_the_old_one(work, story):
    work.plan_target(story.target(site="old"))
    work.settle()
    work.plan_target(story.target(site="new", minute=60))
    assert work.due(story.start, limit=9, among=ALL) == ()
    assert work.next_due_at(among=ALL) == story.start + timedelta(minutes=60)


def test_seeds_are_those_of_the_config_and_known_ones_keep_their_times(work, story):
    work.watch_seeds("port", ["https://p/1", "https://p/2"], first_poll_at=story.start)
    polled = WatchedSeed(
        site="port", url="https://p/2", next_poll_at=story.start + LATER, last_poll_at=story.start
    )
    work.plan_seed(polled)
    work.watch_seeds("port", ["https://p/2", "https://p/3"], first_poll_at=story.start)
    work.watch_seeds("quay", ["https://p/2"], first_poll_at=story.start)
    assert work.seed("port", "https://p/1") is None
    assert work.seed("port", "https://p/2") == polled
    assert work.seed("port", "https://p/3").next_poll_at == story.start
    assert work.seed("quay", "https://p/2").next_poll_at == story.start


def test_new_targets_are_added_once_and_known_ones_stay_as_they_are(work, story):
    known = story.target("https://p/1", looks=5, minute=90)
    work.plan_target(known)
    found = [story.target(f"https://p/{number}") for number in (2, 1, 3, 2)]
    assert [each.url for each in work.add_targets(found)] == ["https://p/2", "https://p/3"]
    assert work.add_targets(found) == ()
    assert work.target("https://p/1") == known
    assert work.next_due_at(among=ALL) == story.start


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1700])
def test_any_number_of_urls_can_be_asked_for_at_once(work, story, count):
    urls = [f"https://p/{number}" for number in range(count)]
    work.add_targets(story.target(each) for each in urls[::2])
    assert work.known(urls + urls) == set(urls[::2])


def test_failures_in_a_row_end_with_a_look_that_was_answered(catalog, story, reader):
    def noted(*outcomes):
        with catalog.batch() as batch:
            for outcome in outcomes:
                batch.work.note_look("port", at=story.start, outcome=outcome)
        (site,) = reader.sites()
        return site.state, site.failures

    assert noted("failed", "blocked") == ("blocked", 2)
    assert noted("skipped") == ("blocked", 2)
    assert noted("failed") == ("failing", 3)
    assert noted("gone") == ("ok", 0)
    assert noted("failed") == ("failing", 1)
    assert noted("not_modified") == ("ok", 0)


plans = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.integers(0, 4), st.none() | st.integers(-20, 20), st.booleans()
    ),
    max_size=20,
)


@settings(max_examples=30, deadline=None)
@given(plans, st.integers(-20, 20), st.integers(1, 8))
def test_the_index_of_sites_never_hides_what_is_due(anew, fresh, planned, minute, limit):
    story = anew()
    now = story.start + timedelta(minutes=minute)
    wanted = {}
    with Catalog.open(fresh()) as catalog:
        for site, number, due, seed in planned:
            with catalog.batch() as batch:
                url = f"https://{site}.example/{number}"
                target = story.target(url, site=site, minute=due)
                wanted[seed, url] = target.next_look_at
                if seed:
                    batch.work.plan_seed(
                        WatchedSeed(site=site, url=url, next_poll_at=target.next_look_at)
                    )
                else:
                    batch.work.plan_target(target)
        with catalog.batch() as batch:
            first = batch.work.next_due_at(among=ALL)
            found = batch.work.due(now, limit=10**6, among=ALL)
            some = batch.work.due(now, limit=limit, among=ALL)
    times = [at for at in wanted.values() if at is not None]
    assert first == min(times, default=None)
    expected = {key for key, at in wanted.items() if at is not None and at <= now}
    assert {(isinstance(each, WatchedSeed), each.url) for each in found} == expected
    assert bool(some) == bool(expected)
    assert len(some) <= limit


def test_asking_what_is_due_reads_only_what_is_due(catalog, story, url):
    """With 100,000 targets in 100 sites every step is a search in an index, never a scan."""
    with catalog.batch() as batch:
        batch.work.add_targets(
            WatchedTarget(
                url=f"https://s{number % 100}.example/{number}",
                site=f"s{number % 100}",
                found_in=None,
                discovered_at=story.start,
                next_look_at=story.start + timedelta(seconds=number),
            )
            for number in range(100_000)
        )
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
        for query in (
            frontier.DUE_SITES,
            frontier.DUE_SEEDS,
            frontier.DUE_TARGETS,
            frontier.FIRST_DUE,
            frontier.NEXT_SITES,
        ):
            compiled = query.compile(dialect=sqlite.dialect(paramstyle="named"))
            asked = compiled.construct_params({"site": "s1", "now": 0, "most": 5})
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", asked)
            steps = [row.detail for row in plan]
            touching = [step for step in steps if "work_" in step]
            assert touching
            assert all("INDEX ix_work_" in step for step in touching), steps
            assert not any("TEMP B-TREE" in step for step in steps), steps
    engine.dispose()
    with catalog.batch() as batch:
        due = batch.work.due(story.start + timedelta(seconds=99), limit=1000, among=ALL)
        assert len(due) == 100
