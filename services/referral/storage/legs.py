"""Rows of legs: read as Leg, locked in an order that cannot deadlock, written many at a time."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from services.referral.domain.leg import Leg, LegState, Placement
from services.referral.domain.wants import Wants
from services.referral.storage.json_rows import as_json_rows
from shared.postgres.pool import Connection

LEG = """
    l.leg_id, l.referral_id, l.person_id, l.wants, l.received_at, l.state,
    l.request_id, l.pool_id, l.service_id, l.organisation_id,
    l.waiting_since, l.offered_at, l.answer_by, l.reason, l.version,
    ARRAY(SELECT t.pool_id FROM tried_pools t WHERE t.leg_id = l.leg_id) AS tried
"""

# Sorted, so that two transactions that want the same legs take turns instead of deadlocking.
LOCK_MANY = f"""
SELECT {LEG} FROM legs l WHERE l.leg_id = ANY ($1::uuid[]) OR l.request_id = ANY ($2::uuid[])
ORDER BY l.leg_id FOR UPDATE OF l
"""
FIND = f"SELECT {LEG} FROM legs l WHERE l.leg_id = $1"
LOCK = f"{FIND} FOR UPDATE OF l"
FIND_BY_REQUEST = f"SELECT {LEG} FROM legs l WHERE l.request_id = $1"
LOCK_BY_REQUEST = f"{FIND_BY_REQUEST} FOR UPDATE OF l"
LIST_OF_REFERRAL = f"SELECT {LEG} FROM legs l WHERE l.referral_id = $1 ORDER BY l.leg_id"
# Who answers at this very moment is skipped: that answer decides.
LOCK_DUE = f"""
SELECT {LEG} FROM legs l WHERE l.state = 'offered' AND l.answer_by <= $1
ORDER BY l.answer_by LIMIT $2 FOR UPDATE OF l SKIP LOCKED
"""
LOCK_MATCHING = f"""
SELECT {LEG} FROM legs l WHERE l.state = 'matching'
ORDER BY l.received_at, l.leg_id LIMIT $1 FOR UPDATE OF l SKIP LOCKED
"""
LIST_WAITING = f"""
SELECT {LEG} FROM legs l
WHERE l.state = 'waiting' AND l.need = ANY ($1::text[]) AND (l.received_at, l.leg_id) > ($2, $3)
ORDER BY l.received_at, l.leg_id LIMIT $4
"""
# Never waits for another transaction, so it may be asked while signals are locked.
LOCK_STILL_WAITING = """
SELECT leg_id FROM legs WHERE leg_id = ANY ($1::uuid[]) AND state = 'waiting' FOR UPDATE SKIP LOCKED
"""
COUNT_AHEAD = """
SELECT count(*) FROM legs WHERE state = 'waiting' AND need = $1 AND area = $2 AND (received_at, leg_id) < ($3, $4)
"""
SAVE = """
INSERT INTO legs (leg_id, referral_id, person_id, area, need, wants, received_at, state, request_id, pool_id,
                  service_id, organisation_id, waiting_since, offered_at, answer_by, reason, version, changed_at)
SELECT leg_id, referral_id, person_id, area, need, wants, received_at, state, request_id, pool_id,
       service_id, organisation_id, waiting_since, offered_at, answer_by, reason, version, changed_at
FROM jsonb_populate_recordset(NULL::legs, $1::text::jsonb)
ON CONFLICT (leg_id) DO UPDATE SET
    state = EXCLUDED.state, request_id = EXCLUDED.request_id, pool_id = EXCLUDED.pool_id,
    service_id = EXCLUDED.service_id, organisation_id = EXCLUDED.organisation_id,
    waiting_since = EXCLUDED.waiting_since, offered_at = EXCLUDED.offered_at,
    answer_by = EXCLUDED.answer_by, reason = EXCLUDED.reason, version = EXCLUDED.version,
    changed_at = EXCLUDED.changed_at
