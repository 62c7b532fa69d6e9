"""From a visit to the receiver, over a real archive and real sockets."""

from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from pipeline.alerts.notices import Word, of_document
from pipeline.discover.find import Found, Link
from pipeline.discover.seeds import seeds
from pipeline.errors import Problem
from pipeline.ground.alarm import Kind
from pipeline.ground.clock import SystemClock
from pipeline.model import Blocked, Captured, Failed, Origin
from pipeline.monitoring.alarming import Alarming
from pipeline.monitoring.telling import Telling
from pipeline.stories.rebuild import rebuild
from pipeline.writing.settling import Settled

EVERYTHING = "[new, edited, removed, errors]"


@pytest.fixture
def receivers(tmp_path, mailroom):
    """Declares receivers: `receivers(desk="hears: [new]")`; their addresses are the mailroom's."""

    def declare(**told):
        lines = [
            f"    - {{name: {name}, to: '{mailroom.to(name)}', every: 0s, {more}}}"
            for name, more in told.items()
        ]
        text = "\n".join(("alarms:", "  receivers:", *lines)) if lines else "{}"
        (tmp_path / "dateline.yaml").write_text(f"{text}\n")

    return declare


class Watch:
    """Looks and polls as the flow makes them, each judged as the flow is to have it judged."""

    def __init__(self, work, register):
        self.work, self.register, self.clock = work, register, work.clock
        self.archive = work.archive
        self.alarming = Alarming(work.archive, work.settings, work.clock, register=lambda: register)

    async def batch(self, run):
        return await self.archive.scribe.submit(run)

    async def look(self, url, *, removed_at=None, was_removed_at=None, **other):
        report = replace(await (await self.work.flow.look(url)), **other)
        settled = Settled(report=report, message=None, stored=None, payload_record=None)
        target = await self.batch(lambda batch: batch.work.target(report.url))
        before, after = (
            target and replace(target, removed_at=at) for at in (was_removed_at, removed_at)
        )
        await self.batch(
            lambda batch: self.alarming.after_target(batch, settled, before=before, after=after)
        )
        return report

    async def poll(self, outcome=None, *, links=3, site="harbour"):
        site = self.register.sites[site]
        (seed,) = seeds(site.declared.discover)
        polled = await (await self.work.flow.poll(site, seed))
        report = replace(polled.report, outcome=outcome or Captured())
        settled = Settled(report=report, message=None, stored=None, payload_record=None)
        found = Found(links=tuple(Link(url=f"{seed.url}news/{n}") for n in range(links)))
        watched = await self.batch(lambda batch: batch.work.seed(site.name, seed.url))
        await self.batch(
            lambda batch: self.alarming.after_seed(
                batch, watched, settled, found if outcome is None else None
            )
        )

    async def begin(self, *, old=True):
        """Begin to watch, after the first crawl unless it is `old` no longer."""

        def seed(batch):
            for name, site in self.register.sites.items():
                urls = tuple(each.url for each in seeds(site.declared.discover))
                batch.work.watch_seeds(name, urls, first_poll_at=self.clock.now())
                if old:
                    batch.work.note_look(name, at=self.clock.now(), outcome="captured")

        await self.batch(seed)
        await self.alarming.watch()

    def alarms(self):
        reader = self.archive.catalog.reader()
        found = [(alarm.kind, alarm.subject) for alarm in reader.alarms()]
        reader.close()
        return found


@pytest.fixture
def watching(open_work, declare, press):
    """Opens an archive and begins to watch: `async with watching() as watch`."""

    @asynccontextmanager
    async def opener(register=None, *, old=True, begin=True, **parts):
        register = register or declare(press, **parts)
        async with open_work(register) as work:
            watch = Watch(work, register)
            try:
                if begin:
                    await watch.begin(old=old)
                yield watch
            finally:
                await watch.alarming.aclose()

    return opener


def lines(messages):
    return [line for one in messages for line in one["message"].splitlines()]


