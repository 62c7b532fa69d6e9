"""`dateline fetch`: what is asked for, what is told, and which code it ends with."""

import hashlib
import os
import re
from types import SimpleNamespace

import pytest

STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
RECORD = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

FIELDS = {
    *("site", "url", "requested", "observed_at", "visit", "origin", "via", "outcome", "reason"),
    *("status", "attempts", "change", "record", "entry", "entity", "decoded", "document"),
}
DOCUMENT = {
    *("text", "path", "title", "byline", "published", "language", "source", "charset"),
    *("extractor", "config", "degraded"),
}


@pytest.fixture
def fetch(run):
    def outcome(*arguments, archive="archive"):
        return run("fetch", *arguments, "--archive", archive, "--allow-private", "--json")

    return outcome


def test_a_visit_is_one_object_with_every_field_of_the_contract(site, fetch, tmp_path):
    told = fetch(site.url("/a?t=1")).only
    assert told.keys() >= FIELDS
    assert told["site"] == "harbour"
    assert told["url"] == site.url("/a")
    assert told["requested"] == site.url("/a?t=1")
    assert STAMP.fullmatch(told["observed_at"])
    assert re.fullmatch("[0-9a-f]{32}", told["visit"])
    # before it: the file was begun, robots.txt was looked at
    assert (told["origin"], told["via"], told["entry"]) == ("live", [], 2)
    assert (told["outcome"], told["reason"], told["change"]) == ("captured", None, "new")
    assert (told["status"], told["attempts"]) == (200, 1)
    assert RECORD.fullmatch(told["record"])
    assert DIGEST.fullmatch(told["entity"])
    assert DIGEST.fullmatch(told["decoded"])

    document = told["document"]
    assert document.keys() >= DOCUMENT
    assert (document["title"], document["byline"]) == ("A bridge opens", None)
    assert (document["published"], document["language"]) == ("2026-03-18", "en")
    assert (document["source"], document["charset"]) == (None, "utf-8")
    assert document["degraded"] is False
    assert DIGEST.fullmatch(document["config"])
    text = (tmp_path / "archive" / document["path"]).read_bytes()
    assert document["text"] == f"sha256:{hashlib.sha256(text).hexdigest()}"
    assert re.fullmatch(r"text/[0-9a-f]{2}/[0-9a-f]{64}\.txt", document["path"])
    assert text.startswith(b"A bridge opens\n\nThe bridge over")


def test_the_second_look_finds_the_same_and_still_has_the_document(site, fetch, answer):
    first = fetch(site.url()).only
    again = fetch(site.url()).only
    assert again["change"] == "same_bytes"
    assert {key: again["document"][key] for key in DOCUMENT} == {
        key: first["document"][key] for key in DOCUMENT
    }
    site.pages["/a"] = answer(site.pages["/a"].split(b"\r\n\r\n")[1] + b"<!-- 10:01 -->")
    assert fetch(site.url()).only["change"] == "same_text"
    site.pages["/a"] = answer("<h1>A bridge closes</h1><div class=story><p>For good.</p></div>")
    assert fetch(site.url()).only["change"] == "changed"


def test_a_site_is_discovered_and_then_only_what_is_new_is_fetched(site, fetch):
    first = fetch("harbour")
    assert first.code == 0
    assert [(one["role"], one["url"]) for one in first.objects] == [
        ("seed", site.url("/")),
        ("target", site.url("/a")),
    ]
    assert [one["role"] for one in fetch("harbour").objects] == ["seed"]


def test_a_url_of_no_site_is_read_by_the_generic_rules(desk, fetch, answer):
    desk.pages["/x"] = answer()
    told = fetch(desk.url("/x")).only
    assert (told["site"], told["outcome"], told["document"]["degraded"]) == (
        None,
        "captured",
        False,
    )
    assert told["document"]["generation"] == "generic"


OUTCOMES = {
    "gone": ("404 Not Found", 404, "gone", 0),
    "removed for good": ("410 Gone", 410, "gone", 0),
    "blocked": ("403 Forbidden", 403, "blocked", 1),
    "too often": ("429 Too Many Requests", 429, "blocked", 1),
    "an error of theirs": ("500 Oops", 500, "failed", 1),
    "for lawyers": ("451 Unavailable For Legal Reasons", 451, None, None),
}


@pytest.mark.parametrize(("line", "status", "outcome", "code"), OUTCOMES.values(), ids=OUTCOMES)
def test_the_exit_code_says_whether_anything_failed_or_was_blocked(
    site, fetch, answer, line, status, outcome, code
):
    site.pages["/a"] = answer("<p>No.</p>", status=line)
    ended = fetch(site.url())
    told = ended.only
    assert told["status"] == status
    assert outcome in (None, told["outcome"])
    assert ended.code == (1 if told["outcome"] in ("failed", "blocked") else 0)
    assert code in (None, ended.code)
    assert (told["change"], told["document"]) == (None, None)
    assert told["reason"]
    assert RECORD.fullmatch(told["record"])


def test_nobody_there_is_a_failure_that_is_told_and_kept(fetch, declare, unused_tcp_port, recorded):
    nobody = f"http://127.0.0.1:{unused_tcp_port}"
    declare("nobody", SimpleNamespace(base=nobody, url=nobody.__add__))
    ended = fetch(f"{nobody}/")
    told = ended.only
    assert ended.code == 1
    assert (told["outcome"], told["status"], told["record"]) == ("failed", None, None)
    assert told["reason"]
    assert [record.type for record in recorded()][-1] == "metadata"


def test_redirects_are_told_by_their_number_and_the_last_urls_name(site, fetch, answer):
    site.pages["/old"] = answer("", "Location: /a", status="301 Moved")
    told = fetch(site.url("/old")).only
    assert (told["requested"], told["url"]) == (site.url("/old"), site.url("/a"))
    assert len(told["via"]) == 1


