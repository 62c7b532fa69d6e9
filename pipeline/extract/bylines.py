"""A page → who it says wrote it: people's names, never its site's.

Machine-readable places come first, then elements that are called so, then a line beside the title
that begins with "By".  What is not plainly a name is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract import jsonld
from pipeline.extract.author_labels import COLON, DATED, EAST, is_label
from pipeline.extract.prose import one_line
from pipeline.extract.selecting import every
from pipeline.extract.standing import is_elsewhere, lines_of
from pipeline.ground.late import late

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from selectolax.lexbor import LexborNode

    from pipeline.extract.own_names import OwnNames
    from pipeline.extract.page import Page

METAS = (
    "author",
    "article:author",
    "byl",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
)
MARKED = "[rel~='author'], [itemprop='author'] [itemprop='name'], [itemprop='author']"
CALLED = (
    "[class*='byline' i], [class*='author' i], [class*='writer' i], [id*='author' i],"
    " [id*='byline' i], a[href*='/author/'], a[href*='/authors/'], [class*='reporter' i]"
)
BY = late(
    r"^[\s,;:·•|–—-]*(?:(?:(?:article|story|words|reporting|reported|review(?=\sby)|written|posted"
    r"|published|created|contributed)\s+)?by\b:?|from:|text:|texte\s?:|글\s?[:=]|文[/／・]"
    rf"|(?:本[报報])?[记記]者\s|{COLON})\s*",
    re.IGNORECASE,
)
# "By" in other languages; before one word, as in "Von Miller", it is part of a name.
OTHERS_BY = late(r"(?:von|par|por|di|door|av|af)\s(?=\S+\s)", re.IGNORECASE)
WRITTEN = late(r"(?:written|reported|story) by\b", re.IGNORECASE)
REPORTER = late(r"(?:\s*/\s*)?\s?(?:기자|특파원|논설위원|선임기자)(?:\s*[(=]?\s*\S+@\S+)?$")
# What stands behind a name in its line: another column, a date, when it was revised.
BEHIND = late(
    r"\s*(?:[|•·»\n]|\s[–—/-]\s|(?:last\s+)?updated\b|published\b|posted\b|reviewed\b|edited\b"
    r"|\bon\s+(?=[A-Z][a-z]+\s\d)|,?\s*\b\d{1,2}[./]\d{1,2}[./]\d{2,4}"
    r"|,?\s*\b(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*\.?\s\d{1,2}\b"
    r"|,?\s*\d{4}[-./年]|(?-i:\sin\s[A-Z])"
    r"|,?\s*(?:(?:le|am|el|il|em|den|op)\s)?\d{1,2}(?:er)?\.?\s(?:de\s)?[^\W\d_]{3,12}\.?,?\s(?:de\s)?"
    r"\d{4}).*$",
    re.IGNORECASE | re.DOTALL,
)
# What a reporter signs with besides a name.
MAIL = late(r"[\s,]*[(<\[]?[\w.+-]+@[\w-]+\.[\w.-]+[)>\]]?$")
ROLE = late(
    r"[^\n]*\b(?:staff|senior|chief|political|reporter|writer|editor|correspondent|columnist"
    r"|contributor|journalist|analyst|bureau)\b[^\n]*",
    re.IGNORECASE,
)
NOBODY = late(
    r"(?:admin(?:istrator)?|webmaster|root|user|guest|anonymous|unknown|none|null|undefined|editor"
    r"|author|authors|staff|webadmin|superuser|web\s?team|n/?a|default|test|about the author|share"
    r"|super user|site admin|关于|匿名)\d*",
    re.IGNORECASE,
)
LABEL = late(r"(?:written )?by|author", re.IGNORECASE)
RESIDUE = late(r"://|@|\{\{|\}\}|<|>|%[A-Za-z]|\$|=|^[a-z]+(?:[._][a-z]+)+$")
# Two to five words with a capital each, particles and initials among them; or a few ideograms.
NAME = late(
    r"(?:(?:dr|prof|mr|mrs|ms|sir|md)\.?\s)?"
    r"[^\W\d_a-z][\w.'’-]*(?:\s(?:de|da|di|del|della|van|von|der|den|la|le|bin|al|el|dos|du|y"
    r"|[^\W\d_a-z][\w.'’-]*)){1,4}(?:,\s(?:[A-Z][A-Za-z.]{1,5}|Ph\.?D\.?))*",
)
IDEOGRAMS = late(r"[\u4e00-\u9fff·\uac00-\ud7a3]{2,6}")
# Scripts of South Asia, most of whose vowels are marks: a name behind its label.
SOUTHERN = late(r"[\u0900-\u0dff]{2,}\.?(?:\s[\u0900-\u0dff]+\.?){1,3}")
NO_NAME = late(
    r"\b(?:the|this|about|more|read|all|posts?|articles?|view|follow|contact|email|news|home|share"
    r"|subscribe|in|for|and|of|team|staff|desk|senior|contributor|editor|writer|author|published"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|morning|evening|night|noon|says?|said|officials?"
    r"|police|minist(?:er|ry)|government|court|council|committee|department|title|message|dates?"
    r"|views|subject|replies|section|category|photos?|source|publication|year|type|language|status"
    r"|tags?|pages|rating)\b",
    re.IGNORECASE,
)
PERSON = late(r"[^\W\d_a-z][\w.'’-]*(?:\s[^\W\d_a-z][\w.'’-]*){1,2}")
MEDIUM = late(
    r"\b(?:the|news|times|post|daily|gazette|journal|herald|tribune|media|press|today|weekly|review"
    r"|magazine|radio|tv|agency|network|online|globe|star|sun|mail|clinic|health|group|global|team"
    r"|university|institute|association|society|company|studio|labs?|house|city|usa|us|uk|watch"
    r"|planted|world|guide|blog|report|wire|chronicle|observer|telegraph|standard|mirror|canada)\b",
    re.IGNORECASE,
)
BETWEEN = late(r"\s*(?:,\s*and\s|,|;|\s&\s|\sand\s|\sund\s|\set\s|\sy\s|、)\s*")
LONGEST = 120
"""Characters of a byline; what is longer tells a life."""
NEAR, FEW = 400, 3
"""Characters behind the title in which a byline stands; more authors than that are a list's."""
MOST = 200
"""Elements that are looked at for a name: a list of news has more, and an article fewer."""


