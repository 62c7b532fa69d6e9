"""One host's connections: each serves one exchange at a time, and is kept for the next.

httpcore's own pool looks at every connection, and asks the system about each idle one, at the
start and at the end of every request.  Here the host's turn has said already how many exchanges
there may be at once, so all that is left to do is to remember what is idle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpcore

if TYPE_CHECKING:
    import ssl

# Apache and Node close an idle connection after five seconds; who asks at that very moment
# gets a disconnect for an answer.
KEEP_ALIVE_S = 4.0


class Connections:
    """Opens connections over `backend` and keeps those that can be used again.

    Raises httpcore's errors.
    """

    def __init__(
        self, backend: httpcore.AsyncNetworkBackend, *, context: ssl.SSLContext | None
    ) -> None:
        self._backend = backend
        self._context = context
        self._idle: list[httpcore.AsyncHTTPConnection] = []
        self._busy: set[httpcore.AsyncHTTPConnection] = set()

    async def ask(
        self, request: httpcore.Request
    ) -> tuple[httpcore.Response, httpcore.AsyncHTTPConnection]:
        """Send `request`: the response, whose body is still to be read, and who gives it.

        The connection is to be given to `release` when the body was read or is not wanted.
        """
        connection = await self._at_hand(request.url.origin) or self._open(request.url.origin)
        self._busy.add(connection)
        try:
            return await connection.handle_async_request(request), connection
        except BaseException:
            self._busy.discard(connection)
            raise

    def release(self, connection: httpcore.AsyncHTTPConnection) -> None:
        """Keep `connection` for the next exchange, if it can serve one."""
        self._busy.discard(connection)
        if connection.is_idle():
            self._idle.append(connection)

    async def aclose(self) -> None:
        """Close every connection, those in use too."""
        every = [*self._idle, *self._busy]
        self._idle.clear()
        self._busy.clear()
        for connection in every:
            await connection.aclose()

    async def _at_hand(self, origin: httpcore.Origin) -> httpcore.AsyncHTTPConnection | None:
        """The connection that was used last, if it still stands; what stood idle longer may not."""
        while self._idle:
            connection = self._idle.pop()
            if connection.can_handle_request(origin) and not connection.has_expired():
                return connection
            await connection.aclose()
        return None

    def _open(self, origin: httpcore.Origin) -> httpcore.AsyncHTTPConnection:
        return httpcore.AsyncHTTPConnection(
            origin,
            ssl_context=self._context,
            keepalive_expiry=KEEP_ALIVE_S,
            network_backend=self._backend,
        )
