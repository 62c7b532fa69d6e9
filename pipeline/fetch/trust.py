"""The TLS contexts of all connections: one that trusts nobody unknown, and one that only notes."""

from __future__ import annotations

import ssl

import httpx


class Trust:
    """Makes each context when it is first needed, and once: reading the authorities takes 50 ms.

    `verify`, where it is given, is the strict one.
    """

    def __init__(self, verify: ssl.SSLContext | None = None) -> None:
        self._strict = verify
        self._lax: ssl.SSLContext | None = None

    def strict(self) -> ssl.SSLContext:
        """Certificates must be valid."""
        if self._strict is None:
            self._strict = httpx.create_ssl_context(trust_env=False)
        return self._strict

    def lax(self) -> ssl.SSLContext:
        """Any certificate will do, and any version and cipher that OpenSSL still speaks."""
        if self._lax is None:
            self._lax = lax_context()
        return self._lax


def lax_context() -> ssl.SSLContext:
    """What can still talk to a server that nobody has looked after for twenty years."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    # Short keys, SHA-1 and TLS before 1.2 are refused above level 0.
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    # Renegotiation without RFC 5746, which OpenSSL 3 refuses by itself.
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    return context
