"""A YAML file and a model → a checked value, or every problem in it."""

from __future__ import annotations

import difflib
import reprlib
import types
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union, cast, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError

from pipeline.errors import ConfigInvalid, Problem
from pipeline.ground.not_yaml import NotYaml
from pipeline.ground.yaml_text import read_yaml

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from pydantic_core import ErrorDetails

M = TypeVar("M", bound=BaseModel)
Location = tuple[int | str, ...]

WHOLE = "whole file"
MAPPING = "YAML: a mapping of keys to values"
LONGEST_VALUE_SHOWN = 60


# A dozen anchors can stand for a mapping of gigabytes.
DEEPEST_SHOWN = 4


class _Veil:
    """Stands where a secret stood."""

    def __repr__(self) -> str:
        return "(not shown)"


VEIL = _Veil()

# pydantic's words for what is no YAML: told in YAML's own.
WORDS = {
    "missing": "this key has to be here",
    "string_type": "a text; put it in quotes",
    "list_type": "a list",
    "tuple_type": "a list",
    "model_type": "a mapping of keys to values",
    "dict_type": "a mapping of keys to values",
    "mapping_type": "a mapping of keys to values",
    "invalid_key": "a key that is a text; put it in quotes",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
}


def check(model: type[M], content: bytes, *, file: str, secret: Container[str] = frozenset()) -> M:
    """The value that `content` declares.

    Raises ConfigInvalid with every problem: `file`, key path as `extract[0].published.format`,
    the value that stands there, unless its key is `secret`, and what may stand there.
    """
    data = _parse(content, file=file)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ConfigInvalid(
            tuple(
                _problem(_veiled(one, secret), model, file=file)
                for one in _causes(error.errors(), model)
            )
        ) from error


