"""What follows the texts at leisure: how far each index is, their shingles, what was found in them.

All of it is made of what is archived, and begins empty.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables of the indexes."""
    _indexes()
    _shingles()
    _readings()
    _finds()


def _indexes() -> None:
    op.create_table(
        "work_indexes",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("upto", ROW_NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_work_indexes"),
    )


def _shingles() -> None:
    op.create_table(
        "work_shingles",
        sa.Column("shingle", ROW_NUMBER, nullable=False),
        sa.Column("entry", ROW_NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("shingle", "entry", name="pk_work_shingles"),
        sqlite_with_rowid=False,
    )


def _readings() -> None:
    op.create_table(
        "work_readings",
        sa.Column("mark", ROW_NUMBER, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("entry", ROW_NUMBER, nullable=False),
        sa.Column("finds", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("title", ROW_NUMBER),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_work_readings"),
    )
    op.create_index("ix_work_readings_site_seen_at", "work_readings", ["site", "seen_at"])


def _finds() -> None:
    counted = ("documents", "body", "title", "byline", "published", "source")
    op.create_table(
        "work_finds",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("generation", sa.Text(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counted),
        sa.Column("bits", ROW_NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("site", "generation", "month", name="pk_work_finds"),
    )
