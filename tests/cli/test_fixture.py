"""`fixture add` and `fixture check`: captures kept beside the configs, and what comes of them."""

import json
import shutil

import pytest
from warcio.archiveiterator import ArchiveIterator

from pipeline.archive.lock import one_writer
from pipeline.archive.reader import records


@pytest.fixture
def told(site, run):
    """The article of `site` after one look."""
    return run("fetch", site.url("/a"), "--allow-private", "--json").only


def add(run, *arguments):
    return run("fixture", "add", *arguments)


def made(tmp_path):
    return sorted((tmp_path / "fixtures" / "sites" / "harbour").glob("*"))


def test_an_archived_capture_becomes_a_warc_file_and_what_should_come_of_it(
    site, run, told, tmp_path
):
    ended = add(run, told["record"], "--slug", "bridge", "--note", "an ordinary article", "--json")
    assert ended.code == 0
    expectation, capture = made(tmp_path)
    day = told["observed_at"][:10]
    assert capture.name == f"{day}-bridge.warc.gz"
    assert expectation.name == f"{day}-bridge.expected.json"
    expected = json.loads(expectation.read_text("utf-8"))
    assert ended.only == {"file": str(capture), "expected": expected}
    assert expected["url"] == site.url("/a")
    assert (expected["outcome"], expected["change"]) == ("captured", "new")
    assert expected["text"][0] == expected["title"] == "A bridge opens"
    found = {one.record.type: one.record for one in records(capture)}
    assert [*found] == ["warcinfo", "request", "response", "metadata"]
    assert found["response"].target_uri == site.url("/a")
    assert b"note: an ordinary article" in found["metadata"].block
    assert told["record"].encode() in found["metadata"].block


def test_another_tool_reads_the_same_page_in_it(run, told, tmp_path):
    assert add(run, told["record"]).code == 0
    _, capture = made(tmp_path)
    with capture.open("rb") as file:
        pages = [
            one.content_stream().read()
            for one in ArchiveIterator(file, check_digests="raise")
            if one.rec_type == "response"
        ]
    assert len(pages) == 1
    assert b"rope ferry" in pages[0]


@pytest.mark.usefixtures("told")
def test_what_is_printed_is_for_a_person_to_look_at(site, run):
    out = add(run, site.url("/a"), "--slug", "bridge").out
    assert "A bridge opens" in out
    assert "rope ferry" in out
    assert "2026-03-18" in out


def test_of_a_revisit_the_body_it_refers_to_is_taken(site, run, told, tmp_path):
    again = run("fetch", site.url("/a"), "--allow-private", "--json").only
    assert again["change"] == "same_bytes"
    assert again["record"] != told["record"]
    assert add(run, again["record"], "--slug", "again").code == 0
    expectation, capture = made(tmp_path)
    (answer,) = [one.record for one in records(capture) if one.record.type == "response"]
    assert b"rope ferry" in answer.block
    assert json.loads(expectation.read_text("utf-8"))["title"] == "A bridge opens"


def test_a_seed_becomes_a_fixture_of_its_links(site, run, tmp_path):
    assert run("fetch", "harbour", "--allow-private").code == 0
    assert add(run, site.url("/"), "--slug", "front").code == 2  # a URL names a document
    looks = run("history", site.url("/"), "--json").objects
    assert add(run, looks[0]["record"], "--slug", "front").code == 0
    expectation, _ = made(tmp_path)
    expected = json.loads(expectation.read_text("utf-8"))
    assert (expected["kind"], expected["links"]) == ("listing", [site.url("/a")])
    assert expectation.name.endswith("-front-listing.expected.json")
    assert run("fixture", "check").code == 0


def test_a_page_that_was_gone_becomes_a_fixture_too(site, run, told, answer, tmp_path):
    site.pages["/a"] = answer("No such page.", status="404 Not Found")
    gone = run("fetch", site.url("/a"), "--allow-private", "--json").only
    assert add(run, told["entry"], "--slug", "there").code == 0
    assert add(run, gone["entry"], "--slug", "gone").code == 0
    expected = [json.loads(one.read_text("utf-8")) for one in made(tmp_path)[::2]]
    assert [one["outcome"] for one in expected] == ["gone", "captured"]


def test_a_name_that_is_taken_is_not_written_over(run, told, tmp_path):
    assert add(run, told["record"], "--slug", "bridge").code == 0
    before = [path.read_bytes() for path in made(tmp_path)]
    ended = add(run, told["record"], "--slug", "bridge")
    assert ended.code == 2
    assert "--slug" in ended.err
    assert [path.read_bytes() for path in made(tmp_path)] == before


@pytest.mark.parametrize("slug", ["../x", "A b", "", "-", "x/y"])
def test_a_slug_is_a_plain_word(run, told, tmp_path, slug):
    ended = add(run, told["record"], f"--slug={slug}")
    assert ended.code == (2 if slug else 0)
    assert {path.parent.name for path in (tmp_path / "fixtures").rglob("*.gz")} <= {"harbour"}


