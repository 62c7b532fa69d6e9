"""The fold follows the log: entries are counted by the log's own index.

The rows of before counted for themselves, and nothing in the evidence says how; so the fold begins
anew, and whoever opens the archive for writing brings it up to the log.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the fold's tables anew, empty; what is planned stays as it is."""
    for table in ("documents", "places", "captures", "extractions"):
        op.drop_table(f"record_{table}")
    for table in ("resources", "sidecars"):
        op.execute(sa.text(f"DELETE FROM record_{table}"))  # noqa: S608 - our own names
    _captures()
    _extractions()
    _places()
    _documents()
    _files()
    _anchors()
    _tombstones()
    _keys()
    _folded()


def _captures() -> None:
    op.create_table(
        "record_captures",
        sa.Column("entry", ROW_NUMBER, nullable=False),
        sa.Column("record_id", sa.Text()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("observed_at", sa.BigInteger(), nullable=False),
        sa.Column("visit", sa.Text(), nullable=False),
        sa.Column("site", sa.Text()),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("requested", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("source_file", sa.LargeBinary()),
        sa.Column("source_record", sa.Text()),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("change", sa.Text()),
        sa.Column("status", sa.Integer()),
        sa.Column("payload_record", sa.Text()),
        sa.Column("entity", sa.LargeBinary()),
        sa.Column("decoded", sa.LargeBinary()),
        sa.Column("transfer_encoding", sa.Text()),
        sa.Column("content_encoding", sa.Text()),
        sa.Column("ip", sa.Text()),
        sa.Column("protocol", sa.Text(), nullable=False),
        sa.Column("certificate", sa.LargeBinary()),
        sa.Column("tls_verified", sa.Boolean()),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("config", sa.LargeBinary()),
        sa.Column("rules", sa.LargeBinary()),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("adopted", sa.Boolean(), nullable=False),
        sa.Column("text", sa.LargeBinary()),
        sa.Column("document", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("entry", name="pk_record_captures"),
        sa.UniqueConstraint("record_id", name="uq_record_captures_record_id"),
    )
    op.create_index(
        "ix_record_captures_full_entity",
        "record_captures",
        ["entity"],
        sqlite_where=sa.text("payload_record = record_id"),
        postgresql_where=sa.text("payload_record = record_id"),
    )
    op.create_index("ix_record_captures_url_observed_at", "record_captures", ["url", "observed_at"])
    op.create_index("ix_record_captures_visit", "record_captures", ["visit"])


def _places() -> None:
    op.create_table(
        "record_places",
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("capture", ROW_NUMBER),
        sa.Column("extraction", ROW_NUMBER),
        sa.Column("position", sa.Integer()),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("block", sa.LargeBinary()),
        sa.Column("file", sa.Text()),
        sa.Column("offset", ROW_NUMBER),
        sa.Column("length", ROW_NUMBER),
        sa.ForeignKeyConstraint(
            ["capture"], ["record_captures.entry"], name="fk_record_places_capture_record_captures"
        ),
        sa.ForeignKeyConstraint(
            ["extraction"],
            ["record_extractions.entry"],
            name="fk_record_places_extraction_record_extractions",
        ),
        sa.PrimaryKeyConstraint("record_id", name="pk_record_places"),
    )
    op.create_index("ix_record_places_capture", "record_places", ["capture"])


def _extractions() -> None:
    op.create_table(
        "record_extractions",
        sa.Column("entry", ROW_NUMBER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("visit", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("decoded", sa.LargeBinary(), nullable=False),
        sa.Column("charset", sa.Text(), nullable=False),
        sa.Column("rules", sa.LargeBinary(), nullable=False),
        sa.Column("generation", sa.Text(), nullable=False),
        sa.Column("extractor", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("technical", sa.Boolean(), nullable=False),
        sa.Column("adopted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("entry", name="pk_record_extractions"),
    )
    op.create_index("ix_record_extractions_document", "record_extractions", ["document"])
    op.create_index("ix_record_extractions_text", "record_extractions", ["text"])
    op.create_index("ix_record_extractions_url", "record_extractions", ["url"])


def _documents() -> None:
    op.create_table(
        "record_documents",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("site", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("last_look_at", sa.BigInteger(), nullable=False),
        sa.Column("first_seen", sa.BigInteger()),
        sa.Column("last_seen", sa.BigInteger()),
        sa.Column("last_changed_at", sa.BigInteger()),
        sa.Column("captured_at", sa.BigInteger()),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("versions", sa.Integer(), nullable=False),
        sa.Column("capture", ROW_NUMBER),
        sa.Column("payload_record", sa.Text()),
        sa.Column("extraction", ROW_NUMBER),
        sa.Column("text", sa.LargeBinary()),
        sa.Column("document", sa.LargeBinary()),
        sa.ForeignKeyConstraint(
            ["capture"],
            ["record_captures.entry"],
            name="fk_record_documents_capture_record_captures",
        ),
        sa.ForeignKeyConstraint(
            ["extraction"],
            ["record_extractions.entry"],
            name="fk_record_documents_extraction_record_extractions",
        ),
        sa.PrimaryKeyConstraint("url", name="pk_record_documents"),
    )
    op.create_index(
        "ix_record_documents_site_first_seen", "record_documents", ["site", "first_seen"]
    )


def _files() -> None:
    op.create_table(
        "record_files",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("opened", ROW_NUMBER, nullable=False),
        sa.Column("warcinfo", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", ROW_NUMBER),
        sa.Column("sha256", sa.LargeBinary()),
        sa.Column("size", ROW_NUMBER),
        sa.Column("records", sa.Integer()),
        sa.PrimaryKeyConstraint("name", name="pk_record_files"),
    )


def _anchors() -> None:
    op.create_table(
        "record_anchors",
        sa.Column("entry", ROW_NUMBER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("size", ROW_NUMBER, nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("entry", name="pk_record_anchors"),
    )
    op.create_index("ix_record_anchors_size", "record_anchors", ["size"])


def _tombstones() -> None:
    op.create_table(
        "record_tombstones",
        sa.Column("entry", ROW_NUMBER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("entity", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry", name="pk_record_tombstones"),
    )
    op.create_index("ix_record_tombstones_entity", "record_tombstones", ["entity"])


def _keys() -> None:
    op.create_table(
        "record_keys",
        sa.Column("entry", ROW_NUMBER, nullable=False),
        sa.Column("vkey", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry", name="pk_record_keys"),
    )


def _folded() -> None:
    op.create_table(
        "record_folded",
        sa.Column("log", ROW_NUMBER, nullable=False),
        sa.Column("size", ROW_NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("log", name="pk_record_folded"),
    )
