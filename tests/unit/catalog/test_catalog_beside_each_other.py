"""One writer and many readers, in threads and processes, on one real file."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from pipeline.catalog import Catalog, Reader

READ_ON = """
import sys
from pipeline.catalog import Reader
reader = Reader.open(sys.argv[1])
print("ready", flush=True)
last = 0
while last < int(sys.argv[2]):
    counts = reader.counts()
    assert counts.captures >= last, "a reader went back in time"
    assert counts.captures % 10 == 0, "a reader saw half a batch"
    assert counts.captures == counts.extractions
    last = counts.captures
    assert len(tuple(reader.documents())) >= last
"""
WRITE_AND_DIE = """
import os, sys
sys.path.insert(0, sys.argv[2])
from conftest import Story
from pipeline.catalog import Catalog
catalog = Catalog.open(sys.argv[1])
story = Story()
with catalog.batch() as batch:
    story.enter(batch, story.look("https://port.example/whole"))
with catalog.batch() as batch:
    story.enter(batch, story.look("https://port.example/half"))
    batch.record.settle()
    os._exit(9)
"""
BATCHES, SIZE = 40, 10


def write(catalog, story):
    for number in range(BATCHES):
        with catalog.batch() as batch:
            for minute in range(SIZE):
                story.enter(batch, story.look(f"https://port.example/{number}-{minute}"))


def test_readers_in_other_processes_never_wait_and_never_see_half_a_batch(catalog, story, url):
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READ_ON, url, str(BATCHES * SIZE)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for each in readers:
        assert each.stdout.readline() == "ready\n"
    write(catalog, story)
    for each in readers:
        _, complaint = each.communicate(timeout=60)
        assert each.returncode == 0, complaint


def test_readers_in_threads_share_one_reader(catalog, story, reader):
    done = Event()

    def read_on():
        looks = 0
        while not done.is_set():
            assert reader.counts().captures % SIZE == 0
            looks += 1
        return looks

    with ThreadPoolExecutor(2) as pool:
        reading = [pool.submit(read_on) for _ in range(2)]
        try:
            write(catalog, story)
        finally:
            done.set()
        assert all(each.result() for each in reading)


def test_a_catalog_may_be_opened_here_and_written_in_another_thread(catalog, story, reader):
    with ThreadPoolExecutor(1) as pool:
        pool.submit(write, catalog, story).result()
    assert reader.counts().captures == BATCHES * SIZE


def test_two_writers_by_mistake_wait_for_each_other(catalog, url, anew):
    """The archive's lock forbids it; the catalog survives it."""
    one, other = anew(), anew()
    other.ids = other.logged = 10**6
    with Catalog.open(url) as second, ThreadPoolExecutor(2) as pool:
        writing = [pool.submit(write, catalog, one), pool.submit(write, second, other)]
        for each in writing:
            each.result()
    assert Reader.open(url).counts().captures == 2 * BATCHES * SIZE


def test_a_writer_that_is_killed_in_a_batch_leaves_the_batches_before_it(url, request, story):
    folder = str(request.path.parent)
    dead = subprocess.run([sys.executable, "-c", WRITE_AND_DIE, url, folder], check=False)
    assert dead.returncode == 9
    reader = Reader.open(url)
    assert [each.url for each in reader.documents()] == ["https://port.example/whole"]
    story.ids = story.logged = 10**6
    with Catalog.open(url) as catalog, catalog.batch() as batch:
        assert story.enter(batch, story.look("https://port.example/half"))
    assert reader.counts().captures == 2
