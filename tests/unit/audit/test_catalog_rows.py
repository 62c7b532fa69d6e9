"""The catalog against the evidence: every row, and every column of it."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from pipeline.archive.texts import Texts
from pipeline.audit.auditing import audit
from pipeline.audit.brought import Brought
from pipeline.catalog import Catalog, embedded
from pipeline.catalog.comparing import differences
from pipeline.ground.claims import Verdict
from pipeline.ledger.reader import LogReader
from pipeline.writing.folding import Shelf, fold


@pytest.fixture
def archive(whole):
    with Catalog.open(embedded(whole)) as catalog, catalog.batch() as batch:
        for _ in fold(batch.record, LogReader.open(whole), Shelf(whole), Texts(whole)):
            pass
    return whole


def changed(folder, statement):
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as connection:
        connection.execute(statement)
        connection.commit()


def wrong_in(folder):
    found = list(audit(folder, Brought(), catalog_url=embedded(folder), workers=1))
    own = [one for one in found[:-1] if one.check == "catalog"]
    return [one for one in own if one.verdict is Verdict.FAILED], own, found[-1]


def test_a_catalog_that_was_folded_from_the_evidence_agrees_with_it(archive):
    wrong, (only,), summary = wrong_in(archive)
    assert (wrong, only.verdict, summary.verdict) == ([], "verified", "consistent")


def columns_of(folder):
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'record_%'")
        for (table,) in found.fetchall():
            told = connection.execute(f"PRAGMA table_info({table})").fetchall()
            for _, column, kind, *_, key in told:
                if not key and table != "record_folded":
                    yield table, column, kind


def other_than(column, kind):
    match kind:
        case "BLOB":
            return f"x'{'07' * 32}'"
        case "BIGINT" | "INTEGER":
            return "7777"
        case "BOOLEAN":
            return f"NOT {column}"
        case _:
            return "'changed'"


def test_every_column_of_every_row_is_looked_at(archive, tmp_path):
    path, copy = archive / "catalog.sqlite", tmp_path / "catalog.sqlite"
    looked_at = 0
    for table, column, kind in list(columns_of(archive)):
        shutil.copy(path, copy)
        statement = f"UPDATE {table} SET {column} = {other_than(column, kind)}"  # noqa: S608 - our own names
        try:
            with closing(sqlite3.connect(copy)) as connection:
                rows = connection.execute(statement).rowcount
                connection.commit()
        except sqlite3.IntegrityError:
            continue
        if rows:
            looked_at += 1
            found = list(differences(embedded(archive), embedded(tmp_path)))
            assert {(one.table, one.column) for one in found} == {(table, column)}
    assert looked_at > 40


def test_a_row_that_was_changed_is_named_with_both_values(archive):
    changed(archive, "UPDATE record_captures SET agent = 'Somebody' WHERE entry = 1")
    (wrong,), _, summary = wrong_in(archive)
    assert summary.verdict == "failed"
    assert wrong.subject == "record_captures, row 1: agent"
    assert (wrong.expected, wrong.actual) == ("Dateline/0.1 (test)", "Somebody")


@pytest.mark.parametrize("table", ["record_captures", "record_extractions", "record_documents"])
def test_a_row_that_is_lacking_or_too_many_is_named(archive, table):
    changed(archive, f"DELETE FROM {table} WHERE rowid = (SELECT max(rowid) FROM {table})")  # noqa: S608 - our own names
    wrong, _, _ = wrong_in(archive)
    assert {(one.actual, one.subject.partition(",")[0]) for one in wrong} >= {
        ("no such row", table)
    }


def test_no_catalog_is_no_fault_and_a_broken_one_is(archive):
    path = archive / "catalog.sqlite"
    octets = path.read_bytes()
    path.write_bytes(octets[:5000])
    assert wrong_in(archive)[2].verdict == "failed"
    path.write_bytes(b"no database")
    assert wrong_in(archive)[2].verdict == "failed"
    path.unlink()
    wrong, (only,), summary = wrong_in(archive)
    assert (wrong, only.verdict, summary.verdict) == ([], "not_checked", "consistent")


def test_a_catalog_that_is_behind_the_log_is_told_and_is_no_fault(build, filled):
    builder = build()
    filled(builder)
    builder.finish()
    folder = builder.folder
    with Catalog.open(embedded(folder)) as catalog, catalog.batch() as batch:
        for _ in fold(batch.record, LogReader.open(folder), Shelf(folder), Texts(folder)):
            pass
    builder.page()
    builder.finish()
    wrong, own, summary = wrong_in(folder)
    assert (wrong, summary.verdict) == ([], "consistent")
    assert {"not_checked", "verified"} == {str(one.verdict) for one in own}
