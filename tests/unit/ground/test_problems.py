"""A YAML file with a mistake → one problem that says where, what, and what is allowed instead."""

import pytest

from pipeline.errors import ConfigInvalid
from pipeline.ground.checking import check
from pipeline.ground.declaration import Part
from pipeline.sites.declaration import Declaration

HEAD = "site: a\nname: A\n"
LISTING = f"{HEAD}discover:\n  - listing: https://x.example/\n    links: a\n"
RULE = f"{HEAD}extract:\n  - body: p\n"


def problems(text, model=Declaration):
    content = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(ConfigInvalid) as refused:
        check(model, content, file="a.yaml")
    assert all(one.file == "a.yaml" for one in refused.value.problems)
    return refused.value.problems


def the_problem(text, model=Declaration):
    (only,) = problems(text, model)
    return only


# Where a misspelt key stands, the whole path to it, and what was meant.
MISSPELT = {
    "at the top": (f"{HEAD}shedule: {{every: 1h}}", "shedule", "schedule"),
    "in a part": (f"{HEAD}schedule: {{evry: 1h}}", "schedule.evry", "every"),
    "in a part of a part": (
        f"{HEAD}schedule: {{every: 1h, adapt: {{min: 1m, max: 2h, mox: 2h}}}}",
        "schedule.adapt.mox",
        "max",
    ),
    "in upper case": (f"{HEAD}Language: en", "Language", "language"),
    "in a list of alternatives": (f"{LISTING}    lniks: b", "discover[0].lniks", "links"),
    "instead of a key that has to be there": (
        f"{HEAD}discover:\n  - listing: https://x.example/\n    lnks: a",
        "discover[0].lnks",
        "links",
    ),
    "in the second item": (
        f"{LISTING}  - feed: https://x.example/\n    fed: 1",
        "discover[1].fed",
        "feed",
    ),
    "where it says which alternative is meant": (
        f"{HEAD}discover:\n  - fead: https://x.example/",
        "discover[0].fead",
        "feed",
    ),
    "in an alternative of an alternative": (
        f"{LISTING}    pages: {{next: a, mots: 3}}",
        "discover[0].pages.mots",
        "most",
    ),
    "where an inner alternative is meant": (
        f"{LISTING}    pages: {{nxt: a, most: 3}}",
        "discover[0].pages.nxt",
        "next",
    ),
    "in the URL rules": (
        f"{HEAD}targets: {{canonical: {{drop_qery: [t]}}}}",
        "targets.canonical.drop_qery",
        "drop_query",
    ),
    "in a generation": (f"{RULE}    tilte: h1", "extract[0].tilte", "title"),
    "in the second generation": (f"{RULE}  - bdy: p", "extract[1].bdy", "body"),
    "in a generation's source": (
        f"{RULE}    source: {{nmae: a}}",
        "extract[0].source.nmae",
        "name",
    ),
    "in a field of the source": (
        f"{RULE}    source: {{name: {{css: a, pattrn: b}}}}",
        "extract[0].source.name.pattrn",
        "pattern",
    ),
    "in a picked value": (
        f"{RULE}    published: {{css: p, fromat: '%Y'}}",
        "extract[0].published.fromat",
        "format",
    ),
    "in a list of picked values": (
        f"{RULE}    published: [p, {{css: p, fromat: '%Y'}}]",
        "extract[0].published[1].fromat",
        "format",
    ),
    "in the longest of bodies": (
        f"{HEAD}extract:\n  - body: {{longst: [p]}}",
        "extract[0].body.longst",
        "longest",
    ),
    "in what a generation requires": (
        f"{RULE}    require: {{min_char: 2}}",
        "extract[0].require.min_char",
        "min_chars",
    ),
    "in the alerts": (f"{HEAD}alerts: {{stale_afer: 1d}}", "alerts.stale_afer", "stale_after"),
}


@pytest.mark.parametrize(("text", "key", "meant"), MISSPELT.values(), ids=MISSPELT)
def test_a_misspelt_key_is_one_problem_that_names_what_was_meant(text, key, meant):
    problem = the_problem(text)
    assert problem.key == key
    assert problem.value == "unknown key"
    assert problem.allowed.startswith(f"did you mean {meant}? allowed here: ")
    assert meant in problem.allowed.split("allowed here: ")[1].split(", ")


