"""One process writes an archive; the next one is told which."""

import os
import subprocess
import sys

import pytest

from pipeline.archive.lock import one_writer
from pipeline.errors import ArchiveLocked, ArchiveUnwritable

HOLD = """
import sys, pathlib
from pipeline.archive.lock import one_writer
with one_writer(pathlib.Path(sys.argv[1]), verb="run"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other_process(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_second_writer_is_told_who_the_first_is(tmp_path, other_process):
    with pytest.raises(ArchiveLocked) as locked, one_writer(tmp_path, verb="fetch"):
        pass
    assert locked.value.holder == f"dateline run (pid {other_process.pid})"
    assert locked.value.archive == tmp_path


def test_a_process_that_is_killed_holds_nothing(tmp_path, other_process):
    other_process.kill()
    other_process.wait()
    with one_writer(tmp_path, verb="fetch"):
        assert (tmp_path / "lock").read_text() == f"dateline fetch (pid {os.getpid()})\n"


def test_the_lock_can_be_taken_again_when_it_was_given_back(tmp_path):
    for _ in range(2):
        with (
            one_writer(tmp_path, verb="fetch"),
            pytest.raises(ArchiveLocked),
            one_writer(tmp_path, verb="import"),
        ):
            pass
    assert (tmp_path / "lock").read_text() == ""


def test_it_is_given_back_when_the_work_fails(tmp_path):
    with pytest.raises(ZeroDivisionError), one_writer(tmp_path, verb="fetch"):
        raise ZeroDivisionError
    with one_writer(tmp_path, verb="fetch"):
        pass


def test_the_folder_is_made(tmp_path):
    with one_writer(tmp_path / "new" / "archive", verb="fetch"):
        assert (tmp_path / "new" / "archive" / "lock").exists()


@pytest.mark.parametrize("below", ["file", "file/archive"])
def test_a_folder_that_cannot_be_is_told(tmp_path, below):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ArchiveUnwritable), one_writer(tmp_path / below, verb="fetch"):
        pass


def test_a_holder_that_wrote_nothing_readable_is_another_process(tmp_path):
    with one_writer(tmp_path, verb="run"):
        for said in ("", "\x1b[31mred"):
            (tmp_path / "lock").write_text(said)
            with (
                pytest.raises(ArchiveLocked, match="another process"),
                one_writer(tmp_path, verb="fetch"),
            ):
                pass
