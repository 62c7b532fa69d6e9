"""What a text depends on, and nothing else, changes the rules' digest (law 5)."""

import pytest

from pipeline.model import Digest
from pipeline.sites.site import read_site

HARBOUR = """\
site: harbour
name: The Harbour
match: [harbour.example]
timezone: Europe/Lisbon
language: pt
schedule: {every: 1h}
discover: [{feed: "https://harbour.example/feed"}]
targets: {allow: ["/news/"], canonical: {drop_query: [t]}}
fetch: {delay: 2s}
extract:
  - title: h1
    body: div.story
    published: time@datetime
alerts: {stale_after: 3d}
"""

NO_CHANGE_OF_RULES = {
    "a comment": ("site:", "# The harbour's own pages.\nsite:"),
    "another spelling": ("[harbour.example]", "\n  - 'harbour.example'"),
    "the same text in quotes": ("body: div.story", 'body: "div.story"'),
    "a delay": ("delay: 2s", "delay: 5s"),
    "a schedule": ("every: 1h", "every: 2h"),
    "a seed": ("/feed", "/atom"),
    "which links are documents": ("/news/", "/story/"),
    "an alarm": ("3d", "4d"),
    "the title that people read": ("The Harbour", "O Porto"),
    "a host": ("[harbour.example]", "[harbour.example, pier.example]"),
}
CHANGE_OF_RULES = {
    "a selector": ("div.story", "div.article"),
    "another generation": ("extract:", "extract:\n  - body: main"),
    "a field less": ("    published: time@datetime\n", ""),
    "the zone": ("Europe/Lisbon", "Atlantic/Azores"),
    "the language": ("language: pt", "language: en"),
    "the charset": ("language: pt", "language: pt\ncharset: windows-1252"),
    "the name of a document": ("drop_query: [t]", "drop_query: [t, c]"),
    "what a generation requires": (
        "body: div.story",
        "body: div.story\n    require: {min_chars: 9}",
    ),
}


@pytest.fixture
def read(tmp_path):
    def site(text):
        path = tmp_path / "harbour.yaml"
        path.write_text(text, "utf-8")
        return read_site(path)

    return site


def changed(old, new):
    assert old in HARBOUR
    return HARBOUR.replace(old, new)


@pytest.mark.parametrize(("old", "new"), NO_CHANGE_OF_RULES.values(), ids=NO_CHANGE_OF_RULES)
def test_what_no_text_depends_on_is_no_change_of_rules(read, old, new):
    before, after = read(HARBOUR), read(changed(old, new))
    assert after.rules_digest == before.rules_digest
    assert after.config != before.config


@pytest.mark.parametrize(("old", "new"), CHANGE_OF_RULES.values(), ids=CHANGE_OF_RULES)
def test_what_a_text_depends_on_is_a_change_of_rules(read, old, new):
    assert read(changed(old, new)).rules_digest != read(HARBOUR).rules_digest


def test_the_configs_digest_is_that_of_the_files_very_bytes(read, tmp_path):
    site = read(HARBOUR.replace("The Harbour", "항구"))
    content = (tmp_path / "harbour.yaml").read_bytes()
    assert site.content == content
    assert site.config == Digest.of(content)


def test_a_digest_is_the_same_in_every_process(read):
    """A pinned value: it is committed to, so no new key and no new pydantic may change it."""
    assert read(HARBOUR).rules_digest.hex[:16] == "4add13f836e65ce9"


def test_a_site_names_its_documents_by_its_own_rules(read):
    site = read(HARBOUR)
    assert site.canonical("https://harbour.example/news/1?t=9&p=2") == (
        "https://harbour.example/news/1?p=2"
    )