def test_what_is_no_text_is_archived_without_a_document(site, fetch, answer):
    site.pages["/a"] = answer(b"%PDF-1.7\n\x00\xff", kind="application/pdf")
    told = fetch(site.url()).only
    assert (told["outcome"], told["reason"], told["document"]) == ("captured", "no_text", None)
    assert told["change"] == "new"


# --- where targets come from ------------------------------------------------------------------


@pytest.fixture
def listed(tmp_path):
    def write(text):
        path = tmp_path / "urls"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_urls_come_from_a_file_with_comments_and_empty_lines(site, fetch, listed, answer):
    site.pages["/b"] = answer()
    path = listed(f"# by hand\r\n\r\n  {site.url('/a')}  \r\n{site.url('/b')}\r\n")
    ended = fetch("--from", path)
    assert {one["url"] for one in ended.objects} == {site.url("/a"), site.url("/b")}


def test_urls_come_from_stdin(site, ended):
    options = ("--archive", "archive", "--allow-private", "--json")
    told = ended("fetch", "--from", "-", *options, stdin=_pipe(site.url()))
    assert told.code == 0
    assert told.only["url"] == site.url()


def _pipe(text):
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as pipe:
        pipe.write(text)
    return reading


BAD_LINES = {
    "no scheme": "harbour.example/a",
    "another scheme": "ftp://harbour.example/a",
    "a script": "javascript:alert(1)",
    "a file": "file:///etc/passwd",
    "no host": "http:///a",
    "a space": "http://harbour.example/a b",
    "half an address": "http://[::1",
    "a port that there is not": "http://harbour.example:99999/",
    "a name and a password": "http://u:p@harbour.example/",
    "nothing but a scheme": "https://",
    "an empty label": "http://harbour..example/",
    "a control character": "http://harbour.example/\x01",
}


@pytest.mark.parametrize("url", BAD_LINES.values(), ids=BAD_LINES)
def test_what_is_no_url_is_2_and_nothing_is_fetched(site, fetch, listed, url):
    ended = fetch(site.url(), url)
    assert (ended.code, ended.out) == (2, "")
    assert "target 2" in ended.err
    assert "http:// or https://" in ended.err
    ended = fetch("--from", listed(f"# first\n{site.url()}\n\n{url}\n"))
    assert (ended.code, ended.out) == (2, "")
    assert "line 4" in ended.err
    assert site.asked == []


@pytest.mark.usefixtures("site")
def test_an_empty_target_is_no_url(fetch):
    ended = fetch("")
    assert (ended.code, ended.out) == (2, "")


@pytest.mark.usefixtures("site")
def test_a_misspelt_site_is_2_with_the_one_that_was_meant(fetch):
    ended = fetch("harbor")
    assert (ended.code, ended.out) == (2, "")
    assert "did you mean harbour" in ended.err


@pytest.mark.parametrize("content", [None, b"http://x.example/\xff\n", "folder"])
def test_a_list_that_cannot_be_read_is_2(fetch, tmp_path, content):
    path = tmp_path / "urls"
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    ended = fetch("--from", path)
    assert (ended.code, ended.out) == (2, "")
    assert str(path) in ended.err
    assert "Errno" not in ended.err


@pytest.mark.parametrize("content", ["", "# nothing yet\n\n"])
def test_an_empty_list_is_nothing_to_fetch(fetch, listed, content):
    ended = fetch("--from", listed(content))
    assert (ended.code, ended.out) == (2, "")


def test_a_byte_order_mark_is_no_part_of_the_first_url(site, fetch, listed):
    ended = fetch("--from", listed(b"\xef\xbb\xbf" + site.url().encode()))
    assert ended.code == 0
    assert ended.only["url"] == site.url()


def test_a_target_longer_than_a_file_name_is_no_replay_file(replayable, fetch, site):
    ended = fetch("--replay", replayable, site.url("/" + "a" * 5000), archive="again")
    assert (ended.code, ended.only["reason"]) == (1, "not_in_replay")


def test_nothing_asked_for_is_2(fetch):
    ended = fetch()
    assert (ended.code, ended.out) == (2, "")
    assert "nothing to fetch" in ended.err


# --- replay -----------------------------------------------------------------------------------


def test_a_replay_touches_no_network_and_says_so_for_ever(site, fetch, replayable, run):
    site.asked.clear()
    ended = fetch("--replay", replayable, archive="again")
    assert ended.code == 0
    assert site.asked == []
    assert {one["origin"] for one in ended.objects} == {"replay"}
    told = next(one for one in ended.objects if one["url"] == site.url("/a"))
    assert told["document"]["title"] == "A bridge opens"
    shown = run("show", site.url("/a"), "--archive", "again", "--json").only
    assert shown["origin"] == "replay"
    assert shown["source"]["record"].startswith("urn:uuid:")


def test_a_replay_answers_a_target_and_nothing_else(site, fetch, replayable):
    ended = fetch(site.url("/a"), "--replay", replayable, archive="again")
    assert [one["url"] for one in ended.objects] == [site.url("/a")]
    ended = fetch(site.url("/never"), "--replay", replayable, archive="again")
    assert ended.code == 1
    assert (ended.only["outcome"], ended.only["reason"]) == ("failed", "not_in_replay")
    assert site.asked[-1][0] != "/never"


def test_a_replay_may_be_several_files(fetch, replayable, tmp_path):
    copy = tmp_path / "copy.warc.gz"
    copy.write_bytes(replayable.read_bytes())
    for arguments in (("--replay", replayable, copy), ("--replay", replayable, "--replay", copy)):
        assert fetch(*arguments, archive=f"x{len(arguments)}").code == 0
