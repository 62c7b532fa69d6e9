"""A site's declared generations → rules that are ready to be applied, compiled once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from pipeline.extract import config
from pipeline.extract.dates import Format, compile_format
from pipeline.extract.marks import Marks
from pipeline.extract.needed import needed
from pipeline.extract.selector import Alternative, alternatives

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

One = TypeVar("One")


class Pick(Struct, frozen=True, kw_only=True):
    """Where to look for one value, what to cut out of it, how to read it as a date.

    `needed` are letters without which `pattern` is not found.
    """

    places: tuple[Alternative, ...]
    pattern: re.Pattern[str] | None
    needed: str
    formats: tuple[Format, ...]


class Fields(Struct, frozen=True, kw_only=True):
    """What a page says about its text: for each value the picks to try, in order."""

    title: tuple[Pick, ...]
    byline: tuple[Pick, ...]
    published: tuple[Pick, ...]
    source_name: tuple[Pick, ...]
    source_url: tuple[Pick, ...]


class Generation(Struct, frozen=True, kw_only=True):
    """One layout's rules.  `ordinal` counts from the oldest, which is 1.

    `cuts` are what is cut out of paragraphs, in which `cut` finds any of them.  `marked` knows the
    paragraphs that are no text, `end_at` those among them that end it.
    `bodies` are the places of the body, of which the first that yields is taken, or the longest
    where `longest` says so.
    """

    ordinal: str
    until: date | None
    when: re.Pattern[str] | None
    fields: Fields
    bodies: tuple[Alternative, ...]
    longest: bool
    drop: tuple[str, ...]
    cut: Marks
    cuts: tuple[re.Pattern[str], ...]
    end_at: Marks
    marked: Marks
    min_chars: int
    has: str | None


class Rules(Struct, frozen=True):
    """How a site's pages become documents; without generations, the generic rules.

    `zone` is where the site's clock times are at home, None when nobody knows; `language` what
    its pages are in, None when each page says so itself; `charset` the label of what they are
    read in, None when their bytes say so.
    """

    generations: tuple[Generation, ...]
    zone: ZoneInfo | None
    language: str | None
    charset: str | None
    _declared: tuple[config.Generation, ...]

    @classmethod
    def compile(
        cls,
        declared: config.ExtractConfig,
        *,
        zone: ZoneInfo | None,
        language: str | None,
        charset: str | None = None,
    ) -> Rules:
        """Rules from a checked declaration, newest generation first."""
        generations = tuple(
            _compiled(generation, str(len(declared) - place))
            for place, generation in enumerate(declared)
        )
        return cls(generations, zone, language, charset, tuple(declared))

    @classmethod
    def generic(cls) -> Rules:
        """The rules for pages of no site."""
        return cls.compile([], zone=None, language=None)

    def declaration(self) -> dict[str, Any]:
        """All of a declaration that the text depends on, as plain JSON values.

        Keys at their defaults are left out, so that a key which is born later changes no digest.
        """
        return {
            "extract": [
                generation.model_dump(mode="json", exclude_defaults=True)
                for generation in self._declared
            ],
            "language": self.language,
            "zone": self.zone.key if self.zone else None,
            **({"charset": self.charset} if self.charset else {}),
        }

    def all_fields(self) -> Fields:
        """Every generation's fields behind each other, newest first."""
        each = [generation.fields for generation in self.generations]
        return Fields(
            title=tuple(pick for fields in each for pick in fields.title),
            byline=tuple(pick for fields in each for pick in fields.byline),
            published=tuple(pick for fields in each for pick in fields.published),
            source_name=tuple(pick for fields in each for pick in fields.source_name),
            source_url=tuple(pick for fields in each for pick in fields.source_url),
        )

    def holding(self, url: str, observed_at: datetime) -> Iterator[Generation]:
        """The generations that neither `until` nor `when` excludes for a page."""
        for generation in self.generations:
            is_over = generation.until is not None and self._day_of(observed_at) > generation.until
            if not is_over and (generation.when is None or generation.when.search(url)):
                yield generation

    def _day_of(self, moment: datetime) -> date:
        """The date that `moment` had where the site is at home."""
        return (moment.astimezone(self.zone) if self.zone else moment).date()


def _compiled(declared: config.Generation, ordinal: str) -> Generation:
    body = declared.body
    longest = isinstance(body, config.Longest)
    bodies = body.longest if isinstance(body, config.Longest) else _tuple(body)
    return Generation(
        ordinal=ordinal,
        until=declared.until,
        when=re.compile(declared.when) if declared.when else None,
        fields=Fields(
            title=_picks(declared.title),
            byline=_picks(declared.byline),
            published=_picks(declared.published),
            source_name=_picks(declared.source.name),
            source_url=_picks(declared.source.url),
        ),
        bodies=_places(bodies),
        longest=longest,
        drop=declared.drop,
        cut=Marks(*declared.cut_text),
        cuts=tuple(map(re.compile, declared.cut_text)),
        end_at=Marks(*declared.end_at),
        marked=Marks(*declared.end_at, *declared.drop_text),
        min_chars=declared.require.min_chars,
        has=declared.require.has,
    )


def _picks(field: config.TextField | config.DateField) -> tuple[Pick, ...]:
    if field is None:
        return ()
    return tuple(map(_pick, field if isinstance(field, tuple) else (field,)))


def _pick(given: str | config.Picked) -> Pick:
    if isinstance(given, str):
        return Pick(places=alternatives(given), pattern=None, needed="", formats=())
    formats = given.format if isinstance(given, config.Dated) else None
    return Pick(
        places=_places(_tuple(given.css)),
        pattern=re.compile(given.pattern) if given.pattern else None,
        needed=needed(given.pattern) if given.pattern else "",
        formats=tuple(map(compile_format, _tuple(formats))) if formats else (),
    )


def _places(selectors: tuple[str, ...]) -> tuple[Alternative, ...]:
    return tuple(place for selector in selectors for place in alternatives(selector))


def _tuple(given: One | tuple[One, ...]) -> tuple[One, ...]:
    return given if isinstance(given, tuple) else (given,)
