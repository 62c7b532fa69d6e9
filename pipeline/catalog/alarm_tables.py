"""The tables of what somebody is to know of: states, and what waits to be told."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from pipeline.catalog.columns import ROW_NUMBER, moment, outside, own
from pipeline.catalog.models import Row, table_of


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


alarms = table_of(AlarmRow)
notices = table_of(NoticeRow)
receivers = table_of(ReceiverRow)
