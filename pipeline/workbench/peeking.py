"""A URL → what a look at it would come to: asked for as politely as ever, and kept nowhere."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.archive.excerpt import unarchived
from pipeline.extract.derive import derive
from pipeline.fetch.robots import Robots, RobotsMemory, robots_url
from pipeline.frontier.leave import heeded, rules_said
from pipeline.model import Captured, Document, Role, Skipped, Target, Visit
from pipeline.writing.concluding import concluded

if TYPE_CHECKING:
    from pipeline.fetch.fetcher import Fetcher
    from pipeline.ground.clock import Clock
    from pipeline.model import Capture, Failed, Look, Outcome, StoredBlock
    from pipeline.sites.register import Register
    from pipeline.sites.site import Site


class Peeked(Struct, frozen=True, kw_only=True):
    """What was seen: `stored` is the page as the archive would hold it, `site` whose rules read it.

    `document` is None where no page came, or one with nothing to read.
    """

    url: str
    site: Site
    outcome: Outcome
    stored: StoredBlock | None
    document: Document | None
    capture: Capture | None = None

    @property
    def told(self) -> str:
        """What came of the look, in words: `failed: timeout: 20 s`."""
        words = (self.outcome.name, self.outcome.reason, getattr(self.outcome, "detail", None))
        return ": ".join(str(word) for word in words if word)


class Peeking:
    """Looks at pages under the sites' own limits.  `obey` asks robots.txt's leave first."""

    def __init__(
        self, register: Register, fetcher: Fetcher, clock: Clock, *, agent: str, obey: bool = True
    ) -> None:
        self._register = register
        self._fetcher = fetcher
        self._clock = clock
        self._agent = agent
        self._obey = obey
        self._robots = RobotsMemory(clock)

    async def look(self, site: Site, url: str, role: Role = Role.TARGET) -> Peeked:
        """What asking for `url`, as `site` would, comes to; redirects may lead to another site."""
        visit = self._visit(site, url, role)

        async def may(asked: str) -> Outcome | None:
            return await self._given(asked, site)

        obeys = self._obey and site.declared.fetch.robots != "ignore"
        look = await self._fetcher.look(visit, site.declared.fetch, may=may if obeys else None)
        return self._read(visit, look, site)

    def _read(self, visit: Visit, look: Look, site: Site) -> Peeked:
        capture, outcome = look.steps[-1].capture, look.outcome
        at_home = capture.url == visit.target.requested or site.claims(capture.url)
        owner = site if at_home else self._register.owner(capture.url)
        stored, document = unarchived(capture), None
        if stored is not None:
            if isinstance(outcome, Captured) and stored.fault is None and visit.role is Role.TARGET:
                document = derive(stored, owner.rules)
            outcome = concluded(stored, outcome, visit, site, document, earlier=None)
        if not isinstance(outcome, Captured):
            document = None
        name = owner.canonical(capture.url) if visit.role is Role.TARGET else capture.url
        return Peeked(
            url=name, site=owner, outcome=outcome, stored=stored, document=document, capture=capture
        )

    async def _given(self, url: str, site: Site) -> Outcome | None:
        """Why `url` may not be asked for, or None when it may; a host may ask for more time."""
        try:
            address = robots_url(url)
        except ValueError:  # no URL, which the fetcher says
            return None
        robots = self._robots.recall(address) or await self._ask(address, site)
        return heeded(robots, url, site.declared.fetch.user_agent or self._agent, self._fetcher)

    async def _ask(self, address: str, site: Site) -> Robots | Failed | Skipped:
        look = await self._fetcher.look(
            self._visit(site, address, Role.ROBOTS), site.declared.fetch
        )
        stored = unarchived(look.steps[-1].capture)
        status, octets = (stored.status, stored.decoded) if stored else (None, None)
        robots = rules_said(address, look.outcome, status, octets)
        self._robots.keep(address, robots)
        return robots

    def _visit(self, site: Site, url: str, role: Role) -> Visit:
        target = Target(url=url, requested=url)
        now = self._clock.now()
        return Visit(id=uuid.uuid4().hex, site=site.name, role=role, target=target, due_at=now)
