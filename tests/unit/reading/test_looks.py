"""The looks at a document → versions, returns, and spans in which nobody looked."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.catalog import HistoryRow
from pipeline.diff.edition import Edition
from pipeline.model import Digest
from pipeline.reading.versions import last_differing, looks_of, named, versions_of
from pipeline.schedule.config import ScheduleConfig

BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def row(entry, after, *, text="a", outcome="captured", change="same_text", **more):
    digest = Digest.of(text.encode()) if text else None
    said = {
        "at": BEGAN + after,
        "observed_at": BEGAN + after,
        "visit": f"{entry:032x}",
        "role": "target",
        "origin": "live",
        "requested": "http://x.example/",
        "outcome": outcome,
        "reason": None,
        "change": change,
        "status": 200,
        "record": None,
        "entry": entry,
        "text": digest,
        "document": digest,
        "degraded": False,
        "technical": False,
    }
    return HistoryRow(**said | more)


def test_a_text_that_comes_back_is_a_version_again():
    rows = [row(n, n * HOUR, text=text) for n, text in enumerate("aabba")]
    assert [one.number for one in versions_of(rows)] == [1, 2, 3]
    assert [one.version for one in looks_of(rows, None)] == [1, 1, 2, 2, 3]


def test_nobody_looked_where_a_look_comes_much_later_than_is_usual():
    rows = [row(n, n * HOUR) for n in range(5)] + [row(5, 30 * HOUR), row(6, 31 * HOUR)]
    late = [one.unwatched_since for one in looks_of(rows, None)]
    assert late == [None] * 5 + [BEGAN + 4 * HOUR, None]


def test_looks_that_grow_rare_by_the_schedule_are_no_such_span():
    ages = [timedelta(0), HOUR, 6 * HOUR, 24 * HOUR, 7 * 24 * HOUR, 30 * 24 * HOUR]
    schedule = ScheduleConfig.model_validate(
        {"every": "1h", "revisit": ["1h", "6h", "1d", "7d", "30d"]}
    )
    rows = [row(0, ages[0], change="new"), *(row(n, age) for n, age in enumerate(ages[1:], 1))]
    assert [one.unwatched_since for one in looks_of(rows, schedule)] == [None] * 6
    rows = [row(0, ages[0], change="new"), row(1, HOUR), row(2, 40 * HOUR)]
    assert looks_of(rows, schedule)[-1].unwatched_since == BEGAN + HOUR


@pytest.mark.parametrize(
    ("asked", "number"),
    [("1", 1), ("2", 2), ("2026-03-01", 1), ("2026-03-02", 2), ("2026-03-01T05:00:00Z", 1)],
)
def test_a_date_means_the_version_that_stood_then(asked, number):
    versions = versions_of([row(0, timedelta(0)), row(1, 30 * HOUR, text="b")])
    assert named(asked, versions, url="x").number == number


def test_the_last_two_that_a_reader_can_tell_apart_are_compared_first():
    """Only the sidecar differs of the last two, in what it says of our rules."""
    rows = [row(n, n * HOUR, text=text) for n, text in enumerate("abb")]
    rows[2] = row(2, 2 * HOUR, text="b", document=Digest.of(b"other rules"), technical=True)
    versions = versions_of(rows)
    pair = last_differing(versions, lambda one: Edition(text=one.text.hex))
    assert [one.number for one in pair] == [1, 2]
    pair = last_differing(versions, lambda one: Edition(text="", title=str(one.number)))
    assert [one.number for one in pair] == [2, 3]
