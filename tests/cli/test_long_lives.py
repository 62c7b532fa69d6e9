"""A document with more versions and looks than a page lists: all of them can be reached."""

from contextlib import closing

import pytest

from pipeline.catalog import lives
from pipeline.ground.clock import SystemClock
from pipeline.settings import Settings
from pipeline.web.admission import Admission
from pipeline.web.application import application, room
from pipeline.web.asked import NotThere
from pipeline.web.desk import Desk
from pipeline.web.downloads import Bundles
from pipeline.web.leafing import leaves, leaves_with

STORY = (
    "<!doctype html><html lang=en><h1>A bridge opens</h1><div class=story>"
    "<p>The bridge over the broad river was opened to {} carts this morning.</p></div></html>"
)


@pytest.fixture
def long(run, desk, answer, declare, tmp_path):
    """The desk over an archive with a document of five versions, and its address."""
    declare("harbour", desk)
    for carts in range(5):
        desk.pages["/a"] = answer(STORY.format(carts))
        assert run("fetch", desk.url("/a"), "--allow-private").code == 0
    settings = Settings.read(archive=tmp_path / "archive", configs=tmp_path / "configs")
    with closing(Desk(settings, SystemClock())) as at:
        yield at, desk.url("/a")


def test_a_list_of_versions_goes_on_to_the_first_and_names_each_once(long):
    desk, url = long
    met, upto = [], None
    for _ in range(3):
        listed = leaves(desk, url, most=2, upto=upto)
        met += [one.text for one in listed.versions]
        upto = listed.older
    assert upto is None
    assert met == [one.text for one in desk.reader.ask(lives.versions(url, most=9))]
    assert len(set(met)) == 5


def test_a_version_behind_the_list_is_found_by_its_text(long):
    desk, url = long
    first = desk.reader.ask(lives.versions(url, most=9))[-1]
    for name in (str(first.text), first.text.hex):
        listed, chosen = leaves_with(desk, url, name, most=2)
        assert chosen == first
        assert listed.newest.text != first.text
    with pytest.raises(NotThere):
        leaves_with(desk, url, "0" * 64, most=2)


def test_the_api_goes_on_to_the_first_look_and_version(long, browse):
    desk, url = long
    with closing(Bundles()) as bundles:
        client = browse(application(room(desk, bundles), Admission(token=None)))
        met, cursor = [], {}
        while cursor is not None:
            page = client.get("/api/v1/looks", params={"url": url, "limit": 2, **cursor}).json()
            met = [one["observed_at"] for one in page["looks"]] + met
            cursor = {"cursor": page["next"]} if page["next"] else None
        assert len(met) == 5
        assert met == sorted(set(met))
        second = desk.reader.ask(lives.versions(url, most=9))[1]
        page = client.get("/api/v1/document", params={"url": url, "cursor": second.entry}).json()
        assert page["versions"][0]["entry"] == second.entry
        assert client.get("/api/v1/document", params={"url": url, "cursor": "x"}).status_code == 404
        earlier = client.get("/document", params={"url": url, "before": met[2]}).text
        assert "Earlier looks, newest first" in earlier
        assert earlier.count(">chain<") == 2
