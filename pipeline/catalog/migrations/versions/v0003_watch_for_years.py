"""What watching for years needs to know: scores, absences, adapted intervals, hosts, alarms.

How long a document has been gone follows from the evidence, so the fold begins anew, and whoever
opens the archive for writing brings it up to the log.  What is planned stays planned.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FOLDED = (
    "extractions",
    "resources",
    "sidecars",
    "files",
    "anchors",
    "tombstones",
    "keys",
    "folded",
)


def upgrade() -> None:
    """Make the fold's tables anew, empty, and the work's with what they held."""
    for table in ("documents", "places", "captures"):
        op.drop_table(f"record_{table}")
    for table in FOLDED:
        op.execute(sa.text(f"DELETE FROM record_{table}"))  # noqa: S608 - our own names
    _captures()
    _places()
    _documents()
    _seeds()
    _targets()
    _hosts()
    _alarms()
    _notices()
    _receivers()


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
        sa.Column("score", sa.Text()),
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
    op.create_index(
        "ix_record_captures_missing",
        "record_captures",
        ["site", "entry"],
        sqlite_where=sa.text("outcome = 'gone'"),
        postgresql_where=sa.text("outcome = 'gone'"),
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
        sa.Column("gone_since", sa.BigInteger()),
        sa.Column("gone_looks", sa.Integer(), nullable=False),
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


def _seeds() -> None:
    said = "site, url, next_poll_at, last_poll_at, failures, etag, last_modified, validator_record"
    _set_aside("work_seeds")
    op.create_table(
        "work_seeds",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("next_poll_at", sa.BigInteger()),
        sa.Column("last_poll_at", sa.BigInteger()),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("interval_s", sa.Float()),
        sa.Column("links", sa.Integer(), nullable=False),
        sa.Column("page", sa.LargeBinary()),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("validator_record", sa.Text()),
        sa.PrimaryKeyConstraint("site", "url", name="pk_work_seeds"),
    )
    op.create_index("ix_work_seeds_site_next_poll_at", "work_seeds", ["site", "next_poll_at"])
    _put_back("work_seeds", said, "polls", "links")


def _targets() -> None:
    said = (
        "url, site, found_in, discovered_at, next_look_at, looks, failures, edited_at, etag,"
        " last_modified, validator_record"
    )
    _set_aside("work_targets")
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
        sa.Column("removed_at", sa.BigInteger()),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("validator_record", sa.Text()),
        sa.PrimaryKeyConstraint("url", name="pk_work_targets"),
    )
    op.create_index("ix_work_targets_site_next_look_at", "work_targets", ["site", "next_look_at"])
    _put_back("work_targets", said)


def _set_aside(table: str) -> None:
    """SQLite adds columns at the end alone, and a new catalog is to be word for word the same."""
    op.execute(sa.text(f"CREATE TEMPORARY TABLE aside_{table} AS SELECT * FROM {table}"))  # noqa: S608 - our own names
    op.drop_table(table)


def _put_back(table: str, columns: str, *noughts: str) -> None:
    """What was set aside, with 0 in the columns that it had not."""
    into = ", ".join((columns, *noughts))
    chosen = ", ".join((columns, *("0" for _ in noughts)))
    op.execute(sa.text(f"INSERT INTO {table} ({into}) SELECT {chosen} FROM aside_{table}"))  # noqa: S608 - our own names
    op.execute(sa.text(f"DROP TABLE aside_{table}"))


def _hosts() -> None:
    op.create_table(
        "work_hosts",
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("rests_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("authority", name="pk_work_hosts"),
    )


def _alarms() -> None:
    op.create_table(
        "work_alarms",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("site", sa.Text()),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("signs", sa.Integer(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("recent", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.BigInteger()),
        sa.Column("judge_at", sa.BigInteger()),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name="pk_work_alarms"),
    )
    op.create_index("ix_work_alarms_site", "work_alarms", ["site"])
    op.create_index("ix_work_alarms_judge_at", "work_alarms", ["judge_at"])
    op.create_index(
        "ix_work_alarms_raised_at",
        "work_alarms",
        ["raised_at"],
        sqlite_where=sa.text("raised_at IS NOT NULL"),
        postgresql_where=sa.text("raised_at IS NOT NULL"),
    )


def _notices() -> None:
    op.create_table(
        "work_notices",
        sa.Column("number", ROW_NUMBER, nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("site", sa.Text()),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_work_notices"),
    )
    op.create_index("ix_work_notices_receiver_number", "work_notices", ["receiver", "number"])


def _receivers() -> None:
    op.create_table(
        "work_receivers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_work_receivers"),
    )
