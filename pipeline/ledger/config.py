"""The `ledger:` part of `dateline.yaml`: whose log this is, and which outsiders speak for it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, field_validator

from pipeline.ground.declaration import Duration, Part
from pipeline.ledger.cosignatures import witness_key
from pipeline.ledger.notes import is_name

PORTS = range(1, 65536)


def origin_name(text: str) -> str:
    """`text`, if a log can be called so.  Raises ValueError."""
    if not is_name(text):
        raise ValueError("a name without spaces and plus signs, as in example.org/archive")
    return text


def service_url(text: str) -> str:
    """`text`, if something can be posted there.  Raises ValueError."""
    message = "an http:// or https:// address without a fragment"
    try:
        parts = urlsplit(text)
        reachable = parts.port is None or parts.port in PORTS
    except ValueError as error:
        raise ValueError(message) from error
    if parts.scheme not in ("http", "https") or not parts.hostname or "#" in text or not reachable:
        raise ValueError(message)
    return text


def cosigner(text: str) -> str:
    """`text`, if it is a witness's vkey.  Raises ValueError."""
    witness_key(text)
    return text


ServiceUrl = Annotated[str, Field(max_length=2000), AfterValidator(service_url)]
Every = Annotated[Duration, Field(ge=timedelta(seconds=10), le=timedelta(days=366))]
Patience = Annotated[Duration, Field(gt=timedelta(0), le=timedelta(minutes=10))]


class TsaConfig(Part):
    """Who stamps the checkpoint (RFC 3161), and how often.

    `certificates` is a PEM file with the authority's own certificate and the whole chain above
    it, root included; a former certificate stays in it.  It is relative to `dateline.yaml`.
    """

    url: ServiceUrl
    certificates: Path
    every: Every = timedelta(hours=1)
    timeout: Patience = timedelta(seconds=20)


class WitnessConfig(Part):
    """A witness (C2SP tlog-witness): its vkey, and the submission prefix where it is asked."""

    vkey: Annotated[str, AfterValidator(cosigner)]
    url: ServiceUrl


class WitnessesConfig(Part):
    """Who cosigns the checkpoint, and how often they are asked."""

    ask: tuple[WitnessConfig, ...] = Field(min_length=1, max_length=64)
    every: Every = timedelta(hours=1)
    timeout: Patience = timedelta(seconds=20)

    @field_validator("ask")
    @classmethod
    def _once_each(cls, asked: tuple[WitnessConfig, ...]) -> tuple[WitnessConfig, ...]:
        """Two names for one key are one witness (C2SP tlog-policy)."""
        keys = [witness_key(each.vkey).key for each in asked]
        if len(set(keys)) < len(keys):
            raise ValueError("each witness's key once")
        return asked


class LedgerConfig(Part):
    """The log's name and key, and the outsiders who are asked to speak for it.

    `origin` names the log for ever: it stands in every checkpoint, and counts only while there is
    no log yet.  `key` is the file of the signing key, outside the archive; both are made when they
    are not given.
    """

    origin: Annotated[str, Field(max_length=200), AfterValidator(origin_name)] | None = None
    key: Path | None = None
    tsa: TsaConfig | None = None
    witnesses: WitnessesConfig | None = None
