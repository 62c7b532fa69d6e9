"""The octets of one exchange, as they passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.fetch.faults import Overlong

if TYPE_CHECKING:
    from pipeline.fetch.recorded import Recorded
    from pipeline.model import Peer


class Tape:
    """Records one exchange while it happens: octets above TLS, both ways, and who answered.

    It outlives a failure in the middle, when there is no response object.  `ended` says that the
    server closed its side, `heard` how many octets came.  `played` is the stored exchange that
    was answered from, if any.
    """

    __slots__ = ("_heard", "_room", "_said", "ended", "heard", "peer", "played")

    def __init__(self, *, room: int) -> None:
        self._said: list[bytes] = []
        self._heard: list[bytes] = []
        self._room = room
        self.heard = 0
        self.peer: Peer | None = None
        self.ended = False
        self.played: Recorded | None = None

    def say(self, data: bytes) -> None:
        """Note what was sent."""
        self._said.append(data)

    def hear(self, data: bytes) -> None:
        """Note what came.  Raises Overlong, the octets noted, when there is no room left."""
        self._heard.append(data)
        self.heard += len(data)
        if self.heard > self._room:
            raise Overlong("the response's framing has no end")

    def play(self, recorded: Recorded) -> None:
        """Take the octets of a stored exchange for this one."""
        self.played = recorded
        self._said, self._heard = [recorded.request], [recorded.response]

    @property
    def sent(self) -> bytes:
        """All that was sent."""
        return b"".join(self._said)

    @property
    def received(self) -> bytes:
        """All that came.  Joined once: a page that came in one piece is never copied."""
        if len(self._heard) > 1:
            self._heard = [b"".join(self._heard)]
        return self._heard[0] if self._heard else b""
