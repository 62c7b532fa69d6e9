"""A power cut loses what was not synced, in every way that it can, and nothing that was told."""

from __future__ import annotations

from binascii import crc32

import pytest

from tests.crash.crashes import cuts_without, fault_of, power_cuts
from tests.crash.power_cut import Disk
from tests.crash.scenario import ANCHORS, BARE
from tests.crash.stories import SINGLE, Stories
from tests.crash.tape import MOST_FRAMES, Synced

SHARES = 6
"""Into so many tests each suite is cut, so that several processes can share the work."""
ABOVE = ""
"""The role of the folder that was there before anything, and has nothing to lose."""


@pytest.fixture(scope="session")
def stories(disk, room):
    return Stories(disk / "story", room)


@pytest.fixture
def demand_no_fault(thorough, disk, empty_catalog):
    """Lets the power be cut all along a story."""

    def demand(story):
        every = (10 if story.begin else 1) if thorough else 120
        for state in power_cuts(story, every=every, random_cuts=3 if thorough else 1):
            fault = fault_of(state, disk / "state", empty_catalog, audited=thorough)
            assert fault is None, f"{story.name}, {fault}: {story.steps[state.after]}"

    return demand


def test_the_tape_misses_nothing(disk, stories):
    """What the steps come to is what lies on the disk."""
    steps, root = stories.fresh.steps, disk / "story"
    replayed = Disk(BARE)
    for step in steps:
        replayed.do(step)
    there = {
        path.relative_to(root).as_posix(): None if path.is_dir() else path.read_bytes()
        for path in root.rglob("*")
        if not path.name.startswith("catalog.sqlite")
    }
    assert replayed.tree() == there
    assert len(replayed.told) == len({report["visit"] for report in replayed.told}) > 10
    assert max(report["entry"] for report in replayed.told) > ANCHORS


@pytest.mark.parametrize("name", SINGLE)
def test_a_power_cut_loses_nothing_that_was_told(name, stories, demand_no_fault):
    demand_no_fault(getattr(stories, name))


@pytest.mark.parametrize("share", range(SHARES))
def test_a_power_cut_after_a_kill_loses_nothing_that_was_told(
    share, thorough, stories, demand_no_fault
):
    """What a killed process had not synced is there for the next one, and may yet be lost."""
    for story in stories.killed[share :: SHARES * (1 if thorough else 6)]:
        demand_no_fault(story)


@pytest.mark.parametrize("share", range(SHARES))
def test_no_fsync_can_be_left_out(share, stories, disk, empty_catalog):
    """Without any one of them, some power cut leaves a state that is found to be bad."""
    everything = [*stories.single, *stories.killed]
    sites = {step.site for story in everything for step in story.steps if isinstance(step, Synced)}
    superfluous = [
        str(site)
        for site in sorted(sites, key=str)
        if crc32(str(site).encode()) % SHARES == share
        and site.role != ABOVE
        and len(site.frames) == MOST_FRAMES
        and not _is_missed(site, stories, disk, empty_catalog)
    ]
    assert not superfluous


def _is_missed(site, stories, disk, empty_catalog):
    return any(
        fault_of(state, disk / "state", empty_catalog)
        for told in (stories.single, stories.killed)
        for hasty in (True, False)
        for story in told
        if site in story.sites()
        for state in cuts_without(story, site, hasty=hasty)
    )
