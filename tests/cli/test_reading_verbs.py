"""`sites`, `history`, `show`, `export text`: what the archive knows, for people and for scripts."""

import hashlib
import os
import re

import pytest

from pipeline.ground.clock import SystemClock
from pipeline.monitoring.pulse import Pulse, State

STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


@pytest.fixture
def told(site, run):
    """The article of `site` after one look."""
    return run("fetch", site.url("/a"), "--allow-private", "--json").only


# --- sites ------------------------------------------------------------------------------------


def test_a_site_that_was_never_looked_at_is_an_object_of_nulls(run, declare, desk):
    declare("harbour", desk)
    assert run("sites", "--json").only == {
        "site": "harbour",
        "state": "never",
        "last_look": None,
        "next_look": None,
        "failures": 0,
        "documents": 0,
        "changes": 0,
        "declared": True,
        "problems": [],
        "paused": None,
    }


def test_a_site_tells_how_it_stands(run, told):
    row = run("sites", "--json").only
    assert row["site"] == "harbour"
    assert row["state"] == "ok"
    assert row["last_look"] == told["observed_at"]
    assert STAMP.fullmatch(row["last_look"])
    assert (row["failures"], row["documents"], row["changes"]) == (0, 1, 0)


def test_a_site_that_blocks_says_so(site, run, answer):
    site.pages["/a"] = answer("No.", status="403 Forbidden")
    for _ in range(2):
        assert run("fetch", site.url("/a"), "--allow-private").code == 1
    row = run("sites", "--json").only
    assert (row["state"], row["failures"], row["documents"]) == ("blocked", 2, 0)


@pytest.mark.usefixtures("told")
def test_sites_for_people_is_one_line_each_under_a_heading(run):
    lines = run("sites").out.splitlines()
    assert len(lines) == 2
    assert lines[0].split()[:2] == ["site", "state"]
    assert lines[1].split()[:2] == ["harbour", "ok"]


def test_a_replay_is_no_look_at_a_site(replayable, run):
    assert run("fetch", "--replay", replayable, "--archive", "again").code == 0
    row = run("sites", "--archive", "again", "--json").only
    assert row["last_look"] is None


@pytest.mark.usefixtures("told")
def test_a_site_whose_config_is_refused_or_gone_still_tells_how_it_stands(run, declare, desk):
    declare("pier", desk)
    path = declare("harbour", desk, nonsense=1)
    refused = run("sites", "--json")
    assert (refused.code, [one["site"] for one in refused.objects]) == (1, ["harbour", "pier"])
    (problem,) = refused.objects[0]["problems"]
    assert problem.keys() == {"file", "key", "value", "allowed"}
    assert (problem["key"], refused.objects[0]["documents"]) == ("nonsense", 1)
    assert "config refused" in run("sites").out
    assert "nonsense" in run("sites").err
    path.unlink()
    gone = run("sites", "--json")
    assert gone.code == 0
    assert (gone.objects[0]["declared"], gone.objects[0]["next_look"]) == (False, None)
    assert "not declared" in run("sites").out


@pytest.mark.usefixtures("told")
def test_sites_says_that_the_daemon_is_paused_and_believes_no_dead_heartbeat(run, tmp_path):
    clock = SystemClock()
    pulse = Pulse(tmp_path / "archive", clock)
    pulse.turn(State.PAUSED, "the disk is full")
    assert run("sites", "--json").only["paused"] == "the disk is full"
    assert "the disk is full" in run("sites").err
    heartbeat = tmp_path / "archive" / "heartbeat"
    long_ago = clock.now().timestamp() - 3600
    os.utime(heartbeat, (long_ago, long_ago))
    assert run("sites", "--json").only["paused"] is None
    heartbeat.write_bytes(b"{")
    assert run("sites", "--json").only["paused"] is None


# --- history ----------------------------------------------------------------------------------

LOOK = {"observed_at", "outcome", "reason", "change", "status", "record", "entry", "text"}


