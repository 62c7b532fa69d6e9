"""A YAML file and a model → a checked value, or every problem in it.

YAML 1.2, so that `no` stays a word and `1:30` a text; a key that stands twice is a problem.
"""

from __future__ import annotations

import difflib
import io
import types
from typing import TYPE_CHECKING, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from pipeline.errors import ConfigInvalid, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import ErrorDetails

M = TypeVar("M", bound=BaseModel)

LONGEST_VALUE_SHOWN = 60


def check(model: type[M], content: bytes, *, file: str) -> M:
    """The value that `content` declares.

    Raises ConfigInvalid with every problem: `file`, key path as `extract[0].published.format`,
    the value that stands there, and what may stand there.
    """
    data = _parse(content, file=file)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ConfigInvalid(
            tuple(_problem(found, model, file=file) for found in error.errors())
        ) from error


def _parse(content: bytes, *, file: str) -> Any:
    try:
        data = YAML(typ="safe", pure=True).load(io.BytesIO(content))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "whole file"
        raise ConfigInvalid((_unreadable(file, where, str(error.problem)),)) from error
    except (YAMLError, UnicodeError, ValueError) as error:
        raise ConfigInvalid((_unreadable(file, "whole file", str(error)),)) from error
    if not isinstance(data, dict):
        raise ConfigInvalid((_unreadable(file, "whole file", _shown(data)),))
    return data


def _unreadable(file: str, where: str, what: str) -> Problem:
    return Problem(file=file, key=where, value=what, allowed="YAML: a mapping of keys to values")


def _problem(found: ErrorDetails, model: type[BaseModel], *, file: str) -> Problem:
    location = tuple(found["loc"])
    if found["type"] == "extra_forbidden":
        known = _keys_at(model, location[:-1])
        return Problem(
            file=file,
            key=key_path(location),
            value="unknown key",
            allowed=_suggest(str(location[-1]), known),
        )
    missing = found["type"] == "missing"
    return Problem(
        file=file,
        key=key_path(location) or "whole file",
        value="missing" if missing else _shown(found["input"]),
        allowed=found["msg"].removeprefix("Value error, "),
    )


def key_path(location: tuple[int | str, ...]) -> str:
    """`("extract", 0, "published")` as `extract[0].published`.

    pydantic puts the names of a union's branches into a location; they are no keys and go.
    """
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part.isidentifier() and not part[0].isupper() and part not in ("str", "list", "dict"):
            path += f".{part}" if path else part
    return path


def _suggest(key: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    meant = f"did you mean {near[0]}? " if near else ""
    return f"{meant}allowed here: {', '.join(known)}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE_SHOWN else f"{text[:LONGEST_VALUE_SHOWN]}…"


def _keys_at(model: type[BaseModel], location: tuple[int | str, ...]) -> tuple[str, ...]:
    """The keys that may stand at `location`, following fields, lists and unions down."""
    here: list[Any] = [model]
    for part in location:
        step: list[Any] = []
        for kind in here:
            if isinstance(part, str) and _is_model(kind):
                if part in kind.model_fields:
                    step.extend(_models(kind.model_fields[part].annotation))
                elif kind.__name__ == part:
                    step.append(kind)
            elif isinstance(part, int):
                step.append(kind)
        here = step or here
    return tuple(dict.fromkeys(key for kind in here for key in kind.model_fields))


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Every model named anywhere inside `annotation`."""
    if _is_model(annotation):
        if issubclass(annotation, BaseModel) and "root" in annotation.model_fields:
            yield from _models(annotation.model_fields["root"].annotation)
        else:
            yield annotation
    elif get_origin(annotation) in (list, tuple, dict, Union, types.UnionType) or get_args(
        annotation
    ):
        for inner in get_args(annotation):
            yield from _models(inner)
