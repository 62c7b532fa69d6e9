"""`configs/site.schema.json` says the same as the models, as far as a schema can say it."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pipeline.ground.checking import check
from pipeline.sites.declaration import Declaration
from pipeline.sites.schema import schema_text

CONFIGS = Path(__file__).parents[3] / "configs"
SCHEMA = json.loads(schema_text())

# The example of the guide: every part of a declaration once.
EXAMPLE = r"""
site: kcnawatch
name: KCNA Watch
home: https://kcnawatch.org/
match: ["kcnawatch.org", "*.kcnawatch.org"]
timezone: Asia/Seoul
language: en
schedule:
  every: 15m
  adapt: {min: 5m, max: 6h}
  jitter: 30s
  revisit: aging
discover:
  - listing: https://kcnawatch.org/article/1/
    links: "#latest_article_wrapper h4 > a"
    pages: {next: "a.next", most: 3}
  - feed: https://kcnawatch.org/newstream/feed/
targets:
  allow: ["/newstream/\\d+-\\d+/"]
  canonical: {drop_query: [t, c], trailing_slash: remove, scheme: https}
fetch:
  delay: 2s
  concurrency: 1
  timeout: 20s
  attempts: 4
  max_bytes: 10MB
  user_agent: null
  robots: obey
  headers: {}
extract:
  - until: null
    title: "meta[property='og:title']@content, h1"
    body: div.article-content
    drop: [".more-from"]
    published: {css: body, pattern: "Date: (\\d\\d/\\d\\d/\\d{4})", format: "%d/%m/%Y"}
    source: {name: {css: body, pattern: "Source: ([^|]+?) *\\|"}, url: "a:lexbor-contains('Read original version')@href"}
    byline: null
    require: {min_chars: 200}
alerts: {stale_after: 3d, gone_after: 2 looks over 24h}
"""  # noqa: E501 - as it stands in the guide

TYPES = {
    "string": str,
    "integer": int,
    "array": list,
    "object": dict,
    "null": type(None),
    "boolean": bool,
}
SAYS_NOTHING = {"title", "description", "default", "examples", "format", "$defs", "$schema"}


def faults(schema, value, at="$"):
    """What JSON Schema 2020-12 has against `value`, in the part of it that our schema uses."""
    for word, rule in schema.items():
        if word not in SAYS_NOTHING:
            yield from RULES[word](rule, value, at, schema)


def _ref(rule, value, at, _):
    assert rule.startswith("#/$defs/")
    yield from faults(SCHEMA["$defs"][rule.removeprefix("#/$defs/")], value, at)


def _type(rule, value, at, _):
    if not isinstance(value, TYPES[rule]) or (isinstance(value, bool) and rule != "boolean"):
        yield f"{at}: {value!r} is no {rule}"


def _properties(rule, value, at, _):
    for key, inner in rule.items():
        if isinstance(value, dict) and key in value:
            yield from faults(inner, value[key], f"{at}.{key}")


def _additional(rule, value, at, schema):
    for key in value.keys() - schema.get("properties", {}).keys() if type(value) is dict else ():
        if rule is False:
            yield f"{at}: unknown key {key}"
        else:
            yield from faults(rule, value[key], f"{at}.{key}")


def _required(rule, value, at, _):
    if isinstance(value, dict):
        yield from (f"{at}: {key} is missing" for key in rule if key not in value)


def _items(rule, value, at, _):
    for number, item in enumerate(value if isinstance(value, list) else ()):
        yield from faults(rule, item, f"{at}[{number}]")


def _some_of(fewest, most):
    def one_or_any(rule, value, at, _):
        told = [list(faults(inner, value, at)) for inner in rule]
        if not fewest <= sum(not one for one in told) <= most:
            yield f"{at}: {value!r} fits not {fewest} of {len(rule)}: {told}"

    return one_or_any


def _holds(fits):
    def bound(rule, value, at, _):
        if not fits(value, rule):
            yield f"{at}: {value!r} is out of {rule!r}"

    return bound


def _is_number(value):
    return isinstance(value, int) and not isinstance(value, bool)


RULES = {
    "$ref": _ref,
    "type": _type,
    "properties": _properties,
    "additionalProperties": _additional,
    "required": _required,
    "items": _items,
    "anyOf": _some_of(1, 99),
    "oneOf": _some_of(1, 1),
    "enum": _holds(lambda value, rule: value in rule),
    "const": _holds(lambda value, rule: value == rule),
    "pattern": _holds(lambda value, rule: not isinstance(value, str) or re.search(rule, value)),
    "minLength": _holds(lambda value, rule: not isinstance(value, str) or len(value) >= rule),
    "minItems": _holds(lambda value, rule: not isinstance(value, list) or len(value) >= rule),
    "minimum": _holds(lambda value, rule: not _is_number(value) or value >= rule),
    "maximum": _holds(lambda value, rule: not _is_number(value) or value <= rule),
    "exclusiveMinimum": _holds(lambda value, rule: not _is_number(value) or value > rule),
}


def read(text):
    """As an editor's JSON Schema check sees it: dates are texts."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=date.isoformat))


