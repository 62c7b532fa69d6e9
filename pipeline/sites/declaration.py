"""One YAML file's shape: the rooms' own parts, composed."""

from __future__ import annotations

import difflib
import re
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

from pipeline.alerts.config import AlertsConfig
from pipeline.declaration import Part
from pipeline.discover.config import DiscoverConfig, TargetsConfig
from pipeline.extract.config import ExtractConfig
from pipeline.fetch.config import FetchConfig
from pipeline.schedule.config import ScheduleConfig

NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
HOST_PATTERN = re.compile(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d+)?")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def _zone(name: Any) -> str:
    if isinstance(name, str) and name in available_timezones():
        return name
    near = difflib.get_close_matches(str(name), available_timezones(), n=1)
    meant = f"; did you mean {near[0]}?" if near else ""
    raise ValueError(f"a zone of the IANA database, as in Asia/Seoul{meant}")


def _like(pattern: re.Pattern[str], allowed: str) -> AfterValidator:
    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(allowed)
        return text

    return AfterValidator(check)


Zone = Annotated[str, BeforeValidator(_zone)]
HostPattern = Annotated[
    str, _like(HOST_PATTERN, "a host, as in example.org, *.example.org or 127.0.0.1:8080")
]


class Declaration(Part):
    """What `configs/<site>.yaml` may say."""

    site: Annotated[str, _like(NAME, "lower-case letters, digits and hyphens, as the file's name")]
    name: str = Field(min_length=1)
    home: str | None = None
    match: tuple[HostPattern, ...] = ()
    timezone: Zone = "UTC"
    language: Annotated[str, _like(LANGUAGE, "a language tag, as in en, ko or zh-Hans")] | None = (
        None
    )
    schedule: ScheduleConfig = ScheduleConfig()
    discover: DiscoverConfig = ()
    targets: TargetsConfig = TargetsConfig()
    fetch: FetchConfig = FetchConfig()
    extract: ExtractConfig = Field(default_factory=list)
    alerts: AlertsConfig = AlertsConfig()

    @property
    def zone(self) -> ZoneInfo:
        """The zone that the site's times are in."""
        return ZoneInfo(self.timezone)
