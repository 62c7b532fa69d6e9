"""A question to an outsider → what it answered, or why there is no answer.

The network is another room's: whoever opens the ledger hands in a `Post`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal, Protocol

from msgspec import Struct


class Answer(Protocol):
    """What came back: any HTTP status, and the body as it was sent."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def content_type(self) -> str:
        """The field of that name, or nothing."""
        ...

    @property
    def octets(self) -> bytes:
        """The whole body."""
        ...


# Takes URL, body and Content-Type.  Raises TimeoutError, OSError when nobody answers, and
# ValueError when what comes is no answer; its time limits are its own.
Post = Callable[[str, bytes, str], Awaitable[Answer]]

Reason = Literal[
    "unreachable",
    "slow",
    "refused",
    "garbage",
    "wrong_nonce",
    "wrong_imprint",
    "untrusted",
    "wrong_time",
    "conflict",
]

# What is shown of an answer that nobody understands.
SHOWN = 80


class Refusal(Struct, frozen=True, kw_only=True):
    """Why there is no token or cosignature, or why it proves nothing; ordinary news.

    unreachable    nobody answers at that address
    slow           no answer in time
    refused        it answered, and said no
    garbage        what came is no answer to this question at all
    wrong_nonce    the answer to another question
    wrong_imprint  a statement about other bytes
    untrusted      not by a signer that was named, or its signature fails
    wrong_time     the time it says cannot be, as far as our clock tells
    conflict       it has seen another history of this log, or a longer one
    """

    reason: Reason
    detail: str

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}"


async def put(post: Post, url: str, octets: bytes, content_type: str) -> Answer | Refusal:
    """The answer of whatever status.  Raises nothing for what a network or a server does."""
    try:
        return await post(url, octets, content_type)
    except TimeoutError as error:
        return Refusal(reason="slow", detail=str(error) or "no answer in time")
    except OSError as error:
        return Refusal(reason="unreachable", detail=str(error) or type(error).__name__)
    except ValueError as error:
        return Refusal(reason="garbage", detail=str(error))


def said(answer: Answer) -> str:
    """Status and the beginning of the body, fit for a message."""
    kind = answer.content_type or "no type"
    return f"status {answer.status}, {kind[:SHOWN]}: {answer.octets[:SHOWN]!r}"
