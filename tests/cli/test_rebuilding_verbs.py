"""`rebuild`, `rederive`, `tombstone`: what they say, and what they end with."""

import os
import shutil
import sqlite3
import time
from contextlib import closing

import pytest

from pipeline.archive.lock import one_writer

VERBS = [["rebuild"], ["rederive"], ["tombstone", "http://x.example/", "--reason", "because"]]


@pytest.fixture
def told(site, run):
    """The article of `site` after one look."""
    return run("fetch", site.url("/a"), "--allow-private", "--json").only


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_where_there_is_no_archive_nothing_is_made(verb, run, tmp_path):
    ended = run(*verb, "--archive", "nowhere")
    assert (ended.code, ended.out) == (2, "")
    assert "no archive in nowhere" in ended.err
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("verb", VERBS[:2], ids=" ".join)
def test_a_bulk_verb_beside_a_writer_is_3_and_says_who_that_is(verb, run, tmp_path):
    with one_writer(tmp_path / "archive", verb="run"):
        ended = run(*verb)
    assert (ended.code, ended.out) == (3, "")
    assert f"dateline run (pid {os.getpid()})" in ended.err


# --- rebuild ----------------------------------------------------------------------------------


def test_a_rebuild_sums_up_and_everything_is_as_before(site, run, told, tmp_path):
    before = run("show", told["record"], "--json").only
    for path in (tmp_path / "archive").glob("catalog.sqlite*"):
        path.unlink()
    shutil.rmtree(tmp_path / "archive" / "text")
    assert run("show", told["record"]).code == 2
    ended = run("rebuild", "--json")
    assert ended.code == 0
    assert ended.only == {
        "entries": told["entry"] + 3,
        "captures": 2,
        "texts": {"kept": 0, "derived": 1, "replaced": []},
        "lost": [],
        "set_aside": None,
        "planned": 1,
    }
    assert run("show", told["record"], "--json").only == before
    assert run("sites", "--json").only["last_look"] == told["observed_at"]
    again = run("rebuild")
    assert (again.code, again.out) == (0, "")
    assert "2 captures; texts: 1 kept, 0 derived anew, 0 losses" in again.err
    assert run("fetch", site.url("/a"), "--allow-private", "--json").only["change"] == "same_bytes"


def test_a_catalog_that_was_lost_forgets_no_page_that_is_to_be_looked_at_again(
    site, run, told, tmp_path, answer
):
    for path in (tmp_path / "archive").glob("catalog.sqlite*"):
        path.unlink()
    site.pages["/"] = answer("<p>nothing is linked here any more</p>")
    assert run("fetch", "harbour", "--allow-private").code == 0
    with closing(sqlite3.connect(tmp_path / "archive" / "catalog.sqlite")) as catalog:
        planned = catalog.execute("SELECT url FROM work_targets").fetchall()
    assert planned == [(told["url"],)]


@pytest.mark.usefixtures("told")
def test_a_catalog_that_was_lost_is_told_by_who_reads(run, tmp_path):
    for path in (tmp_path / "archive").glob("catalog.sqlite*"):
        path.unlink()
    ended = run("sites")
    assert ended.code == 0
    assert "dateline rebuild makes it anew" in ended.err


def test_a_damaged_catalog_is_named_by_every_verb_and_made_again_by_one(run, told, tmp_path):
    (tmp_path / "archive" / "catalog.sqlite").write_bytes(b"\x89 nothing of a database" * 99)
    assert run("show", told["record"]).code == 3
    ended = run("rebuild")
    assert ended.code == 0
    assert "catalog.sqlite.damaged-" in ended.err
    assert run("show", told["record"]).code == 0


def test_what_is_lost_is_named_and_is_1(run, told, tmp_path):
    (warc,) = (tmp_path / "archive" / "warc").iterdir()
    warc.unlink()
    (tmp_path / "archive" / told["document"]["path"]).unlink()
    ended = run("rebuild")
    assert ended.code == 1
    assert f"entry {told['entry']}: no WARC file holds the capture of" in ended.out
    assert told["document"]["path"] in ended.out
    assert run("rebuild", "--json").only["lost"]


# --- rederive ---------------------------------------------------------------------------------


def test_a_change_of_rules_is_read_into_the_archive_once(run, told, declare, site):
    assert "1 read by today's rules before" in run("rederive").err
    declare("harbour", site, extract=[{"title": "title", "body": "div.story"}])
    ended = run("rederive", "harbour", "--json")
    assert ended.code == 0
    assert ended.only["url"] == told["url"]
    assert ended.only["outcome"] in {"same", "other"}
    assert run("rederive", "harbour", "--json").out == ""
    looks = run("history", site.url("/a"), "--json").objects
    assert [look["technical"] for look in looks] == [False, True]
    assert looks[-1]["entry"] == ended.only["entry"]


@pytest.mark.usefixtures("told")
def test_a_site_that_nobody_declares_is_2(run):
    assert run("rederive", "harbor").code == 2


# --- tombstone --------------------------------------------------------------------------------

REASON = "asked to by the author"


def test_a_takedown_says_what_went_and_every_verb_says_so_after_it(site, run, told, tmp_path):
    ended = run("tombstone", site.url("/a?t=1"), "--reason", REASON, "--json")
    assert ended.code == 0
    assert ended.only["entity"] == told["entity"]
    assert (ended.only["reason"], ended.only["revisits"]) == (REASON, [])
    shown = run("show", told["record"], "--json").only
    assert (shown["taken_down"], shown["title"]) == (REASON, None)
    assert shown["proof"]["fault"] is None
    assert f"taken down  {REASON}" in run("show", told["document"]["text"]).out
    assert f"taken down: {REASON}" in run("history", site.url("/a")).out
    exported = run("export", "text", "-o", "out")
    assert (exported.code, "damaged" in exported.err) == (0, False)
    assert f"taken down: {REASON}" in exported.err
    again = run("tombstone", told["record"], "--reason", "twice")
    assert (again.code, again.out) == (2, "")
    assert f"already: {REASON}" in again.err
    assert run("tombstone", "http://x.example/", "--reason", REASON).code == 2
    words = (b"rope ferry", b"A bridge opens")
    kept = [path for path in (tmp_path / "archive").rglob("*") if path.is_file()]
    assert not [path for path in kept if any(word in path.read_bytes() for word in words)]


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001])
def test_a_takedown_without_a_reason_is_2(reason, run, told):
    ended = run("tombstone", told["record"], "--reason", reason)
    assert ended.code == 2
    assert "--reason" in ended.err
    assert run("show", told["record"], "--json").only["taken_down"] is None


def test_beside_a_daemon_the_daemon_does_it(told, run, process, tmp_path):
    socket = tmp_path / "archive" / "daemon.sock"
    daemon = process("run", "--no-web", "--allow-private")
    for _ in range(200):
        if socket.exists():
            break
        time.sleep(0.05)
    ended = run("tombstone", told["record"], "--reason", REASON)
    assert daemon.poll() is None
    assert ended.code == 0
    assert told["entity"] in ended.out
    assert run("show", told["record"], "--json").only["taken_down"] == REASON
    assert run("tombstone", told["record"], "--reason", REASON).code == 2
