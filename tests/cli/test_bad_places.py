"""Replay files, archive folders and disks that are not what they should be."""

import contextlib
import gzip
import os
import resource
import subprocess
import threading
from functools import partial

import pytest

from pipeline.archive.reader import records

ARC = (
    b"filedesc://x.arc 0.0.0.0 20060101000000 text/plain 75\n1 0 Old\n"
    b"URL IP-address Archive-date Content-type Archive-length\n\n"
)
HTML = b"<!doctype html><title>No WARC</title>"


@pytest.fixture
def replay(run):
    def outcome(*files, targets=()):
        arguments = [part for path in files for part in ("--replay", path)]
        return run("fetch", *targets, *arguments, "--archive", "again", "--json")

    return outcome


NO_WARCS = {
    "missing": None,
    "empty": b"",
    "an HTML page": HTML,
    "an HTML page, gzipped": gzip.compress(HTML),
    "an ARC": ARC,
    "an ARC, gzipped": gzip.compress(ARC),
    "null bytes": b"\0" * 4096,
    "a line end": b"\r\n",
    "gzip without end or content": gzip.compress(b"")[:10],
    "nothing, gzipped": gzip.compress(b""),
}


@pytest.mark.parametrize("content", NO_WARCS.values(), ids=NO_WARCS)
@pytest.mark.parametrize("targets", [(), ("http://x.example/",)], ids=["all of it", "a URL of it"])
def test_a_replay_file_that_is_no_warc_is_3_and_is_named(replay, tmp_path, content, targets):
    path = tmp_path / "file.warc.gz"
    if content is not None:
        path.write_bytes(content)
    ended = replay(path, targets=targets)
    assert (ended.code, ended.out) == (3, "")
    assert f"cannot read {path}" in ended.err


def test_a_file_that_only_begins_like_a_warc_is_told(replay, tmp_path):
    path = tmp_path / "file.warc"
    path.write_bytes(b"WARC/1.0\r\nnonsense\r\n")
    ended = replay(path)
    assert (ended.code, ended.out) in ((0, ""), (3, ""))
    assert str(path) in ended.err


def test_a_folder_is_no_replay_file(replay, tmp_path):
    ended = replay(tmp_path)
    assert (ended.code, ended.out) == (3, "")
    assert f"cannot read {tmp_path}" in ended.err


def test_a_file_of_two_that_is_missing_stops_both(replay, replayable, tmp_path):
    ended = replay(replayable, tmp_path / "nowhere.warc.gz")
    assert (ended.code, ended.out) == (3, "")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("packed", [True, False], ids=["gzipped", "plain"])
def test_a_file_cut_short_is_read_to_the_cut_and_that_is_told(
    replay, replayable, tmp_path, share, packed
):
    whole = replayable.read_bytes()
    if not packed:
        whole = gzip.decompress(whole)
    cut = tmp_path / "cut.warc"
    cut.write_bytes(whole[: int(len(whole) * share)])
    ended = replay(cut)
    assert ended.code == 0
    assert str(cut) in ended.err
    found = {one["url"] for one in ended.objects}
    shared = {one["url"] for one in replay(replayable).objects}
    assert found < shared or found == shared


def test_damage_in_the_middle_is_told_and_what_is_whole_is_taken(replay, replayable, tmp_path):
    whole = bytearray(replayable.read_bytes())
    middle = len(whole) // 2
    whole[middle : middle + 40] = b"\xff" * 40
    damaged = tmp_path / "damaged.warc.gz"
    damaged.write_bytes(whole)
    ended = replay(damaged)
    assert ended.code in (0, 1)
    assert str(damaged) in ended.err


def test_a_replay_file_may_be_a_pipe_or_is_refused(process, replayable, tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)

    def feed():
        with contextlib.suppress(BrokenPipeError):
            path.write_bytes(replayable.read_bytes())

    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()
    told = process("fetch", "--replay", path, "--archive", "again")
    _, err = told.communicate(timeout=20)
    assert told.returncode in (0, 3)
    assert b"Traceback" not in err
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
    feeder.join(5)


# --- the archive ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "archive", ["file", "file/archive", "/proc/archive", "/dev/null", "/proc/1"]
)
@pytest.mark.parametrize("verb", ["fetch", "run"])
def test_an_archive_that_cannot_be_written_is_3_before_anything_is_asked(
    site, run, tmp_path, archive, verb
):
    (tmp_path / "file").touch()
    what = [site.url()] if verb == "fetch" else ["--once"]
    ended = run(verb, *what, "--archive", archive, "--allow-private", "--json")
    assert (ended.code, ended.out) == (3, "")
    assert archive in ended.err
    assert site.asked == []


