"""An archive and its configs → what every page may ask.

The same with a daemon and without: the catalog, the declarations and the daemon's heartbeat are
read from where they lie.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.catalog import sums
from pipeline.errors import DatelineError, NoConfigs
from pipeline.monitoring.pulse import felt
from pipeline.reading.searching import Searching
from pipeline.reading.tracing import Tracing
from pipeline.sites.register import Register, config_files, generic_site, read_all
from pipeline.web.calendar import calendar, span
from pipeline.web.kept import Kept
from pipeline.writing.opening import looked_into

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime, tzinfo

    from pipeline.catalog import Reader, SiteSummary, Total
    from pipeline.errors import Problem
    from pipeline.ground.alarm import Alarm
    from pipeline.ground.clock import Clock
    from pipeline.monitoring.pulse import Condition
    from pipeline.settings import Settings
    from pipeline.web.calendar import Calendar

CONFIGS_S, COUNTS_S, SITES_S = 3.0, 5.0, 2.0
CALM = frozenset({"ok", "never"})
"""The states of a site of which nobody need be told first."""


class Declared(Struct, frozen=True, kw_only=True):
    """The sites that are declared, and the problems of those that cannot be read."""

    register: Register
    problems: tuple[Problem, ...]


class Standing(Struct, frozen=True, kw_only=True):
    """A site of the archive, of the configs, or of both."""

    name: str
    state: str
    last_look: datetime | None
    next_look: datetime | None
    failures: int
    total: Total | None
    is_declared: bool


class Desk:
    """Where pages get what they show.  Any thread may ask."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.declared = Kept(self._declared, for_s=CONFIGS_S)
        self.totals = Kept(lambda: self.reader.ask(sums.totals()), for_s=COUNTS_S)
        self.days = Kept(self._days, for_s=COUNTS_S)
        self._sites = Kept(self._summed_up, for_s=SITES_S)

    @cached_property
    def reader(self) -> Reader:
        """The catalog.  Raises CatalogAway where it cannot be read."""
        return looked_into(self.settings)

    @cached_property
    def searching(self) -> Searching:
        """What finds words.  Raises CatalogAway."""
        return Searching(self.settings.archive, self.reader)

    def tracing(self) -> Tracing:
        """What traces passages, with the configs as they are now.  Raises CatalogAway."""
        return Tracing(self.settings.archive, self.reader, self.declared().register)

    def condition(self) -> Condition | None:
        """What the daemon says of itself; None where none lives."""
        return felt(self.settings.archive, now=self.clock.now())

    def names(self) -> list[str]:
        """Every site's name, in order: of the archive, of the configs, or of both."""
        seen = self._sites().keys() | {name for name in self.totals() if name}
        return sorted(self.declared().register.sites.keys() | seen)

    def sites(self, names: Iterable[str], alarms: Iterable[Alarm]) -> tuple[Standing, ...]:
        """These sites; those of which an alarm of silence stands are `stale`."""
        seen, stale = self._sites(), _stale(alarms)
        return tuple(self._standing(name, seen.get(name), stale=name in stale) for name in names)

    def uneasy_first(self, alarms: Iterable[Alarm]) -> list[str]:
        """Every site's name: those with which something is the matter before the others."""
        troubled = {name for name, one in self._sites().items() if one.state not in CALM}
        uneasy = troubled | _stale(alarms)
        return sorted(self.names(), key=lambda name: (name not in uneasy, name))

    def site(self, name: str) -> Standing | None:
        """One site; None where nothing is known of it."""
        if name not in self.names():
            return None
        return self.sites([name], self.reader.alarms())[0]

    def warm(self) -> None:
        """Read what takes a moment before somebody asks for it."""
        with suppress(DatelineError):
            self.days()

    def zone(self, site: str | None) -> tzinfo:
        """The zone of a site; UTC where it is not declared."""
        declared = self.declared().register.sites.get(site or "")
        return declared.declared.zone if declared else UTC

    def close(self) -> None:
        """Let go of the catalog."""
        if "reader" in self.__dict__:
            self.reader.close()

    def _summed_up(self) -> dict[str, SiteSummary]:
        return {one.site: one for one in self.reader.ask(sums.sites())}

    def _standing(self, name: str, seen: SiteSummary | None, *, stale: bool) -> Standing:
        state = seen.state if seen else "never"
        return Standing(
            name=name,
            state="stale" if stale and state == "ok" else state,
            last_look=seen.last_look if seen else None,
            next_look=seen.next_look if seen else None,
            failures=seen.failures if seen else 0,
            total=self.totals().get(name),
            is_declared=name in self.declared().register.sites,
        )

    def _days(self) -> Calendar:
        first, last = span(known_days(self.totals().values()), self.clock.now().date())
        return calendar(self.reader.ask(sums.days(first, last)), first, last)

    def _declared(self) -> Declared:
        try:
            sites, problems = read_all(config_files(self.settings.configs))
        except (NoConfigs, OSError):
            sites, problems = (), ()
        register = Register({site.declared.site: site for site in sites}, generic_site())
        return Declared(register=register, problems=problems)


def _stale(alarms: Iterable[Alarm]) -> set[str]:
    return {one.site for one in alarms if one.site and one.kind.value == "stale"}


def known_days(totals: Iterable[Total]) -> tuple[date, date] | None:
    """The first and the last day of which anything is known."""
    known = [(one.first, one.last) for one in totals]
    return (min(first for first, _ in known), max(last for _, last in known)) if known else None
