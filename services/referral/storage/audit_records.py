"""Rows of the audit trail itself: added and read, never changed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.referral.domain.audit_keys import KEY_DESTROYED, WrappedKey
from shared.messaging.outbox import Alongside
from shared.postgres.pool import Connection

# The records of a transaction, that none of them is sealed, and the keys of people who are new in it. Most transactions
# have one record: a row of plain values costs a quarter less than arrays that are made into rows.
MANY_RECORDS = """audited AS (
    INSERT INTO audit_records (record_id, area, recorded_at, key_id, actor_tag, body)
    SELECT * FROM unnest($5::uuid[], $6::text[], $7::timestamptz[], $8::uuid[], $9::bytea[], $10::bytea[])
), audit_waits AS (
    INSERT INTO audit_unsealed (record_id, area) SELECT * FROM unnest($5::uuid[], $6::text[])
)"""
ONE_RECORD = """audited AS (
    INSERT INTO audit_records (record_id, area, recorded_at, key_id, actor_tag, body) VALUES ($5, $6, $7, $8, $9, $10)
), audit_waits AS (
    INSERT INTO audit_unsealed (record_id, area) VALUES ($5, $6)
)"""
MANY_KEYS = """audit_new_keys AS (
    INSERT INTO audit_keys (subject, key_id, area, wrapped, wrapped_by)
    SELECT * FROM unnest($11::uuid[], $12::uuid[], $13::text[], $14::bytea[], $15::text[])
)"""
ONE_KEY = """audit_new_keys AS (
    INSERT INTO audit_keys (subject, key_id, area, wrapped, wrapped_by) VALUES ($11, $12, $13, $14, $15)
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


def to_be_added(records: Sequence[AuditRecord], new_keys: Sequence[WrappedKey] = ()) -> Alongside | None:
    """The records of one transaction, to be written in the statement of its events. None where there are none."""
    if not records:
        return None
    rows = [(r.record_id, r.area, r.recorded_at, r.key_id, r.actor_tag, r.body) for r in records]
    keys = [(k.subject, k.key_id, k.area, k.wrapped, k.wrapped_by) for k in new_keys]
    inserts = ONE_RECORD if len(rows) == 1 else MANY_RECORDS
    if keys:
        inserts += ", " + (ONE_KEY if len(keys) == 1 else MANY_KEYS)
    return Alongside(inserts, (*_values(rows), *_values(keys)))


def _values(rows: Sequence[tuple[object, ...]]) -> tuple[object, ...]:
    """One row as it is, many by columns."""
    return rows[0] if len(rows) == 1 else tuple(zip(*rows, strict=True))


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
