"""Every SQL statement about holds: what became of each request for a place."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from services.capacity.domain.places import Freeing, Hold, HoldState, Refusal, Request
from shared.postgres.pool import Connection

COLUMNS = "request_id, pool_id, referral_id, leg_id, area, state, signal_version, held_at, changed_at, why"

FIND_HOLDS = f"SELECT {COLUMNS} FROM place_holds WHERE request_id = ANY ($1::uuid[])"
# The request itself never changes, and when a hold was shown is another consumer's to write.
SAVE_HOLDS = f"""
INSERT INTO place_holds ({COLUMNS})
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::int[],
    $8::timestamptz[], $9::timestamptz[], $10::text[]) AS new (request_id)
ORDER BY request_id
ON CONFLICT ON CONSTRAINT place_holds_pk DO UPDATE SET
    state = excluded.state, changed_at = excluded.changed_at, why = excluded.why
"""
# Locked in order, as SAVE_HOLDS does, so that the two wait for each other instead of deadlocking.
MARK_SHOWN = """
WITH known AS (
    SELECT request_id FROM place_holds WHERE request_id = ANY ($1::uuid[]) ORDER BY request_id FOR UPDATE
)
UPDATE place_holds SET shown_at = coalesce(place_holds.shown_at, new.shown_at)
FROM unnest($1::uuid[], $2::timestamptz[]) AS new (request_id, shown_at), known
WHERE place_holds.request_id = new.request_id AND known.request_id = new.request_id
RETURNING place_holds.request_id
"""
# Holds of an earlier signal only: whoever opens again while an answer waits starts a new count.
HELD_BEFORE = """
SELECT request_id, shown_at FROM place_holds
WHERE pool_id = $1 AND state = 'held' AND signal_version < $2 ORDER BY shown_at, request_id
"""
LOCK_STATES = """
SELECT request_id, state FROM place_holds WHERE request_id = ANY ($1::uuid[]) ORDER BY request_id FOR UPDATE
"""
DELETE_HOLDS = "DELETE FROM place_holds WHERE request_id = ANY ($1::uuid[])"
REMEMBER_ERASED = """
INSERT INTO erased_referrals (referral_id) VALUES ($1) ON CONFLICT ON CONSTRAINT erased_referrals_pk DO NOTHING
"""
ANY_ERASED = "SELECT EXISTS (SELECT FROM erased_referrals WHERE referral_id = ANY ($1::uuid[]))"
FIND_FORGOTTEN = """
SELECT request_id FROM place_holds WHERE pool_id = ANY ($1::uuid[]) AND state = 'held' AND held_at <= $2
ORDER BY held_at LIMIT $3
"""
LEGS_WITH_A_PLACE = """
SELECT DISTINCT h.leg_id FROM place_holds h JOIN pools p ON p.pool_id = h.pool_id
WHERE h.leg_id = ANY ($1::uuid[]) AND h.state IN ('held', 'taken')
    AND p.kind NOT IN ('interpreter', 'volunteer')
"""


@dataclass(frozen=True, slots=True)
class HeldBefore:
    """A place that was held before the last signal. `shown_at` None: the provider has not seen it."""

    request_id: UUID
    shown_at: datetime | None


async def find_holds(connection: Connection, request_ids: Sequence[UUID]) -> dict[UUID, Hold]:
    rows = await connection.fetch(FIND_HOLDS, request_ids)
    return {row["request_id"]: _hold(row) for row in rows}


async def find_legs_with_a_place(connection: Connection, leg_ids: Collection[UUID]) -> set[UUID]:
    """Those of the legs that hold or have a place that is no companion's."""
    rows = await connection.fetch(LEGS_WITH_A_PLACE, list(leg_ids))
    return {row["leg_id"] for row in rows}


async def save_holds(connection: Connection, holds: Sequence[Hold]) -> None:
    """Writes many holds in one round trip. The caller holds the locks of their pools."""
    requests = [each.request for each in holds]
    await connection.execute(
        SAVE_HOLDS,
        [each.request_id for each in requests],
        [each.pool_id for each in requests],
        [each.referral_id for each in requests],
        [each.leg_id for each in requests],
        [each.area for each in requests],
        [each.state for each in holds],
        [each.signal_version for each in holds],
        [each.held_at for each in holds],
        [each.changed_at for each in holds],
        [each.why for each in holds],
    )


async def mark_shown(connection: Connection, shown_at: Mapping[UUID, datetime]) -> set[UUID]:
    """Notes when the provider was first shown each request; gives those that are known."""
    rows = await connection.fetch(MARK_SHOWN, list(shown_at), list(shown_at.values()))
    return {row["request_id"] for row in rows}


async def list_held_before(connection: Connection, pool_id: UUID, version: int) -> list[HeldBefore]:
    rows = await connection.fetch(HELD_BEFORE, pool_id, version)
    return [HeldBefore(row["request_id"], row["shown_at"]) for row in rows]


async def find_forgotten(
    connection: Connection, pool_ids: Sequence[UUID], held_before: datetime, limit: int
) -> list[UUID]:
    """Requests whose place in one of these pools has been held for too long."""
    rows = await connection.fetch(FIND_FORGOTTEN, pool_ids, held_before, limit)
    return [row["request_id"] for row in rows]


async def lock_hold_states(connection: Connection, request_ids: Sequence[UUID]) -> dict[UUID, str]:
    rows = await connection.fetch(LOCK_STATES, request_ids)
    return {row["request_id"]: row["state"] for row in rows}


async def delete_holds(connection: Connection, referral_id: UUID, request_ids: Sequence[UUID]) -> None:
    """For good: no word about the referral is taken any more."""
    await connection.execute(REMEMBER_ERASED, referral_id)
    await connection.execute(DELETE_HOLDS, request_ids)


async def any_is_erased(connection: Connection, referral_ids: Collection[UUID]) -> bool:
    return bool(referral_ids) and bool(await connection.fetchval(ANY_ERASED, list(referral_ids)))


def _hold(row: Record) -> Hold:
    request = Request(row["request_id"], row["pool_id"], row["referral_id"], row["leg_id"], row["area"])
    state = HoldState(row["state"])
    return Hold(
        request, state, row["signal_version"], row["held_at"], row["changed_at"], _why(state, row["why"])
    )


def _why(state: HoldState, stored: str | None) -> Refusal | Freeing | None:
    if stored is None:
        return None
    return Refusal(stored) if state is HoldState.REFUSED else Freeing(stored)
