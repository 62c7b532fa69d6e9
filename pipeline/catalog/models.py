"""The tables of the record, and nothing else.

`record_*` is a fold over the entries and what they commit to: folding the same entries in the
same order gives the same rows, so nothing operational may stand there: that is in `work_models`.
`entry` is an entry's index in the log, from 0.

The column types are argued in `columns`; changing a table means a new file in `migrations`, and
`make schema`, which spells it out in `tables` for those who use it.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, MetaData, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from pipeline.catalog.columns import ROW_NUMBER
from pipeline.catalog.fields import digest, moment, outside, own
from pipeline.model import Digest

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name, without which a migration cannot take it away again."""

EDIT = "change IN ('new', 'changed')"
TROUBLE = "outcome IN ('blocked', 'failed')"
"""What lists of news and of failures ask for, word for word: else no database would see that the
partial index fits."""


class Row(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMES))):
    """What all tables share: one set of metadata of their own."""

    model_config: ClassVar[Any] = {"arbitrary_types_allowed": True}


class CaptureRow(Row, table=True):
    """A `CaptureEntry`, with the text that stood there and how its response was encoded.

    `record_id` is the record that stands for the capture: its response or revisit, else its
    metadata record.  A full response is a capture whose payload record is its own record.
    """

    __tablename__ = "record_captures"
    __table_args__ = (
        Index("ix_record_captures_url_observed_at", "url", "observed_at"),
        Index(
            "ix_record_captures_full_entity",
            "entity",
            sqlite_where=text("payload_record = record_id"),
            postgresql_where=text("payload_record = record_id"),
        ),
        Index(
            "ix_record_captures_missing",
            "site",
            "entry",
            sqlite_where=text("outcome = 'gone'"),
            postgresql_where=text("outcome = 'gone'"),
        ),
        *(
            Index(
                f"ix_record_captures_{name}",
                *columns,
                sqlite_where=text(where),
                postgresql_where=text(where),
            )
            for name, columns, where in (
                ("edits", ("observed_at",), EDIT),
                ("edits_of_site", ("site", "observed_at"), EDIT),
                ("trouble", ("site", "observed_at"), TROUBLE),
            )
        ),
    )

    entry: int = Field(sa_type=ROW_NUMBER, primary_key=True)
    record_id: str | None = own(unique=True)
    at: datetime = moment()
    observed_at: datetime = moment()
    visit: str = own(index=True)
    site: str | None = own()
    role: str = own()
    url: str = outside()
    requested: str = outside()
    origin: str = own()
    source_file: Digest | None = digest()
    source_record: str | None = own()
    outcome: str = own()
    reason: str | None = outside()
    detail: str = outside()
    score: str | None = own()
    change: str | None = own()
    status: int | None
    payload_record: str | None = own()
    entity: Digest | None = digest()
    decoded: Digest | None = digest()
    transfer_encoding: str | None = outside()
    content_encoding: str | None = outside()
    ip: str | None = own()
    protocol: str = own()
    certificate: Digest | None = digest()
    tls_verified: bool | None
    attempt: int
    config: Digest | None = digest()
    rules: Digest | None = digest()
    agent: str = own()
    adopted: bool
    text: Digest | None = digest()
    document: Digest | None = digest()


class PlaceRow(Row, table=True):
    """A record that an entry names, and where it lies today; null for one that is not there.

    The entry is that of a `capture`, or of an `extraction` that first needed a config.
    `position` is its place among the entry's records, and null for a capture's metadata record,
    which says the entry and is not in it; that one's block digest is not known here either.
    """

    __tablename__ = "record_places"

    record_id: str = own(primary_key=True)
    capture: int | None = Field(sa_type=ROW_NUMBER, foreign_key="record_captures.entry", index=True)
    extraction: int | None = Field(sa_type=ROW_NUMBER, foreign_key="record_extractions.entry")
    position: int | None
    type: str = own()
    block: Digest | None = digest()
    file: str | None = own()
    offset: int | None = Field(sa_type=ROW_NUMBER)
    length: int | None = Field(sa_type=ROW_NUMBER)


class ResourceRow(Row, table=True):
    """A config or certificate, by its URN, and the record that holds it."""

    __tablename__ = "record_resources"

    urn: str = own(primary_key=True)
    record_id: str = own()


