"""Rows of the audit trail itself: added and read, never changed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.referral.domain.audit_keys import KEY_DESTROYED, WrappedKey
from shared.messaging.outbox import Alongside
from shared.postgres.pool import Connection

# The keys of people who are new in the transaction, its records, and that none of them is sealed.
INSERTS = """audit_new_keys AS (
    INSERT INTO audit_keys (subject, key_id, area, wrapped, wrapped_by)
    SELECT * FROM unnest($11::uuid[], $12::uuid[], $13::text[], $14::bytea[], $15::text[])
), audited AS (
    INSERT INTO audit_records (record_id, area, recorded_at, key_id, actor_tag, body)
    SELECT * FROM unnest($5::uuid[], $6::text[], $7::timestamptz[], $8::uuid[], $9::bytea[], $10::bytea[])
    RETURNING record_id, area
), audit_waits AS (
    INSERT INTO audit_unsealed (record_id, area) SELECT record_id, area FROM audited
)"""
LIST = """
SELECT record_id, area, recorded_at, key_id, actor_tag, body FROM audit_records
WHERE area = ANY ($1::text[]) AND record_id < $2 AND record_id >= $3 AND actor_tag <> $7
  AND ($4::uuid[] IS NULL OR key_id = ANY ($4)) AND ($5::bytea[] IS NULL OR actor_tag = ANY ($5))
ORDER BY record_id DESC LIMIT $6
"""


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """A record as it is stored."""

    record_id: UUID
    area: str
    recorded_at: datetime
    key_id: UUID
    actor_tag: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records to list: of these areas, in this span of ids, of these keys, by one actor."""

    areas: frozenset[str]
    before: UUID
    since: UUID
    key_ids: tuple[UUID, ...] | None = None
    actor_tags: tuple[bytes, ...] | None = None
    limit: int = 50


def to_be_added(records: Sequence[AuditRecord], new_keys: Sequence[WrappedKey] = ()) -> Alongside:
    """The records of one transaction, to be written in the statement of its events."""
    return Alongside(
        INSERTS,
        (
            [each.record_id for each in records],
            [each.area for each in records],
            [each.recorded_at for each in records],
            [each.key_id for each in records],
            [each.actor_tag for each in records],
            [each.body for each in records],
            [each.subject for each in new_keys],
            [each.key_id for each in new_keys],
            [each.area for each in new_keys],
            [each.wrapped for each in new_keys],
            [each.wrapped_by for each in new_keys],
        ),
    )


async def list_records(connection: Connection, wanted: Wanted) -> list[AuditRecord]:
    """The newest first. Those that say no more than that a key is gone are for the check alone."""
    tags: Collection[bytes] | None = wanted.actor_tags
    rows = await connection.fetch(
        LIST,
        sorted(wanted.areas),
        wanted.before,
        wanted.since,
        None if wanted.key_ids is None else list(wanted.key_ids),
        None if tags is None else list(tags),
        wanted.limit,
        KEY_DESTROYED,
    )
    return [AuditRecord(**dict(row)) for row in rows]
