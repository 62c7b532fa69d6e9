import sqlite3
import sys
from contextlib import closing

import pytest
from sqlalchemy import make_url

from pipeline.catalog import Catalog, Reader, embedded
from pipeline.errors import ArchiveUnwritable, CatalogAway

OPENINGS = (Catalog.open, Reader.open)


@pytest.mark.parametrize("opening", OPENINGS)
def test_a_missing_driver_is_named_and_the_password_is_not(monkeypatch, opening):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(CatalogAway) as caught:
        opening("postgresql+psycopg://ann:s3cret@db.example/dateline?sslpassword=s3cret")
    assert "psycopg is not installed" in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert "ann:***@db.example" in str(caught.value)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mysql://ann:s3cret@db.example/x", "mysql is none of the databases"),
        ("catalog.sqlite", "no database URL"),
        ("postgresql+nonsense://ann:s3cret@h/x", "nonsense"),
        ("://ann:s3cret@h", "no database URL"),
        ("sqlite://", "forgotten"),
        ("sqlite:///:memory:", "forgotten"),
        ("", "no database URL"),
    ],
)
@pytest.mark.parametrize("opening", OPENINGS)
def test_a_url_that_no_catalog_can_live_at_says_why(opening, url, why):
    with pytest.raises(CatalogAway, match=why) as caught:
        opening(url)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("opening", OPENINGS)
def test_a_file_that_is_no_database_says_what_to_do(tmp_path, opening):
    (tmp_path / "catalog.sqlite").write_bytes(b"<html>not a database</html>" * 99)
    with pytest.raises(CatalogAway, match=r"not a database.*rebuild"):
        opening(embedded(tmp_path))


def test_an_empty_file_is_a_catalog_not_yet_made(tmp_path, story):
    (tmp_path / "catalog.sqlite").touch()
    assert Reader.open(embedded(tmp_path)).sites() == ()
    with Catalog.open(embedded(tmp_path)) as catalog, catalog.batch() as batch:
        assert story.enter(batch, story.look())


@pytest.mark.parametrize("opening", OPENINGS)
def test_a_damaged_page_says_what_to_do(url, catalog, story, opening):
    with catalog.batch() as batch:
        for minute in range(50):
            story.enter(batch, story.look(minute=minute))
    catalog.close()
    path = make_url(url).database
    with open(path, "r+b") as file:  # noqa: PTH123 - written over in place
        file.seek(4096)
        file.write(b"\xff" * 4096 * 40)
    with pytest.raises(CatalogAway, match=r"malformed.*rebuild|schema"):
        list(opening(url).documents())


def test_a_folder_that_is_missing_cannot_be_written(tmp_path):
    with pytest.raises(ArchiveUnwritable, match="unable to open") as caught:
        Catalog.open(embedded(tmp_path / "missing"))
    assert caught.value.path == tmp_path / "missing" / "catalog.sqlite"


def test_a_folder_in_place_of_the_file_cannot_be_used(tmp_path):
    (tmp_path / "catalog.sqlite").mkdir()
    with pytest.raises(ArchiveUnwritable):
        Catalog.open(embedded(tmp_path))
    with pytest.raises(CatalogAway, match="check the path"):
        Reader.open(embedded(tmp_path))


def test_a_full_disk_is_an_archive_that_cannot_be_written(catalog, story, reader):
    """SQLite's own page limit gives the very error that a full disk gives."""
    with catalog.batch() as batch:
        story.enter(batch, story.look(minute=0))
        connection = batch.record._connection
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    connection.rollback()

    def flood():
        with catalog.batch() as batch:
            for minute in range(1, 500):
                story.enter(batch, story.look(f"https://port.example/{minute}", minute=minute))

    with pytest.raises(ArchiveUnwritable, match="disk is full"):
        flood()
    assert reader.counts().captures == 1


def test_a_lock_that_is_never_released_is_said_to_be_one(catalog, url):
    with closing(sqlite3.connect(make_url(url).database, isolation_level=None)) as other:
        with catalog.batch() as batch:
            batch.record._connection.exec_driver_sql("PRAGMA busy_timeout = 10")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CatalogAway, match=r"locked.*another process"), catalog.batch():
            pass


def test_a_broken_rule_is_our_own_fault_and_passes_as_it_is(catalog, story):
    page = story.look()
    other = story.look(minute=1)
    thief = other.but(records=(page.entry.records[0], other.entry.records[1]))
    places = thief.places | page.places
    with catalog.batch() as batch:
        story.enter(batch, page)
    with pytest.raises(sqlite3.IntegrityError), catalog.batch() as batch:
        batch.record.enter_capture(thief.index, thief.entry, places=places)


@pytest.mark.parametrize("name", ["a b", "a?b#c%20d", "größe", "x&y=z;w"])
def test_an_archive_may_have_any_name(tmp_path, story, name):
    folder = tmp_path / name
    folder.mkdir()
    with Catalog.open(embedded(folder)) as catalog, catalog.batch() as batch:
        story.enter(batch, story.look())
    assert (folder / "catalog.sqlite").exists()
    assert Reader.open(embedded(folder)).counts().captures == 1