def byline_of(page: Page, url: str, own: OwnNames, heading: LexborNode | None) -> str | None:
    """Who the page at `url` says wrote it, several parted by commas."""
    for said in _declared(page, url):
        names = _joined(_cleaned(line, own) for line in said)
        if names is not None:
            return names
    return _called(page, own) or _printed(page, own, heading) or _namesake(page, url, own)


def _joined(found: Iterable[str | None]) -> str | None:
    names = ", ".join(dict.fromkeys(filter(None, found)))
    return names if names and len(names) <= LONGEST else None


def _declared(page: Page, url: str) -> Iterator[Iterable[str]]:
    """What each machine-readable place says."""
    yield page.metas.get("citation_author", page.metas.get("citation_authors", ()))
    for thing in jsonld.of_the_page(page.structured, url):
        yield jsonld.each_text([thing], ("author", "name"))
    for name in METAS:
        yield page.metas.get(name, ())
    for number in ("1", "2"):
        if any(map(LABEL.fullmatch, page.metas.get(f"twitter:label{number}", ()))):
            yield page.metas.get(f"twitter:data{number}", ())
    for thing in jsonld.of_the_page(page.structured, url):
        yield jsonld.each_text([thing], ("creator", "name"))


def _cleaned(line: str, own: OwnNames) -> str | None:
    """The names in what a byline says; None where nobody is named."""
    if len(line) > NEAR:
        return None
    name = MAIL.sub("", BEHIND.sub("", BY.sub("", one_line(line)))).strip(" ,;:|–—-")
    name = REPORTER.sub("", name).strip(" ,;:|–—-")
    name = own.behind(name[: LONGEST + 1])
    if not name or len(name) > LONGEST or RESIDUE.search(name) or NOBODY.fullmatch(name):
        return None
    return None if name.isdigit() or own.are(name) else name


