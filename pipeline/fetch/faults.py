"""What went wrong on the network → a Fault: the outcome, and whether asking again may help."""

from __future__ import annotations

import httpx
from msgspec import Struct

from pipeline.model import Failed, Skipped, Truncation


class Fault(Struct, frozen=True, kw_only=True):
    """No whole answer came.

    `transient`: the same request may succeed in a while.  `truncated` says what became of the
    octets that did come, where there are any.
    """

    outcome: Failed | Skipped
    transient: bool = False
    truncated: Truncation | None = None


class Told(httpx.TransportError):
    """A failure of ours, which knows its Fault; httpx's own kinds have to be read."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.outcome.detail)


class Refused(Told):
    """The guard refuses every address of `host`; `why` is its word for the first."""

    def __init__(self, host: str, *, ip: str, why: str) -> None:
        self.host, self.ip, self.why = host, ip, why
        super().__init__(Fault(outcome=Skipped("private_address", f"{host} is at {ip} ({why})")))


class Unresolved(Told):
    """`host` has no address; `temporary` when the resolver itself could not tell."""

    def __init__(self, host: str, *, why: str, temporary: bool = False) -> None:
        self.host, self.temporary = host, temporary
        super().__init__(Fault(outcome=Failed("dns", f"{host}: {why}"), transient=temporary))


class Untrusted(Told):
    """TLS could not be agreed on, or the certificate is not to be trusted."""

    def __init__(self, why: str) -> None:
        super().__init__(Fault(outcome=Failed("tls", why)))


class Overlong(Told):
    """More came than is kept of one response."""

    def __init__(self, what: str) -> None:
        super().__init__(Fault(outcome=Failed("too_large", what), truncated=Truncation.LENGTH))


class Late(Told):
    """The exchange as a whole took too long; so would the next one."""

    def __init__(self, deadline_s: float) -> None:
        outcome = Failed("timeout", f"not done after {deadline_s:g} s")
        super().__init__(Fault(outcome=outcome, truncated=Truncation.TIME))


class Slow(Told):
    """What comes, comes too slowly to be waited for; so would the next answer."""

    def __init__(self, speed: float, *, slowest: int) -> None:
        outcome = Failed("too_slow", f"{speed:.1f} octets a second, {slowest} at least")
        super().__init__(Fault(outcome=outcome, truncated=Truncation.TIME))


class NotRecorded(Told):
    """The replay holds no answer to a request for `url`."""

    def __init__(self, url: str) -> None:
        super().__init__(Fault(outcome=Failed("not_in_replay", url)))


class CutShort(Told):
    """The replayed record says itself that it is not whole: it ends as the live look did."""

    REASONS = {  # noqa: RUF012 - a table
        Truncation.LENGTH: "too_large",
        Truncation.TIME: "timeout",
        Truncation.DISCONNECT: "disconnected",
    }

    def __init__(self, truncated: Truncation) -> None:
        outcome = Failed(self.REASONS[truncated], "the record holds a part only")
        super().__init__(Fault(outcome=outcome, truncated=truncated))


def fault(error: httpx.TransportError, *, ended: bool) -> Fault:
    """What `error` means; `ended` says that the server had closed its side by then."""
    match error:
        case Told():
            return error.fault
        case httpx.LocalProtocolError() | httpx.UnsupportedProtocol():  # ours, and will stay
            return Fault(outcome=Failed("protocol", _word(error)))
        case httpx.TimeoutException():
            return _passing("timeout", error, Truncation.TIME)
        case httpx.ConnectError():
            return _passing("connect", error, None)
        case httpx.ProtocolError() if not ended:
            return _passing("protocol", error, Truncation.DISCONNECT)
        case _:
            return _passing("disconnected", error, Truncation.DISCONNECT)


def _passing(reason: str, error: httpx.TransportError, truncated: Truncation | None) -> Fault:
    return Fault(outcome=Failed(reason, _word(error)), transient=True, truncated=truncated)


def _word(error: BaseException) -> str:
    """The innermost cause's own message: the layers between only say that something failed."""
    cause: BaseException | None = error
    word = ""
    while cause is not None:
        word = str(cause) or word
        within = cause.args[0] if cause.args else None
        # httpcore's pool drops an exception's cause, but its kinds are made of that cause.
        cause = within if isinstance(within, BaseException) else cause.__cause__
    return word or type(error).__name__
