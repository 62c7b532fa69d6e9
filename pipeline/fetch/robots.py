"""What a host's robots.txt says (RFC 9309): pure reading, and a memory of what was read.

Fetching and archiving robots.txt is a visit like any other; it is not done here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

import ada_url
from protego import Protego

from pipeline.fetch.verdict import MULTIPLE_CHOICES, OK

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.clock import Clock
    from pipeline.model import Failed, Skipped

MOST_CHARACTERS = 512 * 1024  # RFC 9309 section 2.5 wants at least 500 KiB to be read
LONGEST_DELAY_S = 300.0

CLIENT_ERRORS = range(400, 500)
PRODUCT = re.compile(r"[A-Za-z_-]+")


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one host.  Without `rules`, everything is allowed or nothing is."""

    rules: Protego | None
    otherwise: bool = True

    ALL: ClassVar[Robots]
    NOTHING: ClassVar[Robots]

    @classmethod
    def read(cls, status: int | None, text: str = "", *, reason: str | None = None) -> Robots:
        """What the look at a robots.txt says: `status` of its last answer, None without one.

        2xx: the rules in `text`.  4xx: no robots.txt, everything is allowed.  All else, such as
        5xx, a redirect that leads nowhere, or no answer: the host is unreachable and nothing is
        allowed (section 2.3.1.4); but the look's `reason` `not_in_replay` counts as 404.
        """
        if status is None:
            return cls.ALL if reason == "not_in_replay" else cls.NOTHING
        if OK <= status < MULTIPLE_CHOICES:
            return cls.parse(text)
        return cls.ALL if status in CLIENT_ERRORS else cls.NOTHING

    @classmethod
    def parse(cls, text: str) -> Robots:
        """The rules in `text`; a page of HTML sent in place of them has none."""
        text = text.removeprefix("\ufeff")
        if text.lstrip()[:1] == "<":
            return cls.ALL
        return cls(Protego.parse(text[:MOST_CHARACTERS]))

    def allows(self, url: str, agent: str) -> bool:
        """Whether `agent`, by the product that its User-Agent begins with, may ask for `url`."""
        if self.rules is None:
            return self.otherwise
        return bool(self.rules.can_fetch(url, product(agent)))

    def delay_s(self, agent: str) -> float | None:
        """The Crawl-delay for `agent`, `LONGEST_DELAY_S` at most; None where none is asked for."""
        delay = None if self.rules is None else self.rules.crawl_delay(product(agent))
        return min(float(delay), LONGEST_DELAY_S) if delay and delay > 0 else None


Robots.ALL = Robots(None, otherwise=True)
Robots.NOTHING = Robots(None, otherwise=False)


def product(agent: str) -> str:
    """The product token (section 2.2.1) of `Dateline/1.0 (+https://…)`: `Dateline`."""
    token = PRODUCT.match(agent)
    return token[0] if token else agent


def has_answered(status: int | None, reason: str | None) -> bool:
    """Whether a failed look at robots.txt says all the same that there are no rules.

    Every 4xx does (RFC 9309, section 2.3.1.3), and so does an answer without content.
    """
    return status in CLIENT_ERRORS or reason == "no_content"


def robots_url(url: str) -> str:
    """Where the rules for `url` are.  Raises ValueError when it is no URL."""
    return ada_url.join_url(url, "/robots.txt")


class RobotsMemory:
    """The rules of hosts, by the clock, each for a day; why there are none, for less.

    Hosts are told apart by their robots.txt's URL: scheme, name and port.
    """

    KEPT = timedelta(hours=24)  # RFC 9309 section 2.4
    UNREACHABLE_KEPT = timedelta(minutes=10)
    MOST_HOSTS = 10_000

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, tuple[Robots | Failed | Skipped, datetime]] = {}

    def recall(self, url: str) -> Robots | Failed | Skipped | None:
        """The rules for `url`, or why its host could not be asked for them.

        None when neither is known any more.  Raises ValueError.
        """
        robots, until = self._known.get(robots_url(url), (None, None))
        return robots if until is not None and self._clock.now() < until else None

    def keep(self, url: str, robots: Robots | Failed | Skipped) -> None:
        """Remember `robots` for the host of `url`.  Raises ValueError when it is no URL."""
        host = robots_url(url)
        is_known = isinstance(robots, Robots) and robots is not Robots.NOTHING
        kept = self.KEPT if is_known else self.UNREACHABLE_KEPT
        self._known.pop(host, None)  # so that the oldest stand first
        self._known[host] = (robots, self._clock.now() + kept)
        if len(self._known) > self.MOST_HOSTS:
            del self._known[next(iter(self._known))]
