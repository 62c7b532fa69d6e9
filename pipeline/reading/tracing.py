"""A passage → the documents in which it stands or stood, those first that had it first.

The index names candidates: the versions in which the passage stands word for word, and those with
stretches of it that are rare.  Each is held against the stored text itself.

Publication orders them.  A day without a time counts from its beginning in the zone of its site;
what gives no date stands behind, by when it was first captured.
"""

from __future__ import annotations

import re
from datetime import UTC
from itertools import islice
from typing import TYPE_CHECKING, Self

from msgspec import Struct

from pipeline.archive.texts import Texts
from pipeline.catalog.word_reader import WordReader
from pipeline.errors import DamagedRecord, NotRecorded, UsageError
from pipeline.ground.published import begins_at
from pipeline.ground.query import Words
from pipeline.reading.indexing import MOST_CHARACTERS, WordIndex
from pipeline.search.aligning import Passage
from pipeline.search.analyzer import asked
from pipeline.search.sentences import sentences
from pipeline.writing.opening import looked_into

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime, tzinfo
    from pathlib import Path

    from pipeline.catalog import Reader
    from pipeline.catalog.word_answers import Version
    from pipeline.model import Digest
    from pipeline.search.aligning import Alignment
    from pipeline.settings import Settings
    from pipeline.sites.register import Register

MOST_EXACT = 2000
"""Versions that hold the very words and are looked at, the earliest published ones."""
MOST_NEAR = 500
"""Versions that have the most rare stretches in common with the passage."""
COMMON = 1000
"""Versions that hold a term which are counted; how many more there are is told by them."""
EXACT_TERMS = 8
"""Terms around the rarest by which versions with the very words are found, to be looked at."""
MOST_WHOLE = 60
"""Terms of a phrase: the time to find it grows with their number squared where they repeat."""
AT_ONCE = 500
MOST_TERMS = 2000
"""Of a passage: some pages of a book."""
AROUND = 160
"""Characters of what surrounds a passage, on each side."""
MOST_SENTENCES = 200
LONGEST_SENTENCE = 1000
"""Characters: what has no point for so long is no sentence, and its beginning stands for it."""
FEWEST_WORDS = 8
"""Words of a sentence that can be somebody's: shorter ones are everybody's."""

SPACES = re.compile(r"\s+")


class Standing(Struct, frozen=True, kw_only=True):
    """A passage in a document: `passage` as it stands there, with what is `before` and `after` it.

    `observed_at` is when it was first captured there, `until` when it was first seen to be there
    no more; None where it still is, as `is_current` says.  `similarity` is 1 word for word.
    """

    url: str
    site: str | None
    title: str | None
    published: str | None
    observed_at: datetime
    until: datetime | None
    text: Digest
    similarity: float
    passage: str
    before: str
    after: str
    state: str
    is_current: bool


class Traced(Struct, frozen=True):
    """Where a passage stands, the earliest first; `is_more` says that not all was looked at."""

    standings: tuple[Standing, ...]
    is_more: bool


class Elsewhere(Struct, frozen=True):
    """A sentence of a document, and where it stood before."""

    sentence: str
    standing: Standing


