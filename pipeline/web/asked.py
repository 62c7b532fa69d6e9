"""A request → what a page is asked for; and a page's answer, or what kept it from answering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import structlog
from msgspec import Struct
from starlette.concurrency import run_in_threadpool

from pipeline.catalog.browsing import LAST_URL, Mark
from pipeline.errors import COULD_NOT, DatelineError, UsageError
from pipeline.ground.clock import moment, stamp
from pipeline.web.rendering import shown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response

    from pipeline.catalog import Event
    from pipeline.web.desk import Desk

    Read = Callable[["Asked"], Response]
    Endpoint = Callable[[Request], Awaitable[Response]]

log = structlog.get_logger()


class Asked(Struct, frozen=True, kw_only=True):
    """What is asked of a page: the names in its path, its query, and where to read.

    `address` is the one that was asked for, and `base` where all pages are, both absolute.
    `in_part` says that some octets of a file are asked for, and not all.
    """

    desk: Desk
    path: Mapping[str, str]
    query: Mapping[str, str]
    address: str = ""
    base: str = ""
    in_part: bool = False

    @classmethod
    def by(cls, request: Request, desk: Desk) -> Self:
        """What `request` asks."""
        return cls(
            desk=desk,
            path=request.path_params,
            query=request.query_params,
            address=str(request.url),
            base=str(request.base_url).rstrip("/"),
            in_part="range" in request.headers,
        )


class NotThere(UsageError):
    """There is no such page; `what` was asked for."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"there is nothing called {what}")


class WrongQuery(UsageError):
    """What `name` says in the query cannot be understood."""

    def __init__(self, name: str, *, why: str) -> None:
        self.name, self.why = name, why
        super().__init__(f"{name}: {why}")


MOST_DIGITS = 15
"""Of an entry's number, or another that is no longer."""


def place_of(at: datetime, of: int | str) -> str:
    """Where a list was left, as `mark_named` reads it: a moment, and an entry or URL of it."""
    return f"{stamp(at)} {of}"


def place_behind(event: Event) -> str:
    """The same for a list of events: a removal has no entry."""
    return place_of(event.at, event.url if event.entry is None else event.entry)


def mark_named(said: str | None) -> Mark:
    """Where a list goes on; at its beginning where nothing is said.

    Raises NotThere for what is no place in a list.
    """
    if not said:
        return Mark()
    at, _, of = said.partition(" ")
    entry = number_named(of, digits=MOST_DIGITS)
    try:
        if entry is None:
            return Mark(at=moment(at), url=of)
        return Mark(at=moment(at), url=LAST_URL, entry=entry)
    except ValueError:
        raise NotThere(f"{said[:40]!r} in this list") from None


def number_named(said: str | None, *, digits: int) -> int | None:
    """The number that an address names; None for what is none, or has more than so many digits."""
    if not said or not (said.isascii() and said.isdigit() and len(said) <= digits):
        return None
    return int(said)


def endpoint(read: Read, desk: Desk) -> Endpoint:
    """`read` as a server calls it: beside the loop, and with a page for every error."""

    async def answer(request: Request) -> Response:
        return await run_in_threadpool(_answered, read, Asked.by(request, desk))

    return answer


def _answered(read: Read, asked: Asked) -> Response:
    try:
        return read(asked)
    except UsageError as error:
        return refused(404, "There is no such page", str(error))
    except DatelineError as error:
        return refused(503, "This cannot be shown now", str(error))
    except Exception:
        log.exception("page failed", code=COULD_NOT)
        return refused(500, "A fault of ours", "the log of the process that serves this says more")


def refused(status: int, title: str, why: str) -> Response:
    """A page that says why there is none."""
    return shown("refused.html", status=status, title=title, why=why)