def _parse(content: bytes, *, file: str) -> Any:
    try:
        data = read_yaml(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        told = f"{content[error.start : error.start + 1]!r}"
        raise _unreadable(file, f"line {line}", told, allowed="text in UTF-8") from error
    except NotYaml as error:
        allowed = "each key once" if error.is_twice else MAPPING
        raise _unreadable(file, error.where or WHOLE, error.told, allowed=allowed) from error
    except RecursionError as error:
        raise _unreadable(file, WHOLE, "nested too deeply") from error
    if not isinstance(data, dict):
        raise _unreadable(file, WHOLE, "empty" if data is None else _shown(data))
    return data


def _unreadable(file: str, where: str, what: str, *, allowed: str = MAPPING) -> ConfigInvalid:
    return ConfigInvalid((Problem(file=file, key=where, value=what, allowed=allowed),))


def _causes(found: Sequence[ErrorDetails], model: type[BaseModel]) -> list[ErrorDetails]:
    """`found` without what merely follows: one mistake is one problem.

    A list is too short because its items are wrong, a key is missing because it is misspelt.
    """
    misspelt = {
        (*location[:-1], meant)
        for one in found
        if one["type"] == "extra_forbidden"
        and (meant := _meant(str((location := one["loc"])[-1]), _keys_at(model, location[:-1])))
    }
    return [
        one
        for one in found
        if not (one["type"] == "missing" and one["loc"] in misspelt)
        and not any(_is_inside(other["loc"], one["loc"]) for other in found)
    ]


def _is_inside(inner: Location, outer: Location) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer


def _veiled(found: ErrorDetails, secret: Container[str]) -> ErrorDetails:
    """`found`, with what is secret in its input replaced."""
    if not secret:
        return found
    is_secret = any(part in secret for part in found["loc"])
    shown = VEIL if is_secret else _without(found["input"], secret)
    return cast("ErrorDetails", {**found, "input": shown})


def _without(value: Any, secret: Container[str], depth: int = DEEPEST_SHOWN) -> Any:
    if depth == 0:
        return VEIL
    if isinstance(value, list):
        return [_without(one, secret, depth - 1) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {key: VEIL if key in secret else inner for key, inner in value.items()}
    return {key: _without(inner, secret, depth - 1) for key, inner in kept.items()}


def _problem(found: ErrorDetails, model: type[BaseModel], *, file: str) -> Problem:
    location, given = found["loc"], found["input"]
    if stranger := _stranger(given, location, model):
        return _unknown((*location, stranger), model, file=file)
    value, allowed = _shown(given), WORDS.get(found["type"]) or _told(found["msg"])
    match found["type"]:
        case "extra_forbidden":
            return _unknown(location, model, file=file)
        case "missing":
            value = "missing"
        case "invalid_key":
            location = location[:-1]
    return Problem(file=file, key=_key_path(location, model) or WHOLE, value=value, allowed=allowed)


def _stranger(given: Any, location: Location, model: type[BaseModel]) -> str | None:
    """The key for which nobody can tell which branch of a union `given` was meant to be."""
    here = _kinds_at(model, location)
    if not isinstance(given, dict) or len(here) < 2:  # noqa: PLR2004 - no union
        return None
    known = _keys_at(model, location)
    return next((key for key in given if isinstance(key, str) and key not in known), None)


def _unknown(location: Location, model: type[BaseModel], *, file: str) -> Problem:
    *parents, key = location
    known, path = _keys_at(model, tuple(parents)), _key_path(tuple(parents), model)
    near = _meant(str(key), known)
    return Problem(
        file=file,
        key=f"{path}.{key}" if path else str(key),
        value="unknown key",
        allowed=f"{f'did you mean {near}? ' if near else ''}allowed here: {', '.join(known)}",
    )


def _told(message: str) -> str:
    for preface in ("Value error, ", "Input should be ", "must be "):
        message = message.removeprefix(preface)
    return message


def _meant(key: str, known: tuple[str, ...]) -> str | None:
    return next(iter(difflib.get_close_matches(key.lower(), known, n=1)), None)


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    # A dozen anchors can stand for a text of gigabytes, so not all of it may be spelled out.
    spelling = reprlib.Repr()
    spelling.maxstring = spelling.maxother = spelling.maxlong = LONGEST_VALUE_SHOWN
    try:
        text = spelling.repr(value)
    except ValueError:
        return "a number of more digits than Python spells out"
    return text if len(text) <= LONGEST_VALUE_SHOWN else f"{text[:LONGEST_VALUE_SHOWN]}…"


def _key_path(location: Location, model: type[BaseModel]) -> str:
    """`("extract", 0, "published", "<parts>", "css")` as `extract[0].published.css`.

    The names of a union's branches, which stand in pydantic's locations, are no keys and go.
    """
    path, here = "", (model,)
    for part in location:
        inside, is_key = _within(here, part)
        if isinstance(part, int):
            path += f"[{part}]"
        elif is_key:
            path += f".{part}" if path else part
        here = inside or here
    return path


def _keys_at(model: type[BaseModel], location: Location) -> tuple[str, ...]:
    """The keys that may stand at `location`."""
    return tuple(
        dict.fromkeys(key for kind in _kinds_at(model, location) for key in kind.model_fields)
    )


def _kinds_at(model: type[BaseModel], location: Location) -> tuple[type[BaseModel], ...]:
    """The models that may stand at `location`."""
    here: tuple[Any, ...] = (model,)
    for part in location:
        here = _within(here, part)[0] or here
    kinds = (kind for annotation in here for _, kind in _branches(annotation))
    return tuple(kind for kind in kinds if _is_model(kind))


def _within(here: tuple[Any, ...], part: int | str) -> tuple[tuple[Any, ...], bool]:
    """The annotations that `part` of a location leads to, and whether it is a key of the file.

    It leads nowhere when it is a name of pydantic's own.
    """
    branches = [branch for annotation in here for branch in _branches(annotation)]
    if tagged := tuple(kind for tag, kind in branches if tag == part):
        return tagged, False
    if isinstance(part, int):
        return tuple(get_args(kind)[0] for _, kind in branches if _holds(kind, list, tuple)), False
    inside = [
        kind.model_fields[part].annotation
        for _, kind in branches
        if _is_model(kind) and part in kind.model_fields
    ]
    inside += [get_args(kind)[1] for _, kind in branches if _holds(kind, dict, Mapping)]
    return tuple(inside), bool(inside)


def _branches(annotation: Any) -> Iterator[tuple[str | None, Any]]:
    """The types that `annotation` is a union of, or itself, each with its tag."""
    if get_origin(annotation) is Annotated:
        bare, *notes = get_args(annotation)
        named = next((note.tag for note in notes if isinstance(note, Tag)), None)
        if named:
            yield named, bare
        else:
            yield from _branches(bare)
    elif get_origin(annotation) in (Union, types.UnionType):
        for one in get_args(annotation):
            yield from _branches(one)
    else:
        yield None, annotation


def _holds(kind: Any, *containers: type) -> bool:
    return get_origin(kind) in containers


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
