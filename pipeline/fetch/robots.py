"""What a host's robots.txt says (RFC 9309): pure reading, and a memory of what was read.

Fetching and archiving robots.txt is a visit like any other; it is not done here.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

import ada_url
from msgspec import Struct
from protego import Protego

from pipeline.fetch.groups import MOST_OCTETS, group, product
from pipeline.fetch.verdict import MULTIPLE_CHOICES, OK

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.ground.clock import Clock
    from pipeline.model import Failed, Skipped

LONGEST_DELAY_S = 300.0

CLIENT_ERRORS = range(400, 500)


class Robots(Struct, frozen=True):
    """The rules of one host, as they came.  Without, everything is allowed or nothing is."""

    octets: bytes | None
    otherwise: bool = True

    ALL: ClassVar[Robots]
    NOTHING: ClassVar[Robots]

    @classmethod
    def read(cls, status: int | None, octets: bytes = b"") -> Robots:
        """What the look at a robots.txt says: `status` of its last answer, None without one.

        2xx: the rules in `octets`.  4xx: no robots.txt, everything is allowed.  All else, such
        as 5xx, a redirect that leads nowhere, or no answer: the host is unreachable and nothing
        is allowed (section 2.3.1.4).
        """
        if status is not None and OK <= status < MULTIPLE_CHOICES:
            return cls.parse(octets)
        return cls.ALL if status in CLIENT_ERRORS else cls.NOTHING

    @classmethod
    def parse(cls, octets: bytes) -> Robots:
        """The rules in `octets`; a page of HTML sent in place of them has none."""
        begun = octets.lstrip(BEFORE_RULES)[:1]
        return cls.ALL if begun in {b"", b"<"} else cls(octets[: MOST_OCTETS + 1])

    def allows(self, url: str, agent: str) -> bool:
        """Whether `agent`, by the product that its User-Agent begins with, may ask for `url`.

        Raises ValueError when `url` is none.
        """
        if self.octets is None:
            return self.otherwise
        # By its path alone: what stands before it is read in other ways by others.
        parsed = ada_url.URL(url)
        path = f"http://host{parsed.pathname}{parsed.search}"
        return UNDERSTOOD.rules(self.octets, product(agent)).can_fetch(path, WHOEVER)

    def delay_s(self, agent: str) -> float | None:
        """The Crawl-delay for `agent`, `LONGEST_DELAY_S` at most; None where none is asked for."""
        if self.octets is None:
            return None
        delay = UNDERSTOOD.rules(self.octets, product(agent)).crawl_delay(WHOEVER)
        return min(delay, LONGEST_DELAY_S) if delay and delay > 0 else None


Robots.ALL = Robots(None, otherwise=True)
Robots.NOTHING = Robots(None, otherwise=False)

# Byte order marks, and what an editor or a template leaves before the first line.
BEFORE_RULES = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n\f\v"
WHOEVER = "any"


class Understood:
    """What robots.txt files say to somebody, as it was read of late.

    Read, they take ten times the room, so those are kept that make `most` octets together.
    """

    LEAST = 500
    """Octets that the shortest one counts for."""

    def __init__(self, *, most: int = 2 * 1024 * 1024) -> None:
        self._most = most
        self._kept: dict[tuple[bytes, str], Protego] = {}
        self._octets = 0

    def rules(self, octets: bytes, token: str) -> Protego:
        """What `octets` say to `token`."""
        key = (octets, token)
        known = self._kept.pop(key, None)
        if known is None:
            known = Protego.parse("\n".join(("User-agent: *", *group(octets, token))))
            self._octets += self.LEAST + len(octets)
        self._kept[key] = known  # so that those nobody has asked for stand first
        while self._octets > self._most:
            oldest = next(iter(self._kept))
            del self._kept[oldest]
            self._octets -= self.LEAST + len(oldest[0])
        return known

    def __len__(self) -> int:
        return len(self._kept)


UNDERSTOOD = Understood()


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
    MOST_HOSTS = 20_000
    MOST_OCTETS = 64 * 1024 * 1024

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, tuple[Robots | Failed | Skipped, datetime]] = {}
        self._octets = 0

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
        self._forget(host)  # so that the oldest stand first
        self._known[host] = (robots, self._clock.now() + kept)
        self._octets += _size(robots)
        while len(self._known) > self.MOST_HOSTS or self._octets > self.MOST_OCTETS:
            self._forget(next(iter(self._known)))

    def _forget(self, host: str) -> None:
        robots, _ = self._known.pop(host, (Robots.ALL, None))
        self._octets -= _size(robots)


def _size(robots: Robots | Failed | Skipped) -> int:
    return len(robots.octets or b"") if isinstance(robots, Robots) else 0