def test_a_key_like_no_other_gets_no_hint_but_all_that_is_allowed():
    problem = the_problem(f"{HEAD}zzz: 1")
    assert problem.allowed.startswith("allowed here: site, name, home, ")


def test_only_the_keys_of_the_alternative_that_was_chosen_are_allowed():
    allowed = the_problem(f"{LISTING}    zzz: 1").allowed
    assert allowed == "allowed here: listing, links, dates, pages"


# What stands there, and the words that say what may.
WRONG = {
    "a duration without its unit": ("schedule: {every: 15}", "schedule.every", "15", "30s, 15m"),
    "a duration of another unit": ("schedule: {every: 1y}", "schedule.every", "'1y'", "ms, s, m"),
    "a duration below zero": ("fetch: {delay: -1s}", "fetch.delay", "'-1s'", "a duration"),
    "no time at all to wait": ("fetch: {timeout: 0s}", "fetch.timeout", "'0s'", "greater than"),
    "a poll in no time": ("schedule: {every: 0s}", "schedule.every", "'0s'", "from 1s to"),
    "a size without its unit": ("fetch: {max_bytes: 10 M}", "fetch.max_bytes", "'10 M'", "10MB"),
    "a zone that nobody knows": ("timezone: Nowhere/X", "timezone", "'Nowhere/X'", "IANA"),
    "a zone in its own language": ("timezone: Soul", "timezone", "'Soul'", "mean Asia/Seoul?"),
    "a zone in lower case": ("timezone: asia/seoul", "timezone", "'asia/", "mean Asia/Seoul?"),
    "a zone's city": ("timezone: Lisbon", "timezone", "'Lisbon'", "mean Europe/Lisbon?"),
    "a zone that climbs": ("timezone: ../etc", "timezone", "'../etc'", "IANA"),
    "a site that is called by its title": ("site: The Sun", "site", "'The Sun'", "lower-case"),
    "a language that is a country": ("language: English", "language", "'English'", "zh-Hans"),
    "a number for a text": ("name: 3", "name", "3", "a text"),
    "a text for a list": ("match: x.example", "match", "'x.example'", "a list"),
    "a text for a mapping": ("fetch: slow", "fetch", "'slow'", "a mapping"),
    "a list for a mapping": ("schedule: [1h]", "schedule", "['1h']", "a mapping"),
    "nothing for a mapping": ("schedule:", "schedule", "null", "a mapping"),
    "a text for a number": ("fetch: {attempts: many}", "fetch.attempts", "'many'", "whole number"),
    "half an attempt": ("fetch: {attempts: 1.5}", "fetch.attempts", "1.5", "whole number"),
    "a word that is none of two": ("fetch: {robots: no}", "fetch.robots", "'no'", "'obey' or"),
    "a URL as a host": ("match: ['http://x/']", "match[0]", "'http://x/'", "*.example.org"),
    "a home without a scheme": ("home: x.example", "home", "'x.example'", "http"),
    "a header that frames": ("fetch: {headers: {Host: x}}", "fetch.headers.Host", "'Host'", "but"),
    "a header on two lines": (
        'fetch: {headers: {X: "a\\nb"}}',
        "fetch.headers.X",
        r"'a\nb'",
        "one line",
    ),
    "a cron of three fields": ("schedule: {cron: '* * *'}", "schedule.cron", "'* *", "five"),
    "a revisit at no age": ("schedule: {revisit: []}", "schedule.revisit", "[]", "ages"),
    "CSS that cannot be read": ("extract: [{body: 'p[['}]", "extract[0].body", "'p[['", "CSS"),
    "no CSS at all": ("extract: [{body: ''}]", "extract[0].body", "''", "CSS"),
    "CSS in a list": (
        "extract: [{body: [p, 'p[[']}]",
        "extract[0].body[1]",
        "'p[['",
        "CSS",
    ),
    "CSS in the longest of bodies": (
        "extract: [{body: {longest: ['p[[']}}]",
        "extract[0].body.longest[0]",
        "'p[['",
        "CSS",
    ),
    "CSS in what is dropped": (
        "extract: [{body: p, drop: ['a[[']}]",
        "extract[0].drop[0]",
        "'a[['",
        "CSS",
    ),
    "CSS in a picked value's list": (
        "extract: [{body: p, title: {css: ['h1[[']}}]",
        "extract[0].title.css[0]",
        "'h1[['",
        "CSS",
    ),
    "CSS of links": (
        "discover: [{listing: 'http://x.example/', links: 'a[['}]",
        "discover[0].links",
        "'a[['",
        "CSS",
    ),
    "a regular expression that does not close": (
        "targets: {allow: ['(x']}",
        "targets.allow[0]",
        "'(x'",
        "regular expression",
    ),
    "a regular expression in a picked value": (
        "extract: [{body: p, title: {css: h1, pattern: '['}}]",
        "extract[0].title.pattern",
        "'['",
        "regular expression",
    ),
    "a date format of our own": (
        "extract: [{body: p, published: {css: p, format: '%Q'}}]",
        "extract[0].published.format",
        "'%Q'",
        "%Y",
    ),
    "a date that there is not": (
        "extract: [{body: p, until: 2020-13-01}]",
        "extract[0].until",
        "'2020-13-01'",
        "date",
    ),
    "a feed without a scheme": (
        "discover: [{feed: x.example/feed}]",
        "discover[0].feed",
        "'x.example/feed'",
        "http",
    ),
    "a seed that is a text": (
        "discover: ['http://x.example/']",
        "discover[0]",
        "'http://x.example/'",
        "'listing', 'feed', 'sitemap'",
    ),
    "a seed that is two": (
        "discover: [{feed: 'http://x/', sitemap: 'http://x/'}]",
        "discover[0]",
        "{'feed'",
        "exactly one",
    ),
    "an absence that is no measure": (
        "alerts: {gone_after: often}",
        "alerts.gone_after",
        "'often'",
        "2 looks over 24h",
    ),
    "a key that is a number": ("1: 2", "whole file", "1", "a key that is a text"),
}


