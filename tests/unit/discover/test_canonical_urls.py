"""One document, one name: WHATWG's parsing and the site's own rules."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.discover.canonical import CanonicalConfig, canonical, is_http_url, join

PLAIN = CanonicalConfig()
SLUG = "%eb%82%a8%eb%b6%81-%ed%9a%8c%eb%8b%b4"


def named(url, **rules):
    return canonical(url, CanonicalConfig(**rules))


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("HTTPS://Example.ORG", "https://example.org/"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("http://example.org:80/a", "http://example.org/a"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("https://example.org/a/./b/../c", "https://example.org/a/c"),
        ("https://example.org/a#part", "https://example.org/a"),
        ("https://example.org/a?#part", "https://example.org/a"),
        ("https://example.org/a?q=1?2", "https://example.org/a?q=1?2"),
        ("  https://example.org/a\n", "https://example.org/a"),
        ("https://user:word@example.org/a", "https://example.org/a"),
        ("https://[2001:DB8::1]:8443/a", "https://[2001:db8::1]:8443/a"),
        ("https://[::1]/a", "https://[::1]/a"),
        ("https://example.org/a b?c d", "https://example.org/a%20b?c%20d"),
        ("https://뉴스.example/기사", "https://xn--vg1b002a.example/%EA%B8%B0%EC%82%AC"),
        (f"https://kcna.example/{SLUG}/?x=%ea", f"https://kcna.example/{SLUG}/?x=%ea"),
        ("https://example.org//a//", "https://example.org//a//"),
        ("http:\\\\example.org\\a\\..\\b", "http://example.org/b"),
        ("http:example.org/a", "http://example.org/a"),
        ("http://ex\tam\nple.org/a\r/b", "http://example.org/a/b"),
        ("http://example.org/%2e/a/%2E%2e/b", "http://example.org/b"),
        ("http://example.org/../../a", "http://example.org/a"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://0300.0250.1/", "http://192.168.0.1/"),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"),
        ("http://[1:0:0:0:0:0:0:1]:80/", "http://[1::1]/"),
        ("http://EXAMPLE%2Eorg/", "http://example.org/"),
        ("http://ｅｘａｍｐｌｅ．ｏｒｇ/", "http://example.org/"),
        ("http://straße.example/", "http://xn--strae-oqa.example/"),
        ("http://example.org:00080/a", "http://example.org/a"),
        ("http://example.org:/a", "http://example.org/a"),
        ("http://u@v:w@example.org/a", "http://example.org/a"),
        ("http://example.org/a?'\"<>`{}|^", "http://example.org/a?%27%22%3C%3E`{}|^"),
        ("http://example.org/%zz%4", "http://example.org/%zz%4"),
    ],
)
def test_without_rules_a_name_is_what_a_browser_would_ask_for(url, name):
    assert named(url) == name


@pytest.mark.parametrize(
    ("query", "dropped", "kept"),
    [
        ("?t=1&c=2", ["t", "c"], ""),
        ("?a=1&t=1&b=2", ["t"], "?a=1&b=2"),
        ("?t", ["t"], ""),
        ("?T=1", ["t"], "?T=1"),
        ("?%74=1", ["t"], ""),
        ("?tt=1", ["t"], "?tt=1"),
        ("?utm_source=x&utm_medium=y&id=3", ["utm_*"], "?id=3"),
        ("?anything=1&at=all", ["*"], ""),
        ("?b=2&a=1", [], "?b=2&a=1"),
        ("?a=1&&b=%eb%82", ["c"], "?a=1&&b=%eb%82"),
    ],
)
def test_dropped_parameters_leave_the_others_as_they_stand(query, dropped, kept):
    url = f"https://example.org/a{query}"
    assert named(url, drop_query=dropped) == f"https://example.org/a{kept}"


@pytest.mark.parametrize(
    ("path", "dropped", "kept"),
    [
        ("/view.do;jsessionid=0A1B?id=3", ["jsessionid"], "/view.do?id=3"),
        ("/a;v=1;jsessionid=0A/b;jsessionid=0C", ["jsessionid"], "/a;v=1/b"),
        ("/view.do;jsessionid=0A1B?id=3", ["id"], "/view.do;jsessionid=0A1B"),
        ("/a;v=1?id=3", ["*"], "/a;v=1"),
        ("/a;v", ["v"], "/a;v"),
    ],
)
def test_a_parameter_in_the_path_is_dropped_where_it_is_named_in_full(path, dropped, kept):
    url = f"https://example.org{path}"
    assert named(url, drop_query=dropped) == f"https://example.org{kept}"


@pytest.mark.parametrize(
    ("path", "removed", "added"),
    [
        ("/", "/", "/"),
        ("/a", "/a", "/a/"),
        ("/a/", "/a", "/a/"),
        ("/a//", "/a", "/a//"),
        ("/a.html", "/a.html", "/a.html"),
        ("/v1.2", "/v1.2", "/v1.2/"),
    ],
)
def test_a_trailing_slash_is_one_thing_for_a_whole_site(path, removed, added):
    url = f"https://example.org{path}"
    assert named(url, trailing_slash="remove") == f"https://example.org{removed}"
    assert named(url, trailing_slash="add") == f"https://example.org{added}"
    assert named(url, trailing_slash="keep") == url


def test_the_scheme_changes_only_where_the_port_changes_with_it():
    assert named("http://example.org/a", scheme="https") == "https://example.org/a"
    assert named("http://example.org:80/a", scheme="https") == "https://example.org/a"
    assert named("http://127.0.0.1:8080/a", scheme="https") == "http://127.0.0.1:8080/a"
    assert named("https://example.org/a", scheme="http") == "http://example.org/a"


def test_a_host_goes_by_one_of_its_names_and_strangers_keep_theirs():
    rules = {"host": "example.org", "aliases": ["example.net"]}
    assert named("https://www.example.org/a", **rules) == "https://example.org/a"
    assert named("https://www.example.org./a", **rules) == "https://example.org/a"
    assert named("https://example.net:81/a", **rules) == "https://example.org:81/a"
    assert named("https://ko.example.org/a", **rules) == "https://ko.example.org/a"
    assert named("https://example.org/a", host="WWW.example.org") == "https://www.example.org/a"


@pytest.mark.parametrize(
    ("path", "slash", "kept"),
    [
        ("/news/kim/amp", "keep", "/news/kim"),
        ("/news/kim/amp/", "keep", "/news/kim/"),
        ("/news/kim/amp/", "remove", "/news/kim"),
        ("/news/kim/amp", "add", "/news/kim/"),
        ("/news/camp", "keep", "/news/camp"),
        ("/amp", "keep", "/"),
        ("/amp//amp", "keep", "/"),
    ],
)
def test_the_amp_page_is_the_page(path, slash, kept):
    found = named(f"https://example.org{path}", strip_suffix=["/amp"], trailing_slash=slash)
    assert found == f"https://example.org{kept}"


hosts = st.sampled_from(
    [
        "example.org",
        "www.example.org",
        "[::1]",
        "뉴스.example",
        "10.0.0.1",
        "u:p@0x7f.1",
        "example.org.",
    ]
)
pieces = st.lists(
    st.sampled_from(
        [
            *"/?#&=%.:@+ aB;한\\\t\n|^",
            "//",
            "..",
            "%2e",
            "%eb%82",
            "/amp",
            "/amp/",
            "t=1",
            "utm_x=2",
            ".html",
        ]
    ),
    max_size=12,
).map("".join)
rules = st.builds(
    CanonicalConfig,
    drop_query=st.sampled_from([(), ("t",), ("utm_*", "a"), ("*",), ("",)]),
    trailing_slash=st.sampled_from(["remove", "add", "keep"]),
    scheme=st.sampled_from(["https", "http", "keep"]),
    host=st.sampled_from([None, "example.org", "www.example.org", "10.0.0.1"]),
    strip_suffix=st.sampled_from([(), ("/amp",), ("/amp", "/a")]),
)


@given(
    st.sampled_from(["http", "https"]), hosts, st.sampled_from(["", ":80", ":8080"]), pieces, rules
)
def test_a_name_is_its_own_name(scheme, host, port, rest, given_rules):
    name = canonical(f"{scheme}://{host}{port}/{rest}", given_rules)
    assert canonical(name, given_rules) == name
    assert name.isascii()
    assert "#" not in name


@given(st.text())
def test_a_name_is_made_or_refused_and_nothing_else_happens(text):
    with contextlib.suppress(ValueError):
        assert canonical(text, PLAIN).startswith(("http://", "https://"))


@pytest.mark.parametrize(
    "url", ["", "example.org", "/a", "ftp://example.org/", "javascript:x", "http://"]
)
def test_what_is_no_web_address_has_no_name(url):
    with pytest.raises(ValueError):
        canonical(url, PLAIN)


@pytest.mark.parametrize(
    "given_rules",
    [
        {"host": "https://example.org"},
        {"host": "example.org:80"},
        {"host": "exa mple.org"},
        {"host": "user@example.org"},
        {"host": ""},
        {"strip_suffix": ["amp"]},
        {"strip_suffix": ["/"]},
        {"strip_suffix": ["/amp/"]},
        {"strip_suffix": ["/a?b"]},
        {"trailing_slash": "yes"},
        {"scheme": "ftp"},
        {"drop": ["t"]},
    ],
)
def test_rules_that_cannot_be_obeyed_are_refused(given_rules):
    with pytest.raises(ValidationError):
        CanonicalConfig(**given_rules)


@pytest.mark.parametrize(
    ("link", "absolute"),
    [
        ("b", "https://example.org/list/b"),
        ("./b?x=1#c", "https://example.org/list/b?x=1"),
        ("/b", "https://example.org/b"),
        ("//other.example/b", "https://other.example/b"),
        ("?page=2", "https://example.org/list/?page=2"),
        (" \n/b ", "https://example.org/b"),
        ("https://u:p@example.org/b", "https://example.org/b"),
        ("//u@example.org", "https://example.org/"),
        ("/b?m=a@b", "https://example.org/b?m=a@b"),
        ("\\\\other.example\\b", "https://other.example/b"),
        ("#top", None),
        ("", None),
        ("javascript:void(0)", None),
        ("mailto:desk@example.org", None),
        ("tel:+82", None),
        ("data:text/html,x", None),
        ("ftp://example.org/", None),
        ("http://[", None),
        ("\ud800", None),
    ],
)
def test_a_link_leads_to_a_page_or_nowhere(link, absolute):
    assert join("https://example.org/list/", link) == absolute


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org",
        "HTTPS://example.org/a?b#c",
        "http://127.0.0.1:8080/",
        "http://[::1]:8080/",
        "https://뉴스.example/기사",
        "https://example.org./",
    ],
)
def test_what_can_be_fetched_is_not_refused(url):
    assert is_http_url(url) is None


@pytest.mark.parametrize(
    ("given_text", "why"),
    [
        ("", "empty"),
        ("kcnawatch", "no scheme"),
        ("example.org/a", "no scheme"),
        ("ftp://example.org/", "ftp"),
        ("javascript:alert(1)", "javascript"),
        ("file:///etc/hosts", "file"),
        ("localhost:8080", "localhost"),
        ("http://example.org/a b", "space"),
        (" http://example.org/", "space"),
        ("http://example.org/\x00", "control"),
        ("http://", "no host"),
        ("http:///a", "no host"),
        ("http://?a", "no host"),
        ("http:example.org", "no host"),
        ("http://:80/", "no host"),
        ("https://example.org:99999/", "port"),
        ("http://[::1", "host"),
        ("http://exa<mple.org/", "host"),
        ("http://user:word@example.org/", "password"),
        ("http://a..example/", "empty label"),
        (f"http://{'a' * 64}.example/", "63"),
        ("http://example.org/\udcff", "UTF-8"),
    ],
)
def test_what_cannot_be_fetched_is_told_why(given_text, why):
    assert why in is_http_url(given_text)
