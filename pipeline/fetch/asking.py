"""A URL as given → the request that asks for it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import ada_url
import httpx
from msgspec import Struct

from pipeline.fetch.config import VALUE
from pipeline.fetch.wire import Limits
from pipeline.model import Failed

if TYPE_CHECKING:
    from pipeline.fetch.config import FetchConfig
    from pipeline.fetch.tape import Tape
    from pipeline.model import Validators

# Servers refuse longer ones, and a ledger entry has room for 65,535 octets in all.
LONGEST_URL = 8000

# URLs that are remembered: one is asked about by whoever gives leave, waits its turn and fetches.
UNDER_WAY = 512

# What goes out as it stands, wherever in a URL it stands.
PLAIN = re.compile(r"[!$%&'()*+,./0-9:;=?@A-Z\[\]_a-z~-]+")
PORTS = {"http": 80, "https": 443}

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
# What every reader of WARC files can decode, for as long as there are such files: br and zstd
# are kept and read where a server sends them unasked, but not asked for (decision 0004).
ACCEPT_ENCODING = "gzip"
CREDENTIALS = frozenset(("authorization", "cookie", "proxy-authorization"))

NO_BODY = httpx.ByteStream(b"")

CONDITION = re.compile(rb"\n(?:if-none-match|if-modified-since)[ \t]*:", re.IGNORECASE)


class Asked(Struct, frozen=True, kw_only=True):
    """A URL that can be requested.

    `url` is its spelling, `wire` what is made of it, `authority` its host and port, which are
    the unit of politeness.
    """

    url: str
    wire: httpx.URL
    authority: str

    def is_home_of(self, other: Asked) -> bool:
        """Whether credentials for this URL's host may be sent to `other`, as safely as here."""
        if self.wire.raw_host != other.wire.raw_host:
            return False
        return self.authority == other.authority or other.wire.scheme == "https"

    @property
    def identity(self) -> tuple[str, str, bytes]:
        """Equal for URLs that make the same request."""
        return self.wire.scheme, self.authority, self.wire.raw_path


@lru_cache(maxsize=UNDER_WAY)
def ask(given: str) -> Asked | Failed:
    """`given` as it is to be requested, or why it cannot be.

    It is asked for exactly as given.  What the wire cannot carry, such as characters outside
    ASCII, is encoded as the URL standard says (https://url.spec.whatwg.org/); a fragment is
    the reader's business and left out.
    """
    if len(given) > LONGEST_URL:
        return Failed("url_too_long", f"{len(given)} characters, {LONGEST_URL} at most")
    bare = given.partition("#")[0]
    try:
        written = ada_url.normalize_url(bare)
        scheme = written.partition(":")[0]
        if scheme not in PORTS:
            return Failed("unsupported_scheme", scheme)
        spelling = bare if PLAIN.fullmatch(bare) else written
        wire = httpx.URL(spelling)
        if not wire.raw_host:  # `http:///a` has one only as the URL standard reads it
            spelling = written
            wire = httpx.URL(spelling)
    except (ValueError, httpx.InvalidURL) as error:
        return Failed("invalid_url", f"{given[:200]!a}: {error}")
    host = wire.raw_host.decode("ascii")
    return Asked(
        url=spelling,
        wire=wire,
        authority=f"{f'[{host}]' if ':' in host else host}:{wire.port or PORTS[scheme]}",
    )


def authority_of(url: str) -> str | None:
    """The unit of politeness that `url` belongs to, `host:port`; None for what cannot be asked."""
    asked = ask(url)
    return asked.authority if isinstance(asked, Asked) else None


def compose(
    asked: Asked, headers: dict[str, str], config: FetchConfig, tape: Tape
) -> httpx.Request:
    """The GET for `asked`, with its limits; what it says and hears goes onto `tape`."""
    step_s = config.timeout.total_seconds()
    limits = Limits(most=config.max_bytes, step_s=step_s, slowest=config.min_speed)
    extensions = {"tape": tape, "limits": limits, "lax": config.tls == "record"}
    host = asked.wire.netloc.decode("ascii")
    # with a stream of its own, httpx does not go about finding out what the body is
    return httpx.Request(
        "GET",
        asked.wire,
        headers={"Host": host, **headers},
        stream=NO_BODY,
        extensions=extensions,
    )


def request_headers(
    config: FetchConfig, agent: str, validators: Validators | None, *, at_home: bool
) -> dict[str, str]:
    """The headers of a request in the order they are sent; the site's own take precedence.

    What a site lets us in with is not told to others: off its own host (not `at_home`), its
    credentials are left out.
    """
    ours = {
        "User-Agent": config.user_agent or agent,
        "Accept": ACCEPT,
        "Accept-Encoding": ACCEPT_ENCODING,
    }
    theirs = {
        name: value
        for name, value in config.headers.items()
        if at_home or name.lower() not in CREDENTIALS
    }
    named = {name.lower() for name in theirs}
    kept = {name: value for name, value in ours.items() if name.lower() not in named}
    return kept | theirs | (_conditions(validators) if validators else {})


def is_conditional(request: bytes) -> bool:
    """Whether `request`, as it was on the wire, may be answered by a 304."""
    return CONDITION.search(request) is not None


def _conditions(validators: Validators) -> dict[str, str]:
    """RFC 9110 section 13.1, verbatim.  What cannot be said again makes an unconditional look."""
    conditions = {
        "If-None-Match": validators.etag,
        "If-Modified-Since": validators.last_modified,
    }
    return {name: value for name, value in conditions.items() if value and VALUE.fullmatch(value)}
