"""What drafting works on: pages of articles, read by the generic extractor, side by side."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.drafting.counters import is_counter
from pipeline.drafting.page import Span, tidy
from pipeline.drafting.printed import is_dated, undated
from pipeline.drafting.signed import signatures
from pipeline.drafting.teasers import teasers_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.drafting.page import Block, Page
    from pipeline.model import Document

# Characters from which a line that stands inside a paragraph is no accident.
TELLING_PART = 30
# Share of a block that is links from which it leads elsewhere and says nothing itself.
MOSTLY_LINKS = 0.6
# Share of the `title` element that is a headline, at least; the rest is the site's name.
LEAST_OF_TITLE = 0.4

# Characters of a name; less may stand in any word.
SHORTEST_NAME = 2


class Sample(Struct, frozen=True, dict=True):
    """One article: its page, what the generic extractor made of it, the words of links to it.

    `dated` is what a seed says of when it was published, in the seed's own words.
    """

    page: Page
    read: Document
    headline: str | None = None
    dated: str | None = None

    @property
    def url(self) -> str:
        """Where it came from."""
        return self.page.url

    @cached_property
    def paragraphs(self) -> list[str]:
        """The text that was read, without its title and the lines that tell when it was written."""
        lines = self.read.text.rstrip("\n").split("\n\n")
        return [line for line in lines if not self.is_head(line)]

    def is_head(self, line: str) -> bool:
        """Whether a line is the title, or tells when the article was written."""
        return line in {self.title, self.read.title} or is_dated(line)

    @cached_property
    def title(self) -> str | None:
        """The headline that links to it give, where the page shows it, else what was read.

        But where that is all of `title`, the line of the page that stands in it: sites add their
        name to it, before or behind.
        """
        read, blocks = self.read.title, self.page.blocks
        if self.headline and _shows(self.page, self.headline):
            return self.headline
        if read is None or any(block.text == read for block in blocks):
            return read
        within = [one.text for one in blocks if one.text in read and not one.linked]
        longest = max(within, key=len, default="")
        return longest if len(longest) >= LEAST_OF_TITLE * len(read) else read


class Samples:
    """Articles of one site, and what repeats from one to the next."""

    def __init__(self, samples: Iterable[Sample]) -> None:
        self.all = tuple(samples)
        texts, unsigned = Counter[str](), Counter[str]()
        signed: dict[str, str] = {}
        for sample, name in zip(self.all, signatures(self.all), strict=True):
            lines = {block.text: _without(name, block.text) for block in sample.page.blocks}
            texts.update(lines.keys())
            unsigned.update(set(lines.values()))
            signed |= {line: bare for line, bare in lines.items() if bare != line}
        often = max(2, (len(self.all) + 1) // 2)
        self._repeated = frozenset(text for text, pages in texts.items() if pages >= often)
        self._signed = frozenset(
            text
            for text, bare in signed.items()
            if often <= unsigned[bare] and texts[text] < unsigned[bare]
        )
        self._recurring = frozenset(text for text, pages in texts.items() if pages > 1)
        self.measured = tuple(map(self._measured, self.all))

    def __len__(self) -> int:
        return len(self.all)

    def repeats(self, text: str) -> bool:
        """Whether half of the pages, and two at least, have this line, but for a name or a day."""
        return text in self._repeated or text in self._signed

    def is_signed(self, text: str) -> bool:
        """Whether a line repeats but for a name or a day in it: its words are of one article."""
        return text in self._signed

    def recurs(self, text: str) -> bool:
        """Whether two pages have it, which may be chance where nothing else speaks against it."""
        return text in self._recurring

    def is_noise(self, block: Block) -> bool:
        """Whether a block is of the site and not of the article: repeated, a count, all links."""
        return self.repeats(block.text) or is_counter(block.text) or _leads_away(block)

    def _measured(self, sample: Sample) -> Measured:
        lines = {line for line in sample.paragraphs if not self.repeats(line)}
        whole = "\n".join(lines)
        teasers = teasers_of(sample.page)
        is_text = [
            at not in teasers
            and not _leads_away(block)
            and (block.text in lines or (len(block.text) >= TELLING_PART and block.text in whole))
            and not sample.is_head(block.text)
            for at, block in enumerate(sample.page.blocks)
        ]
        return Measured(sample, is_text, teasers)


class Measured:
    """How much of a page's text, and of the article's, lies in a stretch of its blocks."""

    def __init__(self, sample: Sample, is_text: list[bool], teasers: frozenset[int]) -> None:
        blocks = sample.page.blocks
        self.teasers = teasers
        self.sample = sample
        self.page = sample.page
        self.is_text = is_text
        lengths = [len(block.text) for block in blocks]
        self._all = [0, *accumulate(lengths)]
        long = [
            n >= (TELLING_PART if block.text.isascii() else TELLING_PART // 2)
            for n, block in zip(lengths, blocks, strict=True)
        ]
        kept = (
            n if text and tells else 0
            for n, text, tells in zip(lengths, is_text, long, strict=True)
        )
        self._text = [0, *accumulate(kept)]

    @property
    def text_chars(self) -> int:
        """Characters of the article's paragraphs that were found on the page.

        Short lines are none: labels and dates, which are read as text now and then.
        """
        return self._text[-1]

    def text_in(self, span: Span) -> int:
        """Characters of the article in `span`."""
        return self._text[span.end] - self._text[span.start]

    def chars_in(self, span: Span) -> int:
        """Characters of anything in `span`."""
        return self._all[span.end] - self._all[span.start]

    def agreement(self, spans: list[Span]) -> float:
        """How well `spans` hold the article and nothing else: F1 over characters, 0 to 1."""
        inside = sum(map(self.text_in, spans))
        there = sum(map(self.chars_in, spans))
        return 2 * inside / (there + self.text_chars) if inside else 0.0


def _shows(page: Page, line: str) -> bool:
    """Whether a page shows `line` by itself: as a line, or in an element that is a part of one."""
    lines = [at for at, block in enumerate(page.blocks) if line in block.text and not block.linked]
    if any(page.blocks[at].text == line for at in lines):
        return True
    within = {Span(at, at + 1) for at in lines}
    parts = (node for node in page.elements if page.spans.get(node.mem_id) in within)
    return any(tidy(node.text()) == line for node in parts)


def _leads_away(block: Block) -> bool:
    """Whether all of it is links: to other pages, or to files that hang on this one."""
    return block.linked > MOSTLY_LINKS * len(block.text)


def _without(name: str | None, line: str) -> str:
    """A line with a gap where the author's name stands in it, and where a day does."""
    bare = undated(line)
    return bare.replace(name, "\0") if name and len(name) >= SHORTEST_NAME else bare
