"""The first tables: the record's fold, and what is to be done next."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table; there is no way down, since `dateline rebuild` makes the fold anew."""
    _captures()
    _places()
    _resources()
    _sidecars()
    _extractions()
    _documents()
    _sites()
    _seeds()
    _targets()


def _captures() -> None:
    op.create_table(
        "record_captures",
        sa.Column("number", ROW_NUMBER, nullable=False),
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
        sa.Column("text", sa.LargeBinary()),
        sa.Column("document", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("number", name="pk_record_captures"),
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


def _extractions() -> None:
    op.create_table(
        "record_extractions",
        sa.Column("number", ROW_NUMBER, nullable=False),
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
        sa.PrimaryKeyConstraint("number", name="pk_record_extractions"),
    )
    op.create_index("ix_record_extractions_document", "record_extractions", ["document"])
    op.create_index("ix_record_extractions_text", "record_extractions", ["text"])
    op.create_index(
        "uq_record_extractions_url_at_record_id",
        "record_extractions",
        ["url", "at", "record_id"],
        unique=True,
    )


def _resources() -> None:
    op.create_table(
        "record_resources",
        sa.Column("urn", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("urn", name="pk_record_resources"),
    )


def _sidecars() -> None:
    op.create_table(
        "record_sidecars",
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("published", sa.Text()),
        sa.Column("language", sa.Text()),
        sa.Column("degraded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("document", name="pk_record_sidecars"),
    )


def _seeds() -> None:
    op.create_table(
        "work_seeds",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("next_poll_at", sa.BigInteger()),
        sa.Column("last_poll_at", sa.BigInteger()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("validator_record", sa.Text()),
        sa.PrimaryKeyConstraint("site", "url", name="pk_work_seeds"),
    )
    op.create_index("ix_work_seeds_site_next_poll_at", "work_seeds", ["site", "next_poll_at"])


def _sites() -> None:
    op.create_table(
        "work_sites",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("next_due_at", sa.BigInteger()),
        sa.Column("last_look_at", sa.BigInteger()),
        sa.Column("outcome", sa.Text()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site", name="pk_work_sites"),
    )
    op.create_index("ix_work_sites_next_due_at_site", "work_sites", ["next_due_at", "site"])


def _targets() -> None:
    op.create_table(
        "work_targets",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("site", sa.Text()),
        sa.Column("found_in", sa.Text()),
        sa.Column("discovered_at", sa.BigInteger(), nullable=False),
        sa.Column("next_look_at", sa.BigInteger()),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("edited_at", sa.BigInteger()),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("validator_record", sa.Text()),
        sa.PrimaryKeyConstraint("url", name="pk_work_targets"),
    )
    op.create_index("ix_work_targets_site_next_look_at", "work_targets", ["site", "next_look_at"])


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
            ["record_captures.number"],
            name="fk_record_documents_capture_record_captures",
        ),
        sa.ForeignKeyConstraint(
            ["extraction"],
            ["record_extractions.number"],
            name="fk_record_documents_extraction_record_extractions",
        ),
        sa.PrimaryKeyConstraint("url", name="pk_record_documents"),
    )
    op.create_index(
        "ix_record_documents_site_first_seen", "record_documents", ["site", "first_seen"]
    )


def _places() -> None:
    op.create_table(
        "record_places",
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("capture", ROW_NUMBER, nullable=False),
        sa.Column("position", sa.Integer()),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("block", sa.LargeBinary()),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("offset", ROW_NUMBER, nullable=False),
        sa.Column("length", ROW_NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["capture"], ["record_captures.number"], name="fk_record_places_capture_record_captures"
        ),
        sa.PrimaryKeyConstraint("record_id", name="pk_record_places"),
    )
    op.create_index("ix_record_places_capture", "record_places", ["capture"])