@pytest.mark.parametrize(("text", "key", "value", "allowed"), WRONG.values(), ids=WRONG)
def test_a_wrong_value_is_one_problem_with_its_place_itself_and_what_is_allowed(
    text, key, value, allowed
):
    given = text.partition(":")[0]
    head = "".join(f"{line}\n" for line in HEAD.splitlines() if not line.startswith(f"{given}:"))
    problem = the_problem(head + text)
    assert problem.key == key
    assert problem.value.startswith(value)
    assert allowed in problem.allowed
    assert not problem.allowed.startswith(("Value error", "Input should"))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("site: a", "name"),
        (f"{HEAD}discover: [{{listing: 'http://x.example/'}}]", "discover[0].links"),
        (f"{HEAD}extract: [{{title: h1}}]", "extract[0].body"),
        (f"{HEAD}schedule: {{adapt: {{min: 1m}}}}", "schedule.adapt.max"),
        (f"{HEAD}extract: [{{body: p, title: {{pattern: x}}}}]", "extract[0].title.css"),
    ],
)
def test_a_key_that_is_not_there_is_told_by_its_own_path(text, key):
    problem = the_problem(text)
    assert (problem.key, problem.value) == (key, "missing")


def test_every_mistake_is_told_not_only_the_first():
    told = problems(
        "site: A!\nname: A\nzzz: 1\nschedule: {every: 1x}\nfetch: {robots: maybe}\n"
        "extract: [{body: 'p[['}, {body: p, drop: ['a[[', b, 'c[[']}]\n"
    )
    assert {one.key for one in told} == {
        "site",
        "zzz",
        "schedule.every",
        "fetch.robots",
        "extract[0].body",
        "extract[1].drop[0]",
        "extract[1].drop[2]",
    }


def test_no_name_of_pydantics_own_stands_in_a_key_path():
    told = [
        one
        for text, *_ in (*MISSPELT.values(), *WRONG.values())
        for one in problems(text if text.startswith("site") else HEAD + text)
    ]
    assert told
    for one in told:
        assert not any(name in one.key for name in ("<", ">", "Config", "function", "tuple", "str"))


