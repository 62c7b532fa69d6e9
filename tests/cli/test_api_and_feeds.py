"""`/api/v1` and the Atom feeds over an archive that `fetch` has made."""

import json
import re
from contextlib import closing

import pytest
from lxml import etree

from fixtures import atom_rules
from pipeline.ground.clock import SystemClock
from pipeline.settings import Settings
from pipeline.web.admission import Admission
from pipeline.web.application import application, room
from pipeline.web.desk import Desk
from pipeline.web.downloads import Bundles
from pipeline.web.openapi import OPERATIONS, description

BASE = "http://127.0.0.1:8484"
ATOM = "{http://www.w3.org/2005/Atom}"
NASTY = (
    "<!doctype html><html lang=en><h1>&lt;b&gt; \u202e &amp; \x0b \ufffe</h1>"
    "<div class=story><p>A quay is built where the old ferry used to land every morning.</p></div>"
)
EDITED = (
    "<!doctype html><html lang=en><h1>A bridge closes</h1>"
    "<div class=story><p>The bridge over the narrow river was closed by ice this morning.</p></div>"
)


@pytest.fixture
def served(run, desk, answer, declare, browse, tmp_path):
    """Asks the application over an archive with an edited and a nasty document."""
    declare("harbour", desk)
    desk.pages |= {"/a": answer(), "/n": answer(NASTY)}
    assert run("fetch", desk.url("/a"), desk.url("/n"), "--allow-private").code == 0
    desk.pages["/a"] = answer(EDITED)
    assert run("fetch", desk.url("/a"), "--allow-private").code == 0
    assert run("search", "bridge").code == 0
    settings = Settings.read(archive=tmp_path / "archive", configs=tmp_path / "configs")
    with closing(Desk(settings, SystemClock())) as at, closing(Bundles()) as bundles:
        app = application(room(at, bundles), Admission(token=None))

        browser = browse(app)
        yield lambda path, **query: browser.get(path, params=query or None)


@pytest.fixture
def api(served):
    """The JSON of one operation."""

    def ask(path, **query):
        answer = served(f"/api/v1{path}", **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


def test_sites_and_their_documents_are_told(api, desk):
    (site,) = api("/sites")["sites"]
    assert (site["site"], site["state"], site["tally"]["changed"]) == ("harbour", "ok", 1)
    listed = api("/sites/harbour/documents")["documents"]
    assert [one["url"] for one in listed] == [desk.url("/a"), desk.url("/n")]


def test_a_list_goes_on_behind_its_cursor_and_says_everything_once(api):
    met, cursor = [], {}
    for _ in range(2):
        page = api("/sites/harbour/documents", limit=1, **cursor)
        met += [one["url"] for one in page["documents"]]
        cursor = {"cursor": page["next"]} if page["next"] else {}
    assert len(set(met)) == 2
    assert cursor == {}


def test_changes_go_on_behind_their_cursor_and_an_empty_one_is_none(api):
    first = api("/changes", limit=2, cursor="")
    second = api("/changes", limit=2, cursor=first["next"])
    assert second["next"] is None
    assert [*first["changes"], *second["changes"]] == api("/changes")["changes"]


def test_the_list_of_sites_goes_on_behind_a_name(api, declare, desk):
    for name in ("b", "a", "c"):
        declare(name, desk, match=[f"{name}.example"])
    met, cursor = [], {}
    for _ in range(4):
        page = api("/sites", limit=1, **cursor)
        met += [one["site"] for one in page["sites"]]
        cursor = {"cursor": page["next"]} if page["next"] else {}
    assert (met, cursor) == (["a", "b", "c", "harbour"], {})


def test_a_document_has_its_text_and_its_versions(api, desk):
    opened = api("/document", url=desk.url("/a") + "?t=1")
    assert opened["content"].startswith("A bridge closes\n\n")
    assert opened["left_out"] == 0
    assert [one["title"] for one in opened["versions"]] == ["A bridge closes", "A bridge opens"]
    older = api("/document", url=desk.url("/a"), text=opened["versions"][1]["text"])
    assert older["content"].startswith("A bridge opens\n\n")
    assert [one["change"] for one in api("/looks", url=desk.url("/a"))["looks"]] == [
        "new",
        "changed",
    ]


def test_changes_are_told_by_kind(api):
    assert [one["what"] for one in api("/changes")["changes"]] == ["changed", "new", "new"]
    (edit,) = api("/changes", what="changed")["changes"]
    assert edit["title"] == "A bridge closes"
    assert api("/changes", what="removed")["changes"] == []


def test_deleted_wording_is_found_and_traced(api):
    (hit,) = api("/search", q='"rope ferry"')["hits"]
    assert (hit["current"], "rope ferry" in hit["snippet"]) == (False, True)
    passage = "It replaces the rope ferry, which had crossed the water for ninety years."
    (standing,) = api("/trace", passage=passage)["standings"]
    assert (standing["similarity"], standing["current"]) == (1.0, False)


def test_a_query_that_cannot_be_read_finds_nothing_and_says_why(api):
    for query in ('"', "¸", "site:", "(bridge"):
        said = api("/search", q=query)
        assert (said["hits"], said["count"]) == ([], 0)
        assert "cannot be read at character" in said["problem"]
    assert api("/search", q="bridge")["problem"] is None


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sites/pier/documents", 404),
        ("/sites/harbour/documents?limit=0", 400),
        ("/sites/harbour/documents?limit=²", 400),
        ("/sites/harbour/documents?limit=0000000019999999", 400),
        (f"/sites/harbour/documents?limit=000000001{'9' * 5000}", 400),
        ("/sites/harbour/documents?cursor=x", 404),
        ("/sites/harbour/documents?state=drunk", 400),
        ("/document", 400),
        ("/document?url=http://nowhere.example/", 404),
        ("/looks?url=%00", 404),
        ("/changes?what=everything", 400),
        ("/changes?cursor=2026", 404),
        ("/search?q=a&cursor=2026", 404),
        ("/search", 400),
        ("/search?q=a&order=worst", 400),
        ("/trace?passage=", 400),
        ("/nothing", 404),
    ],
)
def test_what_cannot_be_answered_is_a_problem_in_words(served, path, status):
    answer = served(f"/api/v1{path}")
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}


