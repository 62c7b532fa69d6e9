"""The `extract:` part of a site's declaration: generations of rules, newest first.

Where a key takes several shapes, pydantic's error locations name the shape that was met in angle
brackets (`<text>`, `<parts>`, `<list>`): it is no key of the file.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_validator,
)

from pipeline.extract.dates import compile_format
from pipeline.extract.selector import alternatives, css
from pipeline.ground.declaration import Part

# A paragraph that no site means: a pattern that is found in it is found everywhere.
NOBODY_WRITES = "\ufffd\ue000\ufffd"


def _selector(text: str) -> str:
    alternatives(text)
    return text


def _regex(text: str) -> str:
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"{text!r} is not a regular expression: {error}") from None
    return text


def _mark(text: str) -> str:
    if re.search(_regex(text), NOBODY_WRITES):
        raise ValueError(f"{text!r} is found in every paragraph: nothing would be left of a text")
    return text


def _format(text: str) -> str:
    compile_format(text)
    return text


def _day(given: object) -> object:
    """Refuse a number: pydantic would read it as seconds since 1970."""
    if isinstance(given, int | float):
        raise ValueError(f"{given!r} is not a date; write it as 2020-03-22")  # noqa: TRY004 - pydantic reports ValueErrors
    return given


def _shape(given: object) -> str | None:
    match given:
        case str():
            return "<text>"
        case list() | tuple():
            return "<list>"
        case dict() | Part():
            return "<parts>"
        case _:
            return None


def _shaped(allowed: str) -> Discriminator:
    """Tells shapes apart, so that an error speaks of the one that was meant and no other."""
    return Discriminator(
        _shape, custom_error_type="shape", custom_error_message=f"must be {allowed}"
    )


Selector = Annotated[
    str,
    AfterValidator(_selector),
    Field(
        description=(
            "CSS; @name reads an attribute; json-ld:path, meta:name and og:name are what the page"
            " declares; alternatives are parted by commas"
        )
    ),
]
Css = Annotated[str, AfterValidator(css), Field(description="CSS")]
Regex = Annotated[
    str, AfterValidator(_regex), WithJsonSchema({"type": "string", "format": "regex"})
]
Mark = Annotated[str, AfterValidator(_mark), WithJsonSchema({"type": "string", "format": "regex"})]
Format = Annotated[str, AfterValidator(_format), Field(description="strptime's directives")]

Text = Annotated[Selector, Tag("<text>")]
Selectors = Annotated[
    Text | Annotated[tuple[Selector, ...], Tag("<list>")],
    _shaped("a selector or a list of selectors"),
]
Formats = Annotated[
    Annotated[Format, Tag("<text>")] | Annotated[tuple[Format, ...], Tag("<list>")],
    _shaped("a strptime format or a list of them"),
]


class Picked(Part):
    """A value cut out of what a selector finds: the pattern's first group, else all of it."""

    css: Selectors
    pattern: Regex | None = None


class Dated(Picked):
    """A date; `format` says how it is printed where ISO 8601 and RFC 2822 do not read it."""

    format: Formats | None = None


PICKED = "a selector, {css, pattern}, or a list of those"
AnyPicked = Annotated[Picked, Tag("<parts>")]
OnePicked = Annotated[Text | AnyPicked, _shaped(PICKED)]
TextField = (
    Annotated[Text | AnyPicked | Annotated[tuple[OnePicked, ...], Tag("<list>")], _shaped(PICKED)]
    | None
)

DATED = "a selector, {css, pattern, format}, or a list of those"
AnyDated = Annotated[Dated, Tag("<parts>")]
OneDated = Annotated[Text | AnyDated, _shaped(DATED)]
DateField = (
    Annotated[Text | AnyDated | Annotated[tuple[OneDated, ...], Tag("<list>")], _shaped(DATED)]
    | None
)


class Longest(Part):
    """The one candidate with most text."""

    longest: tuple[Selector, ...] = Field(min_length=1)


Body = Annotated[
    Text
    | Annotated[tuple[Selector, ...], Field(min_length=1), Tag("<list>")]
    | Annotated[Longest, Tag("<parts>")],
    _shaped("a selector, a list of selectors, or {longest: [selectors]}"),
]


class Source(Part):
    """The upstream that the page names."""

    name: TextField = None
    url: TextField = None


class Require(Part):
    """What must hold for a generation to be the one that the page was made with."""

    min_chars: int = Field(default=0, ge=0, description="characters of body text at least")
    has: Css | None = None


PARTS = ("source", "require", "drop", "cut_text", "drop_text", "end_at")


def _null_allowed(schema: dict[str, Any]) -> None:
    """Say in the JSON Schema what `_null_is_left_out` allows."""
    keys = schema["properties"]
    keys |= {key: {"anyOf": [keys[key], {"type": "null"}]} for key in PARTS}


class Generation(Part):
    """How the pages of one layout are read."""

    until: Annotated[date | None, BeforeValidator(_day)] = Field(
        default=None, description="the last day of capture, in the site's zone, to try it for"
    )
    when: Regex | None = Field(default=None, description="found in the URLs to try it for")
    title: TextField = None
    body: Body
    drop: tuple[Css, ...] = Field(default=(), description="elements that are never text")
    cut_text: tuple[Mark, ...] = Field(
        default=(), description="where one is found in a paragraph, that much of it is cut out"
    )
    drop_text: tuple[Mark, ...] = Field(
        default=(), description="a paragraph in which one is found is dropped"
    )
    end_at: tuple[Mark, ...] = Field(
        default=(), description="the first paragraph in which one is found ends the text"
    )
    published: DateField = None
    source: Source = Source()
    byline: TextField = None
    require: Require = Require()

    model_config = ConfigDict(json_schema_extra=_null_allowed)

    @model_validator(mode="before")
    @classmethod
    def _null_is_left_out(cls, given: Any) -> Any:
        """`source: null` says the same as no `source` at all, and so for every key with parts."""
        if not isinstance(given, dict):
            return given
        return {key: value for key, value in given.items() if value is not None or key not in PARTS}


ExtractConfig = list[Generation]