async def test_news_go_to_whom_asks_for_them_and_errors_to_others(
    watching, receivers, press, answer, story, mailroom
):
    receivers(desk="hears: [new, edited, removed]", keeper="hears: [errors]")
    press.pages["/news/1"] = [answer(story()), answer(story("The ferry stays in dock this week."))]
    url = press.url("/news/1")
    async with watching() as watch:
        await watch.look(url)
        await watch.look(url)
        await watch.look(url, removed_at=watch.clock.now())
        await watch.look(url, was_removed_at=watch.clock.now())
        for _ in range(3):
            await watch.poll(Failed("timeout"))
            watch.clock.advance(minutes=20)
        await watch.alarming.telling.tell_everything()
    (desk,), (keeper,) = mailroom.taken["desk"], mailroom.taken["keeper"]
    assert desk["title"] == "Dateline: 1 removed, 1 returned, 1 edited, 1 new"
    assert "- edited [harbour] Ferry runs again" in desk["message"]
    assert "  now: The ferry stays in dock this week." in desk["message"]
    assert "words added" in desk["message"]
    assert url in desk["message"]
    assert keeper["title"].startswith("Dateline: failing [harbour]")
    assert keeper["type"] == "warning"


async def test_an_alarm_is_raised_once_over_a_restart_and_cleared_once(
    watching, receivers, press, mailroom
):
    receivers(keeper="hears: [errors]")
    seed = press.url("/")
    for round_ in range(3):
        async with watching() as watch:
            for _ in range(3):
                await watch.poll(Blocked("challenge"))
                watch.clock.advance(minutes=20)
            await watch.alarming.telling.tell_everything()
            assert watch.alarms() == [(Kind.BLOCKED, seed)]
            assert len(mailroom.taken["keeper"]) == 1, round_
    async with watching() as watch:
        with capture_logs() as logs:
            await watch.poll()
            await watch.poll()
        await watch.alarming.telling.tell_everything()
        assert watch.alarms() == []
    told = [(one["event"], one["log_level"]) for one in logs if one["event"].startswith("alarm")]
    assert told == [("alarm cleared", "info")]
    assert [one["type"] for one in mailroom.taken["keeper"]] == ["warning", "success"]


async def test_a_seed_that_names_nothing_twice_is_told_with_what_it_named(watching, receivers):
    receivers()
    async with watching() as watch:
        await watch.poll(links=0)
        assert watch.alarms() == []
        watch.clock.advance(hours=2)
        with capture_logs() as logs:
            await watch.poll(links=0)
        assert [kind for kind, _ in watch.alarms()] == [Kind.ZERO_ITEMS]
        assert logs[-1]["log_level"] == "warning"
        await watch.poll(links=1)
        assert watch.alarms() == []


async def test_rules_that_match_no_longer_are_told_and_one_odd_page_is_not(
    watching, receivers, press, answer, story
):
    receivers()
    for n in range(12):
        text = story(f"Ferry number {n} left the old quay before the fog came in.")
        press.pages[f"/news/{n}"] = answer(text.replace("class=story", "class=tale"))
    async with watching() as watch:
        for n in range(4):
            await watch.look(press.url(f"/news/{n}"))
        watch.clock.advance(hours=1)
        assert watch.alarms() == []
        for n in range(4, 12):
            await watch.look(press.url(f"/news/{n}"))
            watch.clock.advance(minutes=5)
        assert watch.alarms() == [(Kind.RULES, "harbour")]


async def test_a_silent_site_is_told_of_by_the_sweep_and_speaks_again(
    watching, receivers, press, answer, story, mailroom
):
    receivers(keeper="hears: [errors]")
    press.pages["/news/1"] = answer(story())
    async with watching(alerts={"stale_after": "2d"}) as watch:
        watch.clock.advance(days=1, hours=23)
        await watch.alarming.sweep()
        assert watch.alarms() == []
        watch.clock.advance(hours=3)
        await watch.alarming.sweep()
        await watch.alarming.sweep()
        assert watch.alarms() == [(Kind.STALE, "harbour")]
        await watch.look(press.url("/news/1"))
        assert watch.alarms() == []
        await watch.alarming.telling.tell_everything()
    (told,) = mailroom.taken["keeper"]
    assert told["title"] == "Dateline: 1 alarms raised, 1 alarms cleared"


