"""An archive and what the auditor brings → every claim, in the order of the checks.

0 what was brought, 1 the checkpoint and who signed and cosigned it, 2 the pin, 3 the tree, 4 the
time stamps, 5 entries and WARC files both ways, 6 revisits, 7 texts, 8 seals, 9 the catalog, 10
bundles.  Nothing is written, and the lock is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from pipeline.audit import (
    anchors,
    captures,
    checkpoint,
    links,
    seals,
    takedowns,
    texts,
    tree,
    witnesses,
)
from pipeline.audit.anchors import Anchored, brackets
from pipeline.audit.captures import Flight
from pipeline.audit.checkpoint import Fixed
from pipeline.audit.derived import Batch, Came, Item, Spot, derive_batch, record_at, rules_of
from pipeline.audit.files import Trouble, Unreadable, octets_at, troubled, under
from pipeline.audit.flight import writer_of
from pipeline.audit.logged import LogStretch, ReadLog, entries_of, read_log
from pipeline.audit.matching import match
from pipeline.audit.pool import Pool, cores
from pipeline.audit.reading import ToRead, read_all
from pipeline.audit.summary import Summary, Tally
from pipeline.audit.takedowns import Takedowns, entry_at
from pipeline.claims import Claim, Verdict, failed, undecided, verified
from pipeline.errors import LedgerBroken
from pipeline.evidence import (
    AnchorEntry,
    ExtractionEntry,
    KeyEntry,
    OpenEntry,
    SealEntry,
    TombstoneEntry,
)
from pipeline.extract.signature import is_current
from pipeline.ledger.checkpoint import Checkpoint
from pipeline.ledger.entries import decode
from pipeline.ledger.merkle import leaf_hash, verify_consistency
from pipeline.ledger.notes import read_note
from pipeline.ledger.reader import LogReader
from pipeline.ledger.tiles import ENTRIES, FOLDER, TILES, WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from pipeline.audit.brought import Brought
    from pipeline.audit.matching import Matched
    from pipeline.audit.ranges import Read
    from pipeline.audit.reading import Readings
    from pipeline.audit.tree import Tree, TreeReader
    from pipeline.evidence import Entry
    from pipeline.ledger.notes import VerifyKey

E = TypeVar("E")
Progress = "Callable[[int, int, str], object]"

BUNDLES = 64
"""Bundles that one process reads at a time: 16,384 entries."""
ITEMS = 64
"""Texts that one process derives at a time."""
FEW = 64
"""Texts that are not worth starting processes for."""
FEW_BUNDLES = 128
CONFIG = "urn:dateline:config:"
MOST_NAMED = captures.MOST_NAMED