def test_every_operation_is_described_and_every_reference_leads_somewhere(served):
    said = served("/api/v1/openapi.json").json()
    assert set(said["paths"]) == {one.path for one in OPERATIONS}
    references = re.findall(r'"#/components/schemas/(\w+)"', json.dumps(description()))
    assert references
    assert set(references) <= set(said["components"]["schemas"])


def test_a_feed_is_atom_with_an_id_for_each_change(served, desk):
    answer = served("/feeds/changes.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = etree.fromstring(answer.content)
    entries = feed.findall(f"{ATOM}entry")
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 3
    assert [entry.find(f"{ATOM}category").get("term") for entry in entries] == [
        "edited",
        "new",
        "new",
    ]
    links = {link.get("rel"): link.get("href") for link in entries[0].findall(f"{ATOM}link")}
    assert links["via"] == desk.url("/a")
    assert links["alternate"].startswith(f"{BASE}/document?url=")
    assert feed.findtext(f"{ATOM}updated") == max(
        entry.findtext(f"{ATOM}updated") for entry in entries
    )
    again = etree.fromstring(served("/feeds/changes.atom").content)
    assert etree.tostring(feed) == etree.tostring(again)


def test_feeds_keep_the_rules_of_their_format(served):
    for path, query in (
        ("/feeds/changes.atom", {}),
        ("/feeds/changes.atom", {"site": "harbour", "what": "new"}),
        ("/feeds/changes.atom", {"site": "<pier> & \u202e"}),
        ("/feeds/search.atom", {"q": "bridge OR quay"}),
        ("/feeds/search.atom", {"q": "nothing"}),
    ):
        answer = served(path, **query)
        assert atom_rules.faults(answer.content) == [], path
        (itself,) = [
            link.get("href")
            for link in etree.fromstring(answer.content).findall(f"{ATOM}link")
            if link.get("rel") == "self"
        ]
        assert itself == str(answer.request.url)


def test_two_archives_that_saw_the_same_have_ids_of_their_own(served, tmp_path):
    first = served("/feeds/changes.atom").content
    (tmp_path / "archive/keys/log.vkey").unlink()
    other = served("/feeds/changes.atom").content
    here, there = (
        {one.text for one in etree.fromstring(feed).iter(f"{ATOM}id")} for feed in (first, other)
    )
    assert len(here) == len(there) == 4
    assert not here & there


def test_a_feed_can_be_of_a_site_a_kind_or_a_query(served):
    def titles(path, **query):
        feed = etree.fromstring(served(path, **query).content)
        return [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]

    assert titles("/feeds/changes.atom", site="harbour", what="changed") == [
        "edited: A bridge closes"
    ]
    assert titles("/feeds/changes.atom", site="pier") == []
    assert titles("/feeds/search.atom", q="bridge") == ["A bridge closes"]
    assert served("/feeds/search.atom").status_code == 404


def test_what_xml_cannot_hold_is_spelled_out(served):
    answer = served("/feeds/search.atom", q="quay")
    (entry,) = etree.fromstring(answer.content).findall(f"{ATOM}entry")
    assert "[U+202E]" in entry.findtext(f"{ATOM}title")
    assert b"\x0b" not in answer.content
