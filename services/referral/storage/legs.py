"""Rows of legs: read as Leg, locked in an order that cannot deadlock, written many at a time."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from services.referral.domain.leg import Beside, Leg, LegState, Placement
from services.referral.domain.obligation import obligation_of
from services.referral.domain.wants import Wants
from services.referral.storage.json_rows import as_json_rows
from shared.postgres.pool import Connection

LEG = """
    l.leg_id, l.referral_id, l.person_id, l.wants, l.received_at, l.state,
    l.request_id, l.pool_id, l.service_id, l.organisation_id,
    l.waiting_since, l.offered_at, l.answer_by, l.reason, l.version, l.changed_at, l.asked_again,
    l.referring_organisation_id, l.due_at, l.review_at, l.left_to_us, l.invitation_id, l.beside_leg_id,
    l.beside_request_id, l.meanwhile_of,
    (SELECT r.referrer_id FROM referrals r WHERE r.referral_id = l.referral_id) AS referrer_id,
    ARRAY(SELECT t.pool_id FROM tried_pools t LEFT JOIN copied_signals g USING (pool_id)
        WHERE t.leg_id = l.leg_id AND (g.confirmed_at > t.said_at) IS NOT TRUE) AS tried,
    ARRAY(SELECT t.pool_id FROM tried_pools t LEFT JOIN copied_signals g USING (pool_id)
        WHERE t.leg_id = l.leg_id AND t.said_at IS NOT NULL AND (g.confirmed_at > t.said_at) IS NOT TRUE) AS until_said,
    ARRAY(SELECT u.service_id FROM unwanted_services u WHERE u.person_id = l.person_id) AS not_wanted
"""

# First the lock and then the leg: a statement that had to wait has read what stands beside a leg, such as the pools that
# it tried, as it was before the wait. Sorted, so that two who want the same legs take turns instead of deadlocking.
LOCK_MANY = """
SELECT leg_id FROM legs WHERE leg_id = ANY ($1::uuid[]) OR request_id = ANY ($2::uuid[]) ORDER BY leg_id FOR UPDATE
"""
LIST_MANY = f"SELECT {LEG} FROM legs l WHERE l.leg_id = ANY ($1::uuid[]) ORDER BY l.leg_id"
FIND = f"SELECT {LEG} FROM legs l WHERE l.leg_id = $1"
LOCK = "SELECT leg_id FROM legs WHERE leg_id = $1 FOR UPDATE"
FIND_BY_REQUEST = f"SELECT {LEG} FROM legs l WHERE l.request_id = $1"
LOCK_BY_REQUEST = "SELECT leg_id FROM legs WHERE request_id = $1 FOR UPDATE"
LIST_OF_REFERRAL = f"SELECT {LEG} FROM legs l WHERE l.referral_id = $1 ORDER BY l.leg_id"
# Until the transaction ends nobody of these is forgotten: what is said of them stands before their wish.
LIST_WITH = f"""
SELECT {LEG} FROM legs l WHERE l.organisation_id = $1 AND l.state = ANY ($2) ORDER BY l.leg_id FOR SHARE OF l
"""
LOCK_AT_CLOSED = """
SELECT leg_id FROM legs l JOIN copied_services s USING (service_id)
WHERE s.service_id = ANY ($1::uuid[]) AND s.withdrawn AND l.state = ANY ($2) ORDER BY l.leg_id FOR UPDATE OF l
"""
LIST_SUBJECTS_WITH = """
SELECT leg_id AS subject FROM legs WHERE organisation_id = $1
UNION ALL SELECT request_id FROM legs WHERE organisation_id = $1 AND request_id IS NOT NULL
"""
SAVE = """
INSERT INTO legs (leg_id, referral_id, person_id, area, need, wants, received_at, state, request_id, pool_id,
                  service_id, organisation_id, waiting_since, offered_at, answer_by, reason, version, changed_at,
                  asked_again, referring_organisation_id, owner, next_step, due_at, review_at, left_to_us,
                  invitation_id, beside_leg_id, beside_request_id, meanwhile_of)
SELECT leg_id, referral_id, person_id, area, need, wants, received_at, state, request_id, pool_id,
       service_id, organisation_id, waiting_since, offered_at, answer_by, reason, version, changed_at, asked_again,
       referring_organisation_id, owner, next_step, due_at, review_at, left_to_us, invitation_id,
       beside_leg_id, beside_request_id, meanwhile_of
FROM jsonb_populate_recordset(NULL::legs, $1::text::jsonb)
ON CONFLICT (leg_id) DO UPDATE SET
    state = EXCLUDED.state, request_id = EXCLUDED.request_id, pool_id = EXCLUDED.pool_id,
    service_id = EXCLUDED.service_id, organisation_id = EXCLUDED.organisation_id,
    waiting_since = EXCLUDED.waiting_since, offered_at = EXCLUDED.offered_at,
    answer_by = EXCLUDED.answer_by, reason = EXCLUDED.reason, version = EXCLUDED.version,
    changed_at = EXCLUDED.changed_at, asked_again = EXCLUDED.asked_again,
    owner = EXCLUDED.owner, next_step = EXCLUDED.next_step, due_at = EXCLUDED.due_at,
    review_at = EXCLUDED.review_at, left_to_us = EXCLUDED.left_to_us, meanwhile_of = EXCLUDED.meanwhile_of
