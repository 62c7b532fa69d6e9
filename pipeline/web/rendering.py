"""Templates and values → HTML.  Everything is escaped, and a name that is not there is an error."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from pipeline.ground.clock import stamp
from pipeline.settings import VERSION
from pipeline.web.legible import address, language, legible, spelled
from pipeline.web.wording import WORDS, word_of

if TYPE_CHECKING:
    from datetime import tzinfo

    from starlette.responses import Response

    from pipeline.model import Digest

SHORT = 12


def shown(template: str, *, status: int = 200, **values: Any) -> Response:
    """The page that `template` makes of `values`."""
    made = _templates().get_template(template).render(values)
    return HTMLResponse(made.encode("utf-8", "replace"), status_code=status)


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("pipeline.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "legible": legible,
        "spelled": spelled,
        "counted": counted,
        "short": short,
        "word": word_of,
        "clock": clock,
        "dated": dated,
        "stamp": stamp,
    }
    made.globals |= {
        "to": to,
        "address": address,
        "language": language,
        "when": when,
        "asset": asset,
        "version": VERSION,
        "words": WORDS,
    }
    return made


def to(path: str, **query: object) -> str:
    """A link within the page; what has no value is left out of it."""
    said = urlencode({name: str(value) for name, value in query.items() if value is not None})
    return f"{path}?{said}" if said else path


def counted(number: int) -> str:
    """`12 345`: digits in groups, which no language takes for a fraction."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def short(digest: Digest | str | None) -> Markup:
    """The first digits of a digest or id; the whole of it in the title."""
    if not digest:
        return Markup("")
    whole = str(digest)
    value = whole.removeprefix("sha256:").removeprefix("urn:uuid:")
    return Markup('<code class="digest" title="{}">{}</code>').format(whole, value[:SHORT])


def clock(moment: datetime) -> str:
    """`2026-11-21 22:15`, in UTC."""
    return stamp(moment)[:16].replace("T", " ")


def dated(published: str) -> Markup:
    """`18 March 2026, 14:05 +09:00` for an ISO date or moment; itself where it is none."""
    try:
        read = datetime.fromisoformat(published)
    except ValueError:
        return legible(published)
    day = f"{read.day} {read:%B} {read.year}"
    offset = "" if read.tzinfo is None else f" {read.isoformat()[-6:]}"
    return escape(day if len(published) <= len("2026-03-18") else f"{day}, {read:%H:%M}{offset}")


def when(moment: datetime | None, zone: tzinfo | None = None, *, none: str = "never") -> Markup:
    """A moment in UTC, and beside it what the clocks of `zone` said."""
    if moment is None:
        return Markup('<span class="none">{}</span>').format(none)
    beside: Markup | str = ""
    if zone is not None and (there := moment.astimezone(zone)).utcoffset():
        day = "" if there.date() == moment.date() else f"{there:%m-%d} "
        said = escape(f"{day}{there:%H:%M} {there:%Z}")
        beside = Markup(' <span class="there">{}</span>').format(said)
    return Markup('<time datetime="{}">{}</time>{}').format(stamp(moment), clock(moment), beside)


@cache
def asset(name: str) -> str:
    """The address of a file of ours: another one for other octets, so that it may be kept."""
    octets = files("pipeline.web").joinpath(name).read_bytes()
    return f"/{name}?{hashlib.sha256(octets).hexdigest()[:SHORT]}"