class SidecarRow(Row, table=True):
    """What a document sidecar says that lists and exports show."""

    __tablename__ = "record_sidecars"

    document: Digest = digest(primary_key=True)
    text: Digest = digest()
    title: str | None = outside()
    published: str | None = outside()
    language: str | None = outside()
    degraded: bool


class ExtractionRow(Row, table=True):
    """An `ExtractionEntry`: one version of a document."""

    __tablename__ = "record_extractions"

    entry: int = Field(sa_type=ROW_NUMBER, primary_key=True)
    at: datetime = moment()
    url: str = outside(index=True)
    visit: str = own()
    record_id: str = own()
    decoded: Digest = digest()
    charset: str = own()
    rules: Digest = digest()
    generation: str = own()
    extractor: str = own()
    text: Digest = digest(index=True)
    document: Digest = digest(index=True)
    technical: bool
    adopted: bool


class FileRow(Row, table=True):
    """A WARC file as its `OpenEntry` and its newest `SealEntry` have it; null until sealed."""

    __tablename__ = "record_files"

    name: str = own(primary_key=True)
    opened: int = Field(sa_type=ROW_NUMBER)
    warcinfo: Digest = digest()
    sealed: int | None = Field(sa_type=ROW_NUMBER)
    sha256: Digest | None = digest()
    size: int | None = Field(sa_type=ROW_NUMBER)
    records: int | None


class AnchorRow(Row, table=True):
    """An `AnchorEntry`: the first `size` entries bear a time stamp."""

    __tablename__ = "record_anchors"

    entry: int = Field(sa_type=ROW_NUMBER, primary_key=True)
    at: datetime = moment()
    size: int = Field(sa_type=ROW_NUMBER, index=True)
    token: Digest = digest()


class TombstoneRow(Row, table=True):
    """A `TombstoneEntry`: these bytes are gone, for that reason."""

    __tablename__ = "record_tombstones"

    entry: int = Field(sa_type=ROW_NUMBER, primary_key=True)
    at: datetime = moment()
    entity: Digest = digest(index=True)
    reason: str = outside()


class KeyRow(Row, table=True):
    """A `KeyEntry`: from here on another key signs."""

    __tablename__ = "record_keys"

    entry: int = Field(sa_type=ROW_NUMBER, primary_key=True)
    vkey: str = own()


class FoldedRow(Row, table=True):
    """How many entries of the log were folded: one row, once there are any."""

    __tablename__ = "record_folded"

    log: int = Field(sa_type=ROW_NUMBER, primary_key=True)
    size: int = Field(sa_type=ROW_NUMBER)


class DocumentRow(Row, table=True):
    """A document as it stands: the sum that `fold` keeps of all looks at one canonical URL.

    `gone_looks` are those in a row that found no page, since `gone_since`.
    """

    __tablename__ = "record_documents"
    __table_args__ = (
        Index("ix_record_documents_site_first_seen", "site", "first_seen"),
        Index("ix_record_documents_site_last_changed_at", "site", "last_changed_at"),
        Index("ix_record_documents_site_state_last_changed_at", "site", "state", "last_changed_at"),
        Index(
            "ix_record_documents_edited",
            "site",
            "last_changed_at",
            sqlite_where=text("changes > 0"),
            postgresql_where=text("changes > 0"),
        ),
    )

    url: str = outside(primary_key=True)
    site: str | None = own()
    state: str = own()
    outcome: str = own()
    reason: str | None = outside()
    last_look_at: datetime = moment()
    first_seen: datetime | None = moment()
    last_seen: datetime | None = moment()
    last_changed_at: datetime | None = moment()
    captured_at: datetime | None = moment()
    gone_since: datetime | None = moment()
    gone_looks: int
    looks: int
    changes: int
    versions: int
    capture: int | None = Field(sa_type=ROW_NUMBER, foreign_key="record_captures.entry")
    payload_record: str | None = own()
    extraction: int | None = Field(sa_type=ROW_NUMBER, foreign_key="record_extractions.entry")
    text: Digest | None = digest()
    document: Digest | None = digest()


class DayRow(Row, table=True):
    """What the looks of one site on one day of UTC came to; `day` counts from 1970-01-01.

    `site` is empty for pages of no config.  `looks` are those at seeds and targets; `new`,
    `changed` and `gone` speak of targets alone.
    """

    __tablename__ = "record_days"

    site: str = own(primary_key=True)
    day: int = Field(primary_key=True, index=True)
    looks: int
    new: int
    changed: int
    gone: int
    blocked: int
    failed: int
