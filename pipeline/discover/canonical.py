"""A URL → the one name its document is known by.

Parsing is WHATWG's (https://url.spec.whatwg.org), as browsers do it; what a site adds to that
(cache-busters, trailing slashes, `/amp`) is declared under `targets.canonical`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated, Literal
from urllib.parse import quote, unquote_plus

import ada_url
import webencodings
from pydantic import AfterValidator

from pipeline.ground.declaration import Part

HTTP = ("http://", "https://")
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)
NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
SPACE_OR_CONTROL = re.compile(r"[\s\x00-\x1f\x7f]")
NOT_IN_A_NAME = re.compile(r"[@/\\?#:\s]")
EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}$")
# What nothing can be wrong with: names of letters without Punycode, IPv4 addresses as one writes
# them, and ports below 60,000.
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
EVERYDAY = re.compile(
    r"https?://(?!.{0,253}xn--)"
    r"(?:(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}"
    rf"|(?:{_OCTET}\.){{3}}{_OCTET})"
    r"(?::(?:[1-5]\d{4}|[1-9]\d{0,3}))?(?:/[!-~]*)?",
    re.ASCII,
)
# A parameter in a segment of a path (RFC 3986 section 3.3).
IN_PATH = re.compile(r";([^;/=]+)=[^;/]*")
LONGEST_LABEL = 63  # RFC 1035 section 2.3.4


def _host(text: str) -> str:
    try:
        written = ada_url.normalize_url(f"http://{text}/")
    except ValueError:
        written = ""
    host = written.removeprefix("http://").removesuffix("/")
    if not host or NOT_IN_A_NAME.search(text):
        raise ValueError("a host's name alone, as in 'example.org'")
    return host


def _suffix(text: str) -> str:
    if not re.fullmatch(r"(?:/[A-Za-z0-9_~!$&'()*+,;=:@%.-]+)+", text):
        raise ValueError("whole segments of a path, as in '/amp'")
    return text


class CanonicalConfig(Part):
    """What a site's URLs may lose without meaning another document.

    `drop_query` names parameters; a name that ends in `*` means all that begin so.  One that is
    named in full is dropped from the path too, where servers of Java put it: `;jsessionid=0A1B`.
    `scheme` is kept where the URL names a port, because another scheme has another port.
    `host` takes the place of `aliases`, and of itself with and without `www.`.
    `trailing_slash: add` leaves paths alone that end like a file's name.
    """

    drop_query: tuple[str, ...] = ()
    trailing_slash: Literal["remove", "add", "keep"] = "keep"
    scheme: Literal["https", "http", "keep"] = "keep"
    host: Annotated[str, AfterValidator(_host)] | None = None
    aliases: tuple[Annotated[str, AfterValidator(_host)], ...] = ()
    strip_suffix: tuple[Annotated[str, AfterValidator(_suffix)], ...] = ()


def canonical(url: str, rules: CanonicalConfig) -> str:
    """The name of the document at absolute http(s) `url`: ASCII, without fragment and user.

    Idempotent.  Escapes keep their case, parameters their order.  Raises ValueError for what
    is no absolute http(s) URL.
    """
    return ruled(_absolute(url), rules)


def join(base: str, link: str, charset: str = "utf-8") -> str | None:
    """`link`, as it stands in a page whose base is `base`, as an absolute URL without fragment.

    None for what leads to no page: other schemes, a bare fragment, what cannot be parsed.
    A query keeps the `charset` of its page, as browsers send it; a user's name is not kept.
    """
    wanted = link.strip()
    if not wanted or wanted.startswith("#"):
        return None
    try:
        joined = ada_url.join_url(base, _sent(wanted, charset))
    except ValueError:
        return None
    if not joined.startswith(HTTP):
        return None
    return _nameless(joined.partition("#")[0])


def _nameless(url: str) -> str:
    """`url` without user and password, which would be sent and archived."""
    scheme, _, rest = url.partition("://")
    authority, slash, behind = rest.partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{behind}" if "@" in authority else url


def _sent(link: str, charset: str) -> str:
    """`link` with its query percent-encoded in the page's own `charset` (URL section 4.4)."""
    if link.isascii() or charset.startswith("utf-"):
        return link
    path, mark, rest = link.partition("?")
    encoding = webencodings.lookup(charset)
    if "#" in path or encoding is None:
        return link
    query, hash_sign, fragment = rest.partition("#")
    sent = NOT_ASCII.sub(
        lambda run: quote(encoding.codec_info.encode(run[0], "xmlcharrefreplace")[0], safe=""),
        query,
    )
    return f"{path}{mark}{sent}{hash_sign}{fragment}"


