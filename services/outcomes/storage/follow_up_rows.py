"""SQL about follow-ups: whom to ask, when, and how it was settled."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from asyncpg import Record

from services.outcomes.domain.follow_up import Occasion
from shared.postgres.pool import Connection

COLUMNS = """
follow_up_id, referral_id, leg_id, person_id, area, occasion, instrument, due_at, asked_at, settled_at,
settled_by, caused_by, traceparent
"""
PLAN = """
INSERT INTO follow_ups (follow_up_id, referral_id, leg_id, person_id, area, occasion, instrument, due_at,
    caused_by, traceparent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT DO NOTHING
"""
FIND = f"SELECT {COLUMNS} FROM follow_ups WHERE follow_up_id = $1"
LOCK = f"{FIND} FOR UPDATE"
LOCK_OF_LEG = f"SELECT {COLUMNS} FROM follow_ups WHERE leg_id = $1 AND occasion = $2 FOR UPDATE"
SERVICE_OF = """
SELECT copied_services.name FROM legs JOIN copied_services USING (service_id)
WHERE legs.leg_id = $1 AND NOT copied_services.sensitive
"""
ASK_DUE = f"""
UPDATE follow_ups SET asked_at = $1
WHERE follow_up_id IN (
    SELECT follow_up_id FROM follow_ups WHERE asked_at IS NULL AND settled_at IS NULL AND due_at <= $1
    ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
RETURNING {COLUMNS}
"""
LAPSE = f"""
UPDATE follow_ups SET settled_at = $1, settled_by = 'lapsed'
WHERE follow_up_id IN (
    SELECT follow_up_id FROM follow_ups
    WHERE settled_at IS NULL AND asked_at IS NOT NULL AND due_at <= $1::timestamptz - $2::interval
    ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
RETURNING {COLUMNS}
"""
SUBJECTS_OF_REFERRAL = "SELECT follow_up_id FROM follow_ups WHERE referral_id = $1"
ASK_ANEW = f"""
UPDATE follow_ups SET asked_at = $2 WHERE referral_id = $1 AND asked_at IS NOT NULL AND settled_at IS NULL
RETURNING {COLUMNS}
"""
SETTLE = """
UPDATE follow_ups SET settled_at = $2, settled_by = $3 WHERE follow_up_id = $1 AND settled_at IS NULL
RETURNING true
"""
MARK_ASKED = """
UPDATE follow_ups SET asked_at = $2, due_at = $3 WHERE follow_up_id = $1 RETURNING true
"""
MOVE_DUE_TIME = "UPDATE follow_ups SET due_at = $2 WHERE follow_up_id = $1"
RECORD_MOVE = """
INSERT INTO moved_due_times (follow_up_id, area, moved_at, moved_by, reason, old_due_at, new_due_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One follow-up as it stands."""

    follow_up_id: UUID
    referral_id: UUID
    leg_id: UUID
    person_id: UUID
    area: str
    occasion: Occasion
    instrument: str
    due_at: datetime
    asked_at: datetime | None = None
    settled_at: datetime | None = None
    settled_by: str | None = None
    caused_by: UUID | None = None
    traceparent: str | None = None


async def plan_follow_ups(connection: Connection, follow_ups: Iterable[FollowUp]) -> None:
    """Adds those that are not there yet."""
    rows = [
        (f.follow_up_id, f.referral_id, f.leg_id, f.person_id, f.area, f.occasion, f.instrument, f.due_at,
         f.caused_by, f.traceparent)
        for f in follow_ups
    ]  # fmt: skip
    await connection.executemany(PLAN, rows)


async def find_follow_up(connection: Connection, follow_up_id: UUID) -> FollowUp | None:
    return _read(await connection.fetchrow(FIND, follow_up_id))


async def lock_follow_up(connection: Connection, follow_up_id: UUID) -> FollowUp | None:
    return _read(await connection.fetchrow(LOCK, follow_up_id))


async def lock_follow_up_of_leg(connection: Connection, leg_id: UUID, occasion: Occasion) -> FollowUp | None:
    return _read(await connection.fetchrow(LOCK_OF_LEG, leg_id, occasion))


async def name_of_service(connection: Connection, leg_id: UUID) -> str | None:
    """The name of the leg's service, unless it is unknown or the service is a sensitive one."""
    name: str | None = await connection.fetchval(SERVICE_OF, leg_id)
    return name


async def ask_due(connection: Connection, now: datetime, most: int) -> list[FollowUp]:
    """Marks due follow-ups as asked; those that another worker has in hand are left to it."""
    return _in_order(await connection.fetch(ASK_DUE, now, most))


async def ask_anew(connection: Connection, referral_id: UUID, at: datetime) -> list[FollowUp]:
    """Those of the referral that were asked and are not answered: marked as asked at this moment."""
    return _in_order(await connection.fetch(ASK_ANEW, referral_id, at))


async def list_follow_up_ids(connection: Connection, referral_id: UUID) -> list[UUID]:
    return [row["follow_up_id"] for row in await connection.fetch(SUBJECTS_OF_REFERRAL, referral_id)]


async def lapse(connection: Connection, now: datetime, lapses_after: timedelta, most: int) -> list[FollowUp]:
    """Settles what nobody answered in time."""
    return _in_order(await connection.fetch(LAPSE, now, lapses_after, most))


async def settle(connection: Connection, follow_up_id: UUID, at: datetime, by: str) -> bool:
    """Settles a follow-up. False when it was settled before."""
    return bool(await connection.fetchval(SETTLE, follow_up_id, at, by))


async def mark_asked(connection: Connection, follow_up_id: UUID, at: datetime, due_at: datetime) -> bool:
    """Takes over from the log that the follow-up was asked. False when there is no such follow-up."""
    return bool(await connection.fetchval(MARK_ASKED, follow_up_id, at, due_at))


async def move_due_time(
    connection: Connection, follow_up: FollowUp, new_due_at: datetime, moved_by: str, reason: str
) -> None:
    """Moves a due time and records who did, when and why."""
    await connection.execute(MOVE_DUE_TIME, follow_up.follow_up_id, new_due_at)
    await connection.execute(
        RECORD_MOVE,
        follow_up.follow_up_id,
        follow_up.area,
        new_due_at,
        moved_by,
        reason,
        follow_up.due_at,
        new_due_at,
    )


def _read(row: Record | None) -> FollowUp | None:
    return FollowUp(**row) if row else None


def _in_order(rows: list[Record]) -> list[FollowUp]:
    """An UPDATE returns its rows in any order; what is said of one referral keeps the order of its due times."""
    return sorted((FollowUp(**row) for row in rows), key=lambda each: each.due_at)
