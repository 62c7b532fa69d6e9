"""What an attempt came to → whether to make another, and when.

The decision is a value; tenacity does the waiting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace
from tenacity import AsyncRetrying, retry_if_result

from pipeline.fetch.faults import Fault
from pipeline.ground.clock import http_date
from pipeline.model import Blocked, Failed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from tenacity import RetryCallState

    from pipeline.fetch.verdict import Answer
    from pipeline.ground.clock import Clock
    from pipeline.model import Outcome, Redirected

TRANSIENT = frozenset((429, 500, 502, 503, 504))

BASE_S = 1.0
CAP_S = 60.0  # what a visit may be held up by one wait; a longer one is the schedule's
LONGEST_S = 30 * 86400.0  # a server that asks for more is not believed


class Retry(Struct, frozen=True):
    """Ask again after `after_s`, because of `reason`."""

    after_s: float
    reason: str


class Settle(Struct, frozen=True):
    """Leave it at `outcome`."""

    outcome: Outcome | Redirected


Decision = Retry | Settle


def decide(
    seen: Answer | Fault,
    outcome: Outcome | Redirected,
    *,
    attempt: int,
    attempts: int,
    now: datetime,
    chance: float,
    rest_s: float = 0.0,
) -> Decision:
    """Whether attempt number `attempt` of `attempts`, judged as `outcome`, calls for another.

    Waits are exponential with full jitter (`chance` is from 0 to 1) and never shorter than the
    server asks, or than its host rests (`rest_s`).  Where that is more than `CAP_S` it is not
    asked again: the outcome says how long it is to be left alone.
    """
    if not isinstance(outcome, Blocked | Failed):
        return Settle(outcome)
    asked_s = None if isinstance(seen, Fault) else retry_after_s(seen, now)
    asked_s = max(asked_s or 0.0, rest_s) or asked_s
    transient = seen.transient if isinstance(seen, Fault) else seen.status in TRANSIENT
    if not transient or attempt >= attempts or (asked_s or 0.0) > CAP_S:
        return Settle(outcome if asked_s is None else replace(outcome, retry_after_s=asked_s))
    backoff_s = chance * min(CAP_S, BASE_S * 2 ** (attempt - 1))
    return Retry(max(backoff_s, asked_s or 0.0), outcome.reason)


def retry_after_s(answer: Answer, now: datetime) -> float | None:
    """The seconds that Retry-After asks for (RFC 9110 section 10.2.3), `LONGEST_S` at most.

    A date is read against the response's own Date, so that a server whose clock is wrong still
    means what it says.  None for what is absent, malformed, or over.
    """
    text = (answer.header(b"retry-after") or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_S)
    until = http_date(text)
    if until is None:
        return None
    left_s = (until - (http_date(answer.header(b"date") or "") or now)).total_seconds()
    return min(left_s, LONGEST_S) if left_s > 0 else None


async def persist(
    first: Decision, again: Callable[[], Awaitable[Decision]], clock: Clock
) -> Decision:
    """Follow `first` and what comes after it, waiting by `clock`, until something is settled."""
    if isinstance(first, Settle):
        return first
    made = [first]

    async def attempt() -> Decision:
        return made.pop() if made else await again()

    retrying = AsyncRetrying(sleep=clock.sleep, wait=_wait, retry=retry_if_result(_is_retry))
    return await retrying(attempt)


def _is_retry(decision: Any) -> bool:  # tenacity's results are untyped
    return isinstance(decision, Retry)


def _wait(state: RetryCallState) -> float:
    decision: Decision | None = state.outcome.result() if state.outcome else None
    return decision.after_s if isinstance(decision, Retry) else 0.0
