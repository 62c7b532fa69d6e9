"""Only public unicast addresses are fetched from, however they are written or wrapped."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import IPv4Address

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fetch.asking import ask
from pipeline.fetch.dial import addresses
from pipeline.fetch.faults import Refused, Unresolved
from pipeline.fetch.guard import refuse
from pipeline.fetch.tape import Tape
from pipeline.fetch.transport import WireTransport
from pipeline.fetch.trust import Trust
from pipeline.fetch.wire import Limits
from pipeline.model import Captured, Failed, Retried


@pytest.mark.parametrize(
    ("ip", "why"),
    [
        ("127.0.0.1", "loopback"),
        ("127.255.0.9", "loopback"),
        ("::1", "loopback"),
        ("0.0.0.0", "unspecified"),
        ("::", "unspecified"),
        ("10.1.2.3", "private"),
        ("172.31.0.1", "private"),
        ("192.168.0.1", "private"),
        ("0.1.2.3", "private"),
        ("198.18.0.1", "private"),
        ("fd00::1", "private"),
        ("fec0::1", "private"),
        ("2001:db8::1", "private"),
        ("64:ff9b:1::808:808", "private"),
        ("100.100.100.200", "shared"),
        ("169.254.169.254", "metadata"),
        ("168.63.129.16", "metadata"),
        ("169.254.0.1", "link_local"),
        ("fe80::1", "link_local"),
        ("fe80::1%2", "link_local"),
        ("224.0.0.1", "multicast"),
        ("ff02::1", "multicast"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "reserved"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::ffff:169.254.169.254", "metadata"),
        ("64:ff9b::a00:1", "private"),
        ("2002:7f00:1::", "loopback"),
        ("2002:c0a8:1::1", "private"),
        ("2001:0:808:808:0:0:f5ff:fffe", "private"),
        ("::10.0.0.1", "private"),
        ("192.0.0.1", "reserved"),
        ("192.0.0.9", "reserved"),
        ("192.88.99.1", "reserved"),
        ("64:ff9b::a9fe:a9fe", "metadata"),
        ("::ffff:0:7f00:1", "reserved"),
        ("2001:0:7f00:1::", "reserved"),
        ("3fff::1", "private"),
        ("100::1", "reserved"),
        ("5f00::1", "reserved"),
        ("2600::5efe:7f00:1", "loopback"),
        ("2600::200:5efe:a00:1", "private"),
        ("fe80::5efe:808:808", "link_local"),
    ],
)
def test_what_is_not_public_is_refused(ip, why):
    assert refuse(ip) == why


@pytest.mark.parametrize(
    "ip",
    [
        "8.8.8.8",
        "100.63.255.255",
        "172.32.0.1",
        "2001:4860:4860::8888",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2002:808:808::1",
        "2600::1",
    ],
)
def test_what_is_public_is_not(ip):
    assert refuse(ip) is None


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_a_wrapped_address_is_judged_as_the_one_inside(inner):
    number = int(inner)
    mapped = f"::ffff:{inner}"
    nat64 = f"64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}"
    sixtofour = f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1"
    assert refuse(mapped) == refuse(nat64) == refuse(sixtofour) == refuse(str(inner))


def names(*found):
    async def resolve(_host, _port):
        return found

    return resolve


def failing(error):
    async def resolve(_host, _port):
        raise error

    return resolve


async def reach(resolve, *, host="news.example", allow_private=False):
    return await addresses(host, 80, timeout_s=10, allow_private=allow_private, resolve=resolve)


async def test_a_name_is_judged_by_its_addresses():
    with pytest.raises(Refused) as refused:
        await reach(names("10.0.0.1", "::1"))
    assert (refused.value.ip, refused.value.why) == ("10.0.0.1", "private")
    assert await reach(names("10.0.0.1", "8.8.8.8")) == ("8.8.8.8",)
    assert await reach(names("10.0.0.1"), allow_private=True) == ("10.0.0.1",)


async def test_an_address_needs_no_resolver():
    assert await reach(failing(AssertionError), host="8.8.8.8") == ("8.8.8.8",)
    with pytest.raises(Refused):
        await reach(failing(AssertionError), host="::1")


async def test_families_take_turns_and_few_addresses_are_tried():
    found = names("2600::1", "2600::2", "2600::3", "8.8.8.8", "8.8.4.4", "1.1.1.1")
    assert await reach(found) == ("2600::1", "8.8.8.8", "2600::2", "8.8.4.4")


@pytest.mark.parametrize(
    ("error", "temporary"),
    [
        (socket.gaierror(socket.EAI_AGAIN, "try again"), True),
        (socket.gaierror(socket.EAI_NONAME, "no such name"), False),
        (UnicodeError("label too long"), False),
        (OSError("odd"), False),
    ],
)
async def test_a_name_without_address_may_get_one_only_if_the_resolver_failed(error, temporary):
    with pytest.raises(Unresolved) as unresolved:
        await reach(failing(error))
    assert unresolved.value.temporary is temporary


async def test_a_resolver_that_says_nothing_times_out():
    async def silent(_host, _port):
        await asyncio.sleep(60)

    with pytest.raises(httpx.ConnectTimeout):
        await addresses("a.example", 80, timeout_s=0.01, allow_private=True, resolve=silent)


@pytest.fixture
async def resolved(fetcher):
    """A fetcher to which every name is at those addresses."""
    made = []

    def make(resolve):
        made.append(WireTransport(trust=Trust(), resolve=resolve, allow_private=True))
        return fetcher(transport=made[-1])

    yield make
    for each in made:
        await each.aclose()


async def test_the_connection_goes_to_the_address_that_was_judged(
    serve, say, page, resolved, visit, config
):
    asked = []

    async def rebinding(host, _port):
        asked.append(host)
        return ("127.0.0.1",) if len(asked) == 1 else ("10.0.0.1",)

    async with serve(say(page())) as server:
        seen = await resolved(rebinding).look(
            visit(f"http://news.example:{server.port}/"), config()
        )
    assert seen.outcome == Captured()
    assert asked == ["news.example"]
    assert seen.steps[0].capture.peer.ip == "127.0.0.1"
    assert b"Host: news.example:%d\r\n" % server.port in server.talks[0].heard


async def test_the_next_address_is_tried_when_the_first_refuses(
    serve, say, page, resolved, visit, config
):
    async with serve(say(page())) as server:
        seen = await resolved(names("::1", "127.0.0.1")).look(
            visit(f"http://news.example:{server.port}/"), config()
        )
    assert seen.outcome == Captured()
    assert seen.steps[0].capture.peer.ip == "127.0.0.1"


async def test_a_name_that_does_not_exist_is_asked_for_once(resolved, visit, config):
    unknown = failing(socket.gaierror(socket.EAI_NONAME, "no such name"))
    seen = await resolved(unknown).look(visit("http://news.example/"), config(attempts=3))
    assert seen.outcome == Failed("dns", "news.example: no such name")
    assert len(seen.steps) == 1
    assert seen.steps[0].capture.url == "http://news.example/"


async def test_a_resolver_that_fails_is_asked_again(resolved, visit, config):
    away = failing(socket.gaierror(socket.EAI_AGAIN, "try again"))
    seen = await resolved(away).look(visit("http://news.example/"), config(attempts=2))
    assert [step.outcome for step in seen.steps] == [
        Retried("dns"),
        Failed("dns", "news.example: try again"),
    ]


ODD = [
    "2130706433",
    "0x7f.1",
    "0x7f000001",
    "127.1",
    "017700000001",
    "0",
    "0.0.0.0",
    "localhost",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "[fd00::1]",
    "[fe80::1]",
    "169.254.169.254",
    "[::ffff:a9fe:a9fe]",
    "user:word@127.0.0.1",
    "news.example@127.0.0.1",
    "\uff11\uff12\uff17.0.0.1",
    "127\u30020\u30020\u30021",
]


@pytest.mark.parametrize("host", ODD)
async def test_odd_spellings_of_loopback_are_refused(fetcher, visit, config, host):
    seen = await fetcher(allow_private=False).look(visit(f"http://{host}:1/"), config())
    assert seen.outcome.name == "skipped"


async def test_a_transport_raises_httpx_errors_alone():
    async with WireTransport(trust=Trust()) as transport:
        extensions = {"tape": Tape(room=0), "limits": Limits(most=0, step_s=1.0)}
        request = httpx.Request("GET", "http://127.0.0.1/", extensions=extensions)
        with pytest.raises(httpx.TransportError):
            await transport.handle_async_request(request)


@pytest.mark.parametrize("host", ["0177.0.0.1", "127.0.0.1.", "LOCALHOST."])
async def test_what_is_no_name_to_the_resolver_is_not_reached_either(fetcher, visit, config, host):
    seen = await fetcher(allow_private=False).look(visit(f"http://{host}:1/"), config())
    assert seen.outcome.reason in ("dns", "invalid_url", "private_address")
    assert seen.steps[0].capture.peer is None


async def test_a_zone_in_a_url_is_none():
    assert isinstance(ask("http://[fe80::1%25lo]/"), Failed)
    assert isinstance(ask("http://[::1%lo]/"), Failed)


async def test_a_name_is_asked_for_anew_with_each_connection_and_judged_each_time(
    serve, say, page, visit, config, fetcher
):
    """A name that leads outside at first, and inside as soon as it has been looked at."""
    answers = [("127.0.0.1",), ("10.0.0.1",)]
    asked = []

    async def rebinding(host, _port):
        asked.append(host)
        return answers[min(len(asked), 2) - 1]

    async with serve(say(page(), close=True)) as server:
        opened = WireTransport(trust=Trust(), resolve=rebinding, allow_private=True)
        seen = await fetcher(transport=opened).look(
            visit(f"http://news.example:{server.port}/"), config()
        )
        await opened.aclose()
        guarded = WireTransport(trust=Trust(), resolve=rebinding)
        again = await fetcher(transport=guarded).look(
            visit(f"http://news.example:{server.port}/"), config()
        )
    assert seen.steps[0].capture.peer.ip == "127.0.0.1"
    assert len(asked) == 2
    assert (again.outcome.reason, again.steps[0].capture.peer) == ("private_address", None)
