"""One YAML file's shape: the rooms' own parts, composed."""

from __future__ import annotations

import difflib
import re
from functools import cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from pipeline.alerts.config import AlertsConfig
from pipeline.discover.config import Address, DiscoverConfig, TargetsConfig
from pipeline.extract.config import ExtractConfig
from pipeline.fetch.config import FetchConfig
from pipeline.ground.declaration import Part
from pipeline.schedule.config import ScheduleConfig
from pipeline.sites.hosts import PATTERN, host_pattern
from pipeline.verdict.config import VerdictsConfig

NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
# What may be taken at its word when its file is there; `posix/Asia/Seoul` has one too.
IN_A_REGION = re.compile(
    r"(?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)(?:/[A-Z][\w+-]+)+"
    r"|UTC",
    re.ASCII,
)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())  # reads a folder of 600 files at each call


def _is_everyday(name: str) -> bool:
    """Whether `name` is plainly a zone, which one file tells."""
    try:
        return IN_A_REGION.fullmatch(name) is not None and ZoneInfo(name).key == name
    except (KeyError, OSError, ValueError):  # no such zone, a folder, no name
        return False


def _zone(name: Any) -> str:
    if isinstance(name, str) and (_is_everyday(name) or name in _zones()):
        return name
    # People know the city: Seoul, asia/seoul, Asia/Soul.
    cities = {zone.rpartition("/")[2].casefold(): zone for zone in sorted(_zones(), reverse=True)}
    meant = cities | {zone.casefold(): zone for zone in _zones()}
    asked = name.casefold() if isinstance(name, str) else ""
    near = difflib.get_close_matches(asked, meant, n=1, cutoff=0.75)
    hint = f"; did you mean {meant[near[0]]}?" if near else ""
    raise ValueError(f"a zone of the IANA database, as in Asia/Seoul{hint}")


def _charset(label: str) -> str:
    from pipeline.charset import charset_of, names  # noqa: PLC0415 - few configs name a charset

    if charset_of(label.lower()) is None:
        near = difflib.get_close_matches(label.lower(), names(), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f"a charset, as in {', '.join(names())}{hint}")
    return label.lower()


def _like(pattern: re.Pattern[str], allowed: str) -> AfterValidator:
    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(allowed)
        return text

    return AfterValidator(check)


def _schema(pattern: re.Pattern[str], *examples: str) -> WithJsonSchema:
    return WithJsonSchema(
        {"type": "string", "pattern": f"^(?:{pattern.pattern})$", "examples": list(examples)}
    )


Name = Annotated[
    str,
    _like(NAME, "lower-case letters, digits and hyphens, as the file's name"),
    _schema(NAME, "kcnawatch"),
]
HostPattern = Annotated[
    str, AfterValidator(host_pattern), _schema(PATTERN, "example.org", "*.example.org")
]
Zone = Annotated[str, BeforeValidator(_zone)]
Language = Annotated[
    str, _like(LANGUAGE, "a language tag, as in en, ko or zh-Hans"), _schema(LANGUAGE, "en", "ko")
]


Charset = Annotated[
    str,
    AfterValidator(_charset),
    Field(description="what pages are read in, whatever they declare", examples=["euc-kr"]),
]


class Declaration(Part):
    """What `configs/<site>.yaml` may say."""

    site: Name
    name: str = Field(min_length=1)
    home: Address | None = None
    match: tuple[HostPattern, ...] = ()
    timezone: Zone = "UTC"
    language: Language | None = None
    charset: Charset | None = None
    schedule: ScheduleConfig = ScheduleConfig()
    discover: DiscoverConfig = ()
    targets: TargetsConfig = TargetsConfig()
    fetch: FetchConfig = FetchConfig()
    extract: ExtractConfig = Field(default_factory=list)
    verdicts: VerdictsConfig = VerdictsConfig()
    alerts: AlertsConfig = AlertsConfig()

    @property
    def zone(self) -> ZoneInfo:
        """The zone that the site's times are in."""
        return ZoneInfo(self.timezone)
