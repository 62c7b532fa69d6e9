"""Which version of the tables a database has, and how it is brought up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Column, MetaData, PrimaryKeyConstraint, String, Table, insert, inspect, text

from pipeline.catalog.engines import masked, migrating
from pipeline.catalog.tables import METADATA
from pipeline.errors import CatalogAway

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection

HEAD = "0004"
"""The newest file in `migrations/versions`, written here so that an up-to-date catalog is
recognised without loading Alembic, which takes longer than opening the database."""


VERSIONS = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""As Alembic makes it."""


def version(connection: Connection) -> str | None:
    """The version of the tables, or None where there are none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def refuse_newer(url: URL, found: str | None) -> None:
    """Raise CatalogAway for tables that this program does not know; versions count upwards."""
    if found is not None and found > HEAD:
        why = (
            f"its tables have version {found} and this Dateline knows them up to {HEAD};"
            " install the Dateline that wrote it, or a newer one"
        )
        raise CatalogAway(masked(url), why=why)


def bring_up_to_date(url: URL) -> None:
    """Make the tables, or run the missing migrations, all or none of them.

    Raises CatalogAway for a newer catalog.
    """
    engine = migrating(url)
    with engine.begin() as connection:
        found = version(connection)
        refuse_newer(url, found)
        if found is None and not _begun(connection):
            make(connection)
        elif found != HEAD:
            migrate(connection)


def make(connection: Connection) -> None:
    """Make today's tables where there are none: what all migrations come to, in one step."""
    _declared(connection).create_all(connection, checkfirst=False)
    VERSIONS.create(connection)
    connection.execute(insert(VERSIONS).values(version_num=HEAD))


def _declared(connection: Connection) -> MetaData:
    """The tables with all that this database is to be told of them."""
    if connection.dialect.name == "sqlite":
        return METADATA
    from pipeline.catalog import work_models  # noqa: PLC0415 - slow to load

    return work_models.SiteRow.metadata


def _begun(connection: Connection) -> bool:
    return not METADATA.tables.keys().isdisjoint(inspect(connection).get_table_names())


def migrate(connection: Connection) -> None:
    """Run the missing migrations."""
    from alembic import command  # noqa: PLC0415 - needed once in a catalog's life, and slow
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", "pipeline.catalog:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
