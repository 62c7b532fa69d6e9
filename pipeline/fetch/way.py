"""A look under way: the URLs that redirects led to, and where the last one leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from pipeline.fetch.asking import Asked, ask
from pipeline.model import Failed, Redirected, Step

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.fetch.config import FetchConfig
    from pipeline.model import Visit

MOST_REDIRECTS = 10


class Way(Struct):
    """One look under way: the URLs asked for so far, and what came of each.

    `forgiven` is until when the first of their hosts rested already when the look began.
    """

    visit: Visit
    config: FetchConfig
    forgiven: datetime | None
    trail: list[Asked] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def onward(self) -> Asked | None:
        """Where the last step leads, None when the look is at its end."""
        last = self.steps[-1]
        if not isinstance(last.outcome, Redirected):
            return None
        onward = follow(last.outcome, self.trail)
        if isinstance(onward, Asked):
            return onward
        self.steps[-1] = Step(last.capture, onward)
        return None

    def is_forgiven(self, until: datetime) -> bool:
        """Whether a rest until then was known when the look began, and was to be passed over."""
        at_home = self.trail[-1].authority == self.trail[0].authority
        return at_home and self.forgiven is not None and until <= self.forgiven


def follow(redirected: Redirected, trail: list[Asked]) -> Asked | Failed:
    """Where `redirected` leads after `trail`, or why it leads nowhere."""
    if len(trail) > MOST_REDIRECTS:
        return Failed("too_many_redirects", f"{MOST_REDIRECTS} are followed")
    onward = ask(redirected.reason)
    if isinstance(onward, Asked) and any(onward.identity == been.identity for been in trail):
        return Failed("redirect_loop", onward.url)
    return onward
