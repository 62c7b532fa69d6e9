"""What came of asking a host → whether it is left in peace for a while, and until when.

A host that asks for a pause (Retry-After) gets it, for all its pages.  One that fails time after
time is left alone by growing pauses; when one is over, a single request finds out how it is.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pipeline.fetch.faults import Fault
from pipeline.fetch.retries import retry_after_s

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.fetch.verdict import Answer
    from pipeline.ground.clock import Clock

TOO_MANY_REQUESTS, UNAVAILABLE = 429, 503
SERVER_ERRORS = range(500, 600)
# What is the host's own fault, where not a single octet of an answer came.
OF_THE_HOST = frozenset(("connect", "disconnected", "dns", "timeout", "tls"))

# One broken page in a site's list is tried by itself; five failures in a row are the host's.
MOST_FAILURES = 5
# The second 429 in a row that does not say for how long.
MOST_REFUSALS = 2

FIRST_REST = timedelta(minutes=1)
# A host that is back is found out within the interval of most sites, and 96 requests a day are
# no burden even for one that is down.
LONGEST_REST = timedelta(minutes=15)
RESTING = "resting"
"""Why nothing was asked: the host is left in peace."""
# Beyond it a Retry-After is taken for a mistake, as the schedule does.
LONGEST_ASKED = timedelta(days=7)
# How long others wait for what a first request after a rest finds out, before they look again.
PROBE = timedelta(seconds=5)

MOST_HOSTS = 10_000


class Sign(StrEnum):
    """What an exchange says about its host, beside what it says about the page."""

    WELL = "well"
    ILL = "ill"
    REFUSING = "refusing"


class Health(Struct, frozen=True, kw_only=True):
    """How a host was of late.

    `failures` and `refusals` are in a row.  `asked_until` is the host's own word, `rests_until`
    our conclusion.
    """

    failures: int = 0
    refusals: int = 0
    asked_until: datetime | None = None
    rests_until: datetime | None = None

    @property
    def until(self) -> datetime | None:
        """Until when the host is left in peace; None when it never was."""
        both = (self.asked_until, self.rests_until)
        return max((moment for moment in both if moment is not None), default=None)

    @property
    def is_doubtful(self) -> bool:
        """Whether a single request is to find out how the host is, once its rest is over."""
        return self.failures >= MOST_FAILURES or self.refusals >= MOST_REFUSALS


WELL = Health()


def sign(seen: Answer | Fault, *, heard: bool) -> Sign | None:
    """What `seen` says about the host, None where it is the page's; `heard`: octets came."""
    if isinstance(seen, Fault):
        is_the_hosts = seen.outcome.reason in OF_THE_HOST and not heard
        return Sign.ILL if is_the_hosts else None
    if seen.status == TOO_MANY_REQUESTS:
        return Sign.REFUSING
    return Sign.ILL if seen.status in SERVER_ERRORS else Sign.WELL


def after(health: Health, sign: Sign, *, asked_s: float | None, now: datetime) -> Health:
    """How the host is after `sign`; `asked_s` is for how long it asked to be left alone.

    A host that answers again is well at once, but a pause that it asked for is kept.  What fails
    while it rests had begun before, or goes ahead by somebody's will: it makes no rest longer.
    """
    asked_until = health.asked_until
    if asked_s is not None:
        asked = now + min(timedelta(seconds=asked_s), LONGEST_ASKED)
        asked_until = max(asked, asked_until or asked)
    if sign is Sign.WELL:
        return Health(asked_until=asked_until)
    if health.rests_until is not None and now < health.rests_until:
        return replace(health, asked_until=asked_until)
    failures = health.failures + (sign is Sign.ILL)
    refusals = health.refusals + (sign is Sign.REFUSING)
    beyond = max(failures - MOST_FAILURES, refusals - MOST_REFUSALS)
    rests_until = health.rests_until if beyond < 0 else now + rest(beyond)
    return Health(
        failures=failures, refusals=refusals, asked_until=asked_until, rests_until=rests_until
    )


def rest(before: int) -> timedelta:
    """How long a host rests that has rested `before` times in a row."""
    return min(FIRST_REST * (1 << min(before, 16)), LONGEST_REST)


class Hosts:
    """The hosts that are not well, by authority."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, Health] = {}
        self._probed: dict[str, datetime] = {}

    def rest(self, authority: str, until: datetime) -> None:
        """Leave a host in peace until then, because of what was known before."""
        self._keep(authority, replace(self._known.get(authority, WELL), asked_until=until))

    def rests_until(self, authority: str) -> datetime | None:
        """Until when nothing is to be begun at a host; None when it may be asked now."""
        health = self._known.get(authority)
        if health is None:
            return None
        now, until = self._clock.now(), health.until
        if until is not None and until > now:
            return until
        probed = self._probed.get(authority)
        # Nobody waits for ever for a request whose end was never told.
        if probed is not None and now - probed < LONGEST_REST:
            return now + PROBE
        return None

    def resting(self) -> Mapping[str, datetime]:
        """All hosts that rest now, and until when."""
        now = self._clock.now()
        ends = ((authority, health.until) for authority, health in self._known.items())
        return {authority: until for authority, until in ends if until and until > now}

    def begin(self, authority: str) -> None:
        """A request to the host begins; where it is in doubt, others wait for what comes of it."""
        health = self._known.get(authority)
        if health is not None and health.is_doubtful:
            self._probed.setdefault(authority, self._clock.now())

    def end(self, authority: str) -> None:
        """It ended, in whatever way."""
        self._probed.pop(authority, None)

    def note(self, authority: str, seen: Answer | Fault, *, heard: bool) -> None:
        """Learn from what a request came to."""
        told = sign(seen, heard=heard)
        if told is None or (told is Sign.WELL and authority not in self._known):
            return
        now = self._clock.now()
        asked_s = None
        if not isinstance(seen, Fault) and seen.status in {TOO_MANY_REQUESTS, UNAVAILABLE}:
            asked_s = retry_after_s(seen, now)
        known = self._known.get(authority, WELL)
        self._keep(authority, after(known, told, asked_s=asked_s, now=now))

    def _keep(self, authority: str, health: Health) -> None:
        self._known.pop(authority, None)
        is_over = health.until is None or health.until <= self._clock.now()
        if is_over and not health.failures and not health.refusals:
            return
        self._known[authority] = health
        if len(self._known) > MOST_HOSTS:
            del self._known[next(iter(self._known))]
