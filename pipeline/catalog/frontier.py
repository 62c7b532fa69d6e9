"""What is due, what is known, and when each is looked at next: the `work_*` watch_rows."""

from __future__ import annotations

from functools import cache
from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING

from msgspec.structs import replace
from sqlalchemy import bindparam, case, delete, select, union_all

from pipeline.catalog import tables, watch_rows
from pipeline.catalog.statements import Statements
from pipeline.catalog.upserts import INSERTS, keep_first, keep_last
from pipeline.catalog.watch import WatchedSeed, WatchedTarget
from pipeline.model import Blocked, Failed, Skipped

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection, Insert, Select, Table

    from pipeline.catalog.watch import Due

FAILING = {Blocked.name, Failed.name}
CHUNK = 500
"""URLs in one question: few round trips, and far below any database's limit of parameters."""

SEED = select(tables.seeds).where(
    tables.seeds.c.site == bindparam("site"), tables.seeds.c.url == bindparam("url")
)
SEEDS_OF = select(tables.seeds.c.url).where(tables.seeds.c.site == bindparam("site"))
ALL_SEEDS = select(tables.seeds.c.site, tables.seeds.c.url)
DROP_SEED = delete(tables.seeds).where(
    tables.seeds.c.site == bindparam("its_site"), tables.seeds.c.url == bindparam("its_url")
)
TARGET = select(tables.targets).where(tables.targets.c.url == bindparam("url"))
KNOWN = select(tables.targets.c.url).where(
    tables.targets.c.url.in_(bindparam("urls", expanding=True))
)
NEXT_SITES = (
    select(tables.sites.c.site, tables.sites.c.next_due_at)
    .where(tables.sites.c.next_due_at.is_not(None))
    .order_by(tables.sites.c.next_due_at, tables.sites.c.site)
)
DUE_SITES = NEXT_SITES.where(tables.sites.c.next_due_at <= bindparam("now"))
RESTS = select(tables.hosts)
ENDED_RESTS = delete(tables.hosts).where(tables.hosts.c.rests_until <= bindparam("now"))
DUE_SEEDS = (
    select(tables.seeds)
    .where(
        tables.seeds.c.site == bindparam("site"), tables.seeds.c.next_poll_at <= bindparam("now")
    )
    .order_by(tables.seeds.c.next_poll_at)
    .limit(bindparam("most"))
)
DUE_TARGETS = (
    select(tables.targets)
    .where(
        tables.targets.c.site == bindparam("site"),
        tables.targets.c.next_look_at <= bindparam("now"),
    )
    .order_by(tables.targets.c.next_look_at)
    .limit(bindparam("most"))
)


def _first(table: Table, due_at: str) -> Select[Any]:
    return (
        select(table.c[due_at].label("due_at"))
        .where(table.c.site == bindparam("site"), table.c[due_at].is_not(None))
        .order_by(table.c[due_at])
        .limit(1)
    )


FIRST_DUE = union_all(
    select(_first(tables.seeds, "next_poll_at").subquery()),
    select(_first(tables.targets, "next_look_at").subquery()),
)


