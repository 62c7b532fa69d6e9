"""A redirect that leads to a front page is told from one that leads to a short address."""

from __future__ import annotations

import pytest

from pipeline.model import Captured, Gone

STORY = "/2026/05/01/ferry.html"

# What was asked for, and where it led, on one host where it names none; all are front pages.
HOME = {
    "the root": (STORY, "/"),
    "the root, from a short address": ("/abc", "/"),
    "the root, from a parameter": ("/?p=12", "/"),
    "an index": (STORY, "/index.shtml"),
    "a servlet": (STORY, "/index.do"),
    "an index in a folder": (STORY, "/portal/main/main.do"),
    "a root that says what went wrong": (STORY, "/?error=404"),
    "a root that only says so": (STORY, "/?notfound"),
    "a root that says whence": (STORY, "/?redirect_from=%2F2026%2F05&utm_source=404"),
    "a root in a language": (STORY, "/?lang=ko"),
    "a language": (STORY, "/en/"),
    "a language without a slash": (STORY, "/ko"),
    "a language and its index": (STORY, "/zh/index.html"),
    "a language of a region": (STORY, "/pt-br/"),
    "a language in a script": (STORY, "/zh-Hant/"),
    "a language by three letters": (STORY, "/chn/"),
    "a language by a country": (STORY, "/kr/main.jsp"),
    "a language by name": (STORY, "/english/"),
    "a language in a folder": (STORY, "/web/en/"),
    "the language that was asked in": ("/en/news/1", "/en/"),
    "another language than was asked in": ("/ko/news/1", "/en/"),
    "a language, from a parameter": ("/view.php?no=12", "/en/"),
    "a language, from a flat address": ("/ferry-sails-at-noon/", "/en/"),
    "a language, from a short flat address": ("/war-is-on", "/en/"),
    "another host's": ("http://www.news.example/a/1", "https://news.example/"),
    "a telephone's": (STORY, "https://m.news.example/"),
    "a language's host": ("https://www.news.example/a/1", "https://en.news.example/"),
    "a host above": ("https://daily.joint.example/a/1", "https://www.joint.example/"),
}

# All of these are other pages, or what was asked for.
ELSEWHERE = {
    "a story at a short address": (STORY, "/abc"),
    "a story at an unlikely code": (STORY, "/xq/"),
    "a story at a code and more": (STORY, "/en-ferry-sails/"),
    "a shortened link and its story": ("/x7q", STORY),
    "a shortened link and a short address": ("/x7q", "/it"),
    "a section": (STORY, "/tv/"),
    "a section of a language": (STORY, "/en/news/"),
    "a section below": (STORY, "/world/asia/"),
    "a word": (STORY, "/welcome"),
    "a story by a parameter": (STORY, "/?p=12"),
    "a story by a servlet": (STORY, "/index.php?article=12"),
    "a story by an idle and a telling parameter": (STORY, "/?lang=en&id=12"),
    "a language, from another": ("/ko/", "/en/"),
    "a language, from the root": ("/", "/en/"),
    "a language, from an index": ("/index.html", "/en"),
    "an index, from the root": ("/", "/index.html"),
    "a root, from a language": ("/en", "/"),
    "a slash more": ("/abc", "/abc/"),
    "a stranger's root": (STORY, "https://other.example/"),
    "a stranger's language": (STORY, "https://other.example/en/"),
    "a host below": ("https://joint.example/a/1", "https://daily.joint.example/"),
    "an address that cannot be read": (STORY, "http://[::1"),
}


def led(judge, answer, asked, came_to, **more):
    ours = asked if asked.startswith("http") else f"https://news.example{asked}"
    theirs = came_to if came_to.startswith("http") else f"https://news.example{came_to}"
    return judge(answer(url=theirs), asked=ours, **more)


@pytest.fixture
def plain(stored, page):
    """Makes an answer that says nothing of itself."""
    return lambda url, head="": stored(page("Gazette", "Today", head=head), url=url)


@pytest.mark.parametrize("name", HOME)
def test_a_redirect_leads_home(name, judge, plain):
    assert led(judge, plain, *HOME[name]) == Gone("redirect_home")


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_redirect_leads_to_another_page(name, judge, plain):
    assert led(judge, plain, *ELSEWHERE[name]) == Captured()


def test_the_declared_front_page_is_one_wherever_it_stands(judge, plain):
    declared = {"home": "https://news.example/x/abc/"}
    assert led(judge, plain, STORY, "/x/abc", **declared) == Gone("redirect_home")
    assert led(judge, plain, "/x/abc/index.html", "/", **declared) == Captured()


def test_a_page_at_a_languages_address_that_says_it_is_a_story_is_one(judge, plain):
    """`/it` may be Italian, a section on computers, or a story about a pronoun."""

    def story(url):
        return plain(url, head='<meta property="og:type" content="article">')

    assert led(judge, plain, STORY, "/it") == Gone("redirect_home")
    assert led(judge, story, STORY, "/it") == Captured()
    assert led(judge, story, STORY, "/") == Gone("redirect_home")
