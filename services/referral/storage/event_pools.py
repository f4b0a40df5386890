"""Which pools are events, and on which day: kept as the newest state of their services says it."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from services.referral.domain.invitations import ListedEvent
from services.referral.storage.copied_services import find_service_names, list_pools
from services.referral.storage.json_rows import as_json_rows
from shared.events.directory import ServicePublishedV1
from shared.postgres.pool import Connection

# A state counts where it is the one that stands: an older one that comes late changes nothing.
FORGET = """
DELETE FROM event_pools e USING unnest($1::uuid[], $2::bigint[]) AS told (service_id, version)
JOIN copied_services s USING (service_id) WHERE e.service_id = told.service_id AND s.version = told.version
"""
KEEP = """
INSERT INTO event_pools (pool_id, service_id, starts_on)
SELECT told.pool_id, told.service_id, told.starts_on
FROM jsonb_to_recordset($1::text::jsonb) AS told (pool_id uuid, service_id uuid, version bigint, starts_on date)
JOIN copied_services s ON s.service_id = told.service_id AND s.version = told.version AND NOT s.withdrawn
ORDER BY told.pool_id
ON CONFLICT ON CONSTRAINT event_pools_pk DO UPDATE SET
    service_id = EXCLUDED.service_id, starts_on = EXCLUDED.starts_on
"""
IN_AREA = """
SELECT e.pool_id, e.starts_on FROM event_pools e JOIN copied_services s USING (service_id)
WHERE NOT s.withdrawn AND (s.everywhere OR $1 = ANY (s.areas)) AND (e.starts_on IS NULL OR e.starts_on >= $2)
ORDER BY e.starts_on NULLS LAST, s.name, e.pool_id LIMIT 200
"""
OF_ANY_DAY = "SELECT pool_id, starts_on FROM event_pools WHERE pool_id = ANY ($1::uuid[])"


async def keep_event_pools(connection: Connection, services: Iterable[ServicePublishedV1]) -> None:
    """Events, and whatever else begins on a day of its own. After the services themselves."""
    told = list(services)
    if not told:
        return
    await connection.execute(FORGET, [each.service_id for each in told], [each.version for each in told])
    rows = [
        {"pool_id": pool, "service_id": each.service_id, "version": each.version, "starts_on": day}
        for each in told
        for pool, day in _days(each).items()
    ]
    if rows:
        await connection.execute(KEEP, as_json_rows(rows))


def _days(service: ServicePublishedV1) -> Mapping[UUID, date | None]:
    days = {each.pool_id: each.starts_on for each in service.days}
    return {
        pool.pool_id: days.get(pool.pool_id)
        for pool in service.pools
        if pool.kind == "event" or pool.pool_id in days
    }


async def list_events(connection: Connection, area: str, today: date) -> list[ListedEvent]:
    """What people of the area can still go to, the next first."""
    rows = await connection.fetch(IN_AREA, area, today)
    return await _events(connection, {row["pool_id"]: row["starts_on"] for row in rows})


async def find_events(connection: Connection, pool_ids: Iterable[UUID]) -> Mapping[UUID, ListedEvent]:
    """These, whenever they are, as far as their services are there."""
    rows = await connection.fetch(OF_ANY_DAY, list(pool_ids))
    found = await _events(connection, {row["pool_id"]: row["starts_on"] for row in rows})
    return {each.pool.pool_id: each for each in found}


async def _events(connection: Connection, days: Mapping[UUID, date | None]) -> list[ListedEvent]:
    if not days:
        return []
    pools = {pool.pool_id: pool for pool in await list_pools(connection, days.keys())}
    names = await find_service_names(connection, {pool.service_id for pool in pools.values()})
    return [
        ListedEvent(pools[pool_id], names.get(pools[pool_id].service_id, ""), day)
        for pool_id, day in days.items()
        if pool_id in pools
    ]
