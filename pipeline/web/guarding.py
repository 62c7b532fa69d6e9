"""Every request → let through, or refused; every answer → sent with the strictest policy."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from pipeline.web.admission import Admission

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
    " connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "private, no-cache",
}
LOGIN = "/login"
# What says nothing of the archive: whether it lives, how to log in, and what that page is made of.
OPEN = frozenset({"/healthz", "/readyz", "/robots.txt", LOGIN})
OPEN_BELOW = ("/static/",)
LOG = "/log/"
READING = frozenset({"GET", "HEAD"})


class Guard:
    """Stands before `app` and lets in whom `admission` admits, to read alone."""

    def __init__(self, app: ASGIApp, admission: Admission) -> None:
        self._app = app
        self._admission = admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request (ASGI)."""
        if scope["type"] != "http":
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(Request(scope))
        await (refusal or self._app)(scope, receive, guarded)

    def _refusal(self, request: Request) -> Response | None:
        path, method = request.url.path, request.method
        if not self._admission.answers_to(request.headers.get("host", "")):
            return PlainTextResponse(
                "this machine does not answer to that name; dateline.yaml lists others under"
                " web.hosts\n",
                status_code=421,
            )
        if method not in READING and not (method == "POST" and path == LOGIN):
            return PlainTextResponse(
                "nothing can be written here\n", status_code=405, headers={"Allow": "GET, HEAD"}
            )
        if self._is_open(path) or self._is_admitted(request):
            return None
        if "text/html" in request.headers.get("accept", ""):
            asked = path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"{LOGIN}?next={quote(asked, safe='')}", status_code=303)
        return PlainTextResponse(
            "give the token, as in Authorization: Bearer TOKEN\n",
            status_code=401,
            headers={"WWW-Authenticate": "Bearer"},
        )

    def _is_open(self, path: str) -> bool:
        is_log = self._admission.is_log_public and path.startswith(LOG)
        return path in OPEN or path.startswith(OPEN_BELOW) or is_log

    def _is_admitted(self, request: Request) -> bool:
        authorization = request.headers.get("authorization", "")
        return self._admission.admits(request.cookies, authorization)
