"""No story is called blocked or gone, whatever it is about; and nothing makes a verdict fail."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Blocked, Captured, Gone
from pipeline.verdict.faces import MOST, face_of
from pipeline.verdict.marks import MACHINERY, SENTENCES

LONG = "Councillors were told on Monday that the website had shown an error to visitors. " * 20
STORIES = {
    "outage": (
        "Cloudflare outage takes half the web down - Gazette",
        "Cloudflare outage takes half the web down",
        "Visitors were asked to verify you are human. Many saw 'checking your browser'. " + LONG,
    ),
    "brief outage": (
        "Gazette",
        "Cloudflare outage takes half the web down",
        (
            "Thousands of sites showed an error after its bot protection had failed, and visitors"
            " had to complete a captcha. Nobody has been blocked since, a spokeswoman said."
        ),
    ),
    "blocked visitors": (
        "Gazette",
        "Ministry turns visitors from abroad away",
        "Its website said that access was denied because of unusual traffic.",
    ),
    "what it is": (
        "What is a captcha?",
        "What is a captcha?",
        "A captcha tells you from a program. Sites use it against automated traffic.",
    ),
    "column": ("Just a moment: on time", "Just a moment: on time", "A column on clocks. " * 20),
    "page not found": ("Page not found", "Page not found", LONG),
    "quoted": ("‘Page not found’ again", "‘Page not found’: city site down again", LONG[:500]),
    "removal": (
        "Gazette",
        "Broadcaster removes story from its site",
        "It has been removed after a complaint, and the page was replaced by an apology. " * 5,
    ),
    "brief": ("Ferry runs again", "Ferry runs again", "It sails at noon."),
    "korean": (
        "예시일보",
        "정부, 선전 사이트 접속 차단",
        "정부는 해당 사이트의 접속을 차단했다고 밝혔다. 접속이 차단된 사이트는 세 곳이다.",
    ),
    "chinese": (
        "某报",
        "某国宣布限制外国媒体访问",
        "据报道，该国网站被拦截，记者的访问请求被拒绝。官方表示网络安全检查仍在进行。",
    ),
    "consent": ("Before you continue", "Before you continue", "We use cookies. Accept or refuse."),
    "paid": ("Ferry | Gazette", "Ferry", "Subscribe to read on. Already a subscriber? Log in."),
}
FORM = '<form><input name=captcha></form><script src="https://www.google.com/recaptcha/api.js">'


@pytest.mark.parametrize("name", STORIES)
def test_a_story_about_blocks_and_missing_pages_is_a_page(name, stored, judge, page):
    body = page(*STORIES[name])
    assert judge(stored(body, "Server: cloudflare")) == Captured()


def test_what_lets_visitors_pass_is_no_block(stored, judge, page):
    """Scripts that measure visitors, captchas in forms and makers' headers are on good pages."""
    body = page("Ferry", "Ferry runs again", "It sails at noon.", after=FORM)
    fields = ("Server: cloudflare", "X-Iinfo: 9-1", "X-DataDome: protected")
    assert judge(stored(body, *fields)) == Captured()


def test_an_application_without_words_is_no_block(stored, judge):
    body = "<title>Gazette</title><noscript>This needs JavaScript.</noscript><div id=root></div>"
    assert judge(stored(f"{body}<script src=/main.js></script>")) == Captured()


def test_a_page_that_the_sites_rules_read_well_is_not_even_parsed(stored, judge, read):
    body = "<title>Access denied</title><h1>Page not found</h1>"
    assert judge(stored(body), document=read(2000)) == Captured()
    assert judge(stored(body), document=read(20)) != Captured()


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "video/mp4"])
def test_what_is_no_page_is_not_judged_by_its_body(kind, stored, judge):
    assert judge(stored("<title>Access denied</title>", kind=kind)) == Captured()


@pytest.mark.parametrize(
    "body", [b"<?xml version='1.0'?><rss>access denied</rss>", b'{"captcha": "access denied"}']
)
def test_a_feed_is_not_judged_by_its_words(body, stored, judge):
    assert judge(stored(body, kind="text/xml"), seed=True) == Captured()


def test_a_long_page_is_no_block_however_often_it_says_so(stored, judge):
    body = "<title>Access denied</title><body>" + "<p>Your IP address has been blocked.</p>" * 500
    assert judge(stored(body)) == Captured()


def test_scripts_do_not_hide_the_text_behind_them(stored):
    body = f"<title>x</title><script>{'a' * MOST}</script><p>{'word ' * 400}</p>"
    assert face_of(stored(body)).prose >= 1900


def test_what_is_too_long_without_its_scripts_counts_as_endless(stored):
    assert face_of(stored("<p>" + "word " * MOST)).prose == float("inf")


def test_no_pattern_is_found_in_an_empty_text():
    assert [one for one in (*MACHINERY, *SENTENCES) if one.pattern.search("")] == []


bodies = st.one_of(
    st.binary(max_size=400),
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            [
                *("<title>", "</title>", "<h1>", "404", "access denied", "\x00", "<script>", "&#"),
                *("alert('", "location.href='", "http://[", "<meta http-equiv=refresh content='"),
                *(
                    "0;url=",
                    "'>",
                    "<link rel=canonical href='",
                    "captcha",
                    "찾을 수 없습니다",
                    "<svg",
                ),
            ]
        ),
        max_size=30,
    ).map("".join),
)
kinds = st.sampled_from(["text/html", "text/html; charset=euc-kr", "nonsense", "", None])
urls = st.sampled_from(["https://news.example/", "http://[::1/", "//", "https://a.example/?#"])


@settings(max_examples=300)
@given(body=bodies, kind=kinds, url=urls, home=st.none() | urls, status=st.integers(200, 999))
def test_whatever_comes_there_is_a_verdict_and_always_the_same(
    body, kind, url, home, status, stored, judge
):
    answer = stored(body, status=status, url=url, kind=kind)
    first, again = (judge(answer, home=home) for _ in range(2))
    assert first == again
    assert isinstance(first, Captured | Gone | Blocked)
    if isinstance(first, Blocked):
        assert 0.6 <= first.score <= 1
