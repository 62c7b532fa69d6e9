"""`probe`: does the site give what its config promises, now?"""

import itertools

import pytest

LONG = "The bridge over the narrow river was opened to carts and bicycles this morning. " * 4


def page(body=LONG, date="2026-03-18T10:00:00+08:00"):
    return f"<h1>A bridge opens</h1><time datetime={date}>then</time><div class=story>{body}</div>"


@pytest.fixture
def site(desk, declare, answer):
    declare("harbour", desk)
    desk.pages["/"] = answer("<a href=/a>A</a><a href=/b>B</a>")
    desk.pages["/a"] = desk.pages["/b"] = answer(page())
    return desk


def unmet(ended):
    return [(one["url"].rpartition("/")[2], one["what"]) for one in ended.objects if not one["met"]]


def probe(run, *more):
    return run("probe", "harbour", "--allow-private", "--json", *more)


def test_a_site_that_gives_what_it_promises_is_0_and_nothing_is_archived(site, run, tmp_path):
    ended = probe(run)
    assert (ended.code, unmet(ended)) == (0, [])
    assert [path for path, _ in site.asked] == ["/robots.txt", "/", "/a", "/a", "/b", "/b"]
    assert not (tmp_path / "archive").exists()
    told = run("probe", "harbour", "--allow-private")
    assert "NOT MET" not in told.out
    assert "2026-03-18T10:00:00+08:00" in told.out


def test_no_more_pages_are_looked_at_than_are_asked_for(site, run):
    assert probe(run, "--pages", "1").code == 0
    assert [path for path, _ in site.asked].count("/b") == 0
    assert run("probe", "harbour", "--pages", "0").code == 2


def test_a_text_that_differs_from_one_fetch_to_the_next_is_not_met(site, run, answer):
    counter = itertools.count()
    site.pages["/a"] = lambda talk, _head: talk.sendall(
        answer(page(f"{LONG} Read {next(counter)} times."))
    )
    ended = probe(run)
    assert (ended.code, unmet(ended)) == (1, [("a", "the same text and fields twice")])


def test_short_texts_and_dates_that_are_missing_are_not_met(site, run, answer):
    site.pages["/a"] = answer(page("Too short.", date=""))
    assert unmet(probe(run)) == [("a", "200 characters of text or more"), ("a", "a date")]


def test_a_time_without_a_zone_is_never_met(site, run, answer):
    site.pages["/a"] = answer(page(date="2026-03-18T10:00:00"))
    dated = [one for one in probe(run).objects if one["what"].startswith("a date")]
    zoned = [one["found"][-1:] == "Z" or one["found"][-6:-5] in "+-" for one in dated]
    bare = [len(one["found"]) == len("2026-03-18") for one in dated]
    assert [one["met"] for one in dated] == [z or b for z, b in zip(zoned, bare, strict=True)]
    assert len(dated) == 2


def test_an_empty_seed_and_one_that_is_gone_are_not_met(site, run, answer):
    site.pages["/"] = answer("<p>Nothing here.</p>")
    assert unmet(probe(run)) == [("", "1 target or more in the listing")]
    site.pages["/"] = answer("No.", status="404 Not Found")
    assert unmet(probe(run)) == [("", "the listing can be had")]


def test_rules_that_find_no_body_are_not_met(site, run, answer):
    site.pages["/a"] = answer(page().replace("class=story", "class=other"))
    assert ("a", "read by the site's own rules") in unmet(probe(run))


def test_a_field_that_no_page_yields_is_not_met(site, run, declare):
    rules = {"title": "h1", "body": "div.story", "published": "time@datetime", "byline": ".by"}
    declare("harbour", site, extract=[rules])
    assert unmet(probe(run)) == [("harbour", "byline")]


def test_robots_txt_is_kept_to(site, run, answer):
    site.pages["/robots.txt"] = answer("User-agent: *\nDisallow: /\n", kind="text/plain")
    ended = probe(run)
    assert ended.code == 1
    assert "harbour: 1 demand, 1 not met" in ended.err
    assert "robots" in ended.objects[0]["found"]
    assert [path for path, _ in site.asked] == ["/robots.txt"]


@pytest.mark.usefixtures("site")
def test_an_address_of_this_machine_is_not_met_and_says_which_option_asks_there(run):
    ended = run("probe", "harbour")
    assert ended.code == 1
    assert "--allow-private asks there" in ended.out


def test_a_site_that_is_not_declared_is_2(site, run):
    assert run("probe", "pier").code == 2
    assert site.asked == []
