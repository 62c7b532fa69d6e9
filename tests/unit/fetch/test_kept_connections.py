import asyncio

import httpcore
import pytest

from pipeline.fetch.connections import Connections

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
URL = httpcore.URL("http://port.example/")
OTHER = httpcore.URL("http://port.example:8080/")


class Wires(httpcore.AsyncNetworkBackend):
    """Connections that give one answer after another, and can be told to have gone stale."""

    def __init__(self):
        self.made = []

    async def connect_tcp(self, *_args, **_kwargs):
        self.made.append(Wire())
        return self.made[-1]


class Wire(httpcore.AsyncMockStream):
    def __init__(self):
        super().__init__([ANSWER] * 9)
        self.stale = False

    def get_extra_info(self, info):
        return self.stale if info == "is_readable" else None


@pytest.fixture
def wires():
    return Wires()


@pytest.fixture
async def connections(wires):
    connections = Connections(wires, context=None)
    yield connections
    await connections.aclose()


def asked(url):
    return httpcore.Request("GET", url, headers={"Host": "port.example"})


async def exchange(connections, url=URL):
    response, connection = await connections.ask(asked(url))
    await response.aread()
    await response.aclose()
    connections.release(connection)
    return connection


async def test_one_connection_serves_exchange_after_exchange(connections, wires):
    first = await exchange(connections)
    assert await exchange(connections) is first
    assert len(wires.made) == 1


async def test_exchanges_at_the_same_time_never_share_a_connection(connections, wires):
    begun = [await connections.ask(asked(URL)) for _ in range(3)]
    assert len({id(connection) for _, connection in begun}) == len(wires.made) == 3


async def test_a_connection_that_the_server_has_closed_is_not_used_again(connections, wires):
    first = await exchange(connections)
    wires.made[0].stale = True
    assert await exchange(connections) is not first
    assert first.is_closed()


async def test_a_connection_to_another_origin_is_not_used(connections):
    first = await exchange(connections)
    assert await exchange(connections, OTHER) is not first


async def test_a_body_that_was_not_read_to_its_end_costs_its_connection(connections):
    response, first = await connections.ask(asked(URL))
    await response.aclose()
    connections.release(first)
    assert await exchange(connections) is not first


async def test_a_request_that_is_cancelled_leaves_nothing_behind(connections, wires, monkeypatch):
    async def never(*_args, **_kwargs):
        await asyncio.Event().wait()

    monkeypatch.setattr(wires, "connect_tcp", never)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await connections.ask(asked(URL))
    assert not connections._busy
    assert not connections._idle


async def test_closing_closes_those_in_use_too(connections):
    _, busy = await connections.ask(asked(URL))
    await connections.aclose()
    assert busy.is_closed()
