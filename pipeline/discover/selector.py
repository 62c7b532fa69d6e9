"""The text of a selector → CSS and the attribute to read, checked by the parser that will use it.

`a.next` selects elements, `time@datetime` reads their attribute.  A comma is CSS's own "or",
in the page's order; a list means the first that yields, and so does a comma beside an `@name`,
which CSS could not read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Struct
from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

ALLOWED = "a CSS selector such as 'h4 > a', with '@name' at its end to read an attribute"

READING = re.compile(r"(?P<css>.*\S)\s*@(?P<attribute>[A-Za-z_][\w:.-]*)", re.DOTALL)
QUOTED_OR_BRACKET = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[(\[\])]|,", re.DOTALL)


class Selector(Struct, frozen=True):
    """Which elements, and which attribute of them; None leaves that to whoever reads."""

    css: str
    attribute: str | None = None

    def __str__(self) -> str:
        return f"{self.css}@{self.attribute}" if self.attribute else self.css


def select(
    tree: LexborHTMLParser | LexborNode, selectors: tuple[Selector, ...]
) -> tuple[list[LexborNode], str | None]:
    """The elements of the first selector that yields, in page order, and the attribute to read."""
    for selector in selectors:
        if nodes := tree.css(selector.css):
            distinct = {node.mem_id: node for node in nodes}  # "a, b" yields twice what is both
            return list(distinct.values()), selector.attribute
    return [], None


def selectors(given: Any) -> tuple[Selector, ...]:
    """One selector or a list of them, checked.  Raises ValueError that says what is allowed."""
    texts = given if isinstance(given, list | tuple) else [given]
    if not texts:
        raise ValueError(f"{ALLOWED}; the list is empty")
    return tuple(selector for text in texts for selector in _alternatives(text))


def spelled(given: tuple[Selector, ...]) -> str | list[str]:
    """The inverse of `selectors`."""
    texts = [str(selector) for selector in given]
    return texts[0] if len(texts) == 1 else texts


def _alternatives(text: Any) -> list[Selector]:
    if isinstance(text, Selector):
        return [text]
    if not isinstance(text, str):
        raise ValueError(ALLOWED)  # noqa: TRY004 - pydantic turns only ValueError into a problem
    parts = [_read(part) for part in _split(text)]
    chosen = parts if any(part.attribute for part in parts) else [Selector(text.strip())]
    for selector in chosen:
        _check(selector)
    return chosen


def _read(text: str) -> Selector:
    reading = READING.fullmatch(text.strip())
    return Selector(reading["css"], reading["attribute"]) if reading else Selector(text.strip())


def _split(text: str) -> list[str]:
    """The parts between commas that stand in no quotes and no brackets."""
    parts, began, depth = [], 0, 0
    for token in QUOTED_OR_BRACKET.finditer(text):
        if token[0] in "([":
            depth += 1
        elif token[0] in ")]":
            depth -= 1
        elif token[0] == "," and not depth:
            parts.append(text[began : token.start()])
            began = token.end()
    return [*parts, text[began:]]


def _check(selector: Selector) -> None:
    try:
        LexborHTMLParser("<p>").css(selector.css)
    except (SelectolaxError, UnicodeEncodeError) as refused:
        raise ValueError(f"{ALLOWED}; {selector.css!r} is not CSS") from refused


Selectors = Annotated[
    tuple[Selector, ...],
    BeforeValidator(selectors),
    PlainSerializer(spelled),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1},
                {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1},
            ]
        }
    ),
]
