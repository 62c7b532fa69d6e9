import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Executable, create_engine, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from pipeline.catalog import Catalog, Reader, alarms, frontier, lookups, questions, tables
from pipeline.catalog.engines import migrating
from pipeline.catalog.schema import HEAD, migrate
from pipeline.catalog.spelling import tables_text
from pipeline.catalog.upserts import keep_first, keep_last
from pipeline.catalog.work_models import Row
from pipeline.errors import CatalogAway

TABLES = list(Row.metadata.sorted_tables)


def file_of(url) -> Path:
    return Path(make_url(url).database)


def statements(path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT name, sql FROM sqlite_master").fetchall()
    return {name: " ".join((sql or "").split()) for name, sql in found}


def set_version(url, version):
    with closing(sqlite3.connect(file_of(url))) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))


@pytest.fixture
def migrated(tmp_path):
    """A catalog that Alembic's steps made, one after another."""
    engine = migrating(make_url(f"sqlite:///{tmp_path / 'migrated.sqlite'}"))
    with engine.begin() as connection:
        migrate(connection)
    return tmp_path / "migrated.sqlite"


def test_the_models_hold_nothing_that_the_migrations_do_not_make(migrated):
    engine = create_engine(f"sqlite:///{migrated}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Row.metadata) == []
    engine.dispose()


def test_a_new_catalog_is_word_for_word_what_the_migrations_make(url, migrated):
    """Partial indexes and constraint names are more than Alembic compares."""
    assert statements(file_of(url)) == statements(migrated)
    for path in (file_of(url), migrated):
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("SELECT * FROM alembic_version").fetchall() == [(HEAD,)]


def test_tables_without_a_version_are_not_taken_for_a_new_catalog(url):
    with closing(sqlite3.connect(file_of(url))) as connection, connection:
        connection.execute("DROP TABLE alembic_version")
    with pytest.raises(CatalogAway):
        Catalog.open(url)


def test_the_tables_in_the_repository_are_those_of_the_models():
    assert Path(tables.__file__).read_text("utf-8") == tables_text(), "run make schema"


def test_the_tables_are_made_in_the_very_words_in_which_the_models_are():
    for declared in TABLES:
        spelled = tables.METADATA.tables[declared.name]
        assert _making(spelled, sqlite) == _making(declared, sqlite)
        assert _making(spelled, postgresql)[0] == _making(declared, postgresql)[0]


def _making(table, database):
    """The table, and its indexes."""
    parts = (CreateTable(table), *map(CreateIndex, sorted(table.indexes, key=lambda one: one.name)))
    return [str(part.compile(dialect=database.dialect())) for part in parts]


def test_tables_can_be_spelled_anew_where_those_at_hand_are_out_of_date(tmp_path):
    room = tmp_path / "catalog"
    shutil.copytree(Path(tables.__file__).parent, room)
    (room / "tables.py").write_text("")
    command = [sys.executable, "-P", str(room / "spelling.py")]
    written = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert written == tables_text()


@pytest.mark.parametrize(
    "library", ["alembic", "sqlmodel", "sqlalchemy.orm", "sqlalchemy.dialects.postgresql"]
)
def test_making_a_catalog_does_not_load_what_is_slow_to_load(tmp_path, library):
    code = (
        "import sys; from pipeline.catalog import Catalog;"
        f"Catalog.open(sys.argv[1]).close(); sys.exit('{library}' in sys.modules)"
    )
    new = f"sqlite:///{tmp_path / 'new.sqlite'}"
    assert subprocess.run([sys.executable, "-c", code, new], check=False).returncode == 0


def test_the_head_is_the_newest_migration_and_versions_count_upwards():
    config = Config()
    config.set_main_option("script_location", "pipeline.catalog:migrations")
    script = ScriptDirectory.from_config(config)
    names = [each.revision for each in script.walk_revisions()]
    assert script.get_current_head() == HEAD
    assert names == sorted(names, reverse=True)


def test_what_the_record_holds_is_kept_apart_from_the_work():
    assert {table.name.partition("_")[0] for table in TABLES} == {"record", "work"}
    for table in TABLES:
        for key in table.foreign_keys:
            assert key.column.table.name.startswith("record_")


def test_what_was_planned_before_the_third_version_stays_planned(tmp_path):
    path = tmp_path / "older.sqlite"
    config = Config()
    config.set_main_option("script_location", "pipeline.catalog:migrations")
    with migrating(make_url(f"sqlite:///{path}")).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.exec_driver_sql(
            "INSERT INTO work_seeds (site, url, next_poll_at, failures, etag)"
            " VALUES ('harbour', 'http://harbour.example/', 7, 3, 'x')"
        )
        connection.exec_driver_sql(
            "INSERT INTO work_targets (url, site, discovered_at, next_look_at, looks, failures)"
            " VALUES ('http://harbour.example/news/1', 'harbour', 5, 9, 2, 1)"
        )
    with Catalog.open(f"sqlite:///{path}") as catalog, catalog.batch() as batch:
        seed = batch.work.seed("harbour", "http://harbour.example/")
        target = batch.work.target("http://harbour.example/news/1")
    assert (seed.failures, seed.polls, seed.links, seed.interval_s) == (3, 0, 0, None)
    assert (target.looks, target.failures, target.removed_at) == (2, 1, None)
    assert target.next_look_at > target.discovered_at


@pytest.mark.parametrize("version", ["0005", "9999", "a1b2c3d4e5f6"])
def test_a_newer_catalog_is_refused_by_writers_and_readers(url, version):
    set_version(url, version)
    for opening in (Catalog.open, Reader.open):
        with pytest.raises(CatalogAway, match=f"{version}.*{HEAD}.*install"):
            opening(url)


def test_an_older_catalog_is_not_read_before_a_writer_has_migrated_it(url):
    set_version(url, "0000")
    with pytest.raises(CatalogAway, match=r"0000.*brings it up to date"):
        Reader.open(url)


def test_a_refused_catalog_is_left_as_it_was(url):
    set_version(url, "0005")
    before = statements(file_of(url))
    with pytest.raises(CatalogAway):
        Catalog.open(url)
    assert statements(file_of(url)) == before


def test_opening_a_catalog_that_is_up_to_date_does_not_load_alembic(url):
    code = (
        "import sys; from pipeline.catalog import Catalog, Reader;"
        "Catalog.open(sys.argv[1]).close(); Reader.open(sys.argv[1]);"
        "sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, url], check=False).returncode == 0


def test_the_writer_s_database_is_in_wal_mode(url):
    with closing(sqlite3.connect(file_of(url))) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_writer_syncs_fully_and_holds_foreign_keys(catalog):
    with catalog.batch() as batch:
        ask = batch.record._connection.exec_driver_sql
        assert ask("PRAGMA synchronous").scalar() == 2
        assert ask("PRAGMA foreign_keys").scalar() == 1
        assert ask("PRAGMA busy_timeout").scalar() == 30_000


@pytest.mark.parametrize("module", [lookups, frontier, questions, alarms])
def test_every_prepared_statement_can_be_said_in_postgresql(module):
    prepared = [each for each in vars(module).values() if isinstance(each, Executable)]
    assert prepared
    for statement in prepared:
        assert str(statement.compile(dialect=postgresql.dialect()))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_and_upsert_can_be_said_in_postgresql(table):
    key = [column.name for column in table.primary_key]
    for statement in (
        CreateTable(table),
        keep_first("postgresql", table, *key),
        keep_last("postgresql", table),
    ):
        assert str(statement.compile(dialect=postgresql.dialect()))
