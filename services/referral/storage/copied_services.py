"""Referral's copy of the directory: kept by version, read as pools with their signals."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

import asyncpg
import orjson

from services.referral.domain.help_to_attend import helped_with, needs_met
from services.referral.domain.listed_pool import ListedPool, Signal
from services.referral.storage.json_rows import as_json_rows
from shared.events.directory import ServicePublishedV1, ServiceWithdrawnV1
from shared.postgres.pool import Connection

NO_DAYS = "{}"
COLUMNS = """
    service_id, version, withdrawn, name, organisation_id, everywhere, areas, needs, languages, minimum_age,
    maximum_age, suits, does_not_suit, access, delivery, worker_sexes, evenings, weekends, latitude, longitude,
    sensitive, pool_ids, home_area, companions, event_days, organisation_name
"""
KEEP = f"""
INSERT INTO copied_services ({COLUMNS})
SELECT {COLUMNS} FROM jsonb_populate_recordset(NULL::copied_services, $1::text::jsonb) ORDER BY service_id
ON CONFLICT (service_id) DO UPDATE SET
    version = EXCLUDED.version, withdrawn = EXCLUDED.withdrawn, name = EXCLUDED.name,
    organisation_id = EXCLUDED.organisation_id, everywhere = EXCLUDED.everywhere, areas = EXCLUDED.areas,
    needs = EXCLUDED.needs, languages = EXCLUDED.languages, minimum_age = EXCLUDED.minimum_age,
    maximum_age = EXCLUDED.maximum_age, suits = EXCLUDED.suits, does_not_suit = EXCLUDED.does_not_suit,
    access = EXCLUDED.access, delivery = EXCLUDED.delivery, worker_sexes = EXCLUDED.worker_sexes,
    evenings = EXCLUDED.evenings, weekends = EXCLUDED.weekends, latitude = EXCLUDED.latitude,
    longitude = EXCLUDED.longitude, sensitive = EXCLUDED.sensitive, pool_ids = EXCLUDED.pool_ids,
    home_area = EXCLUDED.home_area, companions = EXCLUDED.companions, event_days = EXCLUDED.event_days,
    organisation_name = EXCLUDED.organisation_name, closed = false
WHERE copied_services.version < EXCLUDED.version
"""
WITHDRAW = """
INSERT INTO copied_services (service_id, version, withdrawn, closed)
SELECT service_id, version, true, closed
FROM unnest($1::uuid[], $2::bigint[], $3::boolean[]) AS gone (service_id, version, closed)
ORDER BY service_id
ON CONFLICT (service_id) DO UPDATE SET version = EXCLUDED.version, withdrawn = true, closed = EXCLUDED.closed
WHERE copied_services.version < EXCLUDED.version
"""
POOLS = """
SELECT s.*, pool.id AS pool_id, g.status, g.version AS signal_version, g.guess, g.guess_version, g.expected_wait_days,
       CASE WHEN g.given_on = coalesce({today}::date, (now() AT TIME ZONE 'Europe/London')::date) THEN g.given_today ELSE 0 END AS given_today
FROM copied_services s CROSS JOIN LATERAL unnest(s.pool_ids) AS pool (id)
LEFT JOIN copied_signals g ON g.pool_id = pool.id
WHERE NOT s.withdrawn
"""
LIST_FOR_NEEDS = (
    f"{POOLS.format(today='$3')} AND s.needs && $1::text[] AND (s.everywhere OR s.areas && $2::text[])"
)
LIST_BY_ID = f"{POOLS.format(today='$2')} AND s.pool_ids && $1::uuid[] AND pool.id = ANY ($1::uuid[])"
EVENT_DAYS = """
SELECT pool.id AS pool_id, (s.event_days ->> pool.id::text)::date AS day
FROM copied_services s CROSS JOIN LATERAL unnest(s.pool_ids) AS pool (id)
WHERE NOT s.withdrawn AND s.pool_ids && $1::uuid[] AND pool.id = ANY ($1::uuid[]) AND s.event_days ? pool.id::text
"""
POOLS_OF = "SELECT pool_ids FROM copied_services WHERE service_id = $1"
# A leg keeps the service that it went to. What was only asked, and not accepted, is no place.
PLACES_OF = """
SELECT l.organisation_id, string_agg(DISTINCT s.name, ', ' ORDER BY s.name) AS names
FROM legs l JOIN copied_services s USING (service_id)
WHERE l.person_id = $1 AND s.name <> '' AND EXISTS (
    SELECT FROM leg_history h
    WHERE h.leg_id = l.leg_id AND h.service_id = l.service_id AND h.to_state = 'accepted')
GROUP BY l.organisation_id
"""
WORKS_IN = """
SELECT EXISTS (SELECT FROM copied_services
    WHERE organisation_id = $1 AND NOT withdrawn AND (everywhere OR $2 = ANY (areas)))
