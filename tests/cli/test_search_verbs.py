"""`search` and `trace`, as people and scripts call them."""

from __future__ import annotations

import re
import shlex
from io import StringIO
from pathlib import Path

import pytest

DOCUMENT = (Path(__file__).parents[2] / "docs/search.md").read_text("utf-8")
ROPE = "It replaces the rope ferry, which had crossed the water for ninety years."


@pytest.fixture
def archive(site, run):
    assert run("fetch", "harbour", "--allow-private").code == 0
    return site


@pytest.mark.usefixtures("archive")
def test_a_search_tells_documents_and_where_the_words_stand(run):
    found = run("search", "rope", "ferry", "--json")
    assert found.code == 0
    assert found.only["url"].endswith("/a")
    assert (found.only["site"], found.only["stands"]) == ("harbour", "now")
    assert (found.only["title"], found.only["published"]) == ("A bridge opens", "2026-03-18")
    marked = [found.only["snippet"][begin:end] for begin, end in found.only["marks"]]
    assert marked == ["rope", "ferry"]
    assert "1 document" in found.err


@pytest.mark.usefixtures("archive")
def test_people_see_title_site_date_snippet_and_address(run):
    said = run("search", "title:bridge", "--site", "harbour").out.splitlines()
    assert said[0] == "  1 A bridge opens"
    assert said[1].startswith("    harbour · 2026-03-18")
    assert said[3].startswith("    http")


@pytest.mark.parametrize(
    "query",
    ['"', "*", ")", "NEAR(", "a OR", "x" * 10_240, "sites:x", "state:odd", "--limit=0", "a(b"],
)
@pytest.mark.usefixtures("archive")
def test_a_query_that_cannot_be_read_is_wrong_use(run, query):
    refused = run("search", query)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err


def test_without_an_archive_nothing_is_found_and_nothing_is_made(run, tmp_path):
    assert run("search", "anything", "--archive", "nowhere").code == 2
    assert not (tmp_path / "nowhere").exists()


def test_a_passage_is_traced_from_an_argument_and_from_stdin(archive, run, monkeypatch):
    found = run("trace", ROPE.upper().replace(",", " —"), "--json").only
    assert (found["similarity"], found["passage"], found["stands"]) == (1, ROPE, "now")
    monkeypatch.setattr("sys.stdin", StringIO(ROPE.replace("ninety", "eighty")))
    assert 0.8 < run("trace", "-", "--json").only["similarity"] < 1
    assert run("trace", "Nothing of this kind was ever said by anybody here.").out == ""
    assert run("trace", "…").code == 2
    assert run("trace").code == 2
    assert run("trace", "--document", archive.url("/never")).code == 2
    assert run("trace", "--document", archive.url("/a")).code == 0


@pytest.mark.usefixtures("archive")
def test_an_archive_that_nobody_may_write_says_what_is_not_found(run, tmp_path):
    (tmp_path / "archive/search.sqlite").mkdir()
    told = run("search", "ferry")
    assert told.code in {0, 3}
    assert "search.sqlite" in told.err


@pytest.mark.usefixtures("archive")
def test_rebuild_makes_the_index_again(run, tmp_path):
    assert run("search", "ferry").code == 0
    (tmp_path / "archive/search.sqlite").unlink()
    assert run("rebuild").code == 0
    assert (tmp_path / "archive/search.sqlite").exists()
    assert len(run("search", "ferry", "--json").objects) == 1


def test_every_example_of_the_document_is_a_call_that_can_be_made(archive, run, monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO(ROPE))
    calls = re.findall(r"^\$ dateline (.*)$", DOCUMENT, re.MULTILINE)
    assert len(calls) == 7
    for call in calls:
        arguments = [
            archive.url("/a") if one.startswith("https:") else one for one in shlex.split(call)
        ]
        ended = run(*arguments)
        assert ended.code == 0, (call, ended.err)
    table = DOCUMENT.partition("| write | to find |")[2].partition("\n\n")[0]
    for query in re.findall(r"^\| `([^`]+)`", table, re.MULTILINE):
        assert run("search", "--", query).code == 0, query
