import asyncio
import contextlib

import httpx
import pytest

from pipeline.fetch.connecting import Connector, Origin
from pipeline.fetch.connections import Connections
from pipeline.fetch.dial import resolve
from pipeline.fetch.tape import Tape
from pipeline.fetch.trust import Trust
from pipeline.fetch.wire import Limits

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
REQUEST = b"GET / HTTP/1.1\r\nHost: port.example\r\n\r\n"


@pytest.fixture
async def connections():
    connections = Connections(Connector(trust=Trust(), allow_private=True, resolve=resolve))
    yield connections
    await connections.aclose()


async def ask(connections, server, *, host="127.0.0.1", most=100):
    tape = Tape(room=1000)
    origin = Origin("http", host, server.port)
    await connections.ask(origin, REQUEST, tape, Limits(most=most, step_s=5.0))
    return tape


async def test_one_connection_serves_exchange_after_exchange(connections, serve, say):
    async with serve(say(ANSWER)) as server:
        for _ in range(3):
            assert (await ask(connections, server)).received == ANSWER
    assert len(server.talks) == 1


async def test_exchanges_at_the_same_time_never_share_a_connection(connections, serve):
    arrived = asyncio.Barrier(3)

    async def script(talk):
        await talk.head()
        await arrived.wait()
        await talk.say(ANSWER)

    async with serve(script) as server:
        await asyncio.gather(*(ask(connections, server) for _ in range(3)))
    assert len(server.talks) == 3


async def test_a_connection_that_the_server_has_closed_is_not_used_again(connections, serve):
    async def script(talk):
        await talk.answer(ANSWER)

    async with serve(script) as server:
        await ask(connections, server)
        await asyncio.sleep(0.02)
        assert (await ask(connections, server)).received == ANSWER
    assert len(server.talks) == 2


async def test_a_connection_to_another_origin_is_not_used(connections, serve, say):
    async with serve(say(ANSWER)) as server:
        await ask(connections, server)
        await ask(connections, server, host="localhost")
    assert len(server.talks) == 2


@pytest.mark.parametrize(
    "answer",
    [
        ANSWER + b"more",
        ANSWER.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"),
        ANSWER.replace(b"1.1", b"1.0"),
    ],
)
async def test_a_connection_that_may_hold_or_get_anything_else_is_not_kept(
    connections, serve, say, answer
):
    async with serve(say(answer)) as server:
        await ask(connections, server)
        await ask(connections, server)
    assert len(server.talks) == 2


async def test_a_body_that_was_not_read_to_its_end_costs_its_connection(connections, serve, say):
    async with serve(say(ANSWER)) as server:
        with pytest.raises(httpx.TransportError):
            await ask(connections, server, most=1)
        await ask(connections, server)
    assert len(server.talks) == 2


async def test_an_exchange_that_is_cancelled_leaves_nothing_behind(connections, serve):
    left = asyncio.Event()

    async def silent(talk):
        await talk.head()
        with contextlib.suppress(ConnectionError):
            await talk.reader.read()
        left.set()

    async with serve(silent) as server:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await ask(connections, server)
        assert not connections._busy
        assert not connections._idle
        async with asyncio.timeout(5):
            await left.wait()


async def test_closing_ends_an_exchange_under_way(connections, serve):
    begun = asyncio.Event()

    async def silent(talk):
        await talk.head()
        begun.set()
        with contextlib.suppress(ConnectionError):
            await talk.reader.read()

    async with serve(silent) as server:
        under_way = asyncio.create_task(ask(connections, server))
        await begun.wait()
        await connections.aclose()
        with pytest.raises(httpx.TransportError):
            await under_way
