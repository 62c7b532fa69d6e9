"""A text → the documents that say nearly the same: syndicated, mirrored, or copied.

Candidates come out of an index of shingles, and how much they are alike is counted in the texts
themselves.  Nothing is merged, and nothing of it is evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.dedup.shingles import Likeness, likeness, shingles, sketch
from pipeline.errors import DamagedRecord, TakenDown
from pipeline.ground.published import begins_at
from pipeline.reading.indexed import Slice

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pipeline.archive.texts import Texts
    from pipeline.catalog import Batch, Reader, Saying
    from pipeline.model import Digest

# Where every tenth word was changed, 73 of 100 runs of three words still stand, and the two texts
# have 57 of 100 in common; articles about the same event have less than ten.
SIMILAR = 0.5
# An item that stands in a longer one, all but a sentence.
CONTAINED = 0.8
# Texts that are compared, of those that share most of their shingles: a tenth of a second's work.
MOST_COMPARED = 100
# Of a sketch's dozen shingles one may be the name of a place.
LEAST_SHARED = 2
SAME = Likeness(1.0, 1.0)


class Copy(Struct, frozen=True, kw_only=True):
    """A document that says nearly the same; `is_earlier` than the one that was asked about.

    Earlier is who says that it was published earlier, and of those who do not say, who was seen
    earlier.  `text` is the version that is likest, which may not be its current one.
    """

    url: str
    site: str | None
    title: str | None
    published: str | None
    first_seen: datetime
    text: Digest
    is_current: bool
    likeness: Likeness
    is_earlier: bool | None


class Likening:
    """The index of shingles."""

    name = "shingles"

    def __init__(self, reader: Reader, texts: Texts) -> None:
        self._reader = reader
        self._texts = texts

    def prepare(self, limit: int) -> Slice | None:
        """The sketches of the next texts; what was taken down or lost has none."""
        unread = self._reader.not_followed(self.name, most=limit)
        if not unread:
            return None
        sketches = [(one.entry, self._sketch(one.text)) for one in unread if one.is_first]
        upto = unread[-1].entry + 1

        def write(batch: Batch) -> None:
            batch.copies.add(sketches)
            batch.indexes.move(self.name, upto)

        return Slice(len(unread), write)

    def _sketch(self, digest: Digest) -> tuple[int, ...]:
        try:
            return sketch(shingles(self._texts.read_text(digest)))
        except DamagedRecord:
            return ()


def copies_of(
    text: Digest, reader: Reader, texts: Texts, *, url: str | None = None
) -> tuple[Copy, ...]:
    """The documents that say nearly `text`, but for that at `url`; the earliest first.

    Raises TakenDown, and DamagedRecord where the text itself cannot be read.
    """
    try:
        mine = shingles(texts.read_text(text))
    except DamagedRecord:
        reason = reader.taken_down(text)
        if reason is None:
            raise
        raise TakenDown(str(text), reason=reason) from None
    alike = {text: SAME}
    for digest in _candidates(sketch(mine), reader):
        try:
            how = likeness(mine, shingles(texts.read_text(digest)))
        except DamagedRecord:  # taken down, or lost
            continue
        if digest != text and (how.similarity >= SIMILAR or how.contained >= CONTAINED):
            alike[digest] = how
    said = [(each, how) for digest, how in alike.items() for each in reader.saying(digest)]
    asked = next((each for each, _ in said if each.url == url), None)
    others = _likest((each, how) for each, how in said if each.url != url)
    return tuple(_copy(each, how, asked) for each, how in sorted(others, key=_by_time))


def _candidates(of: tuple[int, ...], reader: Reader) -> Iterable[Digest]:
    """Texts that share more than by chance with the one whose sketch it is, the likest first."""
    shared = reader.sharing(of)
    likest = [entry for entry, many in shared.most_common(MOST_COMPARED) if many >= LEAST_SHARED]
    found = reader.texts_of(likest)
    return [found[entry] for entry in likest if entry in found]


def _likest(said: Iterable[tuple[Saying, Likeness]]) -> list[tuple[Saying, Likeness]]:
    """Each document once, by its likest version."""
    best: dict[str, tuple[Saying, Likeness]] = {}
    for each, how in said:
        before = best.get(each.url)
        rank = (how.similarity, how.contained, each.is_current)
        if before is None or rank > (*_both(before[1]), before[0].is_current):
            best[each.url] = each, how
    return list(best.values())


def _both(how: Likeness) -> tuple[float, float]:
    return how.similarity, how.contained


def _by_time(one: tuple[Saying, Likeness]) -> tuple[datetime, datetime]:
    said = one[0]
    return begins_at(said.published) or said.first_seen, said.first_seen


def _copy(said: Saying, how: Likeness, asked: Saying | None) -> Copy:
    return Copy(
        url=said.url,
        site=said.site,
        title=said.title,
        published=said.published,
        first_seen=said.first_seen,
        text=said.text,
        is_current=said.is_current,
        likeness=how,
        is_earlier=None if asked is None else _by_time((said, how)) < _by_time((asked, how)),
    )
