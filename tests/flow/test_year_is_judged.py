"""The judge of the simulated year: an honest account passes, and each kind of fault is seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec.structs import replace as with_fields

from fixtures.year.judging import Account, judged
from fixtures.year.lives import BEGAN, DAY, HOUR, Absence, Article, Life, Trouble, Version
from fixtures.year.world import Asked
from pipeline.catalog import HistoryRow
from pipeline.model import Digest

DAYS = 20
SECOND = timedelta(seconds=1)


def at(days):
    return BEGAN + days * DAY


def version(since, words="The ferry sails again."):
    return Version(since=since, title="Ferry", paragraphs=(words,))


EDITED = Article(path="/news/1", versions=(version(at(-1)), version(at(1.25), "It does not.")))
LEAVES = Article(
    path="/news/2",
    versions=(version(at(-1)),),
    absences=(Absence(since=at(6), until=at(99), how="404"),),
)
RETURNS = Article(
    path="/news/3",
    versions=(version(at(-1)),),
    absences=(Absence(since=at(6), until=at(9), how="home"),),
)
TOWN = Life(
    name="town",
    number=0,
    zone="Europe/Berlin",
    seed="listing",
    schedule={"cron": "30 2 * * *", "revisit": ["1d"]},
    longest=26 * HOUR,
    delay_s=1,
    crawl_delay_s=5,
    static=False,
    liar=False,
    rules_change=None,
    articles=(EDITED, LEAVES, RETURNS),
    troubles=(Trouble(since=at(13), until=at(13.2), kind="blocked"),),
)
LOOKED_AT = {
    EDITED.path: (0.1, 1.1, 2.1, 3.1, 13.1),
    LEAVES.path: (0.1, 1.1, 6.1, 6.9, 11.0),
    RETURNS.path: (0.1, 1.1, 6.1, 6.9, 9.5),
}
REMOVALS = {
    TOWN.url(LEAVES.path): ((at(7), True),),
    TOWN.url(RETURNS.path): ((at(7), True), (at(10), False)),
}
ASKED = tuple(
    Asked(at(1) + n * 6 * SECOND, path, None)
    for n, path in enumerate(("/robots.txt", "/seed", "/news/1", "/news/2"))
)


def row(moment, outcome, change=None, text=None, role="target"):
    return HistoryRow(
        at=moment,
        observed_at=moment,
        visit="1",
        role=role,
        origin="live",
        requested="",
        outcome=outcome,
        reason=None,
        change=change,
        status=None,
        record=None,
        entry=0,
        text=text,
        document=None,
        degraded=False,
        technical=False,
    )


def honest(article):
    """What somebody tells of `article` who has looked at it and tells the truth."""
    seen, rows = None, []
    for days in LOOKED_AT[article.path]:
        moment = at(days)
        if TOWN.trouble(moment):
            rows.append(row(moment, "blocked"))
        elif article.absence(moment):
            rows.append(row(moment, "gone"))
        else:
            text = article.version(moment).text
            change = "new" if seen is None else "same_text" if seen == text else "changed"
            rows.append(row(moment, "captured", change, Digest.parse(text)))
            seen = text
    return rows


def account():
    """An honest account, to be spoilt: looks by path, removals by URL, requests."""
    looks = {article.path: honest(article) for article in TOWN.articles}
    polls = [at(day) + 90 * 60 * SECOND for day in range(DAYS)]
    looks["/seed"] = [row(moment, "captured", role="seed") for moment in polls]
    return looks, {url: list(told) for url, told in REMOVALS.items()}, list(ASKED)


def faults(looks, removals, asked):
    """The laws that are broken, by the judge's word."""
    by_url = {TOWN.url(path): rows for path, rows in looks.items()}
    told = Account(by_url.__getitem__, removals, {TOWN.host: asked})
    return {fault.law for fault in judged(told, (TOWN,), days=DAYS).faults}


def spoilt(path, number, **fields):
    """One look is told otherwise."""

    def spoil(looks, _removals, _asked):
        looks[path][number] = with_fields(looks[path][number], **fields)

    return spoil


