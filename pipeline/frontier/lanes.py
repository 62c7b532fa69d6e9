"""What is due and what is under way → what is begun now.

Nobody waits for somebody else's slow host: a site has only so many visits under way, a host only
as many as it takes at once and one that waits at its door.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.catalog import WatchedSeed

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from pipeline.catalog import Due

MOST_UNDER_WAY = 256
"""Bounds memory and open connections.  Fifty looks a second that take five seconds each."""
MOST_OF_A_SITE = 32
"""A site of many hosts may be asked at many of them; more would be the whole daemon."""

AFTER_A_REST = timedelta(minutes=1)

Key = tuple[str, str, str]


def key_of(due: Due) -> Key:
    """What is never looked at twice at once; a page may be a seed and a target as well."""
    return "seed" if isinstance(due, WatchedSeed) else "target", due.site or "", due.url


def turn(url: str) -> timedelta:
    """By how much this page waits longer than others of a host that has rested.

    They would all fall due at once, and each be put off again while the first finds out how the
    host is.
    """
    hashed = hashlib.blake2b(url.encode("utf-8", "replace"), digest_size=4).digest()
    return AFTER_A_REST * (int.from_bytes(hashed, "big") / 2**32)


class Lane(Struct, frozen=True):
    """Where a visit runs: its site, its host, and how many may run at that host."""

    site: str
    host: str
    width: int


class Lanes:
    """The visits under way, by site and host.

    A site of which nothing could be begun is stalled: it is passed over until somebody leaves one
    of the hosts that were in its way, so that the longest waiting never hide all the others.
    """

    def __init__(self) -> None:
        self._running: dict[Key, Lane] = {}
        self._sites: Counter[str] = Counter()
        self._hosts: Counter[str] = Counter()
        self._stalled: dict[str, set[str]] = {}
        self._left: set[Key] = set()

    def __len__(self) -> int:
        return len(self._running)

    @property
    def free(self) -> int:
        """How many visits may be begun."""
        return MOST_UNDER_WAY - len(self._running)

    def is_open(self, site: str) -> bool:
        """Whether it is worth asking what of `site` is due."""
        return site not in self._stalled and self._sites[site] < MOST_OF_A_SITE

    def ask(self) -> None:
        """The frontier is about to be asked: what ends before its answer is admitted is over.

        The answer may still name it as due, from before its look was written down.
        """
        self._left.clear()

    def admit(self, due: Iterable[Due], lane_of: Callable[[Due], Lane]) -> list[Due]:
        """Those of `due`, in their order, that are begun now; they count as under way."""
        begun: list[Due] = []
        in_the_way: defaultdict[str, set[str]] = defaultdict(set)
        for one in due:
            if self.free <= 0:
                return begun
            lane = lane_of(one)
            if key_of(one) in self._left:
                continue
            if key_of(one) in self._running or not self._has_room(lane):
                in_the_way[lane.site].add(lane.host)
            else:
                self._enter(key_of(one), lane)
                begun.append(one)
        for site in in_the_way.keys() - {one.site for one in begun}:
            self._stalled[site] = in_the_way[site]
        return begun

    def leave(self, due: Due) -> None:
        """A visit has ended."""
        lane = self._running.pop(key_of(due))
        self._left.add(key_of(due))
        for counter, name in ((self._sites, lane.site), (self._hosts, lane.host)):
            counter[name] -= 1
            if not counter[name]:
                del counter[name]
        for site in [site for site, hosts in self._stalled.items() if lane.host in hosts]:
            del self._stalled[site]

    def _has_room(self, lane: Lane) -> bool:
        # One more than may be asked at once: it waits at the door, so that the host is never idle.
        return self._sites[lane.site] < MOST_OF_A_SITE and self._hosts[lane.host] <= lane.width

    def _enter(self, key: Key, lane: Lane) -> None:
        self._running[key] = lane
        self._sites[lane.site] += 1
        self._hosts[lane.host] += 1


class Open(Struct, frozen=True):
    """The sites of `among` of which something may be begun: what the frontier is asked for."""

    among: Container[str]
    lanes: Lanes

    def __contains__(self, site: object) -> bool:
        return site in self.among and self.lanes.is_open(str(site))
