"""Many files become durable by one call for their file system, or by one for each."""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from pipeline.ground.durable import MANY, sync_all, sync_at_once, sync_folders


@pytest.fixture
def opened(tmp_path):
    """So many new files, open for writing."""
    with ExitStack() as stack:

        def open_some(count):
            paths = [tmp_path / str(number) for number in range(count)]
            return [stack.enter_context(path.open("wb")).fileno() for path in paths]

        yield open_some


def test_what_can_be_synced_at_once_is_not_synced_one_by_one(opened):
    asked, each = [], []
    descriptors = opened(MANY)
    sync_all(descriptors, fsync=each.append, at_once=lambda some: asked.append(some) or True)
    assert (asked, each) == ([descriptors], [])


def test_what_cannot_be_synced_at_once_is_synced_one_by_one(opened):
    each = []
    descriptors = opened(MANY)
    sync_all(descriptors, fsync=each.append, at_once=lambda _some: False)
    assert each == descriptors


def test_few_files_do_not_wait_for_what_others_have_written(opened):
    each = []
    descriptors = opened(MANY - 1)
    sync_all(descriptors, fsync=each.append, at_once=lambda _some: pytest.fail("waited"))
    assert each == descriptors


def test_a_file_system_is_relied_upon_by_its_type_alone(opened):
    """/proc keeps nothing."""
    with Path("/proc/self/status").open("rb") as kept_nowhere:
        assert not sync_at_once([kept_nowhere.fileno()] * MANY)
        assert not sync_at_once([*opened(1), kept_nowhere.fileno()])


def test_a_call_that_fails_is_told(opened):
    descriptors = opened(1)
    os.close(closed := os.dup(descriptors[0]))
    with pytest.raises(OSError, match="Bad file descriptor"):
        sync_at_once([closed])


def test_every_folder_is_synced_however_many_there_are(tmp_path):
    synced = []

    def sync(descriptors):
        synced.extend(Path(f"/proc/self/fd/{one}").readlink() for one in descriptors)

    folders = [tmp_path / str(number) for number in range(200)]
    for folder in folders:
        folder.mkdir()
    sync_folders(folders, sync)
    assert synced == folders
