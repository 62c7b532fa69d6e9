"""What is kept is read once however many ask, and nobody but the first waits for it."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from pipeline.errors import CatalogAway
from pipeline.web.kept import Kept


def test_the_first_to_ask_wait_for_one_reading():
    reads = []

    def read():
        reads.append(1)
        time.sleep(0.05)
        return len(reads)

    kept = Kept(read, for_s=60)
    with ThreadPoolExecutor(8) as pool:
        assert {*pool.map(lambda _: kept(), range(8))} == {1}
    assert kept() == 1


def test_later_nobody_waits_and_the_next_value_comes():
    going, values = threading.Event(), iter(range(100))

    def read():
        value = next(values)
        if value:
            going.wait(10)
        return value

    kept = Kept(read, for_s=0)
    assert kept() == 0
    time.sleep(0.01)
    assert kept() == 0
    going.set()
    until = time.monotonic() + 10
    while kept() == 0:
        assert time.monotonic() < until
        time.sleep(0.001)


def test_what_cannot_be_read_again_is_kept_as_it_was():
    answers = iter([1])
    failed = threading.Event()

    def read():
        for value in answers:
            return value
        failed.set()
        raise CatalogAway("sqlite://", why="gone")

    kept = Kept(read, for_s=0)
    assert kept() == 1
    time.sleep(0.01)
    assert kept() == 1
    assert failed.wait(10)
    assert kept() == 1