async def test_a_first_crawl_is_one_message_and_what_follows_is_told_one_by_one(
    watching, receivers, press, answer, story, mailroom
):
    receivers(desk="hears: [new]")
    for n in range(6):
        text = story(f"Ferry number {n} left the old quay before the fog came in.")
        press.pages[f"/news/{n}"] = answer(text)
    async with watching(old=False) as watch:
        for n in range(5):
            await watch.look(press.url(f"/news/{n}"))
        await watch.alarming.telling.tell_everything()
        assert mailroom.taken["desk"] == []
        watch.clock.advance(hours=2)
        await watch.alarming.sweep()
        await watch.look(press.url("/news/5"))
        await watch.alarming.telling.tell_everything()
    (told,) = mailroom.taken["desk"]
    assert told["title"] == "Dateline: 1 first crawls, 1 new"
    assert "- first crawl [harbour]: 5 documents archived, none told one by one" in lines([told])


async def test_a_replay_and_a_page_of_no_site_alarm_nobody(
    watching, receivers, press, answer, story, mailroom
):
    receivers(desk=f"hears: {EVERYTHING}")
    press.pages["/news/1"] = answer(story())
    async with watching() as watch:
        report = await (await watch.work.flow.look(press.url("/news/1")))
        for visit in (
            replace(report.visit, origin=Origin.REPLAY),
            replace(report.visit, site=None),
        ):
            settled = Settled(
                report=replace(report, visit=visit), message=None, stored=None, payload_record=None
            )
            await watch.batch(
                lambda batch, one=settled: watch.alarming.after_target(
                    batch, one, before=None, after=None
                )
            )
        await watch.alarming.telling.tell_everything()
    assert mailroom.taken == {}


async def test_a_change_of_ours_is_no_news(
    watching, receivers, press, answer, story, declare, mailroom
):
    """Law 5: other rules read another text in the same bytes, and nobody hears of an edit."""
    receivers(desk="hears: [edited]")
    press.pages["/news/1"] = answer(story(aside="Read more"))
    async with watching() as watch:
        await watch.look(press.url("/news/1"))
    other = [{"title": "h1", "body": "body", "require": {"min_chars": 20}}]
    async with watching(declare(press, extract=other)) as watch:
        report = await watch.look(press.url("/news/1"))
        assert report.change.name == "same_bytes"
        await watch.alarming.telling.tell_everything()
    assert mailroom.taken["desk"] == []


async def test_a_rebuild_alarms_nobody(watching, receivers, press, answer, story, mailroom):
    receivers(desk=f"hears: {EVERYTHING}")
    press.pages["/news/1"] = [answer(story()), answer(story("It has sunk at its quay."))]
    async with watching() as watch:
        for _ in range(2):
            await watch.look(press.url("/news/1"))
        for _ in range(3):
            await watch.poll(Failed("timeout"))
            watch.clock.advance(minutes=20)
        await watch.alarming.telling.tell_everything()
        held, register, settings = watch.alarms(), watch.register, watch.work.settings
    told = len(mailroom.taken["desk"])
    rebuild(settings, register, SystemClock(), tell=lambda *_: None)
    async with watching(register) as watch:
        assert watch.alarms() == held
        await watch.alarming.telling.tell_everything()
    assert (len(mailroom.taken["desk"]), told) == (1, 1)


async def test_a_site_that_is_declared_no_longer_has_no_alarm(
    watching, receivers, press, declare, configs
):
    receivers()
    async with watching() as watch:
        watch.clock.advance(days=9)
        await watch.alarming.sweep()
        assert watch.alarms() == [(Kind.STALE, "harbour")]
    (configs / "harbour.yaml").unlink()
    async with watching(declare(press, site="quay")) as watch:
        assert watch.alarms() == []


