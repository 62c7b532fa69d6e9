"""What is taken for an absolute address is one that joining would leave as it is."""

from __future__ import annotations

from urllib.parse import urljoin

from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.fields import ABSOLUTE


@given(
    url=st.from_regex(ABSOLUTE, fullmatch=True),
    base=st.sampled_from(("http://news.example/a/b", "https://news.example/a?b")),
)
def test_joining_leaves_an_absolute_address_as_it_is(url, base):
    assert urljoin(base, url) == url
