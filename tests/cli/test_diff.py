"""`diff` and `history`: versions, what is between them, and when nobody looked."""

import pytest

ONE = "The bridge over the narrow river was opened to carts and bicycles this morning."
TWO = "It replaces the rope ferry, which had crossed the water for ninety years."
THREE = "A mason who had laid the first stone was the first to walk across it."


def page(*paragraphs, title="A bridge opens", date="2026-03-18"):
    body = "".join(f"<p>{one}</p>" for one in paragraphs)
    return (
        f"<!doctype html><title>{title}</title><h1>{title}</h1>"
        f"<time datetime={date}>then</time><div class=story>{body}</div>"
    )


@pytest.fixture
def look(site, run, answer):
    """Lets the page say something, and looks at it."""

    def at(*paragraphs, **more):
        site.pages["/a"] = answer(page(*paragraphs, **more))
        return run("fetch", site.url("/a"), "--allow-private", "--json").only

    return at


def test_words_added_and_removed_are_told_with_and_without_colour(site, run, look):
    look(ONE, TWO)
    look(ONE.replace("carts", "lorries"), TWO, THREE)
    ended = run("diff", site.url())
    assert ended.code == 0
    assert "[-carts-] {+lorries+}" in ended.out
    assert f"+ {THREE}" in ended.out
    assert "\x1b" not in ended.out
    said = run("diff", site.url(), "--json").only
    assert (said["from"]["version"], said["to"]["version"]) == (1, 2)
    assert (said["words_removed"], said["technical"], said["same"]) == (1, 0, False)
    runs = next(one for one in said["pieces"] if one["kind"] == "changed")["runs"]
    assert "".join(one["before"] for one in runs) == ONE
    assert "= 1 paragraph the same" in ended.out
    assert TWO in run("diff", site.url(), "--full").out


def test_moves_title_edits_and_noise_are_told_apart(site, run, look):
    look("He said “yes”.", ONE, TWO, THREE)
    look('He said "yes".', TWO, THREE, ONE, title="The bridge opens", date="2026-03-19")
    out = run("diff", site.url()).out
    assert "title: [-A-] {+The+} bridge opens" in out
    assert "published:" in out
    assert "moved away (1)" in out
    assert "moved here (1)" in out
    assert "(quotes alone)" in out
    said = run("diff", site.url(), "--json").only
    assert (said["words_added"], said["words_removed"], said["moved"]) == (0, 0, 1)
    assert said["noise"] == ["quotes"]


def test_versions_are_named_by_number_date_and_digest(site, run, look):
    first = look(ONE)
    look(ONE, TWO)
    look(ONE, TWO, THREE)
    assert run("diff", site.url(), "1", "--json").only["words_added"] == 28
    said = run("diff", site.url(), "3", "1", "--json").only
    assert (said["from"]["version"], said["words_removed"]) == (3, 28)
    digest = first["document"]["text"].removeprefix("sha256:")
    said = run("diff", site.url(), digest[:12], first["observed_at"], "--json").only
    assert (said["from"]["version"], said["to"]["version"], said["same"]) == (1, 1, True)
    assert (
        run("diff", site.url(), first["observed_at"][:10], "2", "--json").only["from"]["version"]
        == 3
    )


@pytest.mark.parametrize("asked", ["9", "0", "1999-01-01", "zzz", "", "ffffffffffff", "2026-99-99"])
def test_a_version_that_there_is_not_is_2(site, run, look, asked):
    look(ONE)
    ended = run("diff", site.url(), asked)
    assert (ended.code, ended.out) == (2, "")


def test_one_version_is_nothing_to_compare_and_no_fault(site, run, look):
    look(ONE)
    ended = run("diff", site.url())
    assert (ended.code, ended.out) == (0, "")
    assert "nothing to compare" in ended.err
    assert run("diff", "http://x.example/").code == 2


def test_a_change_of_our_rules_is_marked_as_ours(site, run, look, declare):
    look(ONE, TWO)
    declare("harbour", site, extract=[{"title": "h1", "body": "div.story p:first-child"}])
    assert run("rederive").code == 0
    ended = run("diff", site.url())
    assert "our rules changed, not the page" in ended.out
    said = run("diff", site.url(), "--json").only
    assert (said["technical"], said["steps"], said["to"]["technical"]) == (1, 1, True)
    assert "by other rules of ours" in run("history", site.url()).out


def test_a_text_that_was_taken_down_is_said_to_be(site, run, look):
    first = look(ONE)
    look(ONE, TWO)
    assert run("tombstone", first["record"], "--reason", "a court said so").code == 0
    ended = run("diff", site.url())
    assert (ended.code, ended.out) == (3, "")
    assert "version 1 was taken down: a court said so" in ended.err


def test_a_fragment_of_html_shows_nothing_that_runs(site, run, look):
    look("Words &lt;script&gt;alert(1)&lt;/script&gt; here.")
    look("Words &lt;script&gt;alert(2)&lt;/script&gt; \u202ehere.")
    out = run("diff", site.url(), "--html").out
    assert "<ins>" in out
    assert "<script" not in out
    assert "\u202e" not in out
    assert "U+202E" in out


# --- history ----------------------------------------------------------------------------------


def test_history_numbers_versions_and_folds_what_is_the_same(site, run, look):
    look(ONE)
    for _ in range(4):
        look(ONE)
    look(ONE, TWO)
    ended = run("history", site.url())
    lines = ended.out.splitlines()
    assert len(lines) == 3
    assert "version 1" in lines[0]
    assert "same × 4 until" in lines[1]
    assert "version 2" in lines[2]
    assert len(run("history", site.url(), "--all").out.splitlines()) == 6
    objects = run("history", site.url(), "--json").objects
    assert [one["version"] for one in objects] == [1, 1, 1, 1, 1, 2]


def test_history_tells_of_removal_and_return(site, run, look, answer):
    look(ONE)
    site.pages["/a"] = answer("Nothing here.", status="404 Not Found")
    run("fetch", site.url("/a"), "--allow-private")
    look(ONE)
    objects = run("history", site.url(), "--json").objects
    assert [one["returned"] for one in objects] == [False, False, True]
    assert "returned" in run("history", site.url()).out
