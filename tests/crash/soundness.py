"""An archive after a crash, and what had been told of it → what is wrong with it now."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache

from msgspec import Struct

from pipeline.archive.gathered import Begun, Gathered
from pipeline.archive.reader import Damage, records
from pipeline.archive.texts import Texts, document_name, strays, text_name
from pipeline.audit.auditing import audit
from pipeline.audit.brought import Brought
from pipeline.catalog import Catalog
from pipeline.errors import ReplayUnreadable
from pipeline.ground.claims import Claim, Verdict
from pipeline.ground.evidence import (
    CaptureEntry,
    ExtractionEntry,
    OpenEntry,
    SealEntry,
    TombstoneEntry,
)
from pipeline.ledger.checkpoint import open_checkpoint
from pipeline.ledger.entries import decode
from pipeline.ledger.keys import published
from pipeline.ledger.merkle import leaf_hash, root_of
from pipeline.ledger.reader import LogReader
from pipeline.model import Digest
from pipeline.writing.folding import Shelf, fold, leaf_of
from tests.crash.power_cut import digest_of
from tests.crash.scenario import Place, reopen

NO_EVIDENCE = ("catalog.sqlite", "anew.sqlite", "lock")
MADE_UP = "anchor"
"""What the audit cannot find: the scenario's time stamps are entries without tokens."""


class Unsound(AssertionError):
    """The archive is not what was promised."""


class Held(Struct, frozen=True, dict=True):
    """What the log and the WARC files of an archive hold."""

    entries: list
    captures: list
    begun: list
    records: dict

    def of(self, kind):
        return [entry for entry in self.entries if isinstance(entry, kind)]

    @cached_property
    def taken_down(self):
        """The entries whose bytes were taken down, by their indices."""
        return {leaf for entry in self.of(TombstoneEntry) for leaf in entry.leaves}

    @cached_property
    def kept(self):
        """The digests of the files of every document that was not taken down, by their names."""
        entries = enumerate(self.entries)
        stay = [entry for index, entry in entries if index not in self.taken_down]
        return {name: digest for entry in stay for name, digest in _files(entry).items()}


def demand_sound(place, told, empty_catalog, *, audited):
    """Open the archive at `place` twice, and raise Unsound unless all is well with it.

    `told` are the reports that somebody has heard; `empty_catalog` is a database to copy.  When
    `audited`, the audit looks at everything as well, which takes twice as long.
    """
    _demand_proof(place.archive, told)
    reopen(place)
    opened = Opened.at(place)
    _demand_told(place.archive, _demand_whole(opened, empty_catalog, audited=audited), told)


@dataclass(frozen=True)
class Opened:
    """An archive that was opened after a crash; equal to any that holds the very same."""

    place: Place = field(compare=False)
    files: dict = field(compare=False)
    rows: dict = field(compare=False)
    digest: bytes

    @classmethod
    def at(cls, place):
        files, rows = files_of(place.root), rows_of(place.catalog)
        return cls(place, files, rows, digest_of(files, repr(rows).encode()))


@lru_cache(maxsize=64)
def _demand_whole(opened, empty_catalog, *, audited):
    """What an archive holds that is sound, whatever was told of it.

    Crashes close to each other mostly end in the same archive, which need be judged but once.
    """
    place, rows = opened.place, opened.rows
    reopen(place)
    _demand(files_of(place.root) == opened.files, "opening it once more changed files")
    _demand(rows_of(place.catalog) == rows, "opening it once more changed the catalog")
    held = _held(place.archive)
    _demand_logged(held)
    _demand_files(place.archive, held)
    if audited:
        _demand_clean_audit(place)
    anew = _folded(place, empty_catalog)
    _demand(rows == anew, f"the evidence gives other rows: {differences(rows, anew)}")
    return held


def _demand_proof(archive, told):
    """What was told can be proved to strangers as it lies, without the key that mends it."""
    if told:
        key, log = published(archive), LogReader.open(archive)
        _demand(key is not None, "no key is published")
        open_checkpoint(log.octets, [key])
        newest = max([report.get("entry", 0) for report in told])
        _demand(log.size > newest, "the checkpoint is an old one")
        if any("leaves" in report for report in told):
            _demand_gone(archive, [_decoded(octets) for _, octets in log.entries()])


def _demand_gone(archive, entries):
    """What was told to be taken down is nowhere on the disk."""
    taken_down = {n for one in entries if isinstance(one, TombstoneEntry) for n in one.leaves}
    kept = {name for n, one in enumerate(entries) if n not in taken_down for name in _files(one)}
    for gone in {name for n in taken_down for name in _files(entries[n])} - kept:
        _demand(not (archive / gone).exists(), f"{gone} was taken down and is there")
    captures = [entries[n] for n in taken_down if isinstance(entries[n], CaptureEntry)]
    answers = {ref.record_id for one in captures for ref in one.records if ref.type == "response"}
    for path in (archive / "warc").iterdir():
        with suppress(ReplayUnreadable):  # a file that was only just begun may be empty
            found = [one for one in records(path) if not isinstance(one, Damage)]
            there = {one.record.record_id for one in found}
            _demand(not answers & there, f"what was taken down is in {path.name}")


def _files(entry):
    """The files of the document that an entry names."""
    if not isinstance(entry, ExtractionEntry):
        return {}
    return {text_name(entry.text): entry.text, document_name(entry.document): entry.document}