"""
FIND_NAMES = "SELECT service_id, name, sensitive FROM copied_services WHERE service_id = ANY ($1::uuid[])"


async def keep_services(connection: Connection, services: Iterable[ServicePublishedV1]) -> None:
    """Keeps each service as it now stands, unless a newer version is here already."""
    rows = [
        service.model_dump(exclude={"catchment", "pools", "area", "companions"})
        | {
            "withdrawn": False,
            "everywhere": service.catchment.everywhere,
            "areas": service.catchment.areas,
            "home_area": service.area,
            "pool_ids": [pool.pool_id for pool in service.pools]
            + [each.pool_id for each in service.companions],
            "needs": [*service.needs, *helped_with(each.kind for each in service.companions)],
            "companions": {str(each.pool_id): each.kind for each in service.companions},
            "event_days": _event_days(service),
        }
        for service in services
    ]
    if rows:
        await connection.execute(KEEP, as_json_rows(rows))


async def withdraw_services(connection: Connection, services: Sequence[ServiceWithdrawnV1]) -> None:
    if services:
        await connection.execute(
            WITHDRAW,
            [each.service_id for each in services],
            [each.version for each in services],
            [bool(each.closed) for each in services],
        )


async def list_pools_for(
    connection: Connection, needs: Collection[str], areas: Collection[str], today: date
) -> list[ListedPool]:
    """All pools for any of the needs in any of the areas, each with its signal, and how many it was given `today`.

    Events are left out whose day has passed.
    """
    found = map(pool_of, await connection.fetch(LIST_FOR_NEEDS, list(needs), list(areas), today))
    return [pool for pool in found if not pool.needs.isdisjoint(needs) and not pool.is_over(today)]


async def find_pools_of(connection: Connection, service_id: UUID) -> frozenset[UUID]:
    return frozenset(await connection.fetchval(POOLS_OF, service_id) or ())


async def list_pools(
    connection: Connection, pool_ids: Collection[UUID], today: date | None = None
) -> list[ListedPool]:
    """These pools, as far as their services are there; with a day without events that are over by then."""
    found = map(pool_of, await connection.fetch(LIST_BY_ID, list(pool_ids), today))
    return [pool for pool in found if today is None or not pool.is_over(today)]


async def find_event_days(connection: Connection, pool_ids: Collection[UUID]) -> Mapping[UUID, date]:
    """Of those of the pools that are events the day, where it is known."""
    rows = await connection.fetch(EVENT_DAYS, list(pool_ids)) if pool_ids else []
    return {row["pool_id"]: row["day"] for row in rows}


async def find_places_of(connection: Connection, person_id: UUID) -> Mapping[UUID, str]:
    """The public names of the services where the person has, or had, a place, by organisation."""
    rows = await connection.fetch(PLACES_OF, person_id)
    return {row["organisation_id"]: row["names"] for row in rows}


async def works_in(connection: Connection, organisation_id: UUID, area: str) -> bool:
    """Whether one of the organisation's services takes people who live there."""
    return bool(await connection.fetchval(WORKS_IN, organisation_id, area))


async def find_service_names(connection: Connection, service_ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """Public names; a sensitive service has a neutral one."""
    rows = await connection.fetch(FIND_NAMES, list(service_ids))
    return {row["service_id"]: row["name"] for row in rows}


def pool_of(row: asyncpg.Record) -> ListedPool:
    return ListedPool(
        pool_id=row["pool_id"],
        service_id=row["service_id"],
        organisation_id=row["organisation_id"],
        needs=needs_met(row["pool_id"], row["needs"], orjson.loads(row["companions"])),
        everywhere=row["everywhere"],
        areas=frozenset(row["areas"]),
        languages=frozenset(row["languages"]),
        minimum_age=row["minimum_age"],
        maximum_age=row["maximum_age"],
        suits=frozenset(row["suits"]),
        does_not_suit=frozenset(row["does_not_suit"]),
        access=frozenset(row["access"]),
        delivery=frozenset(row["delivery"]),
        worker_sexes=frozenset(row["worker_sexes"]),
        evenings=row["evenings"],
        weekends=row["weekends"],
        latitude=row["latitude"],
        longitude=row["longitude"],
        home_area=row["home_area"],
        service_version=row["version"],
        signal=signal_of(row),
        given_today=row["given_today"] or 0,
        event_day=_day_of(row["pool_id"], row["event_days"]),
    )


def _event_days(service: ServicePublishedV1) -> dict[str, date]:
    """A course has a day too, on which it begins: people may come to it later."""
    events = {pool.pool_id for pool in service.pools if pool.kind == "event"}
    return {str(each.pool_id): each.starts_on for each in service.days if each.pool_id in events}


def _day_of(pool_id: UUID, event_days: str) -> date | None:
    day = orjson.loads(event_days).get(str(pool_id)) if event_days != NO_DAYS else None
    return date.fromisoformat(day) if day else None


def signal_of(row: asyncpg.Record) -> Signal:
    """What is known of a pool's space; nothing where its provider was never heard."""
    if row["status"] is None:
        return Signal()
    return Signal(
        row["status"], row["guess"], row["signal_version"], row["guess_version"], row["expected_wait_days"]
    )
