"""A number → a page of a newspaper that does not exist, the same at every run.

`article` is a lean page of some 15 kB.  `portal` is what big sites send: some 180 kB, most of it
menus, teasers, styles and settings around an article of the same length; `paper` stands between
them, with 60 kB.  All are laid out as the kcnawatch config expects, so that its rules read them.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

HEADINGS = ("Harvest", "Harbour", "Railway", "Library", "Workshop", "Orchard", "Weather", "School")
VOCABULARY = """
the a of in on for with after before under near between and but while because although when
village town river harbour bridge station workshop library school orchard field market mill
engineer teacher farmer sailor baker clerk gardener painter carpenter driver nurse student
opened repaired planted measured counted painted carried described visited finished began
reported watched kept moved stored tested mended delivered weighed sorted printed read new old
small wide narrow early late quiet busy careful heavy light green grey warm cold morning evening
winter spring summer autumn week month year harvest season holiday rice barley timber copper
glass paper rope canvas brick slate pipe valve lantern wagon ledger slowly quickly together
twice again already carefully nearly almost seldom often hundred thousand several dozen fourteen
thirty ninety hectares tonnes metres hours visitors
"""
WORDS = VOCABULARY.split()
FIRST_DAY = date(2019, 1, 1)
PARAGRAPHS = 15
OUTLET = "Hillside Courier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A kind of page: how many links, teasers, rules and settings surround the article."""

    name: str
    links: int
    teasers: int
    styles: int
    settings: int


ARTICLE = Edition(name="article", links=12, teasers=4, styles=6, settings=4)
PAPER = Edition(name="paper", links=100, teasers=14, styles=120, settings=40)
PORTAL = Edition(name="portal", links=330, teasers=50, styles=420, settings=150)
EDITIONS = {edition.name: edition for edition in (ARTICLE, PAPER, PORTAL)}


def page(edition: Edition, number: int) -> bytes:
    """Page `number` of `edition`: no two have the same title or text."""
    chance = random.Random(f"{edition.name} {number}")  # noqa: S311 - wording, no secret
    title = f"{chance.choice(HEADINGS)} report {number}: {_sentence(chance, 6)}"
    day = FIRST_DAY + timedelta(days=number % 2000)
    body = "".join(f"<p>{_paragraph(chance)}</p>\n" for _ in range(PARAGRAPHS))
    head, foot = _furniture(edition)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="UTF-8"><title>{title}</title>\n'
        f'<meta property="og:title" content="{title}"><meta property="og:type" content="article">\n'
        f"{head}"
        f'<h1 class="headline">{title}</h1>\n'
        f'<p class="under-headline">Date: {day:%d/%m/%Y} | Source: {OUTLET} |'
        f' <a href="https://courier.example/{number}" rel="nofollow">Read original version at'
        " source</a></p>\n"
        f'<div class="article-content">\n{body}</div>\n'
        f"{_teasers(chance, edition)}{foot}"
    ).encode()


@cache
def _furniture(edition: Edition) -> tuple[str, str]:
    """What stands before and behind the article of every page of `edition`."""
    chance = random.Random(edition.name)  # noqa: S311 - wording, no secret
    links = "".join(_link(chance, at) for at in range(edition.links))
    head = (
        f"<style>{''.join(_style(chance, at) for at in range(edition.styles))}</style>\n"
        f"<script>window.settings = {_settings(chance, edition.settings)};</script></head>\n"
        '<body class="single newstream"><header><div class="container"><span class="today">'
        f'November 21, 2026</span><nav><ul class="menu">{links}</ul></nav></div></header>\n'
        '<main class="container"><div class="row"><div class="col-md-8">\n'
    )
    foot = (
        '</div><aside class="col-md-4"><div class="widget"><h3>On the air</h3>'
        "<p>Every evening at eight.</p></div></aside></div></main>\n"
        f"<footer><ul>{links}</ul><p>All rights reserved, by nobody.</p></footer>\n"
        f"<script>window.later = {_settings(chance, edition.settings)};</script></body></html>\n"
    )
    return head, foot


def _sentence(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, k=words))


def _paragraph(chance: random.Random) -> str:
    sentences = (_sentence(chance, chance.randint(9, 22)).capitalize() for _ in range(5))
    linked = f' <a href="/tag/{chance.choice(WORDS)}/">{chance.choice(WORDS)}</a>.'
    return f"{'. '.join(sentences)}.{linked if chance.random() < 0.3 else ''}"


def _link(chance: random.Random, at: int) -> str:
    words = _sentence(chance, 3)
    return (
        f'<li class="menu-item menu-item-{at}"><a class="menu-link" data-track="menu-{at}"'
        f' href="/section/{words.replace(" ", "-")}/{at}/">{words.capitalize()}</a></li>\n'
    )


def _style(chance: random.Random, at: int) -> str:
    return (
        f".block-{at} .{chance.choice(WORDS)} > a:hover {{ margin: {chance.randint(0, 40)}px auto;"
        f" color: #{chance.randrange(1 << 24):06x}; font-size: {chance.randint(10, 30)}px }}\n"
    )


def _settings(chance: random.Random, count: int) -> str:
    said = {
        f"{chance.choice(WORDS)}-{at}": {
            "id": f"{chance.randrange(1 << 32):08x}",
            "label": _sentence(chance, 4),
            "shown": at % 2 == 0,
        }
        for at in range(count)
    }
    return json.dumps(said)


def _teasers(chance: random.Random, edition: Edition) -> str:
    cards = (
        f'<div class="card"><a href="/newstream/{chance.randrange(10**9)}/"><img alt=""'
        f' src="/uploads/{chance.randrange(1 << 48):012x}-300x200.jpg" width="300" height="200">'
        f"<h4>{_sentence(chance, 8).capitalize()}</h4></a>"
        f'<p class="snippet">{_sentence(chance, 24).capitalize()}.</p></div>\n'
        for _ in range(edition.teasers)
    )
    return f'<section class="again"><h3>More From {OUTLET}</h3>\n{"".join(cards)}</section>\n'
