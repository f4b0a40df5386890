"""Every SQL statement about pools and what was said of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from services.capacity.domain.errors import PoolNotFound
from services.capacity.domain.ledger import PoolLedger
from services.capacity.domain.pool import Pool, Said
from services.capacity.domain.status import Source, Status
from shared.postgres.pool import Connection

COLUMNS = """pool_id, service_id, service_name, area, organisation_id, withdrawn, status, version, spoken_version, source,
    confirmed_at, expires_at, paused_until, expected_wait_days, places, free, held, taken, unlimited"""

FIND_POOL = f"SELECT {COLUMNS} FROM pools WHERE pool_id = $1"
LIST_POOLS_OF_SERVICE = f"SELECT {COLUMNS} FROM pools WHERE service_id = $1 ORDER BY pool_id"
# Sorted, so that two who lock the same pools wait for each other instead of deadlocking.
LOCK_POOLS = f"SELECT {COLUMNS} FROM pools WHERE pool_id = ANY ($1::uuid[]) ORDER BY pool_id FOR UPDATE"
LOCK_EXPIRED = f"""
SELECT {COLUMNS} FROM pools WHERE status <> 'unknown' AND expires_at <= $1
ORDER BY pool_id LIMIT $2 FOR UPDATE SKIP LOCKED
"""
SAVE_LEDGERS = """
UPDATE pools SET places = new.places, free = new.free, held = new.held, taken = new.taken
FROM unnest($1::uuid[], $2::int[], $3::int[], $4::int[], $5::int[]) AS new (pool_id, places, free, held, taken)
WHERE pools.pool_id = new.pool_id
"""
# What was said changes the pool and its history in one statement: neither is ever without the other.
SAVE_SIGNALS = """
WITH new AS (
    SELECT * FROM unnest(
        $1::uuid[], $2::text[], $3::int[], $4::int[], $5::text[], $6::timestamptz[], $7::timestamptz[],
        $8::timestamptz[], $9::int[], $10::int[], $11::int[], $12::bool[], $13::text[], $14::timestamptz[])
    AS new (pool_id, status, version, spoken_version, source, confirmed_at, expires_at,
        paused_until, expected_wait_days, places, free, unlimited, said_by, tapped_at)
), changed AS (
    UPDATE pools SET status = new.status, version = new.version, spoken_version = new.spoken_version,
        source = new.source, confirmed_at = new.confirmed_at, expires_at = new.expires_at,
        paused_until = new.paused_until, expected_wait_days = new.expected_wait_days,
        places = new.places, free = new.free, unlimited = new.unlimited
    FROM new WHERE pools.pool_id = new.pool_id
)
INSERT INTO signals (pool_id, version, status, free, source, said_by, tapped_at, confirmed_at, expires_at,
    paused_until, expected_wait_days, recorded_at)
SELECT pool_id, version, status, CASE WHEN unlimited THEN NULL ELSE free END, source, said_by, tapped_at,
    confirmed_at, expires_at, paused_until, expected_wait_days, $15
FROM new
"""
SIGNAL_AS_OF = """
SELECT version, status, free, source, confirmed_at, expires_at, paused_until, expected_wait_days, recorded_at
FROM signals WHERE pool_id = $1 AND recorded_at <= $2 ORDER BY version DESC LIMIT 1
"""

LAST_WORD = """
SELECT status, free, confirmed_at FROM signals WHERE pool_id = $1 AND source <> 'decay'
ORDER BY version DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class LastWord:
    """What a provider last said. `free` None: without a limit."""

    status: Status
    free: int | None
    confirmed_at: datetime


async def find_pool(connection: Connection, pool_id: UUID) -> Pool:
    """Raises PoolNotFound."""
    row = await connection.fetchrow(FIND_POOL, pool_id)
    if row is None:
        raise PoolNotFound(pool_id)
    return _pool(row)


