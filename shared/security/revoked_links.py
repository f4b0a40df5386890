"""Links taken back before their time: one by its id, all about a subject, or all that an organisation was sent.

And acts that a link does once.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from shared.postgres.pool import Connection, Pool

REVOKED = """
SELECT EXISTS (SELECT FROM revoked_links WHERE link_id = $1)
    OR EXISTS (SELECT FROM link_subjects WHERE subject = ANY ($2::uuid[]) AND links_valid_from > $3)
"""
REVOKE = """
INSERT INTO revoked_links (link_id, expires_at) VALUES ($1, $2) ON CONFLICT (link_id) DO NOTHING
"""
REVOKE_ALL = """
INSERT INTO link_subjects (subject, links_valid_from)
SELECT DISTINCT subject, $2::timestamptz FROM unnest($1::uuid[]) AS subject ORDER BY subject
ON CONFLICT (subject) DO UPDATE SET links_valid_from = excluded.links_valid_from
WHERE link_subjects.links_valid_from < excluded.links_valid_from
"""
USE = "INSERT INTO used_links (link_id, expires_at) VALUES ($1, $2) ON CONFLICT (link_id) DO NOTHING RETURNING true"
USED = "SELECT EXISTS (SELECT FROM used_links WHERE link_id = $1)"
FORGET = """
WITH gone AS (DELETE FROM revoked_links WHERE expires_at < $1)
DELETE FROM used_links WHERE expires_at < $1
"""


async def is_revoked(
    pool: "Pool | None", link_id: UUID, ended_with: Sequence[UUID], issued_at: datetime
) -> bool:
    """Whether the link was taken back, alone or with others of these. Where there is no database, none is good."""
    if pool is None:
        return True
    return bool(await pool.fetchval(REVOKED, link_id, ended_with, issued_at))


async def revoke_link(connection: Connection, link_id: UUID, expires_at: datetime) -> None:
    """Takes back one link."""
    await connection.execute(REVOKE, link_id, expires_at)


async def revoke_links_of(connection: Connection, subject: UUID, now: datetime) -> None:
    """Takes back every link about the subject that was made before now."""
    await connection.execute(REVOKE_ALL, [subject], now)


async def revoke_links_sent_to(
    connection: Connection, organisation_id: UUID, about: Iterable[UUID], moment: datetime
) -> None:
    """Takes back every link that the organisation was sent before the moment.

    `about` is what it has: a link that does not say to whom it was sent, as earlier ones did not, is known by that.
    """
    await connection.execute(REVOKE_ALL, [organisation_id, *about], moment)


async def use_once(connection: Connection, link_id: UUID, expires_at: datetime) -> bool:
    """For an act that is one: True for the first use, in the transaction of the act."""
    return bool(await connection.fetchval(USE, link_id, expires_at))


async def is_used(connection: Connection, link_id: UUID) -> bool:
    """Whether the one act of a link was done."""
    return bool(await connection.fetchval(USED, link_id))


async def forget_links_before(connection: Connection, moment: datetime) -> None:
    """Drops what has run out and is no good anyway."""
    await connection.execute(FORGET, moment)