class Tracing:
    """Traces passages in an archive, beside whoever writes it; any thread may ask."""

    def __init__(self, archive: Path, reader: Reader, register: Register) -> None:
        self._archive = archive
        self._reader = reader
        self._register = register
        self._words = WordReader(archive)
        self._texts = Texts(archive)
        self.index = WordIndex(archive, reader)

    @classmethod
    def open(cls, settings: Settings, register: Register) -> Self:
        """Trace in the archive of `settings`.  Raises CatalogAway."""
        return cls(settings.archive, looked_into(settings), register)

    def trace(self, text: str, *, limit: int = 100) -> Traced:
        """Where the passage `text` stands.  Raises UsageError where there is no word in it."""
        passage = Passage(text)
        if not passage.words:
            raise UsageError("there is no word in the passage; give a sentence, or - for stdin")
        if len(passage.terms) > MOST_TERMS:
            why = f"{len(passage.terms)} words are more than a passage; {MOST_TERMS} can be traced"
            raise UsageError(f"{why}; give a part of it")
        numbers, is_more = self._candidates(text, passage)
        pages: dict[int, list[tuple[Version, Alignment, str]]] = {}
        for version, alignment, read in self._standing(passage, numbers):
            pages.setdefault(version.page, []).append((version, alignment, read))
        firsts = [min(found, key=lambda one: one[0].seen_at) for found in pages.values()]
        firsts.sort(
            key=lambda one: self._place_in_time(one[0].site, one[0].published, one[0].seen_at)
        )
        made = tuple(self._made(one, pages[one[0].page]) for one in firsts[:limit])
        return Traced(made, is_more or len(firsts) > limit)

    def elsewhere(self, url: str) -> Iterator[Elsewhere]:
        """The sentences of the document `url` that stood in another one before.

        Of each the earliest standing.  Raises NotRecorded.
        """
        known = self._reader.document(self._register.document(url)) or self._reader.document(url)
        if known is None or known.text is None:
            raise NotRecorded(url, archive=self._archive)
        published = known.heading.published if known.heading else None
        own = self._place_in_time(known.site, published, known.first_seen)
        for sentence in self._said(known.text):
            first = next(
                (one for one in self.trace(sentence).standings if one.url != known.url), None
            )
            if first and self._place_in_time(first.site, first.published, first.observed_at) < own:
                yield Elsewhere(sentence, first)

    def _said(self, text: Digest) -> Iterator[str]:
        """The sentences of `text` that can be somebody's, each once."""
        read = self._texts.read_text(text)[:MOST_CHARACTERS]
        said = dict.fromkeys(one[:LONGEST_SENTENCE] for one in sentences(read))
        for sentence in islice(said, MOST_SENTENCES):
            if len(Passage(sentence).words) >= FEWEST_WORDS:
                yield sentence

    def close(self) -> None:
        """Let go of what is open in this thread."""
        self._words.close()
        self.index.close()

    def _candidates(self, text: str, passage: Passage) -> tuple[list[int], bool]:
        common = {term: self._words.commonness(term, COMMON) for term in {*passage.terms}}
        phrase = _phrase(text)
        exact = self._words.holding(_part(phrase, common), MOST_EXACT)
        if len(exact) == MOST_EXACT:  # the part stands in many, the whole perhaps in few
            exact = self._words.holding(phrase, MOST_EXACT)
        near: tuple[int, ...] = ()
        if rare := passage.rarest(common):
            weighed = {
                Words(terms=one): 1 / (1 + min(common[term] for term in one)) for one in rare
            }
            near = self._words.resembling(weighed, MOST_NEAR)
        return list(dict.fromkeys((*exact, *near))), len(exact) == MOST_EXACT

    def _standing(
        self, passage: Passage, numbers: Sequence[int]
    ) -> Iterator[tuple[Version, Alignment, str]]:
        """The versions among `numbers` in which the passage stands."""
        known: dict[Digest, tuple[Alignment | None, str]] = {}
        for begin in range(0, len(numbers), AT_ONCE):
            versions = self._words.versions(numbers[begin : begin + AT_ONCE])
            for version in versions.values():
                if version.text not in known:
                    known[version.text] = self._aligned(passage, version.text)
                alignment, read = known[version.text]
                if alignment is not None:
                    yield version, alignment, read

    def _aligned(self, passage: Passage, text: Digest) -> tuple[Alignment | None, str]:
        try:
            read = self._texts.read_text(text)[:MOST_CHARACTERS]
        except DamagedRecord:
            return None, ""
        alignment = passage.align(read)
        return alignment, read if alignment else ""

    def _made(
        self,
        first: tuple[Version, Alignment, str],
        everywhere: Sequence[tuple[Version, Alignment, str]],
    ) -> Standing:
        version, alignment, read = first
        is_current = any(one.is_current for one, *_ in everywhere)
        return Standing(
            url=version.url,
            site=version.site,
            title=version.title,
            published=version.published,
            observed_at=version.seen_at,
            until=None
            if is_current
            else self._until(version.url, [one.text for one, *_ in everywhere]),
            text=version.text,
            similarity=alignment.similarity,
            passage=_spaced(read[alignment.start : alignment.end]),
            before=_tail(read[: alignment.start]),
            after=_head(read[alignment.end :]),
            state=version.state,
            is_current=is_current,
        )

    def _until(self, url: str, standing: Sequence[Digest]) -> datetime | None:
        """When another text was first seen after the last of `standing`."""
        readings = sorted(self._reader.readings(url), key=lambda one: (one.observed_at, one.entry))
        last = max(
            (number for number, one in enumerate(readings) if one.text in standing), default=None
        )
        following = None if last is None else next(iter(readings[last + 1 :]), None)
        if following is None:
            return None
        return following.at if following.technical else following.observed_at

    def _place_in_time(
        self, site: str | None, published: str | None, observed_at: datetime
    ) -> tuple[bool, datetime, datetime]:
        begins = begins_at(published, self._zone(site))
        return begins is None, begins or observed_at, observed_at

    def _zone(self, site: str | None) -> tzinfo:
        return self._register.of(site).declared.zone or UTC


def _phrase(text: str) -> Words:
    terms, is_prefix = asked(text)
    return Words(terms=terms[:MOST_WHOLE], is_prefix=is_prefix and len(terms) <= MOST_WHOLE)


def _part(phrase: Words, common: Mapping[str, int]) -> Words:
    """The terms around the rarest of a phrase, which stand wherever it does."""
    terms, places = phrase.terms, range(len(phrase.terms))
    most = max(common.values(), default=0)
    rarest = min(places, key=lambda place: common.get(terms[place], most))
    begin = max(rarest - EXACT_TERMS // 2, 0)
    end = begin + EXACT_TERMS
    return Words(terms=terms[begin:end], is_prefix=phrase.is_prefix and end >= len(terms))


def _head(text: str) -> str:
    """The beginning of `text`, to the end of a word."""
    if len(text) <= AROUND:
        return _spaced(text.rstrip())
    cut = _spaced(text[:AROUND])
    return cut.rpartition(" ")[0] or cut


def _tail(text: str) -> str:
    """The end of `text`, from the beginning of a word."""
    if len(text) <= AROUND:
        return _spaced(text.lstrip())
    cut = _spaced(text[-AROUND:])
    return cut.partition(" ")[2] or cut


def _spaced(text: str) -> str:
    return SPACES.sub(" ", text)
