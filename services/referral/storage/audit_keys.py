"""Rows of the audit trail's keys."""

from collections.abc import Collection, Sequence
from uuid import UUID

import asyncpg

from services.referral.domain.audit_keys import WrappedKey
from shared.postgres.pool import Connection

COLUMNS = "k.subject, k.key_id, k.area, k.wrapped, k.wrapped_by, k.generation"
# A key of this very transaction may yet be taken back with it, so it is told apart: nobody else may keep it.
FIND = f"""
SELECT {COLUMNS}, k.created_at < now() AS lasting FROM audit_keys k WHERE k.subject = ANY ($1::uuid[])
ORDER BY k.generation
"""
FIND_BY_ID = f"SELECT {COLUMNS} FROM audit_keys k WHERE k.key_id = ANY ($1::uuid[])"
# A person's key goes in the transaction that records their erasure: whoever misses it because of that sees why.
ADD = """
INSERT INTO audit_keys (subject, key_id, area, wrapped, wrapped_by, generation)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::text[], $6::integer[]) AS made (subject)
WHERE NOT EXISTS (SELECT FROM erasures e WHERE e.person_id = made.subject)
ON CONFLICT ON CONSTRAINT audit_keys_pk DO NOTHING
"""
FORGET = "DELETE FROM audit_keys WHERE subject = $1"


async def find_keys(connection: Connection, subjects: Collection[UUID]) -> dict[WrappedKey, bool]:
    """The keys that are there, later generations last, and of each whether it was committed before this transaction."""
    rows = await connection.fetch(FIND, list(subjects))
    return {_key(row): row["lasting"] for row in rows}


async def find_keys_by_id(connection: Connection, key_ids: Collection[UUID]) -> list[WrappedKey]:
    return [_key(row) for row in await connection.fetch(FIND_BY_ID, list(key_ids))]


async def add_keys(connection: Connection, keys: Sequence[WrappedKey]) -> None:
    """Adds those that are not there yet, but none of who was forgotten. Where another was quicker, its key stays."""
    await connection.execute(
        ADD,
        [each.subject for each in keys],
        [each.key_id for each in keys],
        [each.area for each in keys],
        [each.wrapped for each in keys],
        [each.wrapped_by for each in keys],
        [each.generation for each in keys],
    )


async def forget_key(connection: Connection, subject: UUID) -> None:
    """From the commit on nobody can read what was recorded of this person. The chain holds all the same.

    The database refuses it for whoever was not erased, and where the trail does not tell of it.
    """
    await connection.execute(FORGET, subject)


def _key(row: asyncpg.Record) -> WrappedKey:
    return WrappedKey(
        subject=row["subject"],
        key_id=row["key_id"],
        area=row["area"],
        wrapped=row["wrapped"],
        wrapped_by=row["wrapped_by"],
        generation=row["generation"],
    )