def _called(page: Page, own: OwnNames) -> str | None:
    """What elements say that are called so, where it is plainly a name and not a list's."""
    for css in (MARKED, CALLED):
        nodes = [node for node in every(css, page.root)[:MOST] if not is_elsewhere(node)]
        named = [(node, _named(node, own, marked=css == MARKED)) for node in nodes]
        found = _side_by_side([(node, name) for node, name in named if name])
        # A name alone stands beside the same name with all its holder is.
        alone = [one for one in found if not any(one != name and name in one for name in found)]
        if found:
            return _joined(alone) if len(alone) <= FEW else None
    return None


def _side_by_side(named: list[tuple[LexborNode, str]]) -> list[str]:
    """The first name and those beside it: one far from it has written something else."""
    if not named:
        return []
    first = set(_above(named[0][0]))
    return list(dict.fromkeys(name for node, name in named if first & set(_above(node))))


def _above(node: LexborNode) -> Iterator[int]:
    """An element, what it is in, and what that is in."""
    above: LexborNode | None = node
    for _ in range(3):
        if above is None or not above.is_element_node or above.tag in {"body", "article", "main"}:
            return
        yield above.mem_id
        above = above.parent


def _named(node: LexborNode, own: OwnNames, *, marked: bool) -> str | None:
    """Who an element names, in one line or in its first that is a name."""
    text = node.attributes.get("content") or node.text(separator="\n", strip=True)
    if len(text) > NEAR:
        return None
    lines = [one_line(text), *map(one_line, text.splitlines())]
    name = next((name for line in lines if (name := _plain(line, own))), None)
    if name is None and marked and len(lines) > 1 and " " not in lines[1]:
        return _cleaned(lines[1], own)  # people call themselves anything, in one word
    return name


def _plain(line: str, own: OwnNames) -> str | None:
    """The names in a line that nothing but its place calls a byline."""
    name = _cleaned(OTHERS_BY.sub("", line, count=1) if OTHERS_BY.match(line) else line, own)
    if name is None:
        return None
    parts = BETWEEN.split(name) if not NAME.fullmatch(name) else [name]
    if len(parts) > 1 and ROLE.fullmatch(parts[-1]):
        name = name[: name.rindex(parts.pop())].rstrip(" ,;&")
    if BY.match(line) and SOUTHERN.fullmatch(name):
        return name
    if all((NAME.fullmatch(part) or IDEOGRAMS.fullmatch(part)) for part in parts):
        return None if any(NO_NAME.search(part) for part in parts) else name
    return None


def _printed(page: Page, own: OwnNames, heading: LexborNode | None) -> str | None:
    """The line behind the title that begins with "By", or names a reporter.

    Where it says "Written by" it may stand at the end as well.
    """
    lines = [line for line in lines_of(page.root, heading) if not line.alien and line.text]
    title = next((line.at for line in lines if line.title), None) if heading is not None else None
    if title is None:
        return None
    above = ""
    for line in lines:
        text = "" if line.title else line.text
        near = abs(line.at - title) <= NEAR
        found = _plain(text, own) if near and is_label(above) else None
        if line.at > title and text:
            found = found or _signed(text, own, near=near)
        if found is not None:
            return found
        above = text
    return None


def _signed(line: str, own: OwnNames, *, near: bool) -> str | None:
    """The name in a line behind the title that says it is one."""
    if not near:
        return _plain(line, own) if WRITTEN.match(line) else None
    if BY.match(line) or OTHERS_BY.match(line) or REPORTER.search(BEHIND.sub("", line)):
        return _plain(line, own)
    east = EAST.search(line)
    if east is not None:
        return _plain(east["name"], own)
    dated = DATED.match(line)
    behind = line[dated.end() :] if dated else ""
    return _plain(behind, own) if dated and (BY.match(behind) or "|" not in dated[0]) else None


def _namesake(page: Page, url: str, own: OwnNames) -> str | None:
    """A person whose site bears their name and nothing else does: `annalee.example`."""
    for thing in jsonld.of_the_page(page.structured, url):
        authors = thing.get("author")
        for author in authors if isinstance(authors, list) else [authors]:
            if isinstance(author, dict) and author.get("@type") == "Person":
                name = one_line(str(author.get("name") or ""))
                if PERSON.fullmatch(name) and own.is_address(name) and not MEDIUM.search(name):
                    return name
    return None
