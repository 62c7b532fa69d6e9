"""`/login`: the token, typed once → a cookie."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.responses import RedirectResponse

from pipeline.web.admission import inner
from pipeline.web.rendering import shown

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from pipeline.web.admission import Admission

MOST_OCTETS = 4096
# A guess a second and a half is no way to find sixteen characters.
WRONG_S = 1.5
A_MONTH_S = 30 * 86_400


class Login:
    """The form, and what becomes of it."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._one_at_a_time = asyncio.Lock()

    async def form(self, request: Request) -> Response:
        """Ask for the token."""
        return _form(request.query_params.get("next", "/"), wrong=False)

    async def enter(self, request: Request) -> Response:
        """Take the token; a wrong one is answered late, one at a time."""
        said = await _said(request)
        onward = inner(said.get("next", "/"))
        if not self._admission.knows(said.get("token", "").strip()):
            async with self._one_at_a_time:
                await asyncio.sleep(WRONG_S)
            return _form(onward, wrong=True)
        answer = RedirectResponse(onward, status_code=303)
        answer.set_cookie(
            self._admission.cookie,
            self._admission.session,
            max_age=A_MONTH_S,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return answer


def _form(onward: str, *, wrong: bool) -> Response:
    status = 403 if wrong else 200
    return shown("login.html", status=status, here="login", onward=inner(onward), wrong=wrong)


async def _said(request: Request) -> dict[str, str]:
    """The fields of the form; nothing of one that is too long to be ours."""
    octets = b""
    async for piece in request.stream():
        octets += piece
        if len(octets) > MOST_OCTETS:
            return {}
    fields = parse_qs(octets.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0] for name, values in fields.items()}