def test_every_look_at_a_document_is_an_object_oldest_first(site, run, told, answer):
    for page in (
        answer("<h1>Shut</h1><div class=story><p>Nobody may cross it now.</p></div>"),
        answer("gone", status="404 Not Found"),
        answer("no", status="403 Forbidden"),
        answer("oops", status="500 Oops"),
    ):
        site.pages["/a"] = page
        run("fetch", site.url("/a?t=7"), "--allow-private")
    ended = run("history", site.url("/a?t=99"), "--json")
    assert ended.code == 0
    assert all(one.keys() >= LOOK for one in ended.objects)
    assert [(one["outcome"], one["change"], one["status"]) for one in ended.objects] == [
        ("captured", "new", 200),
        ("captured", "changed", 200),
        ("gone", None, 404),
        ("blocked", None, 403),
        ("failed", None, 500),
    ]
    assert [bool(one["text"]) for one in ended.objects] == [True, True, False, False, False]
    assert ended.objects[0]["text"] == told["document"]["text"]
    assert ended.objects[0]["record"] == told["record"]
    seen = [one["observed_at"] for one in ended.objects]
    assert seen == sorted(seen)
    assert all(STAMP.fullmatch(one) for one in seen)


def test_history_for_people_is_one_line_a_look(site, run, told):
    (line,) = run("history", site.url()).out.splitlines()
    assert " new " in line
    assert told["document"]["text"].removeprefix("sha256:")[:16] in line


UNKNOWN = ["http://x.example/never", "never", "", "http://[::1", "ftp://x/", "../x", "ö", "a b"]


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("asked", UNKNOWN)
@pytest.mark.parametrize("verb", ["history", "show"])
def test_what_was_never_seen_is_2_and_says_what_can_be_asked(run, verb, asked):
    ended = run(verb, asked, "--json")
    assert (ended.code, ended.out) == (2, "")
    assert "no record of" in ended.err


@pytest.mark.parametrize("verb", ["history", "show"])
def test_an_archive_that_is_not_there_has_seen_nothing(run, verb):
    assert run(verb, "http://x.example/", "--archive", "nowhere").code == 2


# --- show -------------------------------------------------------------------------------------

PROVENANCE = {
    *("url", "requested", "site", "role", "visit", "observed_at", "origin", "outcome", "change"),
    *("status", "record", "records", "places", "entity", "decoded", "ip", "protocol", "config"),
    *("rules", "agent", "text", "document", "title", "published", "extractions", "entry"),
}


def test_a_text_a_file_a_record_a_visit_and_a_url_lead_to_one_provenance(site, run, told):
    text = told["document"]["text"]
    asked = [
        text,
        text.removeprefix("sha256:"),
        told["document"]["path"],
        f"archive/{told['document']['path']}",
        told["record"],
        told["record"].removeprefix("urn:uuid:"),
        f"<{told['record']}>",
        told["visit"],
        site.url("/a"),
        site.url("/a?t=3"),
    ]
    shown = [run("show", one, "--json").only for one in asked]
    assert all(one == shown[0] for one in shown)
    assert shown[0].keys() >= PROVENANCE
    assert shown[0]["text"] == text
    assert shown[0]["record"] == told["record"]
    assert shown[0]["ip"] == "127.0.0.1"
    assert shown[0]["title"] == "A bridge opens"


def test_what_is_shown_lies_where_it_says(site, run, told, tmp_path):
    shown = run("show", site.url(), "--json").only
    assert told["record"] in shown["places"]
    for place in shown["places"].values():
        path = tmp_path / "archive" / "warc" / place["file"]
        assert path.stat().st_size >= place["offset"] + place["length"]