"""

START_OF_LINE = (datetime.fromisoformat("0001-01-01T00:00:00+00:00"), UUID(int=0))


async def lock_legs(
    connection: Connection, leg_ids: Collection[UUID], request_ids: Collection[UUID] = ()
) -> dict[UUID, Leg]:
    rows = await connection.fetch(LOCK_MANY, list(leg_ids), list(request_ids))
    return {row["leg_id"]: _leg(row) for row in rows}


async def lock_leg(connection: Connection, leg_id: UUID) -> Leg | None:
    return _leg_or_none(await connection.fetchrow(LOCK, leg_id))


async def find_leg(connection: Connection, leg_id: UUID) -> Leg | None:
    return _leg_or_none(await connection.fetchrow(FIND, leg_id))


async def lock_leg_by_request(connection: Connection, request_id: UUID) -> Leg | None:
    return _leg_or_none(await connection.fetchrow(LOCK_BY_REQUEST, request_id))


async def find_leg_by_request(connection: Connection, request_id: UUID) -> Leg | None:
    return _leg_or_none(await connection.fetchrow(FIND_BY_REQUEST, request_id))


async def list_legs(connection: Connection, referral_id: UUID) -> list[Leg]:
    return [_leg(row) for row in await connection.fetch(LIST_OF_REFERRAL, referral_id)]


async def lock_due_offers(connection: Connection, now: datetime, limit: int) -> list[Leg]:
    return [_leg(row) for row in await connection.fetch(LOCK_DUE, now, limit)]


async def lock_matching_legs(connection: Connection, limit: int) -> list[Leg]:
    return [_leg(row) for row in await connection.fetch(LOCK_MATCHING, limit)]


async def list_waiting_legs(
    connection: Connection,
    needs: Iterable[str],
    *,
    behind: tuple[datetime, UUID] = START_OF_LINE,
    limit: int,
) -> list[Leg]:
    """The next in line for any of the needs, without a lock."""
    rows = await connection.fetch(LIST_WAITING, list(needs), *behind, limit)
    return [_leg(row) for row in rows]


async def count_ahead(connection: Connection, leg: Leg) -> int:
    """How many wait for the same need in the same area and came before."""
    place = leg.place_in_line
    return int(await connection.fetchval(COUNT_AHEAD, leg.wants.need, leg.wants.area, *place))


async def lock_still_waiting(connection: Connection, leg_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the legs that still wait and that nobody else has in hand. Theirs are locked now."""
    rows = await connection.fetch(LOCK_STILL_WAITING, list(leg_ids))
    return {row["leg_id"] for row in rows}


async def save_legs(connection: Connection, legs: Iterable[Leg], now: datetime) -> None:
    await connection.execute(SAVE, as_json_rows([_row(leg, now) for leg in legs]))


def _row(leg: Leg, now: datetime) -> dict[str, Any]:
    place = leg.placement
    return {
        "leg_id": leg.leg_id,
        "referral_id": leg.referral_id,
        "person_id": leg.person_id,
        "area": leg.wants.area,
        "need": leg.wants.need,
        "wants": wants_as_json(leg.wants),
        "received_at": leg.received_at,
        "state": leg.state,
        "request_id": place.request_id if place else None,
        "pool_id": place.pool_id if place else None,
        "service_id": place.service_id if place else None,
        "organisation_id": place.organisation_id if place else None,
        "waiting_since": leg.waiting_since,
        "offered_at": leg.offered_at,
        "answer_by": leg.answer_by,
        "reason": leg.reason,
        "version": leg.version,
        "changed_at": now,
    }


def wants_as_json(wants: Wants) -> dict[str, Any]:
    """The constraints as they stand in a row: sets as sorted lists."""
    return {
        "need": wants.need,
        "area": wants.area,
        "age": wants.age,
        "language": wants.language,
        "groups": sorted(wants.groups),
        "access": sorted(wants.access),
        "can_travel": wants.can_travel,
        "worker_sex": wants.worker_sex,
        "only_evenings_or_weekends": wants.only_evenings_or_weekends,
    }


def _wants(stored: str) -> Wants:
    values = orjson.loads(stored)
    return Wants(**values | {"groups": frozenset(values["groups"]), "access": frozenset(values["access"])})


def _leg_or_none(row: asyncpg.Record | None) -> Leg | None:
    return _leg(row) if row else None


def _leg(row: asyncpg.Record) -> Leg:
    placement = None
    if row["request_id"]:
        placement = Placement(row["request_id"], row["pool_id"], row["service_id"], row["organisation_id"])
    return Leg(
        leg_id=row["leg_id"],
        referral_id=row["referral_id"],
        person_id=row["person_id"],
        wants=_wants(row["wants"]),
        received_at=row["received_at"],
        state=LegState(row["state"]),
        placement=placement,
        waiting_since=row["waiting_since"],
        offered_at=row["offered_at"],
        answer_by=row["answer_by"],
        reason=row["reason"],
        version=row["version"],
        tried=frozenset(row["tried"]),
    )
