"""SQL about sources: whose lists are read, when each is due, and whose a record is."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from services.directory.feeds.source import FeedSource
from shared.postgres.pool import Connection

COLUMNS = "id, name, kind, address, area, routable, lapses_missing, every_hours, active"
ADD = """
INSERT INTO feed_sources (id, name, kind, address, area, routable, lapses_missing, every_hours, active,
                          next_at, added_by, added_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""
FIND = f"SELECT {COLUMNS} FROM feed_sources WHERE id = $1"
LIST = f"""
SELECT {COLUMNS}, next_at FROM feed_sources
WHERE $1 OR area = ANY ($2::text[]) ORDER BY lower(name), id
"""
SET_ACTIVE = "UPDATE feed_sources SET active = $2 WHERE id = $1"
SET_DUE = "UPDATE feed_sources SET next_at = $2 WHERE id = $1"
FORGET_PAGES = "DELETE FROM feed_pages WHERE source_id = $1"
FORGET_RECORDS = "UPDATE feed_records SET list_digest = NULL, etag = NULL WHERE source_id = $1"

TAKE_OVER = "UPDATE services SET source_id = $2 WHERE id = $1 AND source_id IS DISTINCT FROM $2"
# An organisation follows once no other source brings any of its services.
TAKE_OVER_ORGANISATION = """
UPDATE organisations SET source_id = $2
WHERE id = (SELECT organisation_id FROM services WHERE id = $1)
  AND NOT EXISTS (SELECT FROM services
                  WHERE organisation_id = organisations.id AND source_id IS DISTINCT FROM $2)
"""


async def add_source(
    connection: Connection, source: FeedSource, *, next_at: datetime | None, added_by: UUID, now: datetime
) -> None:
    await connection.execute(
        ADD,
        source.id,
        source.name,
        source.kind,
        source.address,
        source.area,
        source.routable,
        source.lapses_missing,
        source.every_hours,
        source.active,
        next_at,
        added_by,
        now,
    )


async def find_source(connection: Connection, source_id: UUID) -> FeedSource | None:
    row = await connection.fetchrow(FIND, source_id)
    return None if row is None else source_of(row)


async def list_sources(
    connection: Connection, *, all_of_them: bool, areas: Sequence[str]
) -> list[tuple[FeedSource, datetime | None]]:
    """With the moment when each is read next."""
    rows = await connection.fetch(LIST, all_of_them, list(areas))
    return [(source_of(row), row["next_at"]) for row in rows]


async def set_active(connection: Connection, source_id: UUID, *, active: bool) -> None:
    await connection.execute(SET_ACTIVE, source_id, active)


async def set_due(connection: Connection, source_id: UUID, at: datetime | None) -> None:
    await connection.execute(SET_DUE, source_id, at)


async def forget_validators(connection: Connection, source_id: UUID) -> None:
    """The next run asks for everything."""
    await connection.execute(FORGET_PAGES, source_id)
    await connection.execute(FORGET_RECORDS, source_id)


async def take_over(connection: Connection, service_id: UUID, source_id: UUID) -> bool:
    """From now on this source alone may change the service; False where there is nothing to take over."""
    changed: bool = (await connection.execute(TAKE_OVER, service_id, source_id)) == "UPDATE 1"
    await connection.execute(TAKE_OVER_ORGANISATION, service_id, source_id)
    return changed


def source_of(row: Record) -> FeedSource:
    return FeedSource(
        row["id"],
        row["name"],
        row["kind"],
        row["address"],
        row["area"],
        row["routable"],
        row["lapses_missing"],
        row["every_hours"],
        row["active"],
    )
