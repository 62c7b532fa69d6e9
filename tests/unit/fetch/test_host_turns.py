"""A host is asked as often, and as much at once, as the sites' own delays allow."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import httpx

from pipeline.fetch import limits
from pipeline.fetch.limits import Turns
from pipeline.fetch.pools import Pools

BEGUN = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)  # the clock's
SECOND = timedelta(seconds=1)


async def test_starts_at_one_host_are_a_delay_apart(clock):
    turns = Turns(clock)
    started = []
    for _ in range(3):
        async with turns.take("a:80", delay=2 * SECOND, concurrency=1):
            started.append(clock.now())
    assert started[1] - started[0] == started[2] - started[1] == 2 * SECOND


async def test_time_spent_inside_counts_towards_the_delay(clock):
    turns = Turns(clock)
    async with turns.take("a:80", delay=5 * SECOND, concurrency=1):
        await clock.sleep(3)
    async with turns.take("a:80", delay=5 * SECOND, concurrency=1):
        pass
    assert clock.slept == [3, 2]


async def test_hosts_do_not_wait_for_each_other(clock):
    turns = Turns(clock)
    async with (
        turns.take("a:80", delay=9 * SECOND, concurrency=1),
        turns.take("b:80", delay=9 * SECOND, concurrency=1),
        turns.take("a:8080", delay=9 * SECOND, concurrency=1),
    ):
        assert clock.slept == []


async def test_no_more_than_its_concurrency_are_inside_and_the_first_come_go_first(clock):
    turns = Turns(clock)
    inside, most, order = [], [], []

    async def visit(number):
        async with turns.take("a:80", delay=0 * SECOND, concurrency=2):
            inside.append(number)
            order.append(number)
            most.append(len(inside))
            await asyncio.sleep(0.001)
            inside.remove(number)

    await asyncio.gather(*(visit(number) for number in range(7)))
    assert max(most) == 2
    assert order == sorted(order)


async def test_a_turn_that_was_given_up_is_nobodys(clock):
    turns = Turns(clock)
    async with turns.take("a:80", delay=0 * SECOND, concurrency=1):
        waiting = asyncio.create_task(_once(turns))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
    await asyncio.wait_for(_once(turns), 10)


async def _once(turns):
    async with turns.take("a:80", delay=0 * SECOND, concurrency=1):
        pass


async def test_a_clock_set_back_costs_one_delay_at_most(clock):
    turns = Turns(clock)
    async with turns.take("a:80", delay=2 * SECOND, concurrency=1):
        pass
    clock._now -= timedelta(days=1)
    async with turns.take("a:80", delay=2 * SECOND, concurrency=1):
        pass
    assert clock.slept == [2]


async def test_idle_hosts_are_forgotten_and_busy_ones_are_not(clock, monkeypatch):
    monkeypatch.setattr(limits, "SWEEP_ABOVE", 8)
    turns = Turns(clock)
    async with turns.take("busy:80", delay=0 * SECOND, concurrency=1):
        for number in range(100):
            async with turns.take(f"{number}:80", delay=SECOND, concurrency=1):
                await clock.sleep(1)
        assert len(turns._doors) < 20
        assert turns._doors["busy:80"].inside == 1


class Counted(httpx.AsyncBaseTransport):
    closed = False

    async def aclose(self):
        self.closed = True


async def test_pools_of_idle_hosts_are_closed_and_lent_ones_never():
    made = []

    def make():
        made.append(Counted())
        return made[-1]

    pools = Pools(make, kept=2)
    async with pools.lend("kept:80") as lent:
        for name in "abcd":
            async with pools.lend(name):
                pass
        async with pools.lend("kept:80") as again:
            assert again is lent
        assert not lent.closed
    assert [each.closed for each in made] == [False, True, True, True, False]
    async with pools.lend("d") as kept:
        assert kept is made[-1]
        assert len(made) == 5
    await pools.aclose()
    assert all(each.closed for each in made)


async def test_sites_of_one_host_are_as_patient_as_the_most_patient(clock):
    turns = Turns(clock)
    started = []
    for delay in (1, 10, 1, 1):
        async with turns.take("a:80", delay=delay * SECOND, concurrency=1):
            started.append((clock.now() - BEGUN).total_seconds())
    assert started == [0, 10, 20, 30]


async def test_a_delay_that_nobody_wants_any_more_is_forgotten(clock):
    turns = Turns(clock)
    async with turns.take("a:80", delay=10 * SECOND, concurrency=1):
        await clock.sleep(3600)
    for _ in range(2):
        await clock.sleep(1)
        async with turns.take("a:80", delay=2 * SECOND, concurrency=1):
            pass
    assert clock.slept == [3600, 1, 1, 1]


async def test_what_the_host_asks_for_counts_for_all(clock):
    turns = Turns(clock)
    async with turns.take("a:80", delay=0 * SECOND, concurrency=2):
        turns.space("a:80", 30 * SECOND)
        async with turns.take("a:80", delay=SECOND, concurrency=2):
            assert clock.now() - BEGUN == 30 * SECOND
