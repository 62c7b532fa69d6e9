"""Fixtures and what came of them → lines for people, and objects for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pipeline.cli import terminal
from pipeline.cli.differing import show
from pipeline.diff.paragraphs import pieces_between
from pipeline.diff.pieces import Diff
from pipeline.workbench.expecting import Expectation, Fixture, come_to, fixtures_in, written

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.settings import Settings
    from pipeline.sites.register import Register
    from pipeline.workbench.fixing import Fixed

LISTED = ("text", "links")


class Failure(Struct, frozen=True, kw_only=True):
    """A fixture that came to something else than expected; None: nothing was expected yet."""

    fixture: Fixture
    expected: Expectation | None
    came: Expectation

    @property
    def keys(self) -> tuple[str, ...]:
        """Where the two differ."""
        expected = self.expected or {}
        keys = dict.fromkeys((*expected, *self.came))
        return tuple(key for key in keys if expected.get(key) != self.came.get(key))


async def failures(
    folder: Path, site: str | None, register: Register, settings: Settings
) -> tuple[int, tuple[Failure, ...]]:
    """How many fixtures there are in `folder`, and which of them do not come to what is expected.

    What comes of one of which nothing is expected is written beside it.
    """
    if site is not None:
        register.named(site)
    fixtures = fixtures_in(folder, site)
    came = await come_to(fixtures, register, settings)
    wrong = tuple(
        Failure(fixture=one, expected=expected, came=came[one])
        for one in fixtures
        if (expected := one.expected) != came[one]
    )
    for one in wrong:
        if one.expected is None:
            one.fixture.beside.write_text(written(one.came), "utf-8")
    return len(fixtures), wrong


def show_expectation(fixed: Fixed, *, as_json: bool) -> None:
    """A fixture that was made, and what it comes to, for a person to look at."""
    file = fixed.fixture.file
    for one in fixed.disturbed:
        terminal.say(f"{one.name} is not as expected beside it: see dateline fixture check")
    if as_json:
        terminal.emit({"file": str(file), "expected": fixed.expectation})
        return
    terminal.line((str(file), "bold"))
    for key, value in fixed.expectation.items():
        for name, told in _lines(key, value):
            terminal.line(f"  {name:12}", told)


def tell_failure(failure: Failure, *, as_json: bool) -> None:
    """Where a fixture comes to something else, and to what."""
    if as_json:
        expected, came = failure.expected, failure.came
        terminal.emit({"fixture": failure.fixture.name, "expected": expected, "actual": came})
        return
    terminal.line((failure.fixture.name, "bold"))
    if failure.expected is None:
        terminal.line("  nothing was expected yet: read ", str(failure.fixture.beside))
        return
    for key in failure.keys:
        terminal.line((key, "bold"))
        if key in LISTED:
            listed = (said.get(key) or [] for said in (failure.expected, failure.came))
            show(differing_in(*listed))
            continue
        terminal.line("    expected  ", _brief(failure.expected.get(key)))
        terminal.line("    actual    ", _brief(failure.came.get(key)))


def differing_in(expected: list[str], came: list[str]) -> Diff:
    """How the paragraphs, or links, that came differ from those that were expected."""
    pieces, coarse = pieces_between(expected, came)
    return Diff(pieces=pieces, coarse=coarse)


def summed_up(count: int, failed: int, folder: Path) -> str:
    """One line about them all."""
    if not count:
        return f"no fixtures in {folder}/: dateline fixture add makes them of what is archived"
    many = f"{count} fixture{'' if count == 1 else 's'}"
    return f"{many}, {failed} not as expected" if failed else f"{many}, all as expected"


def _lines(key: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, list):
        return [(key if n == 0 else "", str(one)) for n, one in enumerate(value)]
    return [(key, _brief(value))]


def _brief(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_brief(one)}" for key, one in value.items())
    return "–" if value is None else str(value)
