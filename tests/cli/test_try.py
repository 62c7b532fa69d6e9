"""`try`: what would be read, by today's rules or a draft's; nothing is written."""

import json

import pytest


@pytest.fixture
def told(site, run):
    return run("fetch", site.url("/a"), "--allow-private", "--json").only


@pytest.fixture
def draft(tmp_path):
    """Writes a draft config somewhere else."""

    def write(**parts):
        kept = (tmp_path / "configs" / "harbour.yaml").read_text("utf-8")
        path = tmp_path / "draft.yaml"
        path.write_text(json.dumps(json.loads(kept) | parts), "utf-8")
        return path

    return write


def everything(folder):
    """When each file was written last, but for the one in which SQLite notes who is reading."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".sqlite-shm")
    return {path: path.stat().st_mtime_ns for path in files}


def test_a_live_page_is_read_and_nothing_at_all_is_written(site, run, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    before = everything(tmp_path)
    ended = run("try", "harbour", site.url("/a"), "--allow-private")
    assert ended.code == 0
    for word in ("A bridge opens", "2026-03-18", "utf-8", "time@datetime", "div.story", "h1"):
        assert word in ended.out
    assert everything(tmp_path) == before
    assert not (tmp_path / "archive").exists()
    assert "1 not archived" in ended.err


def test_a_live_page_is_held_against_what_is_archived_word_by_word(site, run, told, answer):
    site.pages["/a"] = answer(site.pages["/a"].partition(b"\r\n\r\n")[2].replace(b"carts", b"vans"))
    ended = run("try", "harbour", site.url("/a"), "--allow-private")
    assert ended.code == 0
    assert "[-carts-] {+vans+}" in ended.out
    said = run("try", "harbour", site.url("/a?t=5"), "--allow-private", "--json").only
    assert (said["came_to"], said["diff"]["words_added"]) == ("differs", 1)
    assert said["url"] == told["url"]


@pytest.mark.usefixtures("told")
def test_a_draft_is_tried_over_what_is_archived(run, draft, tmp_path):
    ended = run("try", "harbour", "--last", "5")
    assert (ended.code, "1 same" in ended.err) == (0, True)
    path = draft(extract=[{"title": "h1", "body": "div.story p:first-child"}])
    before = everything(tmp_path / "archive")
    ended = run("try", "harbour", "--config", path)
    assert ended.code == 0
    assert "- It replaces the rope ferry" in ended.out
    assert "published" in ended.out
    assert everything(tmp_path / "archive") == before
    wrong = draft(extract=[{"title": "h1", "body": "div.nowhere"}])
    ended = run("try", "harbour", "--config", wrong)
    assert ended.code == 1
    assert "1 degraded" in ended.err
    assert "no rule yields anything" in ended.out


@pytest.mark.usefixtures("site")
def test_a_draft_that_is_invalid_says_what_is_wrong_and_is_1(run, draft):
    ended = run("try", "harbour", "--config", draft(extrct=[]))
    assert (ended.code, ended.out) == (1, "")
    assert "extrct" in ended.err
    assert run("try", "harbour", "--config", "missing.yaml").code == 1


def test_recorded_pages_are_tried_without_an_archive(replayable, run, tmp_path):
    ended = run("try", "harbour", "--replay", replayable, "--json")
    assert ended.code == 0
    assert "A bridge opens" in [one["document"]["title"] for one in ended.objects]
    assert not (tmp_path / "archive").exists()


def test_what_robots_txt_disallows_is_not_asked_for(site, run, answer):
    site.pages["/robots.txt"] = answer("User-agent: *\nDisallow: /a\n", kind="text/plain")
    ended = run("try", "harbour", site.url("/a"), "--allow-private")
    assert ended.code == 1
    assert "robots" in ended.out
    assert [path for path, _ in site.asked] == ["/robots.txt"]


def test_a_page_that_is_not_there_and_a_private_one_are_1(site, run):
    ended = run("try", "harbour", site.url("/nowhere"), "--allow-private")
    assert (ended.code, "gone" in ended.out) == (1, True)
    ended = run("try", "harbour", site.url("/a"))
    assert (ended.code, "private_address" in ended.out) == (1, True)
    assert "--allow-private asks there" in ended.out


def test_wrong_use_is_2(site, run):
    assert run("try", "pier").code == 2
    assert run("try", "harbour", "nonsense").code == 2
    empty = run("try", "harbour")
    assert empty.code == 2
    assert "holds no page of harbour: dateline fetch harbour archives some" in empty.err
    assert site.asked == []


@pytest.mark.usefixtures("told")
def test_a_text_in_full_has_all_its_paragraphs(run):
    assert "rope ferry" in run("try", "harbour", "--full").out


def test_a_page_that_the_site_does_not_claim_is_read_by_its_rules_when_asked_to(
    desk, run, declare, answer
):
    declare("harbour", desk, match=["harbour.example"])
    desk.pages["/a"] = answer()
    said = run("try", "harbour", desk.url("/a"), "--allow-private", "--json").only
    assert (said["came_to"], said["document"]["generation"]) == ("not_archived", "1")
