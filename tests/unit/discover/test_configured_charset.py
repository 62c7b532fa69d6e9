"""A site's configured charset holds for its listings, feeds and sitemaps, too."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from pipeline.discover.config import DiscoverConfig, TargetsConfig
from pipeline.discover.find import find
from pipeline.discover.seeds import seeds

URL = "https://press.example/all"
TITLE = "Вчера вечером на порт обрушилась сильная буря"
BODIES = {
    "listing": f"<meta charset=koi8-r><a href=/1>{TITLE}</a>",
    "feed": '<?xml version="1.0" encoding="koi8-r"?><rss><channel><item>'
    f"<title>{TITLE}</title><link>https://press.example/1</link></item></channel></rss>",
}


@pytest.mark.parametrize("kind", BODIES)
def test_titles_are_read_in_what_is_configured(stored, kind):
    rules = {kind: URL} | ({"links": "a"} if kind == "listing" else {})
    seed = seeds(TypeAdapter(DiscoverConfig).validate_python([rules]))[0]
    response = stored(BODIES[kind].encode("cp1251"), "text/html; charset=big5", URL)
    found = find(seed, response, TargetsConfig(), "windows-1251")
    assert [link.title for link in found.links] == [TITLE]
