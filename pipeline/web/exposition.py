"""`/metrics`: what Prometheus collects."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request


class Exposition:
    """The page that gives what `render` makes, one rendering at a time."""

    def __init__(self, render: Callable[[], bytes], *, content_type: str) -> None:
        self._render = render
        self._content_type = content_type
        self._one_at_a_time = asyncio.Lock()

    async def metrics(self, _request: Request) -> Response:
        """Made beside the loop, because counting what the catalog holds takes a moment."""
        async with self._one_at_a_time:
            made = await asyncio.to_thread(self._render)
        return Response(made, media_type=self._content_type)