async def test_a_site_that_is_not_polled_is_not_silent(watching, receivers):
    receivers()
    async with watching(begin=False) as watch:
        await watch.alarming.watch(frozenset({"quay"}))
        watch.clock.advance(days=9)
        await watch.alarming.sweep()
        assert watch.alarms() == []
    async with watching() as watch:
        watch.clock.advance(days=9)
        await watch.alarming.watch(frozenset({"quay"}))
        await watch.alarming.sweep()
        assert watch.alarms() == []
        await watch.alarming.watch()
        watch.clock.advance(days=9)
        await watch.alarming.sweep()
        assert watch.alarms() == [(Kind.STALE, "harbour")]


async def test_a_config_that_is_refused_is_an_alarm_until_it_is_read(watching, receivers):
    receivers()
    wrong = Problem(file="configs/harbour.yaml", key="shedule", value="unknown key", allowed="…")
    async with watching() as watch:
        await watch.alarming.configs_read([wrong, wrong])
        await watch.alarming.configs_read([wrong])
        assert watch.alarms() == [(Kind.CONFIG_INVALID, "configs/harbour.yaml")]
        await watch.alarming.configs_read([])
        assert watch.alarms() == []


async def test_an_audit_that_fails_is_told_at_once_and_a_stamp_that_is_missing_after_three(
    watching, receivers
):
    receivers()
    async with watching() as watch:
        await watch.alarming.audited(is_sound=False, detail="warc/x: a record is not its digest")
        assert watch.alarms() == [(Kind.AUDIT_FAILED, "archive")]
        await watch.alarming.audited(is_sound=True)
        for _ in range(3):
            assert watch.alarms() == []
            await watch.alarming.attested("https://tsa.example", "timeout")
        assert watch.alarms() == [(Kind.ANCHOR_FAILED, "https://tsa.example")]
        await watch.alarming.attested("https://tsa.example", None)
        assert watch.alarms() == []


async def test_a_pause_is_told_although_nothing_can_be_written(watching, receivers, mailroom):
    receivers(keeper="hears: [errors]", desk="hears: [new]")
    async with watching() as watch:
        for _ in range(5):
            watch.alarming.paused("no space left on device")
        await watch.alarming.telling.settled()
        assert [one["title"] for one in mailroom.taken["keeper"]] == [
            "Dateline: paused archive: no space left on device"
        ]
        await watch.alarming.resume(watch.alarming)
        await watch.alarming.resume(watch.alarming)
        await watch.alarming.telling.tell_everything()
        assert mailroom.taken["keeper"][1]["type"] == "success"
        # one that comes and goes is told by the hour
        for _ in range(5):
            watch.alarming.paused("no space left on device")
            await watch.alarming.resume(watch.alarming)
        await watch.alarming.telling.tell_everything()
    assert len(mailroom.taken["keeper"]) == 2
    assert mailroom.taken["desk"] == []


# --- receivers ---------------------------------------------------------------------------------


async def test_what_was_written_before_a_restart_is_told_after_it(
    watching, receivers, press, answer, story, mailroom
):
    receivers(desk="hears: [new]")
    press.pages["/news/1"] = answer(story())
    async with watching() as watch:
        await watch.look(press.url("/news/1"))
    assert mailroom.taken["desk"] == []
    async with watching(begin=False) as watch:
        await watch.alarming.telling.tell_everything()
        await watch.alarming.telling.tell_everything()
    assert len(mailroom.taken["desk"]) == 1


async def test_one_receiver_that_sleeps_or_refuses_holds_no_other(
    watching, receivers, press, answer, story, mailroom
):
    receivers(desk="hears: [new]", deaf="hears: [new]", slow="hears: [new]")
    mailroom.says["deaf"] = 500
    mailroom.sleeping.add("slow")
    press.pages["/news/1"] = answer(story())
    async with watching() as watch:
        await watch.look(press.url("/news/1"))
        telling = Telling(watch.archive, watch.work.settings, watch.clock, patience_s=0.3)
        with capture_logs() as logs:
            await telling.tell_everything()
        await telling.aclose()
        assert len(mailroom.taken["desk"]) == 1
        refused = {one["receiver"]: one["why"] for one in logs if one["event"] == "not told"}
        assert refused == {
            "deaf": "answered with status 500",
            "slow": "no answer within 0.3 s",
        }
        mailroom.says.clear()
        await watch.alarming.telling.tell_everything()
        assert len(mailroom.taken["deaf"]) == 0, "it is left alone for a minute first"
        watch.clock.advance(minutes=2)
        await watch.alarming.telling.tell_everything()
        assert len(mailroom.taken["deaf"]) == 1