async def find_last_word(connection: Connection, pool_id: UUID) -> LastWord | None:
    """What the provider last said, however long ago; None when they have not spoken yet."""
    row = await connection.fetchrow(LAST_WORD, pool_id)
    return LastWord(Status(row["status"]), row["free"], row["confirmed_at"]) if row else None


async def list_pools_of_service(connection: Connection, service_id: UUID) -> list[Pool]:
    return [_pool(row) for row in await connection.fetch(LIST_POOLS_OF_SERVICE, service_id)]


async def lock_pool(connection: Connection, pool_id: UUID) -> Pool:
    """The pool, which nobody else changes until this transaction ends. Raises PoolNotFound."""
    found = await lock_pools(connection, [pool_id])
    if pool_id not in found:
        raise PoolNotFound(pool_id)
    return found[pool_id]


async def lock_pools(connection: Connection, pool_ids: Collection[UUID]) -> dict[UUID, Pool]:
    """Those of the pools that are known, each locked until this transaction ends."""
    rows = await connection.fetch(LOCK_POOLS, list(pool_ids))
    return {row["pool_id"]: _pool(row) for row in rows}


async def lock_expired(connection: Connection, now: datetime, limit: int) -> list[Pool]:
    """Pools whose signal is too old to count, save those that somebody is changing right now."""
    return [_pool(row) for row in await connection.fetch(LOCK_EXPIRED, now, limit)]


async def save_ledgers(connection: Connection, ledgers: Sequence[PoolLedger]) -> None:
    """Writes the places of many pools in one round trip. The caller holds their locks."""
    await connection.execute(
        SAVE_LEDGERS,
        [each.pool_id for each in ledgers],
        [each.places for each in ledgers],
        [each.free for each in ledgers],
        [each.held for each in ledgers],
        [each.taken for each in ledgers],
    )


async def save_signals(connection: Connection, pools: Sequence[Pool], now: datetime) -> None:
    """Writes what was newly said of pools, with its history. The caller holds their locks."""
    told = [(each, each.ledger, each.said) for each in pools if each.said is not None]
    await connection.execute(
        SAVE_SIGNALS,
        [pool.pool_id for pool, _, _ in told],
        [ledger.status for _, ledger, _ in told],
        [ledger.version for _, ledger, _ in told],
        [pool.spoken_version for pool, _, _ in told],
        [said.source for _, _, said in told],
        [said.confirmed_at for _, _, said in told],
        [said.expires_at for _, _, said in told],
        [said.paused_until for _, _, said in told],
        [said.expected_wait_days for _, _, said in told],
        [ledger.places for _, ledger, _ in told],
        [ledger.free for _, ledger, _ in told],
        [ledger.unlimited for _, ledger, _ in told],
        [said.said_by for _, _, said in told],
        [said.tapped_at for _, _, said in told],
        now,
    )


async def find_signal_as_of(connection: Connection, pool_id: UUID, moment: datetime) -> Record | None:
    """The signal that stood at a moment, or None when nobody had spoken yet."""
    return await connection.fetchrow(SIGNAL_AS_OF, pool_id, moment)


def _pool(row: Record) -> Pool:
    ledger = PoolLedger(
        pool_id=row["pool_id"],
        status=Status(row["status"]),
        version=row["version"],
        places=row["places"],
        free=row["free"],
        held=row["held"],
        taken=row["taken"],
        unlimited=row["unlimited"],
        withdrawn=row["withdrawn"],
    )
    return Pool(
        pool_id=row["pool_id"],
        service_id=row["service_id"],
        service_name=row["service_name"],
        area=row["area"],
        organisation_id=row["organisation_id"],
        spoken_version=row["spoken_version"],
        ledger=ledger,
        said=_said(row),
    )


def _said(row: Record) -> Said | None:
    if row["version"] == 0:
        return None
    return Said(
        source=Source(row["source"]),
        confirmed_at=row["confirmed_at"],
        expires_at=row["expires_at"],
        paused_until=row["paused_until"],
        expected_wait_days=row["expected_wait_days"],
    )
