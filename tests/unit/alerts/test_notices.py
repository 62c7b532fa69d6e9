"""What waits is what was said, and each hears what it has asked for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.alerts.edits import edit
from pipeline.alerts.messages import LONGEST_BODY, LONGEST_SUBJECT, Tone, message
from pipeline.alerts.notices import (
    Notice,
    Word,
    hearers,
    of_document,
    of_first_crawl,
    of_transition,
)
from pipeline.alerts.receivers import AlarmsConfig, ReceiverConfig
from pipeline.alerts.retrying import GIVEN_UP_AFTER, LONGEST_PAUSE, again
from pipeline.ground.alarm import Kind, Refusing, Transition, Turn
from pipeline.model import Digest

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
moments = st.datetimes(timezones=st.just(UTC), min_value=datetime(1971, 1, 1))  # noqa: DTZ001 - hypothesis wants it naive
words = st.text(st.characters(codec="utf-8"), max_size=40)


def receiver(**said):
    return ReceiverConfig.model_validate(
        {"name": "desk", "to": "json://x", "hears": ["new"]} | said
    )


def news(word=Word.NEW, url="https://port.example/a", title="Ferry runs again", **more):
    return of_document(word, at=AT, site="port", url=url, title=title, **more)


def alarm(turn=Turn.RAISED, site="port", kind=Kind.STALE):
    return of_transition(
        Transition(
            turn=turn,
            kind=kind,
            subject=site or "archive",
            site=site,
            since=AT,
            at=AT,
            detail="why",
        )
    )


@given(
    st.builds(
        lambda **fields: Notice(**fields),
        word=st.sampled_from(Word),
        at=moments,
        site=st.none() | words.filter(bool),
        subject=words.filter(bool),
        about=words,
        detail=words,
        text=st.none() | words.filter(bool),
        previous=st.none(),
        was=st.none() | words.filter(bool),
        now=st.none(),
    )
)
def test_a_notice_reads_what_it_wrote(notice):
    assert Notice.from_json(notice.as_json()) == notice
    assert "\n" not in notice.as_json()


def test_an_edit_names_both_texts_and_what_is_different():
    old, new = Digest.of(b"old"), Digest.of(b"new")
    notice = news(Word.EDITED, text=new, previous=old, edit=edit("It was red.", "It was blue."))
    assert (notice.text, notice.previous) == (str(new), str(old))
    assert notice.detail == "1 words added, 1 removed"
    assert (notice.was, notice.now) == ("It was red.", "It was blue.")


@pytest.mark.parametrize(
    ("hears", "heard"),
    [
        ("new", {Word.NEW, Word.FIRST_CRAWL}),
        ("edited", {Word.EDITED}),
        ("removed", {Word.REMOVED, Word.RETURNED}),
        ("errors", {Word.RAISED, Word.CLEARED}),
    ],
)
def test_news_and_errors_go_to_whom_has_asked_for_them(hears, heard):
    every = [
        *(news(word) for word in (Word.NEW, Word.EDITED, Word.REMOVED, Word.RETURNED)),
        *(alarm(turn) for turn in Turn),
        of_first_crawl("port", 300, AT),
    ]
    assert {one.word for one in every if hearers([receiver(hears=[hears])], one)} == heard


def test_a_receiver_of_some_sites_hears_of_no_other_and_not_of_the_archive():
    desk = [receiver(sites=["port", "quay"], hears=["new", "errors"])]
    assert hearers(desk, news()) == ("desk",)
    assert hearers(desk, alarm(site="port")) == ("desk",)
    assert hearers(desk, alarm(site=None)) == ()
    assert hearers([receiver(sites=["quay"])], news()) == ()


def test_a_pattern_is_searched_in_title_and_url_whatever_the_case():
    desk = [receiver(match="FERRY runs|/b$")]
    assert hearers(desk, news()) == ("desk",)
    assert hearers(desk, news(title="Fog", url="https://port.example/b")) == ("desk",)
    assert hearers(desk, news(title="Fog")) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"hears": []},
        {"hears": ["news"]},
        {"match": "("},
        {"every": "often"},
        {"name": "The Desk"},
        {"to": ""},
        {"too": "x"},
    ],
)
def test_what_is_no_receiver_is_refused(wrong):
    with pytest.raises(ValidationError):
        receiver(**wrong)


def test_two_receivers_of_one_name_are_refused():
    desk = {"name": "desk", "to": "json://x", "hears": ["new"]}
    with pytest.raises(ValidationError, match="once"):
        AlarmsConfig.model_validate({"receivers": [desk, desk]})


def test_an_address_is_in_no_print_of_the_config():
    assert "s3cret" not in repr(receiver(to="mailto://me:s3cret@port.example"))


# --- messages ----------------------------------------------------------------------------------


def test_a_flood_is_one_short_message_that_counts_it_and_hides_no_alarm():
    removed = [
        news(Word.REMOVED, title="t" * 300, url=f"https://port.example/{n}") for n in range(10)
    ]
    counts = [("raised", "quay", 1), ("removed", "port", 34_000), ("removed", "quay", 1000)]
    told = message(counts, [one.as_json() for one in (*removed, alarm(site="quay"))])
    assert told.subject == "Dateline: 1 alarms raised, 35000 removed"
    assert len(told.body) <= LONGEST_BODY
    assert told.body.index("stale [quay]") < told.body.index(
        "35000 removed (port 34000, quay 1000)"
    )
    assert told.tone is Tone.WARNING


def test_one_thing_to_tell_is_the_subject_itself():
    told = message([("new", "port", 1)], [news(title="T" * 400).as_json()])
    assert told.subject.startswith("Dateline: new [port] TTT")
    assert len(told.subject) <= LONGEST_SUBJECT
    assert "https://port.example/a" in told.body


def test_what_is_not_listed_is_counted():
    told = message([("new", "port", 12)], [news().as_json()] * 10)
    assert "and 2 more" in told.body


def test_that_all_is_well_again_is_marked_as_good():
    told = message([("cleared", "port", 1)], [alarm(Turn.CLEARED).as_json()])
    assert told.tone is Tone.GOOD
    assert told.subject == "Dateline: no longer stale [port]: why"


# --- receivers that take nothing ---------------------------------------------------------------


def test_pauses_grow_for_a_day_and_then_what_waits_is_given_up():
    refusing, at, pauses = None, AT, []
    while (refusing := again(refusing, at)) is not None:
        pauses.append(refusing.next_try_at - at)
        at = refusing.next_try_at
    assert pauses[0] == timedelta(minutes=1)
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE
    assert GIVEN_UP_AFTER <= at - AT < GIVEN_UP_AFTER + LONGEST_PAUSE


def test_a_receiver_that_is_down_for_ever_is_counted_without_end():
    weary = Refusing(failures=10**6, since=AT, next_try_at=AT)
    assert again(weary, AT).next_try_at == AT + LONGEST_PAUSE
