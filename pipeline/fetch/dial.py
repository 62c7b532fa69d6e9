"""A host name → the addresses to try, best first, none of which the guard refuses."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from itertools import chain, zip_longest

import httpx

from pipeline.fetch.faults import Refused, Unresolved
from pipeline.fetch.guard import refuse

Resolve = Callable[[str, int], Awaitable[tuple[str, ...]]]

# Each address gets an equal share of the connect timeout, so they cannot be many.
MOST_ADDRESSES = 4


async def resolve(host: str, port: int) -> tuple[str, ...]:
    """The system's answer, in its order of preference (RFC 6724).  Raises OSError, ValueError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


async def addresses(
    host: str, port: int, *, timeout_s: float | None, allow_private: bool, resolve: Resolve
) -> tuple[str, ...]:
    """Where `host` may be reached, at least one address.

    Raises Unresolved, Refused when the guard leaves none, and httpx.ConnectTimeout.
    """
    found = (host,) if _literal(host) else await _look_up(host, port, timeout_s, resolve)
    if allow_private:
        return found[:MOST_ADDRESSES]
    refused = {ip: why for ip in found if (why := refuse(ip))}
    allowed = tuple(ip for ip in found if ip not in refused)
    if not allowed:
        ip, why = next(iter(refused.items()))
        raise Refused(host, ip=ip, why=why)
    return allowed[:MOST_ADDRESSES]


async def _look_up(
    host: str, port: int, timeout_s: float | None, resolve: Resolve
) -> tuple[str, ...]:
    try:
        async with asyncio.timeout(timeout_s):
            found = await resolve(host, port)
    except TimeoutError as error:
        raise httpx.ConnectTimeout(f"no answer about the name {host}") from error
    except socket.gaierror as error:
        temporary = error.errno in (socket.EAI_AGAIN, socket.EAI_SYSTEM)
        raise Unresolved(host, why=str(error.strerror), temporary=temporary) from error
    except (OSError, ValueError) as error:  # a label of no or too many characters is a ValueError
        raise Unresolved(host, why=str(error)) from error
    if not found:
        raise Unresolved(host, why="no address")
    return _alternating(found)


def _alternating(found: tuple[str, ...]) -> tuple[str, ...]:
    """Families in turn, the preferred one first: one that is broken costs one try, not all."""
    first = ":" in found[0]
    same = [ip for ip in found if (":" in ip) is first]
    other = [ip for ip in found if (":" in ip) is not first]
    return tuple(ip for ip in chain.from_iterable(zip_longest(same, other)) if ip)


def _literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
