"""`similar` and `drift`, as a person and a script call them."""

from __future__ import annotations

import pytest

PARAGRAPHS = [" ".join(f"word{n}{letter}" for n in range(40)) for letter in "abcd"]
FIELDS = ("body", "title", "byline", "published", "source")


def page(*paragraphs, title):
    told = "".join(f"<p>{one}</p>" for one in paragraphs)
    return f"<title>{title}</title><h1>{title}</h1><div class=story>{told}</div>"


@pytest.fixture
def told(site, run, answer):
    """Two pages of which one has a sentence more, and one that is another."""
    site.pages["/a"] = answer(page(*PARAGRAPHS, title="Ferry"))
    site.pages["/b"] = answer(page(*PARAGRAPHS, "And one more of its own.", title="Ferry"))
    site.pages["/c"] = answer(page("Nothing of all that was said here.", title="Pier"))
    urls = [site.url(path) for path in ("/a", "/b", "/c")]
    return run("fetch", *urls, "--allow-private", "--json").objects


@pytest.fixture
def of(told):
    return {one["url"][-1]: one for one in told}


def test_a_near_copy_is_told_with_how_much_it_is_alike(run, of):
    copy = run("similar", of["a"]["url"], "--json").only
    assert copy.keys() == {
        *("url", "site", "title", "published", "first_seen", "text"),
        *("current", "similarity", "contained", "earlier"),
    }
    assert (copy["url"], copy["text"]) == (of["b"]["url"], of["b"]["document"]["text"])
    assert 0.9 < copy["similarity"] < 1
    assert 0.9 < copy["contained"] <= 1
    assert copy["current"] is True


def test_who_was_seen_first_is_the_earlier_one(run, of):
    seen = {name: run("similar", of[name]["url"], "--json").only["earlier"] for name in "ab"}
    assert sorted(seen.values()) == [False, True]


def test_a_text_may_be_named_by_its_digest_or_the_beginning_of_it(run, of):
    text = of["a"]["document"]["text"]
    for named in (text, text.removeprefix("sha256:"), text.removeprefix("sha256:")[:12]):
        found = run("similar", named, "--json").objects
        assert {one["url"] for one in found} == {of["a"]["url"], of["b"]["url"]}
        assert [one["earlier"] for one in found] == [None, None]


def test_what_nobody_repeats_has_no_copies_and_that_is_no_fault(run, of):
    outcome = run("similar", of["c"]["url"])
    assert (outcome.code, outcome.out) == (0, "")
    assert "no near copies" in outcome.err


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("what", ["nonsense", "sha256:" + "0" * 64, "https://nowhere.example/"])
def test_what_was_never_recorded_has_none_that_could_be_told(run, what):
    outcome = run("similar", what)
    assert outcome.code == 2
    assert "has no record of" in outcome.err


def test_of_a_text_that_was_taken_down_the_reason_is_told(run, of):
    text = of["a"]["document"]["text"]
    assert run("tombstone", of["a"]["url"], "--reason", "court order 7").code == 0
    outcome = run("similar", of["a"]["url"])
    assert outcome.code == 3
    assert f"{text} was taken down: court order 7" in outcome.err


def test_for_people_a_copy_is_three_lines(run, of):
    lines = run("similar", of["a"]["url"]).out.splitlines()
    assert len(lines) == 3
    assert "alike" in lines[0]
    assert of["b"]["url"] in lines[1]


@pytest.mark.usefixtures("told")
def test_drift_counts_each_field_by_month_and_rule(run):
    rows = run("drift", "--json").objects
    assert sum(one["documents"] for one in rows) == 3
    for one in rows:
        assert one.keys() == {"site", "generation", "month", "documents", "found", "length"}
        assert tuple(one["found"]) == FIELDS
        assert max(one["found"].values()) <= one["documents"]
    assert run("drift", "harbour", "--json").objects == rows


@pytest.mark.usefixtures("told")
def test_drift_for_people_draws_a_line_for_each_field(run):
    out = run("drift", "harbour").out
    assert all(field in out for field in (*FIELDS, "length"))


def test_drift_of_a_site_that_is_not_there_is_wrong_use(run, told):
    assert told
    assert run("drift", "nowhere").code == 2


def test_drift_before_anything_was_read_says_so(run, declare, desk):
    declare("harbour", desk)
    outcome = run("drift", "harbour")
    assert (outcome.code, outcome.out) == (0, "")
    assert "no document" in outcome.err
