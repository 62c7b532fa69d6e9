"""Killed at any instant, Dateline loses nothing that it told, and goes on where it was."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
import traceback
import warnings
from pathlib import Path

import pytest

from tests.crash.crashes import State
from tests.crash.scenario import ANCHORS, BARE, look_at
from tests.crash.soundness import demand_sound
from tests.crash.tape import Tape

COMMAND = Path(sys.executable).parent / "dateline"
KILLED = 137
BROKE = 70
MOST_S = 60
SHARES = 8
"""Into so many tests each suite is cut, so that several processes can share the work."""


def bare(root):
    return State(after=0, tree=BARE, catalog=None, told=()).lay(root)


def look_until(place, room, *, number, half):
    """Look at everything in a process that ends before operation `number`, or in its middle.

    How it ended, and what it had told.
    """
    reads, writes = os.pipe()
    with warnings.catch_warnings():
        # Our other thread serves pages, and holds no lock that the child could want.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os.close(reads)
        signal.alarm(MOST_S)
        _die_in(place, room, number, half=half, tell=writes)
    os.close(writes)
    with os.fdopen(reads) as said:
        told = [json.loads(line) for line in said]
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), told


def _die_in(place, room, number, *, half, tell):
    def before(operation, do_half):
        if operation == number:
            if half:
                do_half()
            os._exit(KILLED)

    def say(report):
        os.write(tell, f"{json.dumps(report)}\n".encode())

    try:
        with Tape(place.root, before=before):
            asyncio.run(look_at(place, room.base, room.stages(), say, anchors=ANCHORS))
        os._exit(0)
    except BaseException:  # noqa: BLE001 - no test may go on in a child
        traceback.print_exc()
        os._exit(BROKE)


@pytest.fixture(scope="session")
def operations(disk, room):
    """How many operations a run comes to, more or less."""
    place = bare(disk / "counted")
    with Tape(place.root) as tape:
        asyncio.run(look_at(place, room.base, room.stages(), tape.tell, anchors=ANCHORS))
    return tape.operations


@pytest.mark.parametrize("share", range(SHARES))
def test_a_kill_at_any_write_loses_nothing_that_was_told(
    share, thorough, disk, room, operations, empty_catalog
):
    step = 1 if thorough else 9
    for number in range(share * step, operations, SHARES * step):
        for half in (True, False) if thorough else (True,):
            place = bare(disk / "killed")
            ended, told = look_until(place, room, number=number, half=half)
            assert ended in {KILLED, 0}
            demand_sound(place, told, empty_catalog, audited=True)


@pytest.mark.parametrize("share", range(SHARES))
def test_a_process_killed_at_random_moments_under_load_loses_nothing_that_it_told(
    share, thorough, disk, room, tmp_path, empty_catalog
):
    rng = random.Random(share)  # noqa: S311 - no secret
    place, told = bare(disk / "loaded"), []
    for _ in range(25 if thorough else 3):
        urls = tmp_path / "urls"
        paths = (f"/news/{rng.randrange(400)}?t={rng.randrange(1, 9)}" for _ in range(200))
        urls.write_text("\n".join(f"{room.base}{path}" for path in paths))
        told += _killed_under_load(place, room.configs, urls, rng)
        demand_sound(place, told, empty_catalog, audited=True)
    assert told


def _killed_under_load(place, configs, urls, rng):
    """Let the command fetch `urls`, and kill it as it begins or while it works; what it told."""
    arguments = ("--archive", place.archive, "--configs", configs, "--allow-private")
    told_of_self = {"XDG_CONFIG_HOME": str(place.home)}
    with subprocess.Popen(
        (COMMAND, *arguments, "fetch", "--json", "--from", urls),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | told_of_self,
    ) as process:
        first = b"" if rng.random() < 0.2 else process.stdout.readline()
        time.sleep(rng.random() * 0.4)
        process.send_signal(signal.SIGKILL)
        lines = [first, *process.stdout]
    return [json.loads(line) for line in lines if line.endswith(b"\n")]
