"""An answer's status and headers → what the exchange came to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ada_url
from msgspec import Struct

from pipeline.model import Blocked, Captured, Failed, Gone, NotModified, Redirected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Outcome

OK = 200
NO_CONTENT, RESET_CONTENT, PARTIAL_CONTENT = 204, 205, 206
MULTIPLE_CHOICES, NOT_MODIFIED = 300, 304
NOT_FOUND, GONE = 404, 410

REDIRECTS = frozenset((301, 302, 303, 307, 308))
BLOCKS = frozenset((401, 403, 407, 429, 451))

# Successes that are no whole page: taken for one, they would read as an emptied or cut article.
PAGELESS = {
    NO_CONTENT: "no_content",
    RESET_CONTENT: "no_content",
    PARTIAL_CONTENT: "partial_content",
}


class Answer(Struct, frozen=True, kw_only=True):
    """A whole response: its status and its header fields as sent, in order."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]

    def header(self, name: bytes) -> str | None:
        """The first field of that (lower-case) name; outside ASCII read as UTF-8, else Latin-1."""
        value = next((value for key, value in self.headers if key.lower() == name), None)
        if value is None:
            return None
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return value.decode("latin-1")


def verdict(answer: Answer, *, url: str, conditional: bool) -> Outcome | Redirected:
    """What `answer` to a request for `url` means; `conditional` when validators were sent."""
    status = answer.status
    if OK <= status < MULTIPLE_CHOICES:
        reason = PAGELESS.get(status)
        return Captured() if reason is None else Failed(reason)
    if status == NOT_MODIFIED:
        # Unasked for, it says nothing: there is no earlier response that it speaks of.
        return NotModified() if conditional else Failed("unasked_not_modified")
    if status in REDIRECTS:
        return _redirect(answer, url)
    if status in (NOT_FOUND, GONE):
        return Gone("not_found" if status == NOT_FOUND else "gone")
    reason = f"http_{status}"
    return Blocked(reason) if status in BLOCKS else Failed(reason)


def _redirect(answer: Answer, url: str) -> Redirected | Failed:
    location = answer.header(b"location")
    if not location:
        return Failed("redirect_without_location")
    try:
        absolute = ada_url.join_url(url, location)
    except ValueError as error:
        return Failed("invalid_redirect", f"{location[:200]!a}: {error}")
    return Redirected(absolute.partition("#")[0])
