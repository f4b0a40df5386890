"""Every SQL statement about the weekly mails of what is on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from asyncpg import Record

from services.directory.domain.digest import Digest
from shared.postgres.pool import Connection

COLUMNS = "digests.id, member_id, near, needs, next_on, new_since, last_due_at"
# One member's come one after the other, for their number.
TAKE_TURNS = "SELECT FROM members WHERE id = $1 FOR NO KEY UPDATE"
ADD = """
INSERT INTO digests (id, member_id, near, needs, asked_at, next_on, new_since, last_due_at)
VALUES ($1, $2, $3, $4, $5, $6, $5, $5)
ON CONFLICT DO NOTHING
"""
OF_MEMBER = f"SELECT {COLUMNS} FROM digests WHERE member_id = $1 ORDER BY asked_at, id"
FIND = f"SELECT {COLUMNS} FROM digests WHERE id = $1"
# Whoever was shut out hears nothing, and nothing is due to whom nobody can write.
DUE = f"""
SELECT {COLUMNS} FROM digests JOIN members ON members.id = member_id
WHERE next_on <= $1 AND active AND email IS NOT NULL
ORDER BY next_on, digests.id LIMIT $2
"""
# Of two workers that look at the same moment, the second finds that the day has moved on.
MOVE_ON = """
UPDATE digests SET next_on = $3, new_since = last_due_at, last_due_at = $4
WHERE id = $1 AND next_on = $2 RETURNING true
"""
STOP = "DELETE FROM digests WHERE id = $1 AND ($2::uuid IS NULL OR member_id = $2)"
READER = "SELECT email, display_name FROM members WHERE id = $1 AND active AND email IS NOT NULL"
HAS_EMAIL = "SELECT email IS NOT NULL FROM members WHERE id = $1"
CAME_SINCE = "SELECT id FROM services WHERE id = ANY ($1::uuid[]) AND came_at > $2"


@dataclass(frozen=True, slots=True)
class Reader:
    name: str
    address: str = field(repr=False)


async def take_turns(connection: Connection, member_id: UUID) -> None:
    await connection.execute(TAKE_TURNS, member_id)


async def add_digest(
    connection: Connection, digest_id: UUID, member_id: UUID, near: str, needs: Sequence[str],
    asked_at: datetime, first_on: date,
) -> None:  # fmt: skip
    """Nothing where the member has just this one already."""
    await connection.execute(ADD, digest_id, member_id, near, sorted(needs), asked_at, first_on)


async def digests_of(connection: Connection, member_id: UUID) -> list[Digest]:
    return [_digest(row) for row in await connection.fetch(OF_MEMBER, member_id)]


async def find_digest(connection: Connection, digest_id: UUID) -> Digest | None:
    row = await connection.fetchrow(FIND, digest_id)
    return _digest(row) if row else None


async def digests_due(connection: Connection, today: date, most: int) -> list[Digest]:
    return [_digest(row) for row in await connection.fetch(DUE, today, most)]


async def move_on(connection: Connection, due: Digest, next_on: date, now: datetime) -> bool:
    """False where another worker has."""
    return bool(await connection.fetchval(MOVE_ON, due.id, due.next_on, next_on, now))


async def stop_digest(connection: Connection, digest_id: UUID, of_member: UUID | None = None) -> None:
    """Any, for whoever holds its link; for a member only their own."""
    await connection.execute(STOP, digest_id, of_member)


async def find_reader(connection: Connection, member_id: UUID) -> Reader | None:
    row = await connection.fetchrow(READER, member_id)
    return Reader(row["display_name"], row["email"]) if row else None


async def has_email(connection: Connection, member_id: UUID) -> bool:
    return bool(await connection.fetchval(HAS_EMAIL, member_id))


async def came_since(connection: Connection, service_ids: Sequence[UUID], moment: datetime) -> set[UUID]:
    return {row["id"] for row in await connection.fetch(CAME_SINCE, list(service_ids), moment)}


def _digest(row: Record) -> Digest:
    return Digest(**dict(row) | {"needs": tuple(row["needs"])})
