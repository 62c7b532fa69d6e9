"""What happened to a folder → the states that a crash may leave, and what is wrong with each."""

from __future__ import annotations

import random
import shutil
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from tests.crash.power_cut import Disk, Tree, digest_of, fates, losses
from tests.crash.scenario import Place
from tests.crash.soundness import demand_sound
from tests.crash.tape import Step, Synced, Told

if TYPE_CHECKING:
    from collections.abc import Iterator


class Story(Struct, frozen=True, kw_only=True):
    """What happened to a folder: `steps` upon what lay there.

    The power may be cut after any step from `begin` on.
    """

    name: str
    steps: list[Step]
    tree: Tree
    catalog: bytes | None = None
    told: tuple[dict, ...] = ()
    begin: int = 0

    def disk(self, without=frozenset()):
        """The disk before the first step."""
        disk = Disk(self.tree, catalog=self.catalog, without=without)
        disk.told.extend(self.told)
        return disk

    def until(self, end):
        """The story up to a kill, which leaves what was written and not synced."""
        return replace(self, steps=self.steps[:end])

    def followed_by(self, steps, name):
        """The story, and what the next process did."""
        return replace(self, name=name, steps=self.steps + steps, begin=len(self.steps))

    def outdone(self):
        """The steps that tell something, of which the next tells more while the disk is the same.

        Whoever heard it all demands everything that whoever heard the first of it would demand.
        """
        after = enumerate(pairwise(self.steps))
        return {number for number, (one, then) in after if {type(one), type(then)} == {Told}}

    def sites(self):
        """Every fsync in it."""
        return {step.site for step in self.steps if isinstance(step, Synced)}


class State(Struct, frozen=True, kw_only=True):
    """What is there after a crash, and what had been told by then."""

    after: int
    tree: Tree
    catalog: bytes | None
    told: tuple[dict, ...]

    def lay(self, root):
        """Write it below `root`, instead of what is there."""
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
        for path, octets in self.tree.items():
            if octets is None:
                (root / path).mkdir(exist_ok=True)
            else:
                (root / path).write_bytes(octets)
                if path.startswith("user/"):
                    (root / path).chmod(0o600)
        place = Place(root)
        if self.catalog is not None and place.archive.is_dir():
            place.catalog.write_bytes(self.catalog)
        return place


def power_cuts(story, *, every=1, random_cuts=0, seed=0) -> Iterator[State]:
    """States that a power cut can leave, after every `every`th step and after all that was told.

    Then the catalog may be gone as well: it is no evidence.
    """
    disk, seen, rng = story.disk(), set(), random.Random(seed)  # noqa: S311 - no secret
    outdone = story.outdone()
    for number, step in enumerate(story.steps):
        disk.do(step)
        turn = number % every == 0 or isinstance(step, Told) or number == len(story.steps) - 1
        if number < story.begin or number in outdone or not turn:
            continue
        for fate in fates(disk.loose(), rng, random_cuts=random_cuts):
            yield from _new(seen, disk, number, disk.tree(fate))
        if isinstance(step, Told):
            yield State(after=number, tree=disk.tree(), catalog=None, told=tuple(disk.told))


def cuts_without(story, site, *, hasty) -> Iterator[State]:
    """States that a power cut can leave where the fsyncs at `site` do nothing.

    In each of them something is lost that they would have made durable.  When `hasty`, after
    what was told alone.
    """
    disk, seen, outdone = story.disk(frozenset({site})), set(), story.outdone()
    for number, step in enumerate(story.steps):
        disk.do(step)
        told = isinstance(step, Told) or number == len(story.steps) - 1
        if number < story.begin or number in outdone or (hasty and not told):
            continue
        suspects = disk.missed.intersection(disk.loose())
        if suspects:
            for fate in losses(suspects):
                yield from _new(seen, disk, number, disk.tree(fate))


def fault_of(state, root, empty_catalog, *, audited=False):
    """What is wrong with an archive in `state`; None where all is well."""
    place = state.lay(root)
    try:
        demand_sound(place, state.told, empty_catalog, audited=audited)
    except Exception as fault:  # noqa: BLE001 - whatever stops it, it is the fault
        return f"after step {state.after}: {type(fault).__name__}: {fault}"
    return None


def _new(seen, disk, number, tree):
    key = (digest_of(tree, disk.catalog), len(disk.told))
    if key not in seen:
        seen.add(key)
        yield State(after=number, tree=tree, catalog=disk.catalog, told=tuple(disk.told))
