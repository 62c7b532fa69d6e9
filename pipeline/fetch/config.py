"""The `fetch:` part of a site's declaration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from pipeline.ground.declaration import Duration, Part, Size

# RFC 9110 section 5.6.2 (token) and 5.5 (field values); obs-text is left out, because nobody
# can say which charset it would be read in.
NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
VALUE = re.compile(r"[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?")

# These frame the message, name the host, ask for a part, or are set from a target's validators.
OURS = frozenset(
    (
        "connection",
        "content-length",
        "expect",
        "host",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "keep-alive",
        "proxy-connection",
        "range",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)


def header_name(text: str) -> str:
    """`text`, if a site may set that header.  Raises ValueError otherwise."""
    if not NAME.fullmatch(text):
        raise ValueError("a header's name: letters, digits and hyphens, as in Accept-Language")
    if text.lower() in OURS:
        raise ValueError(f"any header but {text}, which is set for each request")
    return text


def header_value(text: str) -> str:
    """`text`, if it is legal on the wire.  Raises ValueError otherwise."""
    if not VALUE.fullmatch(text):
        raise ValueError("a header's value: one line of visible ASCII characters and spaces")
    return text


HeaderName = Annotated[str, AfterValidator(header_name)]
HeaderValue = Annotated[str, AfterValidator(header_value)]


class FetchConfig(Part):
    """How politely and how patiently a site is asked.

    `delay` and `concurrency` are per host: the time between the starts of two requests, and how
    many may be under way at once.  `timeout` bounds each silence of the network (to connect, to
    send, between two pieces of an answer), `deadline` the whole exchange, so that a server which
    drips for ever cannot hold us, `min_speed` the octets a second of one that drips less long.
    `attempts` counts the first one.  `max_bytes` bounds a response's body as it is sent, before
    content-coding is removed.  `tls: record` takes a page although its server cannot be verified,
    and the capture says so.
    """

    delay: Annotated[Duration, Field(ge=timedelta(0), le=timedelta(days=1))] = timedelta(seconds=2)
    concurrency: int = Field(default=1, ge=1, le=64)
    timeout: Annotated[Duration, Field(gt=timedelta(0), le=timedelta(minutes=10))] = timedelta(
        seconds=20
    )
    deadline: Annotated[Duration, Field(gt=timedelta(0), le=timedelta(hours=1))] = timedelta(
        minutes=2
    )
    attempts: int = Field(default=4, ge=1, le=10)
    max_bytes: Annotated[Size, Field(ge=1, le=10**9)] = 10 * 10**6
    min_speed: Annotated[Size, Field(ge=1, le=10**6)] = 100
    tls: Literal["verify", "record"] = "verify"
    user_agent: HeaderValue | None = None
    robots: Literal["obey", "ignore"] = "obey"
    headers: Mapping[HeaderName, HeaderValue] = Field(default_factory=dict)
