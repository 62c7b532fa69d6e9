"""What is wrong with a text that should be YAML."""

from __future__ import annotations


class NotYaml(ValueError):
    """What is wrong with a text: where, if that can be told, and whether a key stands twice."""

    def __init__(self, told: str, *, where: str | None = None, is_twice: bool = False) -> None:
        super().__init__(told)
        self.told = told
        self.where = where
        self.is_twice = is_twice
