"""A request → what a page is asked for; and a page's answer, or what kept it from answering."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

import structlog
from msgspec import Struct
from starlette.concurrency import run_in_threadpool

from pipeline.catalog.browsing import LATEST
from pipeline.errors import COULD_NOT, DatelineError, UsageError
from pipeline.ground.clock import moment
from pipeline.web.rendering import shown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response

    from pipeline.web.desk import Desk

    Read = Callable[["Asked"], Response]
    Endpoint = Callable[[Request], Awaitable[Response]]

log = structlog.get_logger()


class Asked(Struct, frozen=True, kw_only=True):
    """What is asked of a page: the names in its path, its query, and where to read.

    `address` is the one that was asked for, and `base` where all pages are, both absolute.
    """

    desk: Desk
    path: Mapping[str, str]
    query: Mapping[str, str]
    address: str = ""
    base: str = ""

    @classmethod
    def by(cls, request: Request, desk: Desk) -> Self:
        """What `request` asks."""
        return cls(
            desk=desk,
            path=request.path_params,
            query=request.query_params,
            address=str(request.url),
            base=str(request.base_url).rstrip("/"),
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


NEXT = timedelta(microseconds=1)
"""From a moment to the one before which a list that holds it goes on."""


def moment_named(said: str | None) -> datetime:
    """The moment before which a list goes on; its end where nothing is said.

    Raises NotThere for what is no moment.
    """
    if not said:
        return LATEST
    try:
        return moment(said)
    except ValueError:
        raise NotThere(f"before={said[:40]}") from None


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