class Frontier:
    """The work ahead, inside one batch.  Reads see what this batch has planned.

    `work_sites` knows for each site when its first seed or target is due, so that asking what is
    due touches nothing that is not.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._statements = Statements(connection)
        self._dialect = connection.dialect.name
        self._replanned: set[str] = set()
        self._unwritten: dict[str, WatchedTarget] = {}
        self._noted: list[dict[str, object]] = []

    def watch_seeds(self, site: str, urls: Collection[str], *, first_poll_at: datetime) -> None:
        """Make `urls` the seeds of `site`.

        New ones are polled at `first_poll_at`, those that were there keep their times, and what is
        no longer named is dropped.
        """
        there = set(self._connection.execute(SEEDS_OF, {"site": site}).scalars())
        if gone := there - set(urls):
            self._connection.execute(
                DROP_SEED, [{"its_site": site, "its_url": url} for url in sorted(gone)]
            )
        for url in urls:
            if url not in there:
                self.plan_seed(WatchedSeed(site=site, url=url, next_poll_at=first_poll_at))
        self._replanned.add(site)

    def seeds(self) -> dict[str, set[str]]:
        """The seeds that are watched, by site."""
        watched: dict[str, set[str]] = {}
        for row in self._connection.execute(ALL_SEEDS):
            watched.setdefault(row.site, set()).add(row.url)
        return watched

    def seed(self, site: str, url: str) -> WatchedSeed | None:
        """A seed as it was last planned."""
        row = self._statements.first(SEED, site=site, url=url)
        return None if row is None else watch_rows.watched_seed(row)

    def plan_seed(self, seed: WatchedSeed) -> None:
        """Put the seed, in place of what was planned for it before."""
        self._statements.add(keep_last(self._dialect, tables.seeds), watch_rows.seed_row(seed))
        self._replanned.add(seed.site)

    def target(self, url: str) -> WatchedTarget | None:
        """A target as it was last planned."""
        if url in self._unwritten:
            return self._unwritten[url]
        row = self._statements.first(TARGET, url=url)
        return None if row is None else watch_rows.watched_target(row)

    def plan_target(self, target: WatchedTarget) -> None:
        """Put the target, in place of what was planned for it before."""
        self._unwritten[target.url] = target
        self._replan(target)

    def known(self, urls: Iterable[str]) -> set[str]:
        """Those of `urls` that are targets already."""
        self._write_targets()
        asked = list(dict.fromkeys(urls))
        chunks = (asked[start : start + CHUNK] for start in range(0, len(asked), CHUNK))
        answers = (self._connection.execute(KNOWN, {"urls": chunk}).scalars() for chunk in chunks)
        return set(chain.from_iterable(answers))

    def add_targets(self, targets: Iterable[WatchedTarget]) -> tuple[WatchedTarget, ...]:
        """Add those that are not known yet, and return them; known ones stay as they are."""
        by_url: dict[str, WatchedTarget] = {}
        for target in targets:
            by_url.setdefault(target.url, target)
        known = self.known(by_url)
        new = tuple(target for url, target in by_url.items() if url not in known)
        if new:
            self._statements.add_all(
                keep_first(self._dialect, tables.targets, "url"), [*map(watch_rows.target_row, new)]
            )
        for target in new:
            self._replan(target)
        return new

    def note_look(self, site: str, *, at: datetime, outcome: str) -> None:
        """Note how a look at the site went.

        `blocked` and `failed` count as failures in a row, a skip as nothing, all else as health.
        """
        if outcome == Skipped.name:
            return
        failures = int(outcome in FAILING)
        self._noted.append(
            {"site": site, "last_look_at": at, "outcome": outcome, "failures": failures}
        )
        self._replanned.add(site)

    def put_off(self, due: Due, until: datetime) -> None:
        """Let a seed or target that is due wait until then."""
        match due:
            case WatchedSeed():
                self.plan_seed(replace(due, next_poll_at=until))
            case WatchedTarget():
                self.plan_target(replace(due, next_look_at=until))

    def rest(self, authority: str, until: datetime) -> None:
        """Remember that a host rests, over a restart."""
        row = {"authority": authority, "rests_until": until}
        self._statements.add(keep_last(self._dialect, tables.hosts), row)

    def resting(self, now: datetime) -> dict[str, datetime]:
        """The hosts that rest, and until when; the others are forgotten."""
        self._connection.execute(ENDED_RESTS, {"now": now})
        return {row.authority: row.rests_until for row in self._connection.execute(RESTS)}

    def due(self, now: datetime, *, limit: int, among: Container[str]) -> tuple[Due, ...]:
        """At most `limit` seeds and targets that are due, of the sites `among`.

        Sites that have waited longest come first and take turns, with an equal share each; a site
        looks at its seeds first, then at what has waited longest.
        """
        self.settle()
        with self._connection.execute(DUE_SITES, {"now": now}) as waiting:
            chosen = list(islice((row.site for row in waiting if row.site in among), limit))
        if not chosen:
            return ()
        share = -(-limit // len(chosen))
        turns = zip_longest(*(self._due_of(site, now, share) for site in chosen))
        return tuple(islice((due for turn in turns for due in turn if due is not None), limit))

    def next_due_at(self, *, among: Container[str]) -> datetime | None:
        """When the first seed or target of the sites `among` is due; None for never."""
        self.settle()
        with self._connection.execute(NEXT_SITES) as waiting:
            return next((row.next_due_at for row in waiting if row.site in among), None)

    def is_empty(self) -> bool:
        """Whether nothing at all is planned."""
        planned = (tables.sites, tables.seeds, tables.targets)
        return not any(self._connection.execute(select(t).limit(1)).first() for t in planned)

    def settle(self) -> None:
        """Bring the tables up to what was planned; the batch does so before it commits."""
        self._write_targets()
        if self._noted:
            self._statements.add_all(_noting(self._dialect), self._noted)
            self._noted.clear()
        for site in sorted(self._replanned):
            first = self._connection.execute(FIRST_DUE, {"site": site}).scalars()
            row = {"site": site, "next_due_at": min(first, default=None), "failures": 0}
            self._statements.add(_settling(self._dialect), row)
        self._replanned.clear()

    def _due_of(self, site: str, now: datetime, most: int) -> list[Due]:
        asked = {"site": site, "now": now, "most": most}
        seeds = map(watch_rows.watched_seed, self._connection.execute(DUE_SEEDS, asked))
        targets = map(watch_rows.watched_target, self._connection.execute(DUE_TARGETS, asked))
        found: list[Due] = list(islice(chain(seeds, targets), most))
        if not found:  # its targets went to another site
            self._replanned.add(site)
        return found

    def _write_targets(self) -> None:
        if self._unwritten:
            planned = [watch_rows.target_row(target) for target in self._unwritten.values()]
            self._statements.add_all(keep_last(self._dialect, tables.targets), planned)
            self._unwritten.clear()

    def _replan(self, target: WatchedTarget) -> None:
        if target.site is not None:
            self._replanned.add(target.site)


@cache
def _settling(dialect: str) -> Insert:
    insert = INSERTS[dialect](tables.sites)
    new = {"next_due_at": insert.excluded.next_due_at}
    return insert.on_conflict_do_update(index_elements=["site"], set_=new)


@cache
def _noting(dialect: str) -> Insert:
    insert = INSERTS[dialect](tables.sites)
    failures = tables.sites.c.failures + 1
    new = {
        "last_look_at": insert.excluded.last_look_at,
        "outcome": insert.excluded.outcome,
        "failures": case((insert.excluded.failures == 0, 0), else_=failures),
    }
    return insert.on_conflict_do_update(index_elements=["site"], set_=new)
