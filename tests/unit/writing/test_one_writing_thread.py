"""Works queue up and are committed together; nobody hears of what is not durable."""

import asyncio
import threading
from contextlib import contextmanager

import pytest

from pipeline.writing.scribe import MOST_WORKS_A_BATCH, Scribe


class Full(Exception):
    pass


class Book:
    """A catalog and an archive in one, that remembers what happened in which order.

    `hold` keeps the thread inside a batch until it is set; `fails` names the step that raises.
    """

    def __init__(self, fails=None):
        self.fails = fails
        self.happened = []
        self.committed = []
        self.threads = set()
        self.hold = threading.Event()
        self.hold.set()
        self.begun = threading.Event()
        self._lines = []

    @contextmanager
    def batch(self):
        self.threads.add(threading.current_thread())
        self._did("begin")
        self.begun.set()
        self._lines = []
        yield self
        self._did("commit")
        self.committed.append(list(self._lines))

    def sync(self, batch):
        assert batch is self
        self._did("sync")

    def write(self, line):
        self.hold.wait(10)
        self._did("write")
        self._lines.append(line)
        return line

    def _did(self, what):
        if what == self.fails:
            raise Full(what)
        self.happened.append(what)


@pytest.fixture
def open_scribe():
    scribes = []

    def opener(book):
        scribes.append(Scribe(book.batch, book.sync))
        return scribes[-1]

    yield opener
    for scribe in scribes:
        if scribe._thread.is_alive():
            scribe.close()


async def all_of(futures):
    return await asyncio.gather(*futures, return_exceptions=True)


async def test_a_result_is_told_after_sync_and_commit_and_never_before(open_scribe):
    book = Book()
    scribe = open_scribe(book)
    told = scribe.submit(lambda batch: batch.write("a"))
    told.add_done_callback(lambda _: book.happened.append("told"))
    assert await told == "a"
    await asyncio.sleep(0)
    assert book.happened == ["begin", "write", "sync", "commit", "told"]


async def test_works_that_wait_are_committed_together_in_their_order(open_scribe):
    book = Book()
    book.hold.clear()
    scribe = open_scribe(book)
    first = scribe.submit(lambda batch: batch.write(0))
    await asyncio.to_thread(book.begun.wait, 10)
    rest = [scribe.submit(lambda batch, n=n: batch.write(n)) for n in range(1, 60)]
    book.hold.set()
    assert await asyncio.gather(first, *rest) == list(range(60))
    assert [line for batch in book.committed for line in batch] == list(range(60))
    assert len(book.committed) == 2
    assert book.happened.count("sync") == 2


async def test_a_batch_has_no_more_works_than_are_worth_one_fsync(open_scribe):
    book = Book()
    book.hold.clear()
    scribe = open_scribe(book)
    count = 2 * MOST_WORKS_A_BATCH + 1
    futures = [scribe.submit(lambda batch, n=n: batch.write(n)) for n in range(count)]
    book.hold.set()
    assert await asyncio.gather(*futures) == list(range(count))
    assert max(map(len, book.committed)) <= MOST_WORKS_A_BATCH
    assert len(book.committed) <= 4


async def test_everything_is_written_in_one_thread_that_is_not_the_loops(open_scribe):
    book = Book()
    scribe = open_scribe(book)
    for n in range(3):
        await scribe.submit(lambda batch, n=n: batch.write(n))
    assert len(book.threads) == 1
    assert threading.current_thread() not in book.threads


@pytest.mark.parametrize("step", ["begin", "write", "sync", "commit"])
async def test_a_failure_at_any_step_fails_all_who_wait_for_the_batch(open_scribe, step):
    book = Book(fails=step)
    scribe = open_scribe(book)
    told = await all_of([scribe.submit(lambda batch: batch.write(1)) for _ in range(5)])
    assert [type(one) for one in told] == [Full] * 5
    assert book.committed == []


async def test_the_works_before_the_one_that_fails_are_not_told_either(open_scribe):
    book = Book()
    book.hold.clear()

    def burst(_batch):
        raise Full("burst")

    scribe = open_scribe(book)
    first = scribe.submit(lambda batch: batch.write(0))
    await asyncio.to_thread(book.begun.wait, 10)
    rest = [scribe.submit(lambda batch: batch.write(1)), scribe.submit(burst)]
    book.hold.set()
    assert await first == 0
    assert [type(one) for one in await all_of(rest)] == [Full, Full]
    assert book.committed == [[0]]


async def test_after_a_failure_nothing_more_is_taken(open_scribe):
    book = Book(fails="sync")
    scribe = open_scribe(book)
    await all_of([scribe.submit(lambda batch: batch.write(1))])
    book.fails = None
    (told,) = await all_of([scribe.submit(lambda batch: batch.write(2))])
    assert isinstance(told, Full)
    assert book.happened.count("write") == 1
    assert book.committed == []


async def test_closing_finishes_what_is_queued(open_scribe):
    book = Book()
    scribe = open_scribe(book)
    futures = [scribe.submit(lambda batch, n=n: batch.write(n)) for n in range(500)]
    await asyncio.to_thread(scribe.close)
    assert [line for batch in book.committed for line in batch] == list(range(500))
    assert await asyncio.gather(*futures) == list(range(500))
    assert not scribe._thread.is_alive()


async def test_whoever_gave_up_waiting_loses_no_work_and_disturbs_nobody(open_scribe):
    book = Book()
    book.hold.clear()
    scribe = open_scribe(book)
    given_up = scribe.submit(lambda batch: batch.write("given up"))
    other = scribe.submit(lambda batch: batch.write("other"))
    given_up.cancel()
    book.hold.set()
    assert await other == "other"
    assert [line for batch in book.committed for line in batch] == ["given up", "other"]


def test_a_loop_that_has_ended_loses_no_work(open_scribe):
    book = Book()
    book.hold.clear()
    scribe = open_scribe(book)

    async def leave():
        scribe.submit(lambda batch: batch.write("late"))

    asyncio.run(leave())
    book.hold.set()
    scribe.close()
    assert book.committed == [["late"]]


async def test_two_loops_each_hear_of_their_own(open_scribe):
    book = Book()
    scribe = open_scribe(book)

    def elsewhere():
        async def ask():
            return await scribe.submit(lambda batch: batch.write("there"))

        return asyncio.run(ask())

    there, here = await asyncio.gather(
        asyncio.to_thread(elsewhere), scribe.submit(lambda batch: batch.write("here"))
    )
    assert (there, here) == ("there", "here")
