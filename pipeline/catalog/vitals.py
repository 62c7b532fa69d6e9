"""How much waits, how old it is and what is wrong: what somebody who watches over the daemon asks.

It costs what is due, and one row for each site; only counting the documents costs what exists.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from pipeline.catalog import tables
from pipeline.catalog.answers import Vitals, site_state
from pipeline.catalog.tables import alarms

if TYPE_CHECKING:
    from collections.abc import Container
    from datetime import datetime

    from sqlalchemy import Connection

DUE_SEEDS = (
    select(func.count())
    .select_from(tables.seeds)
    .where(
        tables.seeds.c.site == tables.sites.c.site,
        tables.seeds.c.next_poll_at <= bindparam("now"),
    )
    .correlate(tables.sites)
    .scalar_subquery()
)
DUE_TARGETS = (
    select(func.count())
    .select_from(tables.targets)
    .where(
        tables.targets.c.site == tables.sites.c.site,
        tables.targets.c.next_look_at <= bindparam("now"),
    )
    .correlate(tables.sites)
    .scalar_subquery()
)
WAITING = select(
    tables.sites.c.site, tables.sites.c.next_due_at, (DUE_SEEDS + DUE_TARGETS).label("due")
).where(tables.sites.c.next_due_at <= bindparam("now"))
OUTCOMES = select(tables.sites.c.site, tables.sites.c.outcome)
RESTING = (
    select(func.count())
    .select_from(tables.hosts)
    .where(tables.hosts.c.rests_until > bindparam("now"))
)
ALARMS = (
    select(alarms.c.kind, func.count().label("alarms"))
    .where(alarms.c.raised_at.is_not(None))
    .group_by(alarms.c.kind)
)
DOCUMENTS = select(func.count(tables.documents.c.capture))
STAMPED_AT = select(func.max(tables.anchors.c.at))


def vitals(connection: Connection, now: datetime, among: Container[str]) -> Vitals:
    """The vitals at `now`; of seeds, targets and sites, those of the sites `among` alone."""
    waiting = [row for row in connection.execute(WAITING, {"now": now}).all() if row.site in among]
    sites = Counter(
        site_state(row.outcome) for row in connection.execute(OUTCOMES) if row.site in among
    )
    return Vitals(
        due=sum(row.due for row in waiting),
        oldest_due_at=min((row.next_due_at for row in waiting), default=None),
        sites=dict(sites),
        documents=connection.execute(DOCUMENTS).scalar_one(),
        hosts_resting=connection.execute(RESTING, {"now": now}).scalar_one(),
        alarms={row.kind: row.alarms for row in connection.execute(ALARMS)},
        stamped_at=connection.execute(STAMPED_AT).scalar(),
    )
