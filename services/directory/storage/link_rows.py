"""Every SQL statement about the links of organisations that were taken back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.events.directory import PoolOfService
from shared.postgres.pool import Connection

# The organisation's row is the turn that one press waits for while another is under way.
LOCK = "SELECT id FROM organisations WHERE id = $1 FOR UPDATE"
END = "UPDATE organisations SET links_valid_from = $2 WHERE id = $1"
RECORD = """
INSERT INTO ended_links (organisation_id, time_number, links_valid_from, ended_at, ended_by)
VALUES ($1, $2, $3, $4, $5)
"""
LIST_ENDED = """
SELECT time_number, ended_at, display_name AS ended_by FROM ended_links
JOIN members ON members.id = ended_links.ended_by
WHERE organisation_id = $1 ORDER BY time_number DESC
"""
COUNT_ENDED = "SELECT count(*) FROM ended_links WHERE organisation_id = $1"
POOLS = """
SELECT services.id AS service_id, (pool ->> 'id')::uuid AS pool_id
FROM services CROSS JOIN LATERAL jsonb_array_elements(services.document -> 'pools') AS pool
WHERE organisation_id = $1 AND status <> 'defunct' ORDER BY 1, 2
"""
# $1 all of them, $2 these, $3 those whose services belong to these areas or take their people.
LIST = """
SELECT o.id, o.name FROM organisations o
WHERE $1 OR o.id = ANY ($2::uuid[]) OR EXISTS (
    SELECT FROM services s CROSS JOIN LATERAL (
        SELECT coalesce(s.area, $4) UNION SELECT jsonb_array_elements_text(s.document #> '{catchment,areas}')
    ) AS areas (area)
    WHERE s.organisation_id = o.id AND s.status <> 'defunct' AND areas.area = ANY ($3::text[]))
ORDER BY o.name, o.id
"""


@dataclass(frozen=True, slots=True)
class ListedOrganisation:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class EndedLinks:
    """One time that all links were taken back, and by whom."""

    time_number: int
    ended_at: datetime
    ended_by: str


async def list_organisations(
    connection: Connection, *, all_of_them: bool, ids: Collection[UUID], areas: Collection[str], no_area: str
) -> Sequence[ListedOrganisation]:
    """`no_area` is where services that name no area belong."""
    rows = await connection.fetch(LIST, all_of_them, list(ids), list(areas), no_area)
    return [ListedOrganisation(**row) for row in rows]


async def lock_organisation(connection: Connection, organisation_id: UUID) -> None:
    await connection.execute(LOCK, organisation_id)


async def count_ended(connection: Connection, organisation_id: UUID) -> int:
    return int(await connection.fetchval(COUNT_ENDED, organisation_id))


async def list_ended(connection: Connection, organisation_id: UUID) -> Sequence[EndedLinks]:
    """The newest first."""
    return [EndedLinks(**row) for row in await connection.fetch(LIST_ENDED, organisation_id)]


async def record_ended(
    connection: Connection,
    organisation_id: UUID,
    time_number: int,
    *,
    valid_from: datetime,
    ended_at: datetime,
    ended_by: UUID,
) -> None:
    await connection.execute(END, organisation_id, valid_from)
    await connection.execute(RECORD, organisation_id, time_number, valid_from, ended_at, ended_by)


async def pools_of(connection: Connection, organisation_id: UUID) -> tuple[PoolOfService, ...]:
    rows = await connection.fetch(POOLS, organisation_id)
    return tuple(PoolOfService(service_id=row["service_id"], pool_id=row["pool_id"]) for row in rows)