def test_what_the_page_says_of_itself_is_shown(site, run, answer, story):
    head = "<link rel=canonical href=/canon><meta property=og:site_name content=Harbour>"
    page = story("A word.").replace("<head>", f"<head>{head}", 1)
    site.pages["/c"] = answer(page if "<head>" in page else f"<head>{head}</head>{page}")
    document = run("fetch", site.url("/c"), "--allow-private", "--json").only["document"]
    shown = run("show", site.url("/c"), "--json").only
    for said in (document, shown):
        assert (said["canonical"], said["site_name"]) == (site.url("/canon"), "Harbour")
        assert said["amp"] is None
    assert shown["source"] is None
    assert "Harbour" in run("show", site.url("/c")).out


def test_provenance_for_people_says_who_when_where_and_how(site, run, told):
    out = run("show", site.url()).out
    for word in ("A bridge opens", "2026-03-18", "127.0.0.1", "Dateline/", told["observed_at"]):
        assert word in out
    for word in (told["record"], told["entity"], "warc/", told["document"]["path"]):
        assert word in out


def test_a_text_that_was_seen_again_is_told_once_and_its_later_captures_named(site, run, told):
    """Where it came from is the first capture; JSON tells each in full."""
    again = run("fetch", site.url(), "--allow-private", "--json").only
    out = run("show", told["document"]["text"]).out
    assert out.count("A bridge opens") == 1
    first, _, later = out.partition("seen again")
    assert told["record"] in first
    assert again["record"] not in first
    assert again["record"] in later
    each = run("show", told["document"]["text"], "--json").objects
    assert [one["record"] for one in each] == [told["record"], again["record"]]


def test_a_visit_of_which_nothing_came_can_be_shown(site, run):
    site.pages["/a"] = lambda talk, _head: talk.close()
    told = run("fetch", site.url("/a"), "--allow-private", "--json").only
    shown = run("show", told["visit"], "--json").only
    assert (shown["outcome"], shown["status"], shown["text"]) == ("failed", None, None)
    assert run("show", told["visit"]).code == 0


# --- export text ------------------------------------------------------------------------------


def test_texts_are_exported_by_number_and_digest(site, run, answer, tmp_path):
    site.pages["/b"] = answer("<h1>Other</h1><div class=story><p>Other words here.</p></div>")
    site.pages["/c"] = answer(b"%PDF-1.7", kind="application/pdf")
    for path in ("/a", "/b", "/c"):
        run("fetch", site.url(path), "--allow-private")
    ended = run("export", "text", "-o", "out/texts")
    assert (ended.code, ended.out) == (0, "")
    assert "2 texts" in ended.err
    files = sorted((tmp_path / "out" / "texts").glob("*.txt"))
    assert [path.name[:4] for path in files] == ["000_", "001_"]
    for path in files:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert path.name[4:] == f"{digest[:16]}.txt"
    assert files[0].read_text("utf-8").startswith("A bridge opens\n\n")
    assert run("export", "text", "-o", "out/texts").code == 0
    assert sorted((tmp_path / "out" / "texts").glob("*.txt")) == files


@pytest.mark.usefixtures("told")
def test_one_sites_texts_alone(run, tmp_path):
    assert run("export", "text", "-o", "none", "--site", "pier").code == 2
    assert not (tmp_path / "none").exists()
    assert run("export", "text", "-o", "some", "--site", "harbour").code == 0
    assert len(list((tmp_path / "some").glob("*.txt"))) == 1


def test_a_text_that_was_altered_is_not_exported_and_is_1(run, told, tmp_path):
    (tmp_path / "archive" / told["document"]["path"]).write_text("Something else.\n")
    ended = run("export", "text", "-o", "out")
    assert ended.code == 1
    assert "could not be read" in ended.err
    assert not list((tmp_path / "out").glob("*.txt"))


@pytest.mark.usefixtures("told")
def test_a_folder_that_cannot_be_written_is_3(run, tmp_path):
    (tmp_path / "file").touch()
    ended = run("export", "text", "-o", "file/out")
    assert (ended.code, ended.out) == (3, "")
    assert "file/out" in ended.err
