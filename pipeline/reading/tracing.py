"""A passage → the documents in which it stands or stood, those first that had it first.

The index names candidates: the versions in which the passage stands word for word, and those with
stretches of it that are rare.  Each is held against the stored text itself.

Publication orders them.  A day without a time counts from its beginning in the zone of its site;
what gives no date stands behind, by when it was first captured.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Self

from msgspec import Struct

from pipeline.archive.texts import Texts
from pipeline.catalog.word_reader import WordReader
from pipeline.errors import DamagedRecord, NotRecorded, TakenDown, UsageError
from pipeline.ground.published import begins_at
from pipeline.ground.query import Words
from pipeline.reading.indexing import MOST_CHARACTERS, WordIndex
from pipeline.reading.surrounding import surrounded
from pipeline.search.aligning import Passage
from pipeline.search.analyzer import asked
from pipeline.search.sentences import sentences
from pipeline.writing.opening import looked_into

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import tzinfo
    from pathlib import Path

    from pipeline.catalog import Reader
    from pipeline.catalog.word_answers import Version
    from pipeline.model import Digest
    from pipeline.reading.surrounding import Surrounded
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
MOST_SENTENCES = 200
SOON = timedelta(days=2)
"""After a day of publication: what is captured so soon was there when it was captured first."""
LONGEST_SENTENCE = 1000
"""Characters: what has no point for so long is no sentence, and its beginning stands for it."""
FEWEST_WORDS = 8
"""Words of a sentence that can be somebody's: shorter ones are everybody's."""


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


class _Placed(Struct, frozen=True):
    """A version in which the passage stands."""

    version: Version
    where: Surrounded


_Time = tuple[bool, datetime, bool, bool, datetime]
_Ordered = tuple[_Time, _Placed, list[_Placed]]


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
        ordered, is_more = self._ordered(text, passage)
        made = tuple(self._made(first, everywhere) for _, first, everywhere in ordered[:limit])
        return Traced(made, is_more or len(ordered) > limit)

    def elsewhere(self, url: str) -> Iterator[Elsewhere]:
        """The sentences of the document `url` that stood in another one before.

        Of each the earliest standing.  Raises NotRecorded, TakenDown, and DamagedRecord.
        """
        known = self._reader.document(self._register.document(url)) or self._reader.document(url)
        if known is None or known.text is None:
            raise NotRecorded(url, archive=self._archive)
        for sentence in self._said(known.text):
            ordered, _ = self._ordered(sentence, Passage(sentence))
            own = next((when for when, first, _ in ordered if first.version.url == known.url), None)
            if ordered and (own is None or ordered[0][0] < own):
                yield Elsewhere(sentence, self._made(*ordered[0][1:]))

    def _ordered(self, text: str, passage: Passage) -> tuple[list[_Ordered], bool]:
        """The documents in which the passage stands, each by its first version, in their order."""
        numbers, is_more = self._candidates(text, passage)
        pages: dict[int, list[_Placed]] = {}
        for one in self._standing(passage, numbers):
            pages.setdefault(one.version.page, []).append(one)
        firsts = [min(found, key=lambda one: one.version.seen_at) for found in pages.values()]
        ordered = [(self._place_in_time(one), one, pages[one.version.page]) for one in firsts]
        ordered.sort(key=lambda one: one[0])
        return ordered, is_more

    def _said(self, text: Digest) -> Iterator[str]:
        """The sentences of `text` that can be somebody's, each once."""
        read = self._read(text)[:MOST_CHARACTERS]
        said = dict.fromkeys(one[:LONGEST_SENTENCE] for one in sentences(read))
        for sentence in islice(said, MOST_SENTENCES):
            if len(Passage(sentence).words) >= FEWEST_WORDS:
                yield sentence

    def _read(self, text: Digest) -> str:
        try:
            return self._texts.read_text(text)
        except DamagedRecord:
            if (reason := self._reader.taken_down(text)) is None:
                raise
            raise TakenDown(f"text {text.hex}", reason=reason) from None

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

    def _standing(self, passage: Passage, numbers: Sequence[int]) -> Iterator[_Placed]:
        """The versions among `numbers` in which the passage stands."""
        known: dict[Digest, Surrounded | None] = {}
        for begin in range(0, len(numbers), AT_ONCE):
            versions = self._words.versions(numbers[begin : begin + AT_ONCE])
            for version in versions.values():
                if version.text not in known:
                    known[version.text] = self._where(passage, version.text)
                where = known[version.text]
                if where is not None:
                    yield _Placed(version, where)

    def _where(self, passage: Passage, text: Digest) -> Surrounded | None:
        try:
            read = self._texts.read_text(text)[:MOST_CHARACTERS]
        except DamagedRecord:
            return None
        found = passage.align(read)
        return None if found is None else surrounded(read, found)

    def _made(self, first: _Placed, everywhere: Sequence[_Placed]) -> Standing:
        version, where = first.version, first.where
        is_current = any(one.version.is_current for one in everywhere)
        return Standing(
            url=version.url,
            site=version.site,
            title=version.title,
            published=version.published,
            observed_at=version.seen_at,
            until=None
            if is_current
            else self._until(version.url, [one.version.text for one in everywhere]),
            text=version.text,
            similarity=where.similarity,
            passage=where.passage,
            before=where.before,
            after=where.after,
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

    def _place_in_time(self, first: _Placed) -> _Time:
        """By the publication; of one day by the first capture, where that was not long after it.

        Else captures tell nothing of who was first, and what is a quotation comes behind.
        """
        version, is_quoted = first.version, first.where.is_quoted
        begins = begins_at(version.published, self._zone(version.site))
        seen_at = version.seen_at
        if begins is None:
            return True, seen_at, False, False, seen_at
        is_late = seen_at - begins > SOON
        return False, begins, is_late, is_late and is_quoted, seen_at

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
