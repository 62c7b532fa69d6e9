"""Where a URL ends up in the corners of the URL standard, and what is no URL there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.discover.canonical import EVERYDAY, CanonicalConfig, canonical, is_http_url, join

# Written → named; None is no http(s) URL.
EDGES = {
    "http://h:65535/": "http://h:65535/",
    "http://h:65536/": None,
    "http://h:-1/": None,
    "http://h:8a/": None,
    "http://h:443/": "http://h:443/",
    "http://h:080/": "http://h/",
    "http://h/b/%2e%2e/c": "http://h/c",
    "http://h/.%2E": "http://h/",
    "http://h/..": "http://h/",
    "http://h/a//../b": "http://h/a/b",
    "http://h/a/.": "http://h/a/",
    "http://h": "http://h/",
    "http:///h/b": "http://h/b",
    "http:/h": "http://h/",
    "http:\\\\h\\b": "http://h/b",
    "http://h\\b?c\\d": "http://h/b?c\\d",
    "ht\ttp://h/\nb": "http://h/b",
    "\0http://h": "http://h/",
    "http://@h/": "http://h/",
    "http://:@h/": "http://h/",
    "http://a@b@h/": "http://h/",
    "http://u:p@/": None,
    "http://h/@b": "http://h/@b",
    "http://h?x@y": "http://h/?x@y",
    "http://h#f": "http://h/",
    "http://h?#": "http://h/",
    "http://h/b#?x": "http://h/b",
    "http://127.1/": "http://127.0.0.1/",
    "http://0177.0.0.01/": "http://127.0.0.1/",
    "http://0x7f000001/": "http://127.0.0.1/",
    "http://127.0.0.1./": "http://127.0.0.1/",
    "http://１２７.0.0.1/": "http://127.0.0.1/",
    "http://%31%32%37.1/": "http://127.0.0.1/",
    "http://0x/": "http://0.0.0.0/",
    "http://4294967296/": None,
    "http://256.1.1.1/": None,
    "http://1.2.3.4.5/": None,
    "http://1.2.3.08/": None,
    "http://a.1/": None,
    "http://[0:0::1]/": "http://[::1]/",
    "http://[::127.0.0.1]/": "http://[::7f00:1]/",
    "http://[::1%25eth0]/": None,
    "http://[::1/": None,
    "http://[1::2::3]/": None,
    "http://[]/": None,
    "http://::1/": None,
    "http://[::1]x/": None,
    "http://bu\u0308cher.example/": "http://xn--bcher-kva.example/",
    "http://faß.example/": "http://xn--fa-hia.example/",
    "http://☃.example/": "http://xn--n3h.example/",
    "http://중국。kr/": "http://xn--3e0b473c.kr/",
    "http://a\u00adb.example/": "http://ab.example/",
    "http://a_b.example/": "http://a_b.example/",
    "http://h./": "http://h./",
    "http://a..b/": "http://a..b/",
    "http://a%00b/": None,
    "http://a b/": None,
    "http://a<b/": None,
    "http://a|b/": None,
    "http://%zz.example/": None,
    "http://h/'|[x];y=1": "http://h/'|[x];y=1",
    "http://h/%41%7e": "http://h/%41%7e",
    'http://h/"<>`{}^': "http://h/%22%3C%3E%60%7B%7D%5E",
    "http://h/%": "http://h/%",
    "": None,
    "h": None,
    "//h/b": None,
    "/b": None,
    "http:": None,
    "http://?x": None,
    "ftp://h/": None,
    "file:///b": None,
    "data:,x": None,
    "blob:http://h/x": None,
    "javascript:1": None,
    "mailto:a@h": None,
    "wss://h/": None,
    "about:blank": None,
}
# Rules under which each name must stay the one it is.
RULES = [
    {"trailing_slash": "remove", "strip_suffix": ["/amp", "/b"]},
    {"trailing_slash": "add", "drop_query": ["x*"]},
    {"scheme": "https", "host": "h", "aliases": ["www.h", "127.0.0.1"]},
]


def named(url, **rules):
    try:
        return canonical(url, CanonicalConfig(**rules))
    except ValueError:
        return None


@pytest.mark.parametrize("url", EDGES)
def test_a_url_is_named_as_the_standard_says(url):
    assert named(url) == EDGES[url]


@pytest.mark.parametrize("url", [url for url, name in EDGES.items() if name])
def test_a_name_is_its_own_name_under_any_rules(url):
    for rules in ({}, *RULES):
        name = named(url, **rules)
        assert named(name, **rules) == name


@pytest.mark.parametrize("url", [url for url, name in EDGES.items() if name is None])
def test_what_is_no_url_is_refused_with_a_reason_where_somebody_typed_it(url):
    assert is_http_url(url)


@given(st.from_regex(EVERYDAY, fullmatch=True))
def test_what_is_let_through_unparsed_is_a_url_with_a_host_and_no_user(url):
    scheme, host = url.partition("/")[0], url.split("/")[2]
    assert named(url).startswith(f"{scheme}//{host}/")


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ("http:c", "http://c/"),  # another scheme than the page's
        ("https:c", "https://h/b/c"),
        ("\t//c\n", "https://c/"),
        ("\\\\c\\d", "https://c/d"),
        ("./c:d", "https://h/b/c:d"),
        ("../../../d", "https://h/d"),
        ("?y", "https://h/b/?y"),
        ("http://u:p@c/", "http://c/"),
        ("c:d", None),
        ("\x01javascript:x", None),
        ("http://[::1", None),
        ("\ud800", None),
    ],
)
def test_a_link_leads_where_a_browser_would_go(link, leads_to):
    assert join("https://h/b/", link) == leads_to