def without(path, number):
    """One look was not made."""

    def spoil(looks, _removals, _asked):
        del looks[path][number]

    return spoil


def late(looks, _removals, _asked):
    looks[LEAVES.path][:2] = [row(at(5), "captured", "new", looks[LEAVES.path][0].text)]


def declared(path, *told):
    """Removals of a page are told of at these days."""

    def spoil(_looks, removals, _asked):
        removals[TOWN.url(path)] = [(at(day), one) for day, one in told]

    return spoil


def blocked_between(looks, _removals, _asked):
    looks[RETURNS.path].insert(3, row(at(6.8), "blocked"))


def asks(number, **fields):
    """One request was made otherwise."""

    def spoil(_looks, _removals, asked):
        asked[number] = replace(asked[number], **fields)

    return spoil


FAULTS = {
    "an article was found late": ("found in time", late),
    "an article was never seen": ("found in time", lambda looks, *_: looks[EDITED.path].clear()),
    "a block is told as a page": ("troubles told", spoilt(EDITED.path, -1, outcome="captured")),
    "a block is told as a removal": ("troubles told", spoilt(EDITED.path, -1, outcome="gone")),
    "a missing page is told as there": ("absences told", spoilt(LEAVES.path, -1, outcome="failed")),
    "a page is told as blocked": ("presence told", spoilt(EDITED.path, 3, outcome="blocked")),
    "a page is told as missing": ("presence told", spoilt(EDITED.path, 3, outcome="gone")),
    "another text is told": ("text told", spoilt(EDITED.path, 3, text=Digest.of(b"other"))),
    "an edit that nobody made": ("change told", spoilt(EDITED.path, 3, change="changed")),
    "an edit that is not told": ("change told", spoilt(EDITED.path, 2, change="same_text")),
    "a second first time": ("change told", spoilt(EDITED.path, 1, change="new")),
    "a removal of what is there": ("removals true", declared(EDITED.path, (4, True), (5, False))),
    "a removal after one look": ("removals proven", without(RETURNS.path, 3)),
    "a removal over a block": ("removals proven", blocked_between),
    "a removal that is not declared": ("removals declared", declared(LEAVES.path)),
    "a removal that is not withdrawn": ("returns told", declared(RETURNS.path, (7, True))),
    "a page that is not looked at again": ("revisits kept", without(EDITED.path, 1)),
    "what robots.txt forbids": ("robots obeyed", asks(2, path="/private/news/1")),
    "a request too soon": ("delays kept", asks(2, at=ASKED[1].at + 2 * SECOND)),
    "a request while asked to rest": ("rests kept", asks(1, rest_until=ASKED[2].at + 60 * SECOND)),
    "a day without its poll": ("daily polls", without("/seed", 5)),
    "a day with two": ("daily polls", lambda looks, *_: looks["/seed"].append(looks["/seed"][5])),
    "a seed that is never polled": ("daily polls", lambda looks, *_: looks["/seed"].clear()),
    "polls that cease": ("daily polls", lambda looks, *_: looks["/seed"].__delitem__(slice(8, 99))),
}


def test_an_honest_account_has_no_fault():
    assert faults(*account()) == set()


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_seen(name):
    law, spoil = FAULTS[name]
    told = account()
    spoil(*told)
    assert law in faults(*told)


def test_a_look_that_failed_neither_proves_a_removal_nor_hinders_it():
    """One in the middle of those that find nothing; the fault told is the judge's other one."""
    looks, removals, asked = account()
    looks[RETURNS.path].insert(3, row(at(6.8), "failed"))
    assert faults(looks, removals, asked) == {"absences told"}


def test_every_law_has_a_fault_that_is_seen():
    by_url = {TOWN.url(path): rows for path, rows in account()[0].items()}
    asked = [ASKED[0], replace(ASKED[1], rest_until=ASKED[1].at), *ASKED[2:]]
    told = Account(by_url.__getitem__, REMOVALS, {TOWN.host: asked})
    assert set(judged(told, (TOWN,), days=DAYS).counts) == {law for law, _ in FAULTS.values()}
