"""Runs that are recorded, and runs that go on where a kill or a power cut has ended another."""

from __future__ import annotations

import asyncio
from functools import cached_property

from pipeline.archive.lock import one_writer
from pipeline.ground.clock import SystemClock
from pipeline.model import Digest
from pipeline.writing import keyring
from pipeline.writing.opening import opened
from pipeline.writing.takedown import Takedown, tombstone_object
from tests.crash.crashes import State, Story
from tests.crash.power_cut import LOSE
from tests.crash.scenario import ANCHORS, BARE, look_at
from tests.crash.tape import Made, Moved, Opened, Removed, Synced, Tape, Told, Wrote, role_of

BEFORE_THE_RULES_CHANGED = 8
"""Looks of the scenario; a technical text that nobody has logged can be adopted by nobody."""
SINGLE = (
    "orphaned",
    "fresh",
    "recovered",
    "adopted",
    "adopted_in_two_goes",
    "rotated",
    "rotated_in_two_goes",
    "taken_down",
    "taken_down_in_two_goes",
)


class Stories:
    """What has happened to archives below `root`; each story is recorded when it is asked for."""

    def __init__(self, root, room):
        self._root, self._room = root, room
        self._killed: dict[int, Story] = {}

    @cached_property
    def fresh(self):
        """A first run, from nothing to its end."""
        bare = State(after=0, tree=BARE, catalog=None, told=())
        stages = self._room.stages()
        steps = self._recorded(bare, lambda place, tell: self._look(place, stages, tell, ANCHORS))
        return Story(name="fresh", steps=steps, tree=BARE)

    def killed_at(self, number):
        """The first run, killed after some step, and the next one upon what is in memory."""
        if number not in self._killed:
            killed = self.fresh.until(number)
            steps = self._recorded(_end_of(killed), self._look_later)
            self._killed[number] = killed.followed_by(steps, f"killed after step {number}")
        return self._killed[number]

    @cached_property
    def killed(self):
        """The first run, killed after each kind of step, and the next one."""
        steps = self.fresh.steps
        last = {_kind_of(step, steps): number for number, step in enumerate(steps, 1)}
        return [self.killed_at(number) for number in sorted(last.values())]

    @cached_property
    def orphaned(self):
        """The first run, killed when a text is written by new rules that nobody will read by."""
        steps = self.fresh.steps
        told = [number for number, step in enumerate(steps) if isinstance(step, Told)]
        commits = [
            number
            for number, step in enumerate(steps)
            if isinstance(step, Opened) and step.path.endswith("log/checkpoint.new")
        ]
        last_told = told[BEFORE_THE_RULES_CHANGED - 1]
        return self.killed_at(next(number for number in commits if number > last_told))

    @cached_property
    def recovered(self):
        """The first run, cut off while it wrote the last batch, and the next one."""
        disk = self.fresh.disk()
        told = [n for n, step in enumerate(self.fresh.steps) if isinstance(step, Told)]
        for step in self.fresh.steps[: told[-1] - 3]:
            disk.do(step)
        lost = _state_of(disk, lambda _: LOSE)
        return self._upon(lost, self._look_later, "cut off and opened again")

    @cached_property
    def adopted(self):
        """An archive that never had a log comes to a Dateline that keeps one."""
        kept = ("warc", "text", "documents")
        disk = self.fresh.disk()
        for step in self.fresh.steps:
            disk.do(step)
            if len(disk.told) == BEFORE_THE_RULES_CHANGED:
                break
        tree = {
            path: octets
            for path, octets in disk.tree().items()
            if path.split("/")[3:4] in ([], *([name] for name in kept)) and path[:5] != "user/"
        }
        old = State(after=0, tree=tree, catalog=None, told=())
        return self._upon(old, self._look_later, "adopted")

    @cached_property
    def adopted_in_two_goes(self):
        """As before, but cut off between the two halves of it."""
        return self._in_two_goes(self.adopted, 1, "adopted in two goes")

    @cached_property
    def rotated(self):
        """A new key comes to sign, before there is anything else, and the next run."""

        def rotate(place, tell):
            with one_writer(place.archive, verb="key"):
                tell({"key": str(keyring.rotate(place.settings, at=SystemClock().now()))})
            self._look_later(place, tell)

        return self._upon(State(after=0, tree=BARE, catalog=None, told=()), rotate, "rotated")

    @cached_property
    def rotated_in_two_goes(self):
        """As before, but killed before the new key is in its place."""
        return self._in_two_goes(self.rotated, 1, "rotated in two goes")

    @cached_property
    def taken_down(self):
        """The bytes of a page go, and the next run sees the page again."""
        end = _end_of(self.fresh)
        page = next(one for one in end.told if one["change"] == "new")

        async def take_down(place, tell):
            with opened(place.settings, verb="tombstone", clock=SystemClock()) as archive:
                takedown = Takedown(
                    folder=archive.folder,
                    warc=archive.warc,
                    log=archive.log,
                    clock=SystemClock(),
                    sync=archive.sync,
                )
                entities, reason = (Digest.parse(page["entity"]),), "somebody asked for it"
                taken = await archive.scribe.submit(
                    lambda batch: takedown.take(batch, entities, reason)
                )
                for logged in taken:
                    tell(tombstone_object(logged))

        def work(place, tell):
            asyncio.run(take_down(place, tell))
            self._look_later(place, tell)

        return self._upon(end, work, "taken down")

    @cached_property
    def taken_down_in_two_goes(self):
        """As before, but killed before the files that were written anew are in their place."""
        return self._in_two_goes(self.taken_down, 0, "taken down in two goes")

    @property
    def single(self):
        """Those that stand for themselves."""
        return [getattr(self, name) for name in SINGLE]

    def _in_two_goes(self, story, puts, name):
        """The `story`, killed when it has put a checkpoint in force so often, and the next run."""
        put = [n for n, step in enumerate(story.steps, 1) if _puts_checkpoint(step)]
        killed = story.until(put[puts] + 1)
        return killed.followed_by(self._recorded(_end_of(killed), self._look_later), name)

    def _upon(self, state, work, name):
        steps = self._recorded(state, work)
        return Story(
            name=name, steps=steps, tree=state.tree, catalog=state.catalog, told=state.told
        )

    def _recorded(self, state, work):
        place = state.lay(self._root)
        with Tape(place.root, catalog=place.catalog) as tape:
            work(place, tape.tell)
        return tape.steps

    def _look_later(self, place, tell):
        self._look(place, self._room.later(), tell)

    def _look(self, place, stages, tell, anchors=0):
        asyncio.run(look_at(place, self._room.base, stages, tell, anchors=anchors))


def _end_of(story):
    disk = story.disk()
    for step in story.steps:
        disk.do(step)
    return _state_of(disk)


def _state_of(disk, *fate):
    return State(after=0, tree=disk.tree(*fate), catalog=disk.catalog, told=tuple(disk.told))


def _puts_checkpoint(step):
    return isinstance(step, Moved) and step.new.endswith("log/checkpoint")


def _kind_of(step, steps):
    match step:
        case Moved(new=path) | Made(path=path) | Removed(path=path):
            return type(step), role_of(path)
        case Wrote(handle=handle) | Synced(handle=handle):
            return type(step), role_of(steps[handle].path)
        case _:
            return type(step)
