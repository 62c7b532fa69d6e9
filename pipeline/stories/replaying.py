"""Exchanges that were recorded → what answers a replay's requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.fetch.recorded import Recorded

if TYPE_CHECKING:
    from pipeline.archive.recorded import Recorded as Exchange
    from pipeline.archive.recorded import Recording
    from pipeline.model import Source


class Way:
    """The way of one recorded look through the files: itself first, then where it redirects to."""

    def __init__(self, recording: Recording, look: Exchange, taken: set[Source]) -> None:
        self._recording = recording
        self._look = look
        self._taken = taken
        self._begun = False

    def find(self, url: str) -> Recorded | None:
        """What answered: the look itself, then of each hop the exchange nearest in time."""
        found = (
            self._recording.find(url, near=self._look.observed_at) if self._begun else self._look
        )
        self._begun = True
        if found is None:
            return None
        self._taken.add(found.source)
        return recorded(found)


def latest(recording: Recording, url: str) -> Recorded | None:
    """What was answered last over `url`, as far as it is recorded."""
    found = recording.find(url)
    return recorded(found) if found else None


def recorded(found: Exchange) -> Recorded:
    """The archive's word for a stored exchange, in the fetch room's."""
    return Recorded(
        url=found.url,
        observed_at=found.observed_at,
        response=found.response,
        source=found.source,
        request=found.request,
        truncated=found.truncated,
    )
