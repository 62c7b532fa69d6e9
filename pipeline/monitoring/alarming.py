"""What visits and timers come to → states that hold, their changes, and news of documents.

Everything is judged and written in the batch of the visit itself, so that nothing durable goes
untold.  Only live visits alarm anybody: a replay, an import or a change of our own rules does not.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from pipeline.alerts import notices, vigils
from pipeline.alerts.signs import SeedSeen, TargetSeen, signs_of
from pipeline.discover.seeds import seeds
from pipeline.ground.alarm import ARCHIVE, Kind, Sign
from pipeline.model import New, Origin, Role
from pipeline.monitoring.news import is_degraded, news_of, removal_of
from pipeline.monitoring.pausing import Pausing, log_change
from pipeline.monitoring.telling import Telling
from pipeline.writing.attesting import Timer

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping
    from datetime import datetime

    from pipeline.alerts.notices import Notice
    from pipeline.alerts.vigils import Moved
    from pipeline.catalog import Batch, WatchedSeed, WatchedTarget
    from pipeline.discover.find import Found
    from pipeline.errors import Problem
    from pipeline.ground.alarm import Transition, Vigil
    from pipeline.ground.clock import Clock
    from pipeline.settings import Settings
    from pipeline.sites.register import Register
    from pipeline.sites.site import Site
    from pipeline.writing.opening import OpenArchive
    from pipeline.writing.settling import Settled

log = structlog.get_logger()

SWEEPS_EVERY = timedelta(minutes=1)
MOST_AT_ONCE = 500
"""Vigils that one batch judges: visits wait for it."""

OF_SEEDS = {Kind.FAILING, Kind.BLOCKED, Kind.ZERO_ITEMS}


class Alarming:
    """Watches over the sites of an open archive, and over the archive.

    What takes a batch runs in the scribe's thread, all else in the event loop.
    """

    def __init__(
        self,
        archive: OpenArchive,
        settings: Settings,
        clock: Clock,
        *,
        register: Callable[[], Register],
    ) -> None:
        self._archive = archive
        self._clock = clock
        self._register = register
        self._receivers = settings.whole.alarms.receivers
        self.telling = Telling(archive, settings, clock)
        self._pausing = Pausing(self.telling, clock)
        self._only: Container[str] | None = None

    def timers(self) -> tuple[Timer, ...]:
        """What is to be done beside the fetching, and how often."""
        return (Timer("sweep", SWEEPS_EVERY, self.sweep), *self.telling.timers())

    async def aclose(self) -> None:
        """Give up what is being sent; call before the archive is closed."""
        await self.telling.aclose()

    # --- visits ------------------------------------------------------------------------------

    def after_seed(
        self, batch: Batch, watched: WatchedSeed, settled: Settled, found: Found | None
    ) -> None:
        """Judge a poll of a declared seed, as it was `watched` before.

        `found` is what it names, None where it was not read.
        """
        visit, outcome = settled.report.visit, settled.report.outcome
        if visit.origin is not Origin.LIVE:
            return
        seen = SeedSeen(
            site=watched.site,
            url=watched.url,
            outcome=outcome,
            # an index of sitemaps names no documents itself
            named=None if found is None else len(found.links) + len(found.more),
            named_before=watched.links,
            faults=() if found is None else tuple(map(str, found.faults)),
        )
        self._judge(batch, batch.alarms.of_site(watched.site), signs_of(seen))

    def after_target(
        self,
        batch: Batch,
        settled: Settled,
        *,
        before: WatchedTarget | None,
        after: WatchedTarget | None,
    ) -> None:
        """Judge a look at a target, as it was watched before and is after it; and tell its news."""
        report, now = settled.report, self._clock.now()
        visit = report.visit
        if visit.site is None or visit.origin is not Origin.LIVE or visit.role is not Role.TARGET:
            return
        site = self._register().of(visit.site)
        over = batch.alarms.of_site(visit.site)
        seen = TargetSeen(
            site=visit.site,
            url=visit.target.url,
            outcome=report.outcome,
            degraded=is_degraded(settled, site),
        )
        self._judge(batch, over, signs_of(seen))
        is_new = isinstance(report.change, New)
        if is_new and site.declared.discover:
            self._apply(batch, over.get((Kind.STALE, visit.site)), _broken(over, site, now))
        if is_new and (crawl := over.get((Kind.FIRST_CRAWL, visit.site))):
            batch.alarms.keep([vigils.crawled(crawl, now)])
        elif self._receivers and (news := news_of(report, self._archive.texts, now)):
            self._tell(batch, news)
        if gone := removal_of(report, before, after, now):
            self._tell(batch, gone)

    # --- time, configs, the archive ----------------------------------------------------------

    async def watch(self, only: Container[str] | None = None) -> None:
        """Watch over the sites that are declared now, and no others.

        To be called at a start and after every change.  Silence while nobody looked is not theirs:
        of sites that are not among `only`, where it is given, nobody is told that they are silent.
        """
        self._only, register = only, self._register()
        await self._archive.scribe.submit(lambda batch: self._watch(batch, register))

    async def sweep(self) -> None:
        """Judge what time alone has changed; costs what is due, not what there is."""
        self._pausing.go_on()
        while await self._archive.scribe.submit(self._sweep) == MOST_AT_ONCE:
            pass

    async def note(self, *signs: Sign) -> None:
        """Judge what anybody has seen; durable on return."""
        await self._archive.scribe.submit(lambda batch: self._judge_alone(batch, signs))

    async def configs_read(self, refused: Iterable[Problem]) -> None:
        """The declarations were read: all that is wrong with those that are not in force."""
        problems = tuple(refused)

        def judge(batch: Batch) -> None:
            wrong: dict[str, list[Problem]] = {}
            for problem in problems:
                wrong.setdefault(problem.file, []).append(problem)
            held = [vigil.subject for vigil in batch.alarms.of_kind(Kind.CONFIG_INVALID)]
            files = dict.fromkeys((*wrong, *held))
            self._judge_alone(batch, [_of_config(file, wrong.get(file)) for file in files])

        await self._archive.scribe.submit(judge)

    async def audited(self, is_sound: bool, detail: str = "") -> None:  # noqa: FBT001 - its name
        """The archive was audited; `detail` says what was found wrong."""
        kind, bad = Kind.AUDIT_FAILED, not is_sound
        await self.note(Sign(kind=kind, subject=ARCHIVE, site=None, bad=bad, detail=detail))

    async def attested(self, by: str, refusal: str | None) -> None:
        """A time stamp authority or a witness was asked; `refusal` is why it did not answer."""
        kind, bad = Kind.ANCHOR_FAILED, refusal is not None
        await self.note(Sign(kind=kind, subject=by, site=None, bad=bad, detail=refusal or ""))

    def paused(self, why: str) -> None:
        """Nothing can be written, this alarm included: it is told at once, and from memory.

        Waits for nobody; may be said as often as it is found out.
        """
        self._pausing.begin(why)

    async def resume(self, before: Alarming) -> None:
        """Go on where `before` has left off, whose archive was closed.

        The end of a pause is told to those who heard of it.
        """
        self._pausing = before._pausing.moved_to(self.telling)
        if ended := self._pausing.end():
            await self._archive.scribe.submit(lambda batch: self._tell_change(batch, ended))

    def _watch(self, batch: Batch, register: Register) -> None:
        batch.work.settle()  # looks of this very batch count
        now, looked = self._clock.now(), batch.alarms.last_looks()
        kept = {(each.kind, each.subject): each for each in batch.alarms.every()}
        for vigil in kept.values():
            if not _is_declared(vigil, register):
                self._apply(batch, vigil, vigils.undeclared(vigil, now))
        begun = [
            vigils.crawl(name, now)
            for name, site in register.sites.items()
            if site.declared.discover and name not in looked and (Kind.STALE, name) not in kept
            if self._is_polled(name)
        ]
        for name, site in register.sites.items():
            if not site.declared.discover or not self._is_polled(name):
                continue
            before, after = kept.get((Kind.STALE, name)), site.declared.alerts.stale_after
            moved = vigils.resumed(before, name, now, after=after, looked_at=looked.get(name))
            if before is None and moved.vigil is not None:
                begun.append(moved.vigil)
            else:
                self._apply(batch, before, moved)
        batch.alarms.keep(begun)
        for receiver, many in batch.alarms.drop_strangers(
            {r.name for r in self._receivers}
        ).items():
            log.warning("given up telling", receiver=receiver, notices=many, why="no longer there")

    def _sweep(self, batch: Batch) -> int:
        now = self._clock.now()
        due = batch.alarms.overdue(now, most=MOST_AT_ONCE)
        for vigil in due:
            if vigil.kind is Kind.FIRST_CRAWL:
                batch.alarms.drop([vigil])
                if vigil.signs:
                    self._tell(batch, notices.of_first_crawl(vigil.subject, vigil.signs, now))
            elif vigil.kind is Kind.STALE and not self._is_polled(vigil.subject):
                after = self._register().of(vigil.site).declared.alerts.stale_after
                batch.alarms.keep([vigils.silence(vigil.subject, since=now, after=after)])
            else:
                self._apply(batch, vigil, vigils.overdue(vigil, now))
        return len(due)

    def _is_polled(self, site: str) -> bool:
        return self._only is None or site in self._only

    def _judge_alone(self, batch: Batch, signs: Iterable[Sign]) -> None:
        for sign in signs:
            before = batch.alarms.one(sign.kind, sign.subject)
            self._apply(batch, before, vigils.judge(before, sign, self._clock.now()))

    def _judge(
        self, batch: Batch, over: Mapping[tuple[Kind, str], Vigil], signs: Iterable[Sign]
    ) -> None:
        now = self._clock.now()
        for sign in signs:
            before = over.get((sign.kind, sign.subject))
            self._apply(batch, before, vigils.judge(before, sign, now))

    def _apply(self, batch: Batch, before: Vigil | None, moved: Moved) -> None:
        """Remember what has moved, and nothing where nothing has."""
        if moved.vigil is None:
            batch.alarms.drop([] if before is None else [before])
        elif moved.vigil != before:
            batch.alarms.keep([moved.vigil])
        if moved.transition is not None:
            # A crash before the batch is durable lets the log say it again, but never not at all.
            log_change(moved.transition)
            self._tell_change(batch, moved.transition)

    def _tell_change(self, batch: Batch, change: Transition) -> None:
        self._tell(batch, notices.of_transition(change))

    def _tell(self, batch: Batch, notice: Notice) -> None:
        names = notices.hearers(self._receivers, notice)
        if names:
            batch.alarms.tell(
                names,
                notice.as_json(),
                word=notice.word.value,
                site=notice.site,
                made_at=notice.at,
            )


def _broken(over: Mapping[tuple[Kind, str], Vigil], site: Site, now: datetime) -> Moved:
    name, after = str(site.name), site.declared.alerts.stale_after
    return vigils.broken(over.get((Kind.STALE, name)), name, now, after=after)


def _of_config(file: str, problems: list[Problem] | None) -> Sign:
    told = str(problems[0]) if problems else ""
    more = f" (and {len(problems) - 1} more)" if problems and len(problems) > 1 else ""
    kind = Kind.CONFIG_INVALID
    return Sign(kind=kind, subject=file, site=None, bad=bool(problems), detail=told + more)


def _is_declared(vigil: Vigil, register: Register) -> bool:
    if vigil.site is None:
        return True
    site = register.sites.get(vigil.site)
    if site is None or vigil.subject == vigil.site or vigil.kind not in OF_SEEDS:
        return site is not None
    return vigil.subject in {seed.url for seed in seeds(site.declared.discover)}
