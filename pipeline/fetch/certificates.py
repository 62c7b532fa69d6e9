"""A server's certificate → whom it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography import x509
from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime


class Certificate(Struct, frozen=True, kw_only=True):
    """Subject and issuer (RFC 4514), and the span in which it holds."""

    subject: str
    issuer: str
    since: datetime
    until: datetime


def read_certificate(der: bytes) -> Certificate:
    """What the certificate in DER says.  Raises ValueError where it is none."""
    read = x509.load_der_x509_certificate(der)
    return Certificate(
        subject=read.subject.rfc4514_string(),
        issuer=read.issuer.rfc4514_string(),
        since=read.not_valid_before_utc,
        until=read.not_valid_after_utc,
    )
