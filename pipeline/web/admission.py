"""Who may see the pages: whoever knows the token, or asks over loopback by a loopback's name.

A page that somebody's browser shows can make it ask us in another name, that leads to our address
(DNS rebinding).  So without a token only names of this very machine are answered.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.settings import Settings

SHORTEST = 16
"""Characters of a token: fewer could be tried out."""
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
WRITTEN = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\s:\[\]/@]+))(?::\d{1,5})?")


class Admission(Struct, frozen=True, kw_only=True):
    """`token` is None where none is asked for; `hosts` are the names that we answer to then."""

    token: str | None
    hosts: frozenset[str] = HERE
    is_log_public: bool = False

    @property
    def cookie(self) -> str:
        """The name of the cookie: cookies know no ports, and two archives may share a host."""
        return f"dateline-{self._derived('name')[:8]}"

    @property
    def session(self) -> str:
        """What the cookie says: only who knows the token can say it, and it is not the token."""
        return self._derived("session")

    def knows(self, token: str) -> bool:
        """Whether `token` is the one, in a time that tells nothing of where it differs."""
        return self.token is not None and hmac.compare_digest(
            token.encode("utf-8", "replace"), self.token.encode()
        )

    def admits(self, cookies: Mapping[str, str], authorization: str) -> bool:
        """Whether a request with these may see the pages."""
        if self.token is None:
            return True
        scheme, _, given = authorization.partition(" ")
        if scheme.lower() == "bearer" and self.knows(given.strip()):
            return True
        said = cookies.get(self.cookie, "").encode("utf-8", "replace")
        return hmac.compare_digest(said, self.session.encode())

    def answers_to(self, host: str) -> bool:
        """Whether `host`, the request's Host, is a name of ours; with a token any is."""
        matched = WRITTEN.fullmatch(host)
        if self.token is not None or matched is None:
            return matched is not None
        return (matched[1] or matched[2]).lower().removesuffix(".") in self.hosts

    def _derived(self, purpose: str) -> str:
        key = (self.token or "").encode()
        return hmac.new(key, f"dateline web {purpose}".encode(), hashlib.sha256).hexdigest()


def admission(settings: Settings, host: str) -> Admission:
    """Who may see pages that are served at `host`.

    Raises UsageError for an address that others reach where there is no token, or a short one,
    and ConfigInvalid for one whose variable is not set.
    """
    web = settings.whole.web
    token = settings.expanded(web.token, key="web.token") if web.token else None
    if token is not None and len(token) < SHORTEST:
        raise UsageError(f"web.token has {len(token)} characters; give at least {SHORTEST}")
    if token is None and not is_loopback(host):
        raise UsageError(
            f"--listen: {host} can be reached by others, and dateline.yaml has no token;"
            " say web: {token: ${DATELINE_WEB_TOKEN}} there, or listen at 127.0.0.1"
        )
    hosts = HERE | {one.lower() for one in web.hosts} | {host.lower()}
    return Admission(token=token, hosts=hosts, is_log_public=web.log == "public")


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches `host`."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def inner(path: str) -> str:
    """`path` where it leads to a page of ours; else the first one."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if is_ours and path.isprintable() else "/"
