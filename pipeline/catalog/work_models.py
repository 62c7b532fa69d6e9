"""The tables of what the daemon needs to do next, and of what somebody is to know of."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from pipeline.catalog.columns import ROW_NUMBER
from pipeline.catalog.fields import digest, moment, outside, own
from pipeline.catalog.models import Row
from pipeline.model import Digest


class SiteRow(Row, table=True):
    """A site's health, and when the first of its seeds and targets is due."""

    __tablename__ = "work_sites"
    __table_args__ = (Index("ix_work_sites_next_due_at_site", "next_due_at", "site"),)

    site: str = own(primary_key=True)
    next_due_at: datetime | None = moment()
    last_look_at: datetime | None = moment()
    outcome: str | None = own()
    failures: int


class SeedRow(Row, table=True):
    """A seed page of a site's config, and when it is polled next.

    `interval_s` is what `adapt` has made of the interval, `links` how many targets the page named
    when it last named any, `page` the digest of what was read there and by which declaration.
    """

    __tablename__ = "work_seeds"
    __table_args__ = (Index("ix_work_seeds_site_next_poll_at", "site", "next_poll_at"),)

    site: str = own(primary_key=True)
    url: str = outside(primary_key=True)
    next_poll_at: datetime | None = moment()
    last_poll_at: datetime | None = moment()
    polls: int
    failures: int
    interval_s: float | None
    links: int
    page: Digest | None = digest()
    etag: str | None = outside()
    last_modified: str | None = outside()
    validator_record: str | None = own()


class TargetRow(Row, table=True):
    """A known URL, and when it is looked at next; null means not again.

    `removed_at` is when its removal was declared, for as long as it holds.
    """

    __tablename__ = "work_targets"
    __table_args__ = (
        Index("ix_work_targets_site_next_look_at", "site", "next_look_at"),
        Index(
            "ix_work_targets_removed_at",
            "removed_at",
            sqlite_where=text("removed_at IS NOT NULL"),
            postgresql_where=text("removed_at IS NOT NULL"),
        ),
    )

    url: str = outside(primary_key=True)
    site: str | None = own()
    found_in: str | None = outside()
    discovered_at: datetime = moment()
    next_look_at: datetime | None = moment()
    looks: int
    failures: int
    edited_at: datetime | None = moment()
    removed_at: datetime | None = moment()
    etag: str | None = outside()
    last_modified: str | None = outside()
    validator_record: str | None = own()


class HostRow(Row, table=True):
    """A host that has asked to be left alone, or has failed too often, and until when it rests."""

    __tablename__ = "work_hosts"

    authority: str = own(primary_key=True)
    rests_until: datetime = moment()


class AlarmRow(Row, table=True):
    """A `Vigil`: what may become an alarm, and from `raised_at` on is one.

    `subject` is what it is about: a site's name, a seed's or a file's, or the archive.
    """

    __tablename__ = "work_alarms"
    __table_args__ = (
        Index("ix_work_alarms_site", "site"),
        Index("ix_work_alarms_judge_at", "judge_at"),
        Index(
            "ix_work_alarms_raised_at",
            "raised_at",
            sqlite_where=text("raised_at IS NOT NULL"),
            postgresql_where=text("raised_at IS NOT NULL"),
        ),
    )

    kind: str = own(primary_key=True)
    subject: str = outside(primary_key=True)
    site: str | None = own()
    since: datetime = moment()
    signs: int
    good: int
    recent: str = own()
    raised_at: datetime | None = moment()
    judge_at: datetime | None = moment()
    detail: str = outside()


class NoticeRow(Row, table=True):
    """Something to tell that waits for a receiver, until that one has taken it.

    `receiver` is its name in `dateline.yaml`, `body` the notice as JSON, of which `word` and `site`
    stand beside it to be counted.
    """

    __tablename__ = "work_notices"
    __table_args__ = (Index("ix_work_notices_receiver_number", "receiver", "number"),)

    number: int | None = Field(default=None, sa_type=ROW_NUMBER, primary_key=True)
    receiver: str = own()
    word: str = own()
    site: str | None = own()
    body: str = outside()
    made_at: datetime = moment()


class ReceiverRow(Row, table=True):
    """A receiver that has not taken a message: how often in a row, since when, until when."""

    __tablename__ = "work_receivers"

    name: str = own(primary_key=True)
    failures: int
    since: datetime = moment()
    next_try_at: datetime = moment()


class IndexRow(Row, table=True):
    """How far an index over the texts has come: every entry below `upto` is in it."""

    __tablename__ = "work_indexes"

    name: str = own(primary_key=True)
    upto: int = Field(sa_type=ROW_NUMBER)


class ShingleRow(Row, table=True):
    """A shingle that stands for a text, which is named by the first entry that it was read in.

    Shingles come in no order, so the key is the whole table: a second copy would be half of it.
    """

    __tablename__ = "work_shingles"
    __table_args__ = ({"sqlite_with_rowid": False},)

    shingle: int = Field(sa_type=ROW_NUMBER, primary_key=True)
    entry: int = Field(sa_type=ROW_NUMBER, primary_key=True)


class ReadingRow(Row, table=True):
    """What was found in a document when it was last read: the extraction at `entry`.

    `mark` stands for its URL and `title` for what it is called; `finds` has a bit for each `Find`,
    `length` is the text's in characters, `seen_at` when its bytes came.
    """

    __tablename__ = "work_readings"
    __table_args__ = (Index("ix_work_readings_site_seen_at", "site", "seen_at"),)

    mark: int = Field(sa_type=ROW_NUMBER, primary_key=True)
    site: str = own()
    seen_at: datetime = moment()
    entry: int = Field(sa_type=ROW_NUMBER)
    finds: int
    length: int
    title: int | None = Field(sa_type=ROW_NUMBER)
    live: bool


class FindsRow(Row, table=True):
    """In how many of a month's documents each field was found by one generation of rules.

    `month` is 202611 for November 2026, in UTC; `bits` the sum of the texts' lengths as thousandths
    of their binary logarithms.
    """

    __tablename__ = "work_finds"

    site: str = own(primary_key=True)
    generation: str = own(primary_key=True)
    month: int = Field(primary_key=True)
    documents: int
    body: int
    title: int
    byline: int
    published: int
    source: int
    bits: int = Field(sa_type=ROW_NUMBER)
