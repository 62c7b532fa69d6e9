"""Which of what is due is begun: nobody waits for somebody else's slow host."""

from collections import Counter
from datetime import UTC, datetime
from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from pipeline.catalog import WatchedSeed, WatchedTarget
from pipeline.frontier.lanes import MOST_OF_A_SITE, MOST_UNDER_WAY, Lane, Lanes, Open

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def target(url, site="port"):
    return WatchedTarget(url=url, site=site, found_in=None, discovered_at=NOON, next_look_at=NOON)


def lane_of(due, width=1):
    return Lane(due.site, urlsplit(due.url).netloc, width)


def pages(host, count, site="port"):
    return [target(f"https://{host}/{number}", site) for number in range(count)]


def test_a_host_has_one_more_under_way_than_it_takes_at_once():
    lanes = Lanes()
    assert len(lanes.admit(pages("a.example", 9), lane_of)) == 2
    assert len(lanes.admit(pages("b.example", 9), lambda due: lane_of(due, width=4))) == 5


def test_a_site_of_many_hosts_is_not_the_whole_daemon():
    lanes = Lanes()
    spread = [target(f"https://h{number}.example/") for number in range(100)]
    assert len(lanes.admit(spread, lane_of)) == MOST_OF_A_SITE
    assert not lanes.is_open("port")
    assert lanes.is_open("quay")


def test_nothing_is_begun_twice_at_once_but_a_page_may_be_seed_and_target():
    lanes = Lanes()
    page = target("https://a.example/")
    seed = WatchedSeed(site="port", url=page.url, next_poll_at=NOON)
    assert lanes.admit([page, page, seed], lane_of) == [page, seed]
    assert lanes.admit([page], lane_of) == []
    lanes.leave(page)
    lanes.ask()
    assert lanes.admit([page], lane_of) == [page]


def test_what_has_ended_since_the_frontier_was_asked_is_not_begun_again():
    """Its answer may be from before the look was written down."""
    lanes = Lanes()
    page, other = pages("a.example", 2)
    lanes.admit([page], lane_of)
    lanes.ask()
    lanes.leave(page)
    assert lanes.admit([page, other], lane_of) == [other]
    assert lanes.is_open("port")
    lanes.ask()
    assert lanes.admit([page], lane_of) == [page]


def test_a_site_with_nothing_to_begin_is_passed_over_until_its_host_has_room():
    lanes = Lanes()
    first, second, *_ = backlog = pages("slow.example", 9)
    asked = Open({"port", "quay"}, lanes)
    lanes.admit(backlog, lane_of)
    assert "port" in asked
    assert lanes.admit(backlog, lane_of) == []
    assert "port" not in asked
    assert "quay" in asked
    assert "elsewhere" not in asked
    lanes.leave(first)
    assert "port" in asked
    assert lanes.admit(backlog[2:], lane_of) == [backlog[2]]
    lanes.leave(second)


def test_a_site_is_stalled_by_the_host_that_it_shares_with_another():
    lanes = Lanes()
    theirs = pages("shared.example", 2, "quay")
    ours = pages("shared.example", 2)
    lanes.admit(theirs, lane_of)
    assert lanes.admit(ours, lane_of) == []
    assert not lanes.is_open("port")
    lanes.leave(theirs[0])
    assert lanes.admit(ours, lane_of) == ours[:1]


def test_there_are_never_more_under_way_than_the_daemon_takes():
    lanes = Lanes()
    crowd = [target(f"https://h{n}.example/", f"site{n}") for n in range(MOST_UNDER_WAY + 9)]
    assert len(lanes.admit(crowd, lane_of)) == MOST_UNDER_WAY == len(lanes)
    assert lanes.free == 0
    assert all(lanes.is_open(one.site) for one in crowd[MOST_UNDER_WAY:])


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.booleans()), max_size=80))
def test_whoever_comes_and_goes_the_counts_stay_true(steps):
    lanes, running = Lanes(), []
    for number, (host, site, leaves) in enumerate(steps):
        if leaves and running:
            lanes.leave(running.pop(0))
        one = target(f"https://h{host}.example/{number}", f"site{site}")
        running += lanes.admit([one], lane_of)
        hosts = Counter(urlsplit(each.url).netloc for each in running)
        assert len(lanes) == len(running)
        assert all(count <= 2 for count in hosts.values())
    for each in running:
        lanes.leave(each)
    assert len(lanes) == 0
    assert all(lanes.is_open(f"site{site}") for site in range(4))
