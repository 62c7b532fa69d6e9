"""The index in SQL: documents, captures, due times.

A `Catalog` is written by one process in batches; a `Reader` looks on from anywhere.  Both speak in
the frozen values of `answers` and `watch`; rows stay inside.
"""

from pipeline.catalog.alarms import Waiting
from pipeline.catalog.answers import (
    LONGEST_TITLE,
    Counts,
    CurrentDocument,
    FullResponse,
    Heading,
    Held,
    HistoryRow,
    LastText,
    Looked,
    Missing,
    Saying,
    Shown,
    SiteSummary,
    State,
    Unread,
    Vitals,
)
from pipeline.catalog.browsed import (
    DayOf,
    Event,
    Glimpse,
    SeedState,
    Tally,
    Total,
    Trouble,
    Version,
    Watch,
)
from pipeline.catalog.damage import is_damaged, set_aside
from pipeline.catalog.engines import embedded
from pipeline.catalog.exported import Exchanged, VersionHeld
from pipeline.catalog.reader import Reader
from pipeline.catalog.record import Record
from pipeline.catalog.watch import Due, WatchedSeed, WatchedTarget
from pipeline.catalog.writer import Batch, Catalog

__all__ = [
    "LONGEST_TITLE",
    "Batch",
    "Catalog",
    "Counts",
    "CurrentDocument",
    "DayOf",
    "Due",
    "Event",
    "Exchanged",
    "FullResponse",
    "Glimpse",
    "Heading",
    "Held",
    "HistoryRow",
    "LastText",
    "Looked",
    "Missing",
    "Reader",
    "Record",
    "Saying",
    "SeedState",
    "Shown",
    "SiteSummary",
    "State",
    "Tally",
    "Total",
    "Trouble",
    "Unread",
    "Version",
    "VersionHeld",
    "Vitals",
    "Waiting",
    "Watch",
    "WatchedSeed",
    "WatchedTarget",
    "embedded",
    "is_damaged",
    "set_aside",
]