async def test_a_receiver_that_is_down_for_a_day_is_given_up_with_a_line_in_the_log(
    watching, receivers, press, answer, story, mailroom
):
    receivers(desk="hears: [new]")
    mailroom.says["desk"] = 503
    press.pages["/news/1"] = answer(story())
    async with watching() as watch:
        await watch.look(press.url("/news/1"))
        with capture_logs() as logs:
            for _ in range(30):
                await watch.alarming.telling.tell_everything()
                watch.clock.advance(hours=1)
    given_up = [one for one in logs if one["event"] == "given up telling"]
    assert [(one["receiver"], one["notices"], one["log_level"]) for one in given_up] == [
        ("desk", 1, "error")
    ]
    assert 10 <= mailroom.asked["desk"] <= 20


async def test_a_flood_is_one_message(watching, receivers, mailroom):
    receivers(desk="hears: [removed]")
    async with watching() as watch:

        def flood(batch):
            for n in range(35_000):
                url = f"https://kcna.example/{n}"
                notice = of_document(Word.REMOVED, at=watch.clock.now(), site="kcna", url=url)
                watch.alarming._tell(batch, notice)

        await watch.batch(flood)
        await watch.alarming.telling.tell_everything()
    (told,) = mailroom.taken["desk"]
    assert told["title"] == "Dateline: 35000 removed"
    assert "35000 removed (kcna 35000)" in told["message"]
    assert len(told["message"]) < 4000


async def test_a_timer_waits_until_the_first_notice_has_waited_long_enough(
    watching, tmp_path, press, answer, story, mailroom
):
    (tmp_path / "dateline.yaml").write_text(
        f"alarms: {{receivers: [{{name: desk, to: '{mailroom.to('desk')}', hears: [new]}}]}}"
    )
    for n in range(3):
        text = story(f"Ferry number {n} left the old quay before the fog came in.")
        press.pages[f"/news/{n}"] = answer(text)
    async with watching() as watch:
        tell = next(each for each in watch.alarming.timers() if each.name == "tell")
        for n in range(3):
            await watch.look(press.url(f"/news/{n}"))
            await tell.run()
            await watch.alarming.telling.settled()
            watch.clock.advance(minutes=2)
        assert mailroom.taken["desk"] == []
        await tell.run()
        await watch.alarming.telling.settled()
    (told,) = mailroom.taken["desk"]
    assert told["title"] == "Dateline: 3 new"


async def test_without_a_receiver_nothing_is_kept_to_be_told(
    watching, receivers, press, answer, story
):
    receivers()
    press.pages["/news/1"] = answer(story())
    async with watching() as watch:
        await watch.look(press.url("/news/1"))
        assert [timer.name for timer in watch.alarming.timers()] == ["sweep"]
        found = await watch.batch(
            lambda batch: batch.alarms._connection.exec_driver_sql(
                "SELECT count(*) FROM work_notices"
            ).scalar()
        )
    assert found == 0


async def test_a_secret_that_is_not_set_is_named_and_what_waits_is_kept(
    watching, tmp_path, press, answer, story, mailroom, monkeypatch
):
    (tmp_path / "dateline.yaml").write_text(
        "alarms: {receivers: [{name: desk, to: '${DESK_URL}', hears: [new], every: 0s}]}"
    )
    monkeypatch.delenv("DESK_URL", raising=False)
    press.pages["/news/1"] = answer(story())
    async with watching() as watch:
        await watch.look(press.url("/news/1"))
        with capture_logs() as logs:
            await watch.alarming.telling.tell_everything()
        assert "DESK_URL is not in the environment" in logs[-1]["why"]
        monkeypatch.setenv("DESK_URL", mailroom.to("desk"))
        watch.clock.advance(minutes=2)
        await watch.alarming.telling.tell_everything()
    assert len(mailroom.taken["desk"]) == 1
