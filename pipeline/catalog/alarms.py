"""What somebody is to know of: states that hold or may come to, and what waits to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import bindparam, delete, func, insert, select

from pipeline.catalog import tables
from pipeline.catalog.statements import Statements
from pipeline.catalog.upserts import keep_last
from pipeline.ground.alarm import Alarm, Kind, Refusing, Vigil

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection, Row

VIGIL = Vigil.__struct_fields__

OF_SITE = select(tables.alarms).where(tables.alarms.c.site == bindparam("site"))
ONE = select(tables.alarms).where(
    tables.alarms.c.kind == bindparam("kind"), tables.alarms.c.subject == bindparam("subject")
)
OF_KIND = (
    select(tables.alarms)
    .where(tables.alarms.c.kind == bindparam("kind"))
    .order_by(tables.alarms.c.subject)
)
LAST_LOOKS = select(tables.sites.c.site, tables.sites.c.last_look_at).where(
    tables.sites.c.last_look_at.is_not(None)
)
ALL = select(tables.alarms).order_by(tables.alarms.c.kind, tables.alarms.c.subject)
OVERDUE = (
    select(tables.alarms)
    .where(tables.alarms.c.judge_at <= bindparam("now"))
    .order_by(tables.alarms.c.judge_at)
    .limit(bindparam("most"))
)
STANDING = (
    select(tables.alarms)
    .where(tables.alarms.c.raised_at.is_not(None))
    .order_by(tables.alarms.c.raised_at, tables.alarms.c.kind, tables.alarms.c.subject)
)
DROP = delete(tables.alarms).where(
    tables.alarms.c.kind == bindparam("its_kind"),
    tables.alarms.c.subject == bindparam("its_subject"),
)
ADD_NOTICES = insert(tables.notices)
OLDEST = (
    select(tables.notices.c.made_at)
    .where(tables.notices.c.receiver == bindparam("receiver"))
    .order_by(tables.notices.c.number)
    .limit(1)
)
NEWEST = (
    select(tables.notices.c.number)
    .where(tables.notices.c.receiver == bindparam("receiver"))
    .order_by(tables.notices.c.number.desc())
    .limit(1)
)
COUNTED = (
    select(tables.notices.c.word, tables.notices.c.site, func.count().label("many"))
    .where(
        tables.notices.c.receiver == bindparam("receiver"),
        tables.notices.c.number <= bindparam("upto"),
    )
    .group_by(tables.notices.c.word, tables.notices.c.site)
    .order_by(tables.notices.c.word, tables.notices.c.site)
)
FIRST = (
    select(tables.notices.c.body)
    .where(
        tables.notices.c.receiver == bindparam("receiver"),
        tables.notices.c.number <= bindparam("upto"),
        tables.notices.c.word == bindparam("word"),
    )
    .order_by(tables.notices.c.number)
    .limit(bindparam("most"))
)
TAKEN = delete(tables.notices).where(
    tables.notices.c.receiver == bindparam("its_receiver"),
    tables.notices.c.number <= bindparam("upto"),
)
REFUSING = select(tables.receivers).where(tables.receivers.c.name == bindparam("name"))
TAKES_AGAIN = delete(tables.receivers).where(tables.receivers.c.name == bindparam("its_name"))
HAVE_WAITING = select(tables.notices.c.receiver, func.count().label("many")).group_by(
    tables.notices.c.receiver
)


class Waiting(Struct, frozen=True, kw_only=True):
    """What waits for a receiver: everything up to number `upto`, the oldest made at `oldest`.

    `counts` has (word, site, how many); `first` the bodies of the first few of each word.
    """

    receiver: str
    upto: int
    oldest: datetime
    counts: tuple[tuple[str, str | None, int], ...]
    first: tuple[str, ...]
    refusing: Refusing | None


class Alarms:
    """Vigils and notices, inside one batch."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._statements = Statements(connection)
        self._dialect = connection.dialect.name
        self._over: dict[str, dict[tuple[Kind, str], Vigil]] = {}

    def of_site(self, site: str) -> Mapping[tuple[Kind, str], Vigil]:
        """Every vigil over a site, its seeds included, as they are now.

        They are asked for with every look, and mostly stay as they are.
        """
        if site not in self._over:
            found = map(_vigil, self._statements.all(OF_SITE, site=site))
            self._over[site] = {(each.kind, each.subject): each for each in found}
        return dict(self._over[site])

    def of_kind(self, kind: Kind) -> tuple[Vigil, ...]:
        """Every vigil of that kind."""
        return tuple(map(_vigil, self._connection.execute(OF_KIND, {"kind": kind.value})))

    def last_looks(self) -> Mapping[str, datetime]:
        """When each site was last looked at, of those that ever were."""
        found = self._connection.execute(LAST_LOOKS)
        return {row.site: row.last_look_at for row in found}

    def one(self, kind: Kind, subject: str) -> Vigil | None:
        """The vigil of that kind over that subject."""
        row = self._statements.first(ONE, kind=kind.value, subject=subject)
        return None if row is None else _vigil(row)

    def every(self) -> tuple[Vigil, ...]:
        """All that there are."""
        return tuple(map(_vigil, self._connection.execute(ALL)))

    def overdue(self, now: datetime, *, most: int) -> tuple[Vigil, ...]:
        """Those that time alone has changed by `now`, the longest due first."""
        return tuple(map(_vigil, self._statements.all(OVERDUE, now=now, most=most)))

    def keep(self, vigils: Iterable[Vigil]) -> None:
        """Put each in place of what was remembered of its kind and subject."""
        put = tuple(vigils)
        kept = [
            {name: getattr(each, name) for name in VIGIL} | {"kind": each.kind.value}
            for each in put
        ]
        for each in put:
            self._take_out(each)
            if each.site in self._over:
                self._over[each.site][each.kind, each.subject] = each
        if kept:
            self._statements.add_all(keep_last(self._dialect, tables.alarms), kept)

    def drop(self, vigils: Iterable[Vigil]) -> None:
        """Remember these no more."""
        dropped = tuple(vigils)
        gone = [{"its_kind": one.kind.value, "its_subject": one.subject} for one in dropped]
        for each in dropped:
            self._take_out(each)
        if gone:
            self._connection.execute(DROP, gone)

    def tell(
        self,
        receivers: Collection[str],
        body: str,
        *,
        word: str,
        site: str | None,
        made_at: datetime,
    ) -> None:
        """Let `body` wait for each of `receivers`."""
        if receivers:
            told = {"word": word, "site": site, "body": body, "made_at": made_at}
            self._statements.add_all(ADD_NOTICES, [told | {"receiver": one} for one in receivers])

    def forget(self, waiting: Waiting) -> None:
        """All of it was taken, or given up; what comes later is sent as if nothing had been."""
        told = {"its_receiver": waiting.receiver, "upto": waiting.upto}
        self._connection.execute(TAKEN, told)
        self._connection.execute(TAKES_AGAIN, {"its_name": waiting.receiver})

    def refused(self, receiver: str, refusing: Refusing) -> None:
        """The receiver has not taken what waits, and is left alone for a while."""
        row = {"name": receiver} | asdict(refusing)
        self._statements.add(keep_last(self._dialect, tables.receivers), row)

    def drop_strangers(self, receivers: Collection[str]) -> Mapping[str, int]:
        """Drop what waits for others than `receivers`: how much, by receiver."""
        counted = {row.receiver: row.many for row in self._connection.execute(HAVE_WAITING)}
        gone = {name: count for name, count in counted.items() if name not in receivers}
        for name in gone:
            newest = self._connection.execute(NEWEST, {"receiver": name}).scalar_one()
            self._connection.execute(TAKEN, {"its_receiver": name, "upto": newest})
            self._connection.execute(TAKES_AGAIN, {"its_name": name})
        return gone

    def _take_out(self, vigil: Vigil) -> None:
        """Whichever site it was over."""
        for over in self._over.values():
            over.pop((vigil.kind, vigil.subject), None)


