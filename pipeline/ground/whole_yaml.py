"""YAML 1.2 text → plain values, or what is wrong with it and where: all that ruamel.yaml knows."""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError, SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from pipeline.ground.not_yaml import NotYaml


class _Words(SafeConstructor):
    """Reads a date as the text that it is, so that a wrong one is a problem of its own key."""


_Words.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def read_whole(text: str) -> Any:
    """What `text` says.  Raises NotYaml and RecursionError."""
    reader = YAML(typ="safe", pure=True)
    reader.Constructor = _Words
    try:
        return reader.load(io.StringIO(text))
    except MarkedYAMLError as error:
        raise _told(error) from error
    except (YAMLError, ValueError) as error:
        raise NotYaml(" ".join(str(error).split())) from error


def _told(error: MarkedYAMLError) -> NotYaml:
    mark = error.problem_mark or error.context_mark
    where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else None
    told = str(error.problem)
    if isinstance(error, DuplicateKeyError):
        # What stands under the key may be half the file.
        return NotYaml(told.partition(" with value ")[0], where=where, is_twice=True)
    return NotYaml(told, where=where)