# Where the file is no YAML at all: the line, and what the parser says.
UNREADABLE = {
    "a tab": ("site: a\n\tname: A\n", "line 2", "\\t"),
    "a tab behind a key": ("site:\ta\n", "line 1", "\\t"),
    "a bracket left open": (f"{HEAD}match: [a, b\n", "line 4", "expected"),
    "two texts behind one key": ("site: a\nname: A: B\n", "line 2", "mapping values"),
    "a quote left open": ("site: a\nname: 'A\n", "line 3", "end of stream"),
    "an alias of nothing": (f"{HEAD}home: *x\n", "line 3", "undefined alias"),
    "an object of Python's": ("site: a\nname: !!python/object:os.system x\n", "line 2", "python"),
    "a second document": (f"{HEAD}---\n{HEAD}", "line 3", "another document"),
    "a key that stands twice": (f"{HEAD}name: B\n", "line 3", 'duplicate key "name"'),
    "a key that stands twice below": (
        f"{HEAD}fetch:\n  delay: 1s\n  delay: 2s\n",
        "line 5",
        'duplicate key "delay"',
    ),
    "a control character": (f"{HEAD}home: \x07\n", "whole file", "#x0007"),
    "a list": ("- a\n", "whole file", "['a']"),
    "a text": ("kcnawatch\n", "whole file", "'kcnawatch'"),
    "nothing": ("", "whole file", "empty"),
    "a comment": ("# to be written\n", "whole file", "empty"),
    "bytes of Latin-1": (b"site: a\nname: Caf\xe9\n", "line 2", "b'\\xe9'"),
    "UTF-16": (HEAD.encode("utf-16"), "line 1", "b'\\xff'"),
    "a page": ("<!doctype html>\n<p>a: b\n", "line 2", "mapping values"),
    "a hole in the ground": ("[" * 1500, "whole file", "nested too deeply"),
}


@pytest.mark.parametrize(("text", "where", "value"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_mapping_in_yaml_is_one_problem_with_its_line(text, where, value):
    problem = the_problem(text)
    assert problem.key.startswith(where)
    assert value in problem.value
    assert len(problem.value) < 200
    assert "\n" not in problem.value


def test_what_stands_twice_is_not_spelled_out():
    told = the_problem(f"{HEAD}match: [{'x, ' * 5000}x]\nmatch: [{'y, ' * 5000}y]\n")
    assert len(told.value) < 100


def test_a_byte_order_mark_is_no_part_of_the_first_key():
    assert check(Declaration, b"\xef\xbb\xbf" + HEAD.encode(), file="a.yaml").site == "a"


def test_yaml_1_2_leaves_words_and_times_alone():
    class Words(Part):
        country: str
        clock: str
        day: str

    read = check(Words, b"country: no\nclock: 12:30\nday: 2020-03-22\n", file="a.yaml")
    assert (read.country, read.clock, read.day) == ("no", "12:30", "2020-03-22")


BOMB = "lol:\n  - &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"  - &{name} [{', '.join([f'*{before}'] * 10)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "where",
    [
        "timezone: *i",
        "match: *i",
        "language: *i",
        "schedule: {every: *i, revisit: *i}",
        "discover: *i",
        "targets: {allow: *i}",
        "fetch: {headers: *i, max_bytes: *i}",
        "extract: [{body: *i, title: *i, until: *i}]",
        "alerts: {gone_after: *i}",
        "match: &z [*z]",
    ],
)
def test_a_bomb_of_aliases_is_not_spelled_out(where):
    """Nine anchors stand for a thousand million words."""
    told = problems(HEAD + BOMB + where + "\n")
    assert all(len(str(one)) < 400 for one in told)


@pytest.mark.parametrize(
    "text",
    [
        "fetch: {timeout: 99999999999999999999d}",
        f"fetch: {{max_bytes: {'9' * 400}GB}}",
        "fetch: {max_bytes: .inf}",
        f"schedule: {{every: {'9' * 400}h}}",
        "alerts: {gone_after: 2 looks over 99999999999999999999d}",
        f"alerts: {{gone_after: {'9' * 5000} looks over 1d}}",
        f"fetch: {{attempts: 0x{'f' * 6000}}}",
        "extract: [{body: p, drop_text: ['a{99999999999}']}]",
        f"extract: [{{body: p, end_at: ['{'(' * 2000}']}}]",
        f"targets: {{allow: ['{'(' * 2000}']}}",
        "targets: {allow: ['a{99999999999}']}",
        'extract: [{body: "\\ud800"}]',
        "extract: [{body: p, until: 99999999999}]",
    ],
    ids=lambda text: text[:40],
)
def test_what_is_out_of_all_proportion_is_a_problem_like_any_other(text):
    told = the_problem(f"{HEAD}{text}\n")
    assert told.key != "whole file"
    assert len(told.value) < 100
