"""A URL → the key by which replaying software finds it: the host backwards, then path and query.

The Sort-friendly URI Reordering Transform as web archives agree on it for indexes: no scheme, no
user, no `www.`, no default port, no fragment, no session id, all lower case, the parameters of a
query in order, no slash at the end.  `https://www.example.org/A/?b=2&a=1` gives
`org,example)/a?a=1&b=2`.
"""

from __future__ import annotations

import re
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

KEPT = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
"""What is not percent-encoded in a key."""
MOST_LAYERS = 20
"""How often a name may have been percent-encoded on top of itself."""
DEFAULT_PORTS = frozenset((("http", 80), ("https", 443)))
WWW = re.compile(r"www\d*\.")
ASPX_SESSION = re.compile(
    r"(?P<before>.*/)(?:(?:\([a-z]\([0-9a-z]{24}\)\)|\([0-9a-z]{24}\))/)(?P<after>[^?]+\.aspx.*)"
)
SESSIONS = tuple(
    re.compile(rf"(?P<before>.*)(?:{name})(?:&(?P<after>.*))?")
    for name in (
        "jsessionid=[0-9a-z]{32}",
        "phpsessid=[0-9a-z]{32}",
        "sid=[0-9a-z]{32}",
        "aspsessionid[a-z]{8}=[a-z]{24}",
        "cfid=[^&]++&cftoken=[^&]++",
    )
)


def surt(url: str) -> str:
    """The key of an http or https URL; one that cannot be taken apart is its own key."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return _escaped(url)
    if not host:
        return _escaped(url)
    backwards = ",".join(reversed(_host(host.strip(".")).split(".")))
    shown = "" if port is None or (parts.scheme, port) in DEFAULT_PORTS else f":{port}"
    query = _query(parts.query)
    return f"{backwards}{shown}){_path(parts.path)}{'?' if query else ''}{query}"


def _host(host: str) -> str:
    name = WWW.sub("", host.lower(), count=1) if WWW.match(host.lower()) else host.lower()
    try:
        return name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        return _escaped(name)


def _path(path: str) -> str:
    kept: list[str] = []
    segments = _escaped(path).split("/")[1:]
    for segment in segments:
        if segment == ".." and kept:
            kept.pop()
        elif segment != ".":
            kept.append(segment)
    *folders, last = kept or [""]
    name = "/".join(("", *filter(None, folders), last)).lower()
    if matched := ASPX_SESSION.fullmatch(name):
        name = matched["before"] + matched["after"]
    return name.removesuffix("/") or "/"


def _query(query: str) -> str:
    name = _escaped(query).lower()
    for session in SESSIONS:
        if matched := session.fullmatch(name):
            name = matched["before"] + (matched["after"] or "")
    return "&".join(sorted(name.split("&"), key=lambda pair: pair.split("=", 1)))


def _escaped(text: str) -> str:
    """Percent-encoded once, however often it was before."""
    octets = text.encode("utf-8", "surrogatepass")
    for _ in range(MOST_LAYERS):
        bare = unquote_to_bytes(octets)
        if bare == octets:
            break
        octets = bare
    return quote_from_bytes(octets, safe=KEPT)
