"""The keys of the index are those by which replaying software looks pages up.

What is expected here was said by the `surt` package, which pywb asks.
"""

import pytest

from pipeline.bundle.surt import surt


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.example.org/A/?b=2&a=1", "org,example)/a?a=1&b=2"),
        ("http://example.org", "org,example)/"),
        ("http://127.0.0.1:43121/a?t=1", "1,0,0,127:43121)/a?t=1"),
        ("https://sub.www.example.org/x//y/../z/./q/", "org,example,www,sub)/x/z/q"),
        ("https://example.org:443/a?#frag", "org,example)/a"),
        ("http://www2.example.org/?sid=0123456789abcdef0123456789abcdef&b=1", "org,example)/?b=1"),
        (
            "http://example.org/%7Efoo/%20bar?q=%2520x&Q=a+b",
            "org,example)/~foo/%20bar?q=%20x&q=a+b",
        ),
        ("http://bücher.example/ü?ö=ä", "example,xn--bcher-kva)/%c3%bc?%c3%b6=%c3%a4"),
        ("http://user:pw@example.org/x", "org,example)/x"),
        ("http://example.org/a?b&a=&c=d=e", "org,example)/a?a=&b&c=d=e"),
        ("http://example.org/(a(0123456789abcdefghijklmn))/x.aspx?y", "org,example)/x.aspx?y"),
        ("http://example.org/a%2Fb%3Fc", "org,example)/a/b?c"),
        ("http://example.org/../a", "org,example)/../a"),
        ("http://example.org./x", "org,example)/x"),
        ("http://[::1", "http://[::1"),
    ],
)
def test_a_url_has_the_key_that_others_look_for(url, key):
    assert surt(url) == key


def test_a_key_has_no_blank_that_would_end_it():
    assert " " not in surt("http://[::1 a b")
    assert " " not in surt("urn:a b")


def test_octets_escaped_a_thousand_times_over_do_not_hold_us_up():
    assert surt("http://example.org/%" + "25" * 5000).startswith("org,example)/%")