def ruled(url: str, rules: CanonicalConfig) -> str:
    """As `canonical`, for a `url` that `join` has made, which need not be parsed again."""
    scheme, _, rest = url.partition("#")[0].partition("://")
    authority, _, path_and_query = rest.partition("/")
    path, _, query = path_and_query.partition("?")
    host, port = _host_and_port(authority.rpartition("@")[2])
    if rules.scheme != "keep" and not port:
        scheme = rules.scheme
    if rules.drop_query:
        query = _kept_query(query, rules.drop_query)
    return (
        f"{scheme}://{_known_host(host, rules)}{port}{_kept_path(f'/{path}', rules)}"
        f"{'?' if query else ''}{query}"
    )


def is_http_url(text: str) -> str | None:
    """None where `text`, as a person typed it, is a URL that can be fetched; else why it is not.

    Stricter than WHATWG, which mends typing errors that here would fetch another page.
    """
    if EVERYDAY.fullmatch(text):
        return None
    return _why_not_text(text) or _why_not_scheme(text) or _why_not_authority(text)


def _why_not_text(text: str) -> str | None:
    if not text:
        return "it is empty"
    if SPACE_OR_CONTROL.search(text):
        return "it contains a space or a control character"
    return None if _is_utf8(text) else "it contains bytes that are not UTF-8"


def _why_not_scheme(text: str) -> str | None:
    parsed = SCHEME.fullmatch(text)
    if parsed is None:
        return "it has no scheme"
    scheme, rest = parsed[1].lower(), parsed[2]
    if scheme not in {"http", "https"}:
        return f"its scheme is {scheme}, not http or https"
    if not rest.startswith("//") or rest[2:3] in {"", "/", "?", "#", "\\", ":"}:
        return "it names no host"
    return None


def _why_not_authority(text: str) -> str | None:
    try:
        authority = _absolute(text).partition("://")[2].partition("/")[0]
    except ValueError:
        return "its host or port cannot be read"
    if "@" in authority:
        return "it carries a user name or password, which would be archived"
    labels = _host_and_port(authority)[0].removesuffix(".").split(".")
    if not all(0 < len(label) <= LONGEST_LABEL for label in labels):
        return f"its host has an empty label or one of more than {LONGEST_LABEL} characters"
    return None


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate, Python's word for such a byte (PEP 383)
        return False
    return True


@lru_cache(maxsize=1024)
def _absolute(url: str) -> str:
    """As WHATWG writes it.  Each room asks for the same few in its turn."""
    written: str = ada_url.normalize_url(url)
    if not written.startswith(HTTP):
        raise ValueError(f"{url!r} is not an http:// or https:// address")
    return written


def _host_and_port(authority: str) -> tuple[str, str]:
    """The host, and the port with its colon; WHATWG has dropped the scheme's own port."""
    host, colon, port = authority.rpartition(":")
    if not colon or port.endswith("]"):
        return authority, ""
    return host, f":{port}"


def _known_host(host: str, rules: CanonicalConfig) -> str:
    if rules.host is None:
        return host
    name = host.removesuffix(".")  # the dot of the root: the same host, spelled out
    same = name.removeprefix("www.") == rules.host.removeprefix("www.")
    return rules.host if same or name in rules.aliases else host


def _kept_path(path: str, rules: CanonicalConfig) -> str:
    if ";" in path and rules.drop_query:
        path = IN_PATH.sub(lambda one: "" if one[1] in rules.drop_query else one[0], path)
    if rules.strip_suffix:
        path = _stripped(path, rules.strip_suffix)
    match rules.trailing_slash:
        case "remove":
            return path.rstrip("/") or "/"
        case "add" if not path.endswith("/") and not EXTENSION.search(path):
            return f"{path}/"
        case _:
            return path or "/"


def _stripped(path: str, suffixes: tuple[str, ...]) -> str:
    """`path` without any of `suffixes`, the slashes at its end kept for the rule that follows."""
    end = len(path.rstrip("/"))
    slashes = len(path) - end
    while suffix := next((one for one in suffixes if path.endswith(one, 0, end)), ""):
        end -= len(suffix)
        while path.endswith("/", 0, end):
            end, slashes = end - 1, slashes + 1
    return path[:end] + "/" * slashes


def _kept_query(query: str, dropped: tuple[str, ...]) -> str:
    return "&".join(part for part in query.split("&") if not _is_dropped(part, dropped))


def _is_dropped(part: str, dropped: tuple[str, ...]) -> bool:
    name = unquote_plus(part.partition("=")[0])
    return any(
        name.startswith(wanted[:-1]) if wanted.endswith("*") else name == wanted
        for wanted in dropped
    )
