"""The `verdicts:` part of a site's declaration: the site's own words."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from pipeline.ground.declaration import Part


def _words(text: str) -> str:
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"{text!r} is not a regular expression: {error}") from None
    if re.search(text, ""):
        raise ValueError("a pattern that is not found in an empty text, or every page would fit it")
    return text


Words = Annotated[
    str, AfterValidator(_words), WithJsonSchema({"type": "string", "format": "regex"})
]


class VerdictsConfig(Part):
    """What the site says where the page is not, searched in a page's title and visible text.

    Patterns ignore case.  They are believed on a page of any length: whoever writes one down has
    seen the page.
    """

    gone_text: tuple[Words, ...] = ()
    block_text: tuple[Words, ...] = ()