"""


async def lock_legs(
    connection: Connection, leg_ids: Collection[UUID], request_ids: Collection[UUID] = ()
) -> dict[UUID, Leg]:
    locked = await connection.fetch(LOCK_MANY, list(leg_ids), list(request_ids))
    return {leg.leg_id: leg for leg in await _read(connection, locked)}


async def lock_leg(connection: Connection, leg_id: UUID) -> Leg | None:
    locked = await connection.fetchval(LOCK, leg_id)
    return await find_leg(connection, leg_id) if locked else None


async def find_leg(connection: Connection, leg_id: UUID) -> Leg | None:
    return _leg_or_none(await connection.fetchrow(FIND, leg_id))


async def lock_leg_by_request(connection: Connection, request_id: UUID) -> Leg | None:
    locked = await connection.fetchval(LOCK_BY_REQUEST, request_id)
    return await find_leg_by_request(connection, request_id) if locked else None


async def find_leg_by_request(connection: Connection, request_id: UUID) -> Leg | None:
    return _leg_or_none(await connection.fetchrow(FIND_BY_REQUEST, request_id))


async def list_legs(connection: Connection, referral_id: UUID) -> list[Leg]:
    return [leg_of(row) for row in await connection.fetch(LIST_OF_REFERRAL, referral_id)]


async def list_legs_with(
    connection: Connection, organisation_id: UUID, states: Collection[LegState]
) -> list[Leg]:
    """The legs in these states that stand with an organisation, which nobody else changes before this transaction ends."""
    rows = await connection.fetch(LIST_WITH, organisation_id, list(states))
    return [leg_of(row) for row in rows]


async def lock_legs_at_closed(
    connection: Connection, service_ids: Collection[UUID], states: Collection[LegState]
) -> list[Leg]:
    """The legs in these states with services that are there no more, as far as those have not come back since."""
    return await _read(connection, await connection.fetch(LOCK_AT_CLOSED, list(service_ids), list(states)))


async def list_link_subjects_with(connection: Connection, organisation_id: UUID) -> list[UUID]:
    """What an organisation's links are about: the legs that stand with it, in whatever state, and their requests."""
    return [row["subject"] for row in await connection.fetch(LIST_SUBJECTS_WITH, organisation_id)]


async def save_legs(connection: Connection, legs: Iterable[Leg], now: datetime) -> None:
    await connection.execute(SAVE, as_json_rows([_row(leg, now) for leg in legs]))


def _row(leg: Leg, now: datetime) -> dict[str, Any]:
    place, owed = leg.placement, obligation_of(leg)
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
        "asked_again": leg.asked_again,
        "referring_organisation_id": leg.referring_organisation_id,
        "owner": owed.owner if owed else None,
        "next_step": owed.next_step if owed else None,
        "due_at": leg.due_at,
        "review_at": leg.review_at,
        "left_to_us": leg.left_to_us,
        "invitation_id": leg.invitation_id,
        "beside_leg_id": leg.beside.leg_id if leg.beside else None,
        "beside_request_id": leg.beside.request_id if leg.beside else None,
        "meanwhile_of": leg.meanwhile_of,
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
        "deprivation": wants.deprivation,
    } | ({"help_to_attend": sorted(wants.help_to_attend)} if wants.help_to_attend else {})


@lru_cache(maxsize=16_384)
def wants_of(stored: str, not_wanted: frozenset[UUID] = frozenset()) -> Wants:
    """The constraints of a row. What the person said no to is kept for them, beside their legs."""
    values = orjson.loads(stored)
    sets = {name: frozenset(values.get(name, ())) for name in ("groups", "access", "help_to_attend")}
    return Wants(**values | sets, not_wanted=not_wanted)


async def _read(connection: Connection, locked: Collection[asyncpg.Record]) -> list[Leg]:
    if not locked:
        return []
    rows = await connection.fetch(LIST_MANY, [row["leg_id"] for row in locked])
    return [leg_of(row) for row in rows]


def _leg_or_none(row: asyncpg.Record | None) -> Leg | None:
    return leg_of(row) if row else None


def leg_of(row: asyncpg.Record) -> Leg:
    placement = None
    if row["request_id"]:
        placement = Placement(row["request_id"], row["pool_id"], row["service_id"], row["organisation_id"])
    return Leg(
        leg_id=row["leg_id"],
        referral_id=row["referral_id"],
        person_id=row["person_id"],
        wants=wants_of(row["wants"], frozenset(row["not_wanted"])),
        received_at=row["received_at"],
        state=LegState(row["state"]),
        placement=placement,
        waiting_since=row["waiting_since"],
        offered_at=row["offered_at"],
        answer_by=row["answer_by"],
        reason=row["reason"],
        version=row["version"],
        changed_at=row["changed_at"],
        asked_again=row["asked_again"],
        referrer_id=row["referrer_id"],
        referring_organisation_id=row["referring_organisation_id"],
        due_at=row["due_at"],
        review_at=row["review_at"],
        left_to_us=row["left_to_us"],
        invitation_id=row["invitation_id"],
        beside=Beside(row["beside_leg_id"], row["beside_request_id"]) if row["beside_leg_id"] else None,
        tried=frozenset(row["tried"]),
        until_said=frozenset(row["until_said"]),
        meanwhile_of=row["meanwhile_of"],
    )
