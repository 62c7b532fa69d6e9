"""`charset:` in a site's config: known names alone, and what is read by it."""

from __future__ import annotations

import pytest

from pipeline.errors import ConfigInvalid
from pipeline.sites.site import site_of


def site(charset):
    return site_of(f"site: pier\nname: Pier\ncharset: {charset}\n".encode(), file="pier.yaml")


@pytest.mark.parametrize("name", ["euc-kr", "EUC-KR", "ks_c_5601-1987", "cp866", "macintosh"])
def test_labels_that_pages_use_are_taken(name):
    assert site(name).rules.charset == name.lower()


@pytest.mark.parametrize(
    ("name", "words"), [("euckrr", "did you mean euc-kr"), ("utf-7", "a charset, as in big5,")]
)
def test_what_is_no_charset_is_told_with_what_is_allowed(name, words):
    with pytest.raises(ConfigInvalid, match=f"charset: '{name}'.*{words}"):
        site(name)