@pytest.mark.parametrize("folder", ["warc", "text"])
def test_a_folder_of_the_archive_that_is_a_file_is_3_and_nothing_is_told(
    site, run, tmp_path, folder
):
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / folder).touch()
    ended = run("fetch", site.url(), "--allow-private", "--json")
    assert (ended.code, ended.out) == (3, "")
    assert folder in ended.err


def test_a_catalog_that_is_none_is_3_and_stays_as_it_is(site, run, tmp_path):
    (tmp_path / "archive").mkdir()
    path = tmp_path / "archive" / "catalog.sqlite"
    path.write_bytes(b"This is no database at all." * 200)
    for arguments in (("fetch", site.url(), "--allow-private"), ("sites",)):
        ended = run(*arguments, "--json")
        assert (ended.code, ended.out) == (3, "")
        assert "catalog" in ended.err
    assert path.read_bytes().startswith(b"This is no database")
    assert site.asked == []


def test_of_two_daemons_the_second_is_3_and_says_who_holds_the_archive(process, run, site):
    first = process("run", "--no-web", "--allow-private")
    assert b"watching harbour" in first.stderr.readline()
    ended = run("run", "--no-web", "--allow-private")
    assert (ended.code, ended.out) == (3, "")
    assert f"dateline run (pid {first.pid})" in ended.err
    assert "--archive" in ended.err
    told = run("fetch", site.url(), "--allow-private", "--json")
    assert told.code == 0
    assert told.only["document"]["title"] == "A bridge opens"
    first.terminate()
    assert first.wait(15) == 0


def test_a_daemon_that_is_killed_leaves_an_archive_that_opens(process, run, site):
    first = process("run", "--no-web", "--allow-private")
    first.stdout.readline()
    first.kill()
    first.wait()
    assert run("fetch", site.url(), "--allow-private").code == 0
    assert run("sites", "--json").only["state"] == "ok"


def limited(octets):
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, octets))


@pytest.fixture
def big(site, answer):
    """Eight pages of the site, 400 kB each, that shrink by half at most."""
    for number in range(8):
        page = f"<h1>{number}</h1><div class=story><p>{os.urandom(200_000).hex()}</p></div>"
        site.pages[f"/{number}"] = answer(page)
    return [site.url(f"/{number}") for number in range(8)]


def test_a_full_disk_is_3_and_what_was_told_is_kept(ended, run, big, recorded):
    """No file may grow beyond 900 kB: a write fails with EFBIG, as it would with ENOSPC."""
    told = ended("fetch", *big, "--allow-private", "--json", preexec_fn=partial(limited, 900_000))
    assert told.code == 3
    assert "cannot" in told.err
    assert "File too large" in told.err
    assert {one["record"] for one in told.objects} <= {one.record_id for one in recorded()}
    again = run("fetch", *big, "--allow-private", "--json")
    assert again.code == 0
    assert len(again.objects) == len(big)
    assert {one["record"] for one in told.objects} <= {one.record_id for one in recorded()}


@pytest.fixture
def tiny(tmp_path):
    """A file system of 900 kB, where this machine lets us have one."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=900k", "tmpfs", folder]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("tmpfs cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_no_space_left_is_3_and_the_archive_opens_again_with_more(run, big, tiny):
    ended = run("fetch", *big, "--allow-private", "--json", "--archive", tiny / "archive")
    assert ended.code == 3
    assert "No space left" in ended.err or "full" in ended.err
    kept = {
        found.record.record_id
        for path in (tiny / "archive" / "warc").glob("*")
        for found in records(path)
    }
    assert {one["record"] for one in ended.objects} <= kept
    subprocess.run(["mount", "-o", "remount,size=20m", tiny], check=True)
    again = run("fetch", *big, "--allow-private", "--json", "--archive", tiny / "archive")
    assert again.code == 0
    assert len(again.objects) == len(big)


@pytest.fixture
def read_only(tmp_path):
    folder = tmp_path / "read-only"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "ro,size=64k", "tmpfs", folder]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("tmpfs cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_read_only_file_system_is_3(run, site, read_only):
    ended = run("fetch", site.url(), "--allow-private", "--archive", read_only / "archive")
    assert (ended.code, ended.out) == (3, "")
    assert "Read-only" in ended.err
    assert site.asked == []
