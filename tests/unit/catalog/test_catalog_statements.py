"""A statement does the same whether it goes to SQLite past SQLAlchemy or through it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, create_engine, insert, select

from pipeline.catalog import tables
from pipeline.catalog.statements import Statements
from pipeline.catalog.upserts import keep_first
from pipeline.model import Digest

TARGET = select(tables.targets).where(tables.targets.c.url == bindparam("url"))
ONE = select(tables.sidecars).where(tables.sidecars.c.title == bindparam("title")).limit(1)
ROW = {
    "url": "https://port.example/ünd\udc00\0",
    "site": None,
    "found_in": None,
    "discovered_at": datetime(2026, 3, 1, 12, 0, 0, 7, tzinfo=UTC),
    "next_look_at": None,
    "looks": 3,
    "failures": 0,
    "edited_at": None,
    "etag": '"x"',
    "last_modified": None,
    "validator_record": None,
}


@pytest.fixture
def connection():
    engine = create_engine("sqlite://")
    tables.METADATA.create_all(engine)
    with engine.connect() as connection, connection.begin():
        yield connection
    engine.dispose()


@pytest.fixture(params=["driver", "sqlalchemy"])
def statements(request, connection):
    statements = Statements(connection)
    if request.param == "sqlalchemy":
        statements._sqlite = None
    return statements


def test_what_is_added_is_found_again_as_the_columns_say(statements):
    assert statements.add(keep_first("sqlite", tables.targets, "url"), ROW)
    found = statements.first(TARGET, url=ROW["url"])
    said = {name: getattr(found, name) for name in ROW}
    assert said == ROW | {"url": "https://port.example/ünd\ufffd\ufffd"}


def test_what_is_not_there_is_none(statements):
    assert statements.first(TARGET, url="https://port.example/") is None


def test_a_row_that_stands_is_kept_and_that_is_said(statements):
    keep = keep_first("sqlite", tables.targets, "url")
    assert statements.add(keep, ROW)
    assert not statements.add(keep, ROW | {"looks": 9})
    assert statements.first(TARGET, url=ROW["url"]).looks == 3


def test_many_rows_are_added_at_once_and_constants_of_a_query_are_kept(statements):
    rows = [
        {
            "document": Digest.of(bytes([number])),
            "text": Digest.of(b"text"),
            "title": "Harbour",
            "published": None,
            "language": None,
            "degraded": bool(number),
        }
        for number in range(2)
    ]
    statements.add_all(insert(tables.sidecars), rows)
    found = statements.first(ONE, title="Harbour")
    assert found.document in {row["document"] for row in rows}
    assert isinstance(found.degraded, bool)


def test_a_naive_moment_is_refused(statements):
    naive = ROW | {"discovered_at": datetime(2026, 3, 1)}  # noqa: DTZ001 - what is to be refused
    with pytest.raises(Exception, match="naive"):
        statements.add(keep_first("sqlite", tables.targets, "url"), naive)
