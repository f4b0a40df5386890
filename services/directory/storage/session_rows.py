"""Every SQL statement about sessions."""

from datetime import datetime
from uuid import UUID

from services.directory.domain.session import Session
from shared.postgres.pool import Connection

OPEN = """
INSERT INTO sessions (id, secret_sha256, member_id, created_at, last_seen_at, authenticated_at)
VALUES ($1, $2, $3, $4, $4, $5)
"""
FIND = """
SELECT id, member_id, created_at, last_seen_at, authenticated_at, revoked_at IS NOT NULL AS revoked
FROM sessions WHERE secret_sha256 = $1
"""
SEEN = "UPDATE sessions SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2"
REVOKE = "UPDATE sessions SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING true"
REVOKE_ALL = "UPDATE sessions SET revoked_at = $2 WHERE member_id = $1 AND revoked_at IS NULL"
REVOKE_OWN = """
UPDATE sessions SET revoked_at = $3 WHERE id = $1 AND member_id = $2 AND revoked_at IS NULL RETURNING true
"""
REVOKE_OTHERS = """
UPDATE sessions SET revoked_at = $3 WHERE member_id = $1 AND id <> $2 AND revoked_at IS NULL
"""
LIST = """
SELECT id, member_id, created_at, last_seen_at, authenticated_at, false AS revoked
FROM sessions WHERE member_id = $1 AND revoked_at IS NULL ORDER BY last_seen_at DESC, id
"""
FORGET = "DELETE FROM sessions WHERE created_at < $1"


async def open_session(
    connection: Connection,
    session_id: UUID,
    secret_sha256: bytes,
    member_id: UUID,
    now: datetime,
    authenticated_at: datetime | None,
) -> None:
    await connection.execute(OPEN, session_id, secret_sha256, member_id, now, authenticated_at)


async def find_session(connection: Connection, secret_sha256: bytes) -> Session | None:
    row = await connection.fetchrow(FIND, secret_sha256)
    return Session(**row) if row else None


async def note_seen(connection: Connection, session_id: UUID, now: datetime) -> None:
    await connection.execute(SEEN, session_id, now)


async def revoke_session(connection: Connection, session_id: UUID, now: datetime) -> bool:
    """False when it was revoked before."""
    return bool(await connection.fetchval(REVOKE, session_id, now))


async def revoke_sessions_of(connection: Connection, member_id: UUID, now: datetime) -> None:
    await connection.execute(REVOKE_ALL, member_id, now)


async def sessions_of(connection: Connection, member_id: UUID) -> list[Session]:
    """Those that nobody ended, the one seen last first. Some may have run out."""
    return [Session(**row) for row in await connection.fetch(LIST, member_id)]


async def revoke_session_of(connection: Connection, session_id: UUID, member_id: UUID, now: datetime) -> bool:
    """False when the member has no such session, or it was revoked before."""
    return bool(await connection.fetchval(REVOKE_OWN, session_id, member_id, now))


async def revoke_other_sessions(
    connection: Connection, member_id: UUID, but_for: UUID, now: datetime
) -> None:
    await connection.execute(REVOKE_OTHERS, member_id, but_for, now)


async def forget_sessions_before(connection: Connection, moment: datetime) -> None:
    await connection.execute(FORGET, moment)
