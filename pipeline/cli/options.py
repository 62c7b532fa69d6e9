"""The global options, which may stand before the verb or behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct

if TYPE_CHECKING:
    import typer

    from pipeline.settings import Settings

WITH_VALUE = ("--archive", "--configs", "--database", "--log-format", "--log-level")
ALONE = ("--allow-private", "--json")


class Options(Struct, frozen=True, kw_only=True):
    """What the global options say; `as_json` is `--json`."""

    settings: Settings
    as_json: bool


def options_of(context: typer.Context) -> Options:
    """The options that the command was called with."""
    return cast("Options", context.find_root().obj)


def advised(told: str) -> str:
    """What became of a page, and the option that would have had it."""
    refused = "skipped: private_address" in told
    return f"{told}; --allow-private asks there" if refused else told


def in_front(arguments: list[str]) -> list[str]:
    """`arguments` with the global options moved before the verb, where the parser wants them."""
    moved: list[str] = []
    rest: list[str] = []
    ahead = iter(arguments)
    for argument in ahead:
        if argument == "--":
            rest += [argument, *ahead]
        elif argument in WITH_VALUE:
            moved += [argument, *([value] if (value := next(ahead, None)) is not None else [])]
        elif argument in ALONE or argument.startswith(tuple(f"{name}=" for name in WITH_VALUE)):
            moved.append(argument)
        else:
            rest.append(argument)
    return moved + rest


def verb_of(arguments: list[str]) -> str | None:
    """The verb in `arguments`, which have the global options in front; None where there is none."""
    ahead = iter(arguments)
    for argument in ahead:
        if argument in WITH_VALUE:
            next(ahead, None)
        elif not argument.startswith("-"):
            return argument
    return None