def over(connection: Connection, site: str) -> Mapping[tuple[Kind, str], Vigil]:
    """Every vigil over a site, as `Alarms.of_site` has it, for who only reads."""
    found = map(_vigil, connection.execute(OF_SITE, {"site": site}))
    return {(each.kind, each.subject): each for each in found}


def standing(connection: Connection) -> tuple[Alarm, ...]:
    """What holds and was told."""
    return tuple(_alarms(connection.execute(STANDING)))


def waiting(
    connection: Connection, receiver: str, *, by: datetime, now: datetime, most: int
) -> Waiting | None:
    """What waits for `receiver`, with the first `most` of each word.

    None where nothing was made `by` then, and while the receiver is left alone.
    """
    asked: dict[str, Any] = {"receiver": receiver}
    oldest = connection.execute(OLDEST, asked).scalar()
    if oldest is None or oldest > by:
        return None
    refusing = _refusing(connection.execute(REFUSING, {"name": receiver}).one_or_none())
    if refusing is not None and refusing.next_try_at > now:
        return None
    asked["upto"] = connection.execute(NEWEST, asked).scalar_one()
    counts = tuple((row.word, row.site, row.many) for row in connection.execute(COUNTED, asked))
    words = dict.fromkeys(word for word, _, _ in counts)
    first = [
        body
        for word in words
        for body in connection.execute(FIRST, asked | {"word": word, "most": most}).scalars()
    ]
    return Waiting(
        receiver=receiver,
        upto=asked["upto"],
        oldest=oldest,
        counts=counts,
        first=tuple(first),
        refusing=refusing,
    )


def _refusing(row: Row[Any] | None) -> Refusing | None:
    if row is None:
        return None
    return Refusing(failures=row.failures, since=row.since, next_try_at=row.next_try_at)


def _alarms(found: Iterable[Row[Any]]) -> Iterator[Alarm]:
    for row in found:
        yield Alarm(
            kind=Kind(row.kind),
            subject=row.subject,
            site=row.site,
            since=row.since,
            raised_at=row.raised_at,
            detail=row.detail,
        )


def _vigil(row: Any) -> Vigil:
    said = {name: getattr(row, name) for name in VIGIL}
    return Vigil(**said | {"kind": Kind(row.kind)})