def test_what_was_never_captured_and_what_holds_no_page_is_2(site, run, told):
    assert add(run, "http://x.example/").code == 2
    site.pages["/a"] = lambda talk, _head: talk.close()
    failed = run("fetch", site.url("/a"), "--allow-private", "--json").only
    ended = add(run, failed["visit"])
    assert ended.code == 2
    assert "failed" in ended.err
    assert told["record"] not in ended.err


def test_adding_needs_no_lock_and_leaves_the_archive_as_it_was(run, told, tmp_path):
    archive = tmp_path / "archive"
    before = {path: path.stat().st_mtime_ns for path in archive.rglob("*.gz")}
    size = run("checkpoint").out
    assert add(run, told["record"]).code == 0
    assert {path: path.stat().st_mtime_ns for path in archive.rglob("*.gz")} == before
    assert run("checkpoint").out == size


def test_nothing_is_left_of_the_archive_that_a_fixture_passes_through(
    run, told, monkeypatch, tmp_path
):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    assert add(run, told["record"]).code == 0
    assert run("fixture", "check").code == 0
    assert not (tmp_path / "home").exists()


def test_reading_goes_on_beside_whoever_writes_the_archive(site, run, told, tmp_path):
    with one_writer(tmp_path / "archive", verb="run", recovers=False):
        assert add(run, told["record"]).code == 0
        assert run("try", "harbour").code == 0
        assert run("diff", site.url("/a"), "1").code == 0


def test_a_fixture_that_makes_another_something_else_says_so(site, run, told, answer):
    site.pages["/a"] = answer(site.pages["/a"].partition(b"\r\n\r\n")[2].replace(b"rope", b"old"))
    changed = run("fetch", site.url("/a"), "--allow-private", "--json").only
    assert add(run, changed["record"], "--slug", "later").code == 0
    ended = add(run, told["record"], "--slug", "earlier")
    assert ended.code == 0
    assert "-later is not as expected beside it" in ended.err
    said = run("fixture", "check", "--json").only
    assert (said["expected"]["change"], said["actual"]["change"]) == ("new", "changed")


# --- check ------------------------------------------------------------------------------------


@pytest.fixture
def fixed(run, told):
    assert add(run, told["record"], "--slug", "bridge").code == 0


@pytest.mark.usefixtures("fixed")
def test_fixtures_that_come_to_what_is_expected_are_0(run):
    ended = run("fixture", "check")
    assert (ended.code, ended.out) == (0, "")
    assert "1 fixture" in ended.err


@pytest.mark.usefixtures("fixed")
def test_a_change_of_rules_that_changes_a_text_is_1_and_shown_word_by_word(run, declare, desk):
    declare("harbour", desk, extract=[{"title": "h1", "body": "div.story p:first-child"}])
    ended = run("fixture", "check", "harbour")
    assert ended.code == 1
    assert (
        "[-It replaces the rope ferry" in ended.out or "- It replaces the rope ferry" in ended.out
    )
    assert "published" in ended.out
    said = run("fixture", "check", "--json").only
    assert said["expected"]["published"] == "2026-03-18"
    assert said["actual"]["published"] is None


@pytest.mark.usefixtures("fixed")
def test_what_nobody_has_expected_yet_is_written_down_and_fails_once(run, tmp_path):
    expectation, _ = made(tmp_path)
    before = expectation.read_bytes()
    expectation.unlink()
    ended = run("fixture", "check")
    assert (ended.code, str(expectation) in ended.out) == (1, True)
    assert expectation.read_bytes() == before
    assert run("fixture", "check").code == 0


@pytest.mark.usefixtures("fixed")
def test_a_fixture_that_is_broken_is_named(run, tmp_path):
    expectation, capture = made(tmp_path)
    whole = capture.read_bytes()
    capture.write_bytes(b"no WARC at all")
    ended = run("fixture", "check")
    assert (ended.code, str(capture) in ended.err) == (3, True)
    capture.write_bytes(whole)
    expectation.write_text("{", "utf-8")
    ended = run("fixture", "check")
    assert (ended.code, str(expectation) in ended.err) == (3, True)


def test_a_site_that_is_not_declared_is_2_and_no_fixtures_are_0(run, declare, desk):
    declare("harbour", desk)
    assert run("fixture", "check", "pier").code == 2
    ended = run("fixture", "check")
    assert ended.code == 0
    assert "no fixtures" in ended.err


@pytest.mark.usefixtures("fixed")
def test_fixtures_may_lie_elsewhere(run, tmp_path):
    shutil.move(tmp_path / "fixtures", tmp_path / "kept")
    assert "no fixtures" in run("fixture", "check").err
    assert "1 fixture" in run("fixture", "check", "--fixtures", "kept").err


@pytest.mark.parametrize("in_the_way", ["fixtures", "fixtures/sites", "fixtures/sites/harbour"])
def test_a_file_where_a_folder_should_be_is_named(run, told, tmp_path, in_the_way):
    place = tmp_path / in_the_way
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("a note", "utf-8")
    ended = add(run, told["record"])
    assert ended.code == 3
    assert str(tmp_path / "fixtures" / "sites" / "harbour") in ended.err
    assert "Not a directory" in ended.err or "File exists" in ended.err
    assert place.read_text("utf-8") == "a note"
