"""The tables that `models` declares, as SQL is made of them.

Written by `spelling`; to change them, change `models` and run `make schema`.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)

from pipeline.catalog.columns import ROW_NUMBER, Instant, Outside, Sha256

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    },
)
captures = Table(
    "record_captures",
    METADATA,
    Column("entry", ROW_NUMBER, primary_key=True),
    Column("record_id", Text, unique=True),
    Column("at", Instant, nullable=False),
    Column("observed_at", Instant, nullable=False),
    Column("visit", Text, nullable=False),
    Column("site", Text),
    Column("role", Text, nullable=False),
    Column("url", Outside, nullable=False),
    Column("requested", Outside, nullable=False),
    Column("origin", Text, nullable=False),
    Column("source_file", Sha256),
    Column("source_record", Text),
    Column("outcome", Text, nullable=False),
    Column("reason", Outside),
    Column("detail", Outside, nullable=False),
    Column("score", Text),
    Column("change", Text),
    Column("status", Integer),
    Column("payload_record", Text),
    Column("entity", Sha256),
    Column("decoded", Sha256),
    Column("transfer_encoding", Outside),
    Column("content_encoding", Outside),
    Column("ip", Text),
    Column("protocol", Text, nullable=False),
    Column("certificate", Sha256),
    Column("tls_verified", Boolean),
    Column("attempt", Integer, nullable=False),
    Column("config", Sha256),
    Column("rules", Sha256),
    Column("agent", Text, nullable=False),
    Column("adopted", Boolean, nullable=False),
    Column("text", Sha256),
    Column("document", Sha256),
    Index(
        "ix_record_captures_full_entity",
        "entity",
        sqlite_where=text("payload_record = record_id"),
    ),
    Index(
        "ix_record_captures_missing",
        "site",
        "entry",
        sqlite_where=text("outcome = 'gone'"),
    ),
    Index(
        "ix_record_captures_url_observed_at",
        "url",
        "observed_at",
    ),
    Index(
        "ix_record_captures_visit",
        "visit",
    ),
)
places = Table(
    "record_places",
    METADATA,
    Column("record_id", Text, primary_key=True),
    Column("capture", ROW_NUMBER, ForeignKey("record_captures.entry")),
    Column("extraction", ROW_NUMBER, ForeignKey("record_extractions.entry")),
    Column("position", Integer),
    Column("type", Text, nullable=False),
    Column("block", Sha256),
    Column("file", Text),
    Column("offset", ROW_NUMBER),
    Column("length", ROW_NUMBER),
    Index(
        "ix_record_places_capture",
        "capture",
    ),
)
resources = Table(
    "record_resources",
    METADATA,
    Column("urn", Text, primary_key=True),
    Column("record_id", Text, nullable=False),
)
sidecars = Table(
    "record_sidecars",
    METADATA,
    Column("document", Sha256, primary_key=True),
    Column("text", Sha256, nullable=False),
    Column("title", Outside),
    Column("published", Outside),
    Column("language", Outside),
    Column("degraded", Boolean, nullable=False),
)
extractions = Table(
    "record_extractions",
    METADATA,
    Column("entry", ROW_NUMBER, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("url", Outside, nullable=False),
    Column("visit", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("decoded", Sha256, nullable=False),
    Column("charset", Text, nullable=False),
    Column("rules", Sha256, nullable=False),
    Column("generation", Text, nullable=False),
    Column("extractor", Text, nullable=False),
    Column("text", Sha256, nullable=False),
    Column("document", Sha256, nullable=False),
    Column("technical", Boolean, nullable=False),
    Column("adopted", Boolean, nullable=False),
    Index(
        "ix_record_extractions_document",
        "document",
    ),
    Index(
        "ix_record_extractions_text",
        "text",
    ),
    Index(
        "ix_record_extractions_url",
        "url",
    ),
)
files = Table(
    "record_files",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("opened", ROW_NUMBER, nullable=False),
    Column("warcinfo", Sha256, nullable=False),
    Column("sealed", ROW_NUMBER),
    Column("sha256", Sha256),
    Column("size", ROW_NUMBER),
    Column("records", Integer),
)
anchors = Table(
    "record_anchors",
    METADATA,
    Column("entry", ROW_NUMBER, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("size", ROW_NUMBER, nullable=False),
    Column("token", Sha256, nullable=False),
    Index(
        "ix_record_anchors_size",
        "size",
    ),
)
tombstones = Table(
    "record_tombstones",
    METADATA,
    Column("entry", ROW_NUMBER, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("entity", Sha256, nullable=False),
    Column("reason", Outside, nullable=False),
    Index(
        "ix_record_tombstones_entity",
        "entity",
    ),
)
keys = Table(
    "record_keys",
    METADATA,
    Column("entry", ROW_NUMBER, primary_key=True),
    Column("vkey", Text, nullable=False),
)
folded = Table(
    "record_folded",
    METADATA,
    Column("log", ROW_NUMBER, primary_key=True),
    Column("size", ROW_NUMBER, nullable=False),
)
documents = Table(
    "record_documents",
    METADATA,
    Column("url", Outside, primary_key=True),
    Column("site", Text),
    Column("state", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Outside),
    Column("last_look_at", Instant, nullable=False),
    Column("first_seen", Instant),
    Column("last_seen", Instant),
    Column("last_changed_at", Instant),
    Column("captured_at", Instant),
    Column("gone_since", Instant),
    Column("gone_looks", Integer, nullable=False),
    Column("looks", Integer, nullable=False),
    Column("changes", Integer, nullable=False),
    Column("versions", Integer, nullable=False),
    Column("capture", ROW_NUMBER, ForeignKey("record_captures.entry")),
    Column("payload_record", Text),
    Column("extraction", ROW_NUMBER, ForeignKey("record_extractions.entry")),
    Column("text", Sha256),
    Column("document", Sha256),
    Index(
        "ix_record_documents_site_first_seen",
        "site",
        "first_seen",
    ),
)
sites = Table(
    "work_sites",
    METADATA,
    Column("site", Text, primary_key=True),
    Column("next_due_at", Instant),
    Column("last_look_at", Instant),
    Column("outcome", Text),
    Column("failures", Integer, nullable=False),
    Index(
        "ix_work_sites_next_due_at_site",
        "next_due_at",
        "site",
    ),
)
seeds = Table(
    "work_seeds",
    METADATA,
    Column("site", Text, primary_key=True),
    Column("url", Outside, primary_key=True),
    Column("next_poll_at", Instant),
    Column("last_poll_at", Instant),
    Column("polls", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("interval_s", Float),
    Column("links", Integer, nullable=False),
    Column("page", Sha256),
    Column("etag", Outside),
    Column("last_modified", Outside),
    Column("validator_record", Text),
    Index(
        "ix_work_seeds_site_next_poll_at",
        "site",
        "next_poll_at",
    ),
)
targets = Table(
    "work_targets",
    METADATA,
    Column("url", Outside, primary_key=True),
    Column("site", Text),
    Column("found_in", Outside),
    Column("discovered_at", Instant, nullable=False),
    Column("next_look_at", Instant),
    Column("looks", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("edited_at", Instant),
    Column("removed_at", Instant),
    Column("etag", Outside),
    Column("last_modified", Outside),
    Column("validator_record", Text),
    Index(
        "ix_work_targets_site_next_look_at",
        "site",
        "next_look_at",
    ),
)
hosts = Table(
    "work_hosts",
    METADATA,
    Column("authority", Text, primary_key=True),
    Column("rests_until", Instant, nullable=False),
)
alarms = Table(
    "work_alarms",
    METADATA,
    Column("kind", Text, primary_key=True),
    Column("subject", Outside, primary_key=True),
    Column("site", Text),
    Column("since", Instant, nullable=False),
    Column("signs", Integer, nullable=False),
    Column("good", Integer, nullable=False),
    Column("recent", Text, nullable=False),
    Column("raised_at", Instant),
    Column("judge_at", Instant),
    Column("detail", Outside, nullable=False),
    Index(
        "ix_work_alarms_judge_at",
        "judge_at",
    ),
    Index(
        "ix_work_alarms_raised_at",
        "raised_at",
        sqlite_where=text("raised_at IS NOT NULL"),
    ),
    Index(
        "ix_work_alarms_site",
        "site",
    ),
)
notices = Table(
    "work_notices",
    METADATA,
    Column("number", ROW_NUMBER, primary_key=True),
    Column("receiver", Text, nullable=False),
    Column("word", Text, nullable=False),
    Column("site", Text),
    Column("body", Outside, nullable=False),
    Column("made_at", Instant, nullable=False),
    Index(
        "ix_work_notices_receiver_number",
        "receiver",
        "number",
    ),
)
receivers = Table(
    "work_receivers",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("since", Instant, nullable=False),
    Column("next_try_at", Instant, nullable=False),
)
indexes = Table(
    "work_indexes",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("upto", ROW_NUMBER, nullable=False),
)
shingles = Table(
    "work_shingles",
    METADATA,
    Column("shingle", ROW_NUMBER, primary_key=True),
    Column("entry", ROW_NUMBER, primary_key=True),
    sqlite_with_rowid=False,
)
readings = Table(
    "work_readings",
    METADATA,
    Column("mark", ROW_NUMBER, primary_key=True),
    Column("site", Text, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("entry", ROW_NUMBER, nullable=False),
    Column("finds", Integer, nullable=False),
    Column("length", Integer, nullable=False),
    Column("title", ROW_NUMBER),
    Column("live", Boolean, nullable=False),
    Index(
        "ix_work_readings_site_seen_at",
        "site",
        "seen_at",
    ),
)
finds = Table(
    "work_finds",
    METADATA,
    Column("site", Text, primary_key=True),
    Column("generation", Text, primary_key=True),
    Column("month", Integer, primary_key=True),
    Column("documents", Integer, nullable=False),
    Column("body", Integer, nullable=False),
    Column("title", Integer, nullable=False),
    Column("byline", Integer, nullable=False),
    Column("published", Integer, nullable=False),
    Column("source", Integer, nullable=False),
    Column("bits", ROW_NUMBER, nullable=False),
)