def files_of(root):
    """The octets of each file but the catalog's, by its path."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.name.startswith(NO_EVIDENCE)
    }


def rows_of(catalog):
    """All rows of all `record_*` tables, in their order."""
    with closing(sqlite3.connect(catalog)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB 'record_*'"
        ).fetchall()
        return {
            name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr)  # noqa: S608
            for (name,) in tables
        }


def _held(archive):
    log, shelf = LogReader.open(archive), Shelf(archive)
    open_checkpoint(log.octets, [published(archive)])
    octets = [entry for _, entry in log.entries()]
    leaves = [leaf_hash(entry) for entry in octets]
    _demand(leaves == list(log.leaves()), "entries and tiles differ")
    _demand(root_of(leaves) == log.root() == log.checkpoint.root, "the root is another")
    found = [one for name in shelf.names() for one in shelf.captures(name)]
    held = {}
    for name in shelf.names():
        for one in records(archive / "warc" / name):
            record = one.record
            _demand(
                record.field("WARC-Block-Digest") == str(Digest.of(record.block)),
                f"{record.record_id} is damaged",
            )
            _demand(record.record_id not in held, f"{record.record_id} is there twice")
            held[record.record_id] = record
    return Held(
        entries=[_decoded(entry) for entry in octets],
        captures=[one for one in found if isinstance(one, Gathered)],
        begun=[one.name for one in found if isinstance(one, Begun)],
        records=held,
    )


@cache
def _decoded(octets):
    """An entry.  Thousands of states hold the same ones, and every one is a frozen value."""
    return decode(octets)


def _demand_logged(held):
    """Each capture is logged once, with the records that the log says."""
    logged = Counter(leaf_of(entry) for entry in held.of(CaptureEntry))
    filed = Counter(leaf_of(one.entry) for one in held.captures)
    _demand(set(logged.values()) <= {1}, "a capture is logged twice")
    _demand(
        logged == filed,
        f"{(logged - filed).total()} captures are in no file, {(filed - logged).total()} in no log",
    )
    for index, entry in enumerate(held.entries):
        for ref in entry.records if isinstance(entry, CaptureEntry | ExtractionEntry) else ():
            record = held.records.get(ref.record_id)
            lawful = index in held.taken_down and ref.type == "response"
            _demand((record is None) == lawful, f"record {ref.record_id} is gone, or is not")
            whole = record is None or Digest.of(record.block) == ref.block
            _demand(whole, f"record {ref.record_id} is another")
    visits = Counter((one.visit, one.requested, one.attempt) for one in held.of(CaptureEntry))
    _demand(set(visits.values()) <= {1}, "a visit is doubled")


def _demand_files(archive, held):
    """WARC files are sealed as the log says; texts and sidecars are what their names say."""
    files = {path.name: path for path in (archive / "warc").glob("*")}
    _demand(sorted(files) == sorted(held.begun), f"files begun: {held.begun}, there: {[*files]}")
    _demand(sorted(one.name for one in held.of(OpenEntry)) == sorted(files), "a file is not logged")
    seals = {seal.name: seal for seal in held.of(SealEntry)}
    first = [seal for seal in held.of(SealEntry) if seal.replaces is None]
    _demand(len(seals) == len(first) == len(files), "a file is not sealed once")
    for name, seal in seals.items():
        octets = files[name].read_bytes()
        _demand((seal.sha256, seal.size) == (Digest.of(octets), len(octets)), f"{name} is altered")
    for name, digest in held.kept.items():
        path = archive / name
        _demand(path.exists() and Digest.of(path.read_bytes()) == digest, f"{name} is not whole")
    there = {path.relative_to(archive).as_posix() for path, _ in strays(archive)}
    _demand(there <= {*held.kept}, f"no entry names {there - {*held.kept}}")


def _demand_told(archive, held, told):
    """What was told is there, where it was told to be."""
    keys = [report["key"] for report in told if "key" in report]
    _demand(keys[-1:] in ([], [str(published(archive))]), "a told key is not in force")
    taken = {held.entries[index].payload_record for index in _captures_in(held.taken_down, held)}
    for report in told:
        if "key" in report:
            continue
        _demand(report["entry"] < len(held.entries), f"told entry {report['entry']} is gone")
        entry = held.entries[report["entry"]]
        if "leaves" in report and isinstance(entry, TombstoneEntry):
            continue
        _demand(isinstance(entry, CaptureEntry), f"told entry {report['entry']} is another")
        _demand(entry.visit == report["visit"], f"told visit {report['visit']} is gone")
        if entry.payload_record in taken:
            continue
        _demand(report["record"] in {None, *held.records}, f"told {report['record']} is gone")
        document = report["document"]
        _demand(document is None or document["path"] in held.kept, "a told text is gone")


def _captures_in(indices, held):
    return [index for index in indices if isinstance(held.entries[index], CaptureEntry)]


def _demand_clean_audit(place):
    claims = audit(
        place.archive,
        Brought(vkey=published(place.archive)),
        catalog_url=f"sqlite:///{place.catalog}",
        workers=1,
    )
    for claim in claims:
        if isinstance(claim, Claim) and claim.verdict is Verdict.FAILED:
            _demand(claim.check == MADE_UP, f"the audit finds {claim}")


def _folded(place, empty_catalog):
    """The rows that the evidence alone gives."""
    anew = place.root / "anew.sqlite"
    shutil.copyfile(empty_catalog, anew)
    with Catalog.open(f"sqlite:///{anew}") as catalog, catalog.batch() as batch:
        log, texts = LogReader.open(place.archive), Texts(place.archive)
        lost = list(fold(batch.record, log, Shelf(place.archive), texts))
    _demand(not lost, f"evidence is missing: {lost}")
    return rows_of(anew)


def _demand(condition, what):
    if not condition:
        raise Unsound(what)


def differences(ours, theirs):
    """The first rows of which one of two catalogs knows nothing."""
    parted = {table: (set(rows) ^ set(theirs[table])) for table, rows in ours.items()}
    return {table: sorted(rows, key=repr)[:2] for table, rows in parted.items() if rows}
