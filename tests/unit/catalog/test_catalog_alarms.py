"""What is remembered of states, and what waits to be told, over batches and restarts."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from pipeline.catalog import Catalog
from pipeline.ground.alarm import ARCHIVE, Alarm, Kind, Refusing, Vigil

BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = "https://port.example/feed"


def after(**span):
    return BEGAN + timedelta(**span)


def vigil(kind=Kind.FAILING, subject=FEED, site="port", **more):
    return Vigil(kind=kind, subject=subject, site=site, since=BEGAN, **more)


@pytest.fixture
def reader(catalog):
    reader = catalog.reader()
    yield reader
    reader.close()


def waiting(reader, receiver="desk", *, by=BEGAN, now=None, most=10):
    return reader.waiting(receiver, by=by, now=now or by, most=most)


def tell(catalog, *names, word="new", site="port", body="{}", at=BEGAN, times=1):
    with catalog.batch() as batch:
        for n in range(times):
            batch.alarms.tell(names, body.replace("#", str(n)), word=word, site=site, made_at=at)


def test_a_vigil_is_read_as_it_was_kept(catalog):
    whole = vigil(
        signs=3, good=1, recent="a .", raised_at=BEGAN, judge_at=after(days=1), detail="x"
    )
    of_archive = vigil(Kind.AUDIT_FAILED, ARCHIVE, None)
    with catalog.batch() as batch:
        batch.alarms.keep([whole, of_archive])
        assert batch.alarms.one(Kind.FAILING, FEED) == whole
        assert batch.alarms.of_site("port") == {(Kind.FAILING, FEED): whole}
        assert batch.alarms.of_kind(Kind.AUDIT_FAILED) == (of_archive,)
        assert set(batch.alarms.every()) == {whole, of_archive}
    with catalog.batch() as batch:
        batch.alarms.keep([replace(whole, signs=4)])
        assert batch.alarms.one(Kind.FAILING, FEED).signs == 4
        batch.alarms.drop([whole])
        assert batch.alarms.one(Kind.FAILING, FEED) is None


def test_what_a_batch_has_changed_is_over_its_site_at_once(catalog):
    first, second = vigil(), vigil(subject=f"{FEED}/other")
    with catalog.batch() as batch:
        assert batch.alarms.of_site("port") == {}
        batch.alarms.keep([first, second])
        assert [*batch.alarms.of_site("port").values()] == [first, second]
        batch.alarms.drop([first])
        assert [*batch.alarms.of_site("port").values()] == [second]
        batch.alarms.keep([replace(second, site="harbour")])
        assert batch.alarms.of_site("port") == {}
        assert [each.site for each in batch.alarms.of_site("harbour").values()] == ["harbour"]


def test_what_time_has_changed_comes_in_order_and_costs_what_is_due(catalog):
    with catalog.batch() as batch:
        batch.alarms.keep(
            vigil(Kind.STALE, f"s{n}", f"s{n}", judge_at=after(hours=n)) for n in range(50)
        )
        batch.alarms.keep([vigil(subject="never")])
        due = batch.alarms.overdue(after(hours=3), most=10)
        assert [each.subject for each in due] == ["s0", "s1", "s2", "s3"]
        assert len(batch.alarms.overdue(after(days=9), most=10)) == 10
        plan = batch.alarms._connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT * FROM work_alarms WHERE judge_at <= 7 ORDER BY judge_at"
        ).all()
    assert ["ix_work_alarms_judge_at" in row[3] for row in plan] == [True]


def test_readers_hear_of_what_was_raised_alone(catalog, reader):
    with catalog.batch() as batch:
        batch.alarms.keep([vigil(), vigil(Kind.STALE, "port", raised_at=after(hours=1))])
    (alarm,) = reader.alarms()
    assert alarm == Alarm(
        kind=Kind.STALE,
        subject="port",
        site="port",
        since=BEGAN,
        raised_at=after(hours=1),
        detail="",
    )


def test_a_batch_that_fails_has_told_nobody(catalog, reader):
    def fail():
        with catalog.batch() as batch:
            batch.alarms.keep([vigil(raised_at=BEGAN)])
            batch.alarms.tell(("desk",), "{}", word="raised", site=None, made_at=BEGAN)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert reader.alarms() == ()
    assert waiting(reader) is None


def test_what_waits_is_counted_whole_and_listed_in_part(catalog, reader):
    tell(catalog, "desk", "other", times=30, body="new #")
    tell(catalog, "desk", word="raised", site=None, body="raised")
    found = waiting(reader, most=2)
    assert found.counts == (("new", "port", 30), ("raised", None, 1))
    assert sorted(found.first) == ["new 0", "new 1", "raised"]
    assert found.oldest == BEGAN


def test_it_waits_until_the_oldest_has_waited_long_enough(catalog, reader):
    tell(catalog, "desk", at=after(minutes=5))
    tell(catalog, "desk", at=after(minutes=9))
    assert waiting(reader, by=after(minutes=4)) is None
    assert waiting(reader, by=after(minutes=5)).counts == (("new", "port", 2),)


def test_what_comes_while_a_message_is_sent_waits_for_the_next(catalog, reader):
    tell(catalog, "desk", "other")
    sent = waiting(reader)
    tell(catalog, "desk", body="later")
    with catalog.batch() as batch:
        batch.alarms.forget(sent)
    assert waiting(reader).first == ("later",)
    assert waiting(reader, "other").counts == (("new", "port", 1),)


def test_a_receiver_that_refuses_is_left_alone_and_keeps_nobody_else_waiting(url, catalog, reader):
    tell(catalog, "desk", "other")
    refusing = Refusing(failures=3, since=BEGAN, next_try_at=after(hours=1))
    with catalog.batch() as batch:
        batch.alarms.refused("desk", refusing)
    catalog.close()
    with Catalog.open(url) as again:
        assert waiting(reader) is None
        assert waiting(reader, "other") is not None
        found = waiting(reader, now=after(hours=1))
        assert found.refusing == refusing
        with again.batch() as batch:
            batch.alarms.forget(found)
        tell(again, "desk")
        assert waiting(reader).refusing is None


def test_what_waits_for_nobody_is_dropped_and_counted(catalog, reader):
    tell(catalog, "desk", "gone", times=3)
    with catalog.batch() as batch:
        assert batch.alarms.drop_strangers({"desk"}) == {"gone": 3}
    assert waiting(reader, "gone") is None
    assert waiting(reader).counts == (("new", "port", 3),)


def test_a_notice_of_any_text_can_be_kept(catalog, reader):
    tell(catalog, "desk", body='{"about":"\\u0000 港"}')
    assert waiting(reader).first == ('{"about":"\\u0000 港"}',)