def changed(**parts):
    return {**read(EXAMPLE), **parts}


def test_the_schema_in_the_repository_is_current():
    written = (CONFIGS / "site.schema.json").read_text("utf-8")
    assert written == schema_text(), "run make schema"


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_config_fits_the_schema_and_names_it(path):
    text = path.read_text("utf-8")
    assert text.startswith("# yaml-language-server: $schema=site.schema.json\n")
    assert list(faults(SCHEMA, read(text))) == []


def test_the_example_fits_schema_and_models():
    assert list(faults(SCHEMA, read(EXAMPLE))) == []
    assert check(Declaration, EXAMPLE.encode(), file="kcnawatch.yaml").site == "kcnawatch"


def test_the_least_that_a_declaration_says_fits():
    assert list(faults(SCHEMA, {"site": "a", "name": "A"})) == []


REFUSED = {
    "an unknown key": changed(zzz=1),
    "an unknown key below": changed(fetch={"dealy": "1s"}),
    "an unknown key in an alternative": changed(discover=[{"feed": "http://x/", "links": "a"}]),
    "no name": {"site": "a"},
    "a name of a site with a space": changed(site="The Sun"),
    "a duration without its unit": changed(fetch={"delay": "2"}),
    "a number for a duration": changed(fetch={"delay": 2}),
    "no attempt": changed(fetch={"attempts": 0}),
    "too many attempts": changed(fetch={"attempts": 11}),
    "a word that is none of two": changed(fetch={"robots": "no"}),
    "a URL as a host": changed(match=["http://x/"]),
    "a text for a list": changed(match="kcnawatch.org"),
    "a language that is a country": changed(language="English"),
    "an absence that is no measure": changed(alerts={"gone_after": "often"}),
    "a body less": changed(extract=[{"title": "h1"}]),
    "no body to choose from": changed(extract=[{"body": []}]),
    "a seed that is two": changed(discover=[{"feed": "http://x/", "sitemap": "http://x/"}]),
    "a revisit of another word": changed(schedule={"revisit": "often"}),
    "a size below one": changed(fetch={"max_bytes": 0}),
}


@pytest.mark.parametrize("config", REFUSED.values(), ids=REFUSED)
def test_an_editor_marks_what_the_command_refuses(config):
    assert list(faults(SCHEMA, config))


def test_a_default_is_shown_as_one_would_write_it():
    """`P3D` is ISO 8601, and refused in a declaration."""

    def defaults(schema):
        for key, inner in schema.items() if isinstance(schema, dict) else ():
            if key == "default" and "pattern" in schema:
                yield schema
            yield from defaults(inner)

    shown = list(defaults(SCHEMA))
    assert shown
    for schema in shown:
        assert list(faults(schema, schema["default"])) == []
