"""What `discover:` and `targets:` may say, and what they answer to what they may not."""

import pytest
from pydantic import TypeAdapter, ValidationError

from pipeline.discover.config import DiscoverConfig, TargetsConfig
from pipeline.discover.find import Found, following
from pipeline.discover.mentions import Child
from pipeline.discover.seeds import seeds
from pipeline.discover.selector import Selector, selectors

SEEDS = TypeAdapter(DiscoverConfig)
LISTING = {"listing": "https://example.org/list/", "links": "h4 > a"}


def refusal(*given):
    with pytest.raises(ValidationError) as refused:
        SEEDS.validate_python(given)
    return str(refused.value)


def test_seeds_keep_their_order_and_kind():
    config = SEEDS.validate_python(
        [
            LISTING,
            {"feed": "https://Example.org/feed/#x"},
            {"sitemap": "https://example.org/sitemap.xml"},
        ]
    )
    found = seeds(config)
    assert [seed.kind for seed in found] == ["listing", "feed", "sitemap"]
    assert [seed.step for seed in found] == [1, 1, 1]
    assert found[1].url == "https://example.org/feed/"
    assert found[1].declared == "https://Example.org/feed/#x"


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"links": "a"},
        {"listing": "https://example.org/", "links": "a", "feed": "https://example.org/f"},
        "https://example.org/feed",
        None,
    ],
)
def test_a_seed_is_exactly_one_of_three(given):
    assert "exactly one of 'listing', 'feed', 'sitemap'" in refusal(given)


@pytest.mark.parametrize("address", ["example.org/feed", "ftp://example.org/", "/feed", "", 7])
def test_a_seed_has_an_address_that_can_be_fetched(address):
    assert "feed" in refusal({"feed": address})


@pytest.mark.parametrize("css", ["h4 >", "a[", "", "a@", "::x", "a,,b", [], ["a", "b["], 3, None])
def test_css_is_tried_when_it_is_read(css):
    assert "a CSS selector such as" in refusal({**LISTING, "links": css})


def test_an_unknown_key_is_refused():
    assert "link" in refusal({**LISTING, "link": "a"})


@pytest.mark.parametrize(
    "pages",
    [
        {},
        {"most": 3},
        {"next": "a", "pattern": "/{n}"},
        {"nxt": "a"},
        "a.next",
    ],
)
def test_pages_are_found_in_one_of_three_ways(pages):
    assert "{next, most}" in refusal({**LISTING, "pages": pages})


@pytest.mark.parametrize(
    ("pages", "allowed"),
    [
        ({"pattern": "/page/"}, "{n} stands for the number"),
        ({"pattern": "ftp://example.org/{n}"}, "relative to the listing"),
        ({"script": "count = 3", "pattern": "i_{n}.htm"}, "with one group"),
        ({"script": "(a)(b)", "pattern": "i_{n}.htm"}, "with one group"),
        ({"script": "(", "pattern": "i_{n}.htm"}, "a regular expression"),
        ({"next": "a", "most": 0}, "greater than or equal to 1"),
        ({"next": "a", "most": 10**9}, "less than or equal to"),
    ],
)
def test_pages_say_what_is_allowed(pages, allowed):
    assert allowed in refusal({**LISTING, "pages": pages})


@pytest.mark.parametrize("pattern", ["(", "[z-a]", "a{99999999999999999999}", 3])
def test_target_patterns_are_compiled_when_they_are_read(pattern):
    with pytest.raises(ValidationError, match="a regular expression"):
        TargetsConfig(allow=[pattern])


def test_without_allow_every_link_is_wanted_and_deny_goes_first():
    assert TargetsConfig().wants("https://example.org/a")
    targets = TargetsConfig(allow=[r"/news/\d+"], deny=["/news/13"])
    assert targets.wants("https://example.org/news/12")
    assert not targets.wants("https://example.org/news/13")
    assert not targets.wants("https://example.org/about")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("h4 > a", (Selector("h4 > a"),)),
        ("h2 a, h3 a", (Selector("h2 a, h3 a"),)),
        ("time@datetime", (Selector("time", "datetime"),)),
        ("time@datetime, .date", (Selector("time", "datetime"), Selector(".date"))),
        ("a[href*='@x'], b", (Selector("a[href*='@x'], b"),)),
        ("a:is(b, c)@title, d", (Selector("a:is(b, c)", "title"), Selector("d"))),
        (["a.new", "a.old"], (Selector("a.new"), Selector("a.old"))),
    ],
)
def test_a_selector_is_css_with_an_attribute_at_its_end(text, read):
    assert selectors(text) == read
    assert selectors([str(selector) for selector in read]) == read


@pytest.mark.parametrize(
    "given",
    [
        {**LISTING, "links": ["a.new", "a.old"], "dates": "time@datetime"},
        {**LISTING, "pages": {"next": "a.next", "most": 5}},
        {**LISTING, "pages": {"pattern": "page/{n}/"}},
        {**LISTING, "pages": {"script": r"countPage = (\d+)", "pattern": "index_{n}.htm"}},
        {"feed": "https://example.org/feed"},
    ],
)
def test_a_seed_reads_back_as_it_was_written(given):
    config = SEEDS.validate_python([given])
    assert SEEDS.validate_python(SEEDS.dump_python(config, mode="json")) == config


def test_json_schemas_can_be_made():
    assert SEEDS.json_schema()["items"]["oneOf"]
    assert TargetsConfig.model_json_schema()["properties"]["allow"]


def test_what_is_found_leads_to_further_seeds_of_the_same_rules():
    seed = seeds(SEEDS.validate_python([LISTING]))[0]
    sitemap = Child("https://example.org/s", "2026-03-04")
    found = Found(next_page="https://example.org/list/2", children=(sitemap,))
    steps = following(seed, found)
    assert [step.url for step in steps] == ["https://example.org/list/2", "https://example.org/s"]
    assert {step.step for step in steps} == {2}
    assert {step.trail for step in steps} == {(seed.url,)}
    assert [step.lastmod for step in steps] == [None, "2026-03-04"]
    assert {step.rules for step in steps} == {seed.rules}
    assert following(seed, Found()) == ()
