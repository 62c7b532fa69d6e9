"""The host patterns of `match:` → which URLs are a site's own.

`example.org` stands for that host alone, `*.example.org` for every host below it, and either with
a port for that port alone.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.discover.canonical import CanonicalConfig, canonical

PATTERN = re.compile(r"(\*\.)?([\w-]+(?:\.[\w-]+)*|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?")
ALLOWED = "a host, as in example.org, *.example.org or 127.0.0.1:8080"
PORT = re.compile(r":\d+$")
DEFAULT_PORTS = {"http:": "80", "https:": "443"}
AS_WRITTEN = CanonicalConfig()


def host_pattern(text: str) -> str:
    """`text` as it is compared: lower case, in ASCII.

    Raises ValueError that says what is allowed.
    """
    matched = PATTERN.fullmatch(text)
    if matched is None:
        raise ValueError(ALLOWED)
    below, host, port = matched.groups()
    try:
        name = canonical(f"http://{host}/", AS_WRITTEN).split("/")[2]
    except ValueError:
        raise ValueError(ALLOWED) from None
    return f"{below or ''}{name}{f':{port}' if port else ''}"


def patterns_for(url: str) -> tuple[str, ...]:
    """Every pattern that fits `url`, the surest first; none for what is no http(s) URL.

    The host itself is surer than any above it, the nearer host surer than the farther, and a
    pattern with the port surer than the same without.
    """
    try:
        scheme, _, authority = canonical(url, AS_WRITTEN).split("/")[:3]
    except ValueError:
        return ()
    return _patterns(scheme, authority)


@lru_cache(maxsize=1024)
def _patterns(scheme: str, authority: str) -> tuple[str, ...]:
    host, _, port = authority.rpartition(":") if PORT.search(authority) else (authority, "", "")
    host, port = host.removesuffix("."), port or DEFAULT_PORTS[scheme]
    return tuple(f"{name}{end}" for name in (host, *_above(host)) for end in (f":{port}", ""))


def _above(host: str) -> list[str]:
    if host.startswith("["):
        return []
    labels = host.split(".")
    return [f"*.{'.'.join(labels[start:])}" for start in range(1, len(labels))]
