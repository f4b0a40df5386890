"""Every SQL statement about pools and what was said of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from asyncpg import Record

from services.capacity.domain.doubt import Doubt, DoubtCode, DoubtReason
from services.capacity.domain.errors import PoolNotFound
from services.capacity.domain.kinds import PoolKind
from services.capacity.domain.ledger import PoolLedger
from services.capacity.domain.pool import Pool, Said
from services.capacity.domain.status import Source, Status, ToldBy
from services.capacity.storage.stored_times import times_of
from shared.postgres.pool import Connection

COLUMNS = """pool_id, service_id, service_name, area, organisation_id, withdrawn, status, version, spoken_version, source,
    confirmed_at, expires_at, paused_until, expected_wait_days, places, free, held, taken, unlimited,
    kind, starts_on, times, in_all, note, told_by, doubt_percent, doubt_reasons"""

FIND_POOL = f"SELECT {COLUMNS} FROM pools WHERE pool_id = $1"
LIST_POOLS_IN = f"""
SELECT {COLUMNS} FROM pools WHERE NOT withdrawn AND coalesce(area, $2) = ANY ($1::text[])
ORDER BY service_name, pool_id
"""
LIST_POOLS_OF_SERVICE = f"SELECT {COLUMNS} FROM pools WHERE service_id = $1 ORDER BY pool_id"
# Sorted, so that two who lock the same pools wait for each other instead of deadlocking.
LOCK_POOLS = f"SELECT {COLUMNS} FROM pools WHERE pool_id = ANY ($1::uuid[]) ORDER BY pool_id FOR UPDATE"
LOCK_EXPIRED = f"""
SELECT {COLUMNS} FROM pools WHERE pool_id = ANY ($1::uuid[]) AND status <> 'unknown' AND expires_at <= $2
ORDER BY pool_id FOR UPDATE SKIP LOCKED
"""
# The places change together with their history, in one statement.
SAVE_LEDGERS = """
WITH new AS (
    SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[], $4::int[], $5::int[], $6::int[])
    AS new (pool_id, version, places, free, held, taken)
), changed AS (
    UPDATE pools SET places = new.places, free = new.free, held = new.held, taken = new.taken
    FROM new WHERE pools.pool_id = new.pool_id
)
INSERT INTO ledger_history (pool_id, recorded_at, version, places, free, held, taken)
SELECT pool_id, $7, version, places, free, held, taken FROM new
"""
# What was said changes the pool and its history in one statement: neither is ever without the other.
SAVE_SIGNALS = """
WITH new AS (
    SELECT * FROM unnest(
        $1::uuid[], $2::text[], $3::int[], $4::int[], $5::text[], $6::timestamptz[], $7::timestamptz[],
        $8::timestamptz[], $9::int[], $10::int[], $11::int[], $12::bool[], $13::text[], $14::timestamptz[],
        $15::int[], $16::text[], $17::text[], $18::int[], $19::jsonb[], $20::int[], $21::int[])
    AS new (pool_id, status, version, spoken_version, source, confirmed_at, expires_at,
        paused_until, expected_wait_days, places, free, unlimited, said_by, tapped_at, in_all, note, told_by,
        doubt_percent, doubt_reasons, held, taken)
), changed AS (
    UPDATE pools SET status = new.status, version = new.version, spoken_version = new.spoken_version,
        source = new.source, confirmed_at = new.confirmed_at, expires_at = new.expires_at,
        paused_until = new.paused_until, expected_wait_days = new.expected_wait_days,
        places = new.places, free = new.free, unlimited = new.unlimited, in_all = new.in_all,
        note = new.note, told_by = new.told_by, doubt_percent = new.doubt_percent,
        doubt_reasons = new.doubt_reasons
    FROM new WHERE pools.pool_id = new.pool_id
), counted AS (
    INSERT INTO ledger_history (pool_id, recorded_at, version, places, free, held, taken)
    SELECT pool_id, $22, version, places, free, held, taken FROM new
)
INSERT INTO signals (pool_id, version, status, free, source, said_by, tapped_at, confirmed_at, expires_at,
    paused_until, expected_wait_days, in_all, note, told_by, doubt_percent, doubt_reasons, recorded_at)
SELECT pool_id, version, status, CASE WHEN unlimited THEN NULL ELSE free END, source, said_by, tapped_at,
    confirmed_at, expires_at, paused_until, expected_wait_days, in_all, note, told_by,
    doubt_percent, doubt_reasons, $22
FROM new
"""
SIGNAL_AS_OF = """
SELECT version, status, free, in_all, source, confirmed_at, expires_at, paused_until, expected_wait_days,
    doubt_percent, recorded_at
FROM signals WHERE pool_id = $1 AND recorded_at <= $2 ORDER BY version DESC LIMIT 1
"""
# Written under the pool's lock, so the later of two of the same moment is the one with the greater number.
PLACES_AS_OF = """
SELECT places, free, held, taken, recorded_at FROM ledger_history
WHERE pool_id = $1 AND recorded_at <= $2 ORDER BY recorded_at DESC, seq DESC LIMIT 1
"""
# Under the pool's lock too: of two that clocks which differ have written, the later has the greater number.
WITHDRAWN_AS_OF = """
SELECT withdrawn FROM pool_withdrawals WHERE pool_id = $1 AND recorded_at <= $2 ORDER BY seq DESC LIMIT 1
"""

LAST_WORD = """
SELECT s.status, s.free, s.in_all, s.confirmed_at
FROM signals s JOIN pools p ON p.pool_id = s.pool_id AND p.spoken_version = s.version WHERE s.pool_id = $1
"""


@dataclass(frozen=True, slots=True)
class LastWord:
    """What a provider last said. `free` None: without a limit. `in_all`: of all places together, where they said so."""

    status: Status
    free: int | None
    confirmed_at: datetime
    in_all: int | None = None


async def find_pool(connection: Connection, pool_id: UUID) -> Pool:
    """Raises PoolNotFound."""
    row = await connection.fetchrow(FIND_POOL, pool_id)
    if row is None:
        raise PoolNotFound(pool_id)
    return pool_of(row)


async def find_last_word(connection: Connection, pool_id: UUID) -> LastWord | None:
    """What the provider last said, however long ago; None when they have not spoken yet."""
    row = await connection.fetchrow(LAST_WORD, pool_id)
    if row is None:
        return None
    return LastWord(Status(row["status"]), row["free"], row["confirmed_at"], row["in_all"])


async def list_pools_of_service(connection: Connection, service_id: UUID) -> list[Pool]:
    return [pool_of(row) for row in await connection.fetch(LIST_POOLS_OF_SERVICE, service_id)]


async def list_pools_in(connection: Connection, areas: Collection[str], *, no_area: str) -> list[Pool]:
    """What can be full in these areas; a service that belongs to no one area belongs to `no_area`."""
    return [pool_of(row) for row in await connection.fetch(LIST_POOLS_IN, list(areas), no_area)]


async def lock_pool(connection: Connection, pool_id: UUID) -> Pool:
    """The pool, which nobody else changes until this transaction ends. Raises PoolNotFound."""
    found = await lock_pools(connection, [pool_id])
    if pool_id not in found:
        raise PoolNotFound(pool_id)
    return found[pool_id]


async def lock_pools(connection: Connection, pool_ids: Collection[UUID]) -> dict[UUID, Pool]:
    """Those of the pools that are known, each locked until this transaction ends."""
    rows = await connection.fetch(LOCK_POOLS, list(pool_ids))
    return {row["pool_id"]: pool_of(row) for row in rows}


async def lock_expired(connection: Connection, pool_ids: Collection[UUID], now: datetime) -> list[Pool]:
    """Those whose signal is too old to count, save those that somebody is changing right now."""
    return [pool_of(row) for row in await connection.fetch(LOCK_EXPIRED, list(pool_ids), now)]


async def save_ledgers(connection: Connection, ledgers: Sequence[PoolLedger], now: datetime) -> None:
    """Writes the places of many pools in one round trip. The caller holds their locks."""
    await connection.execute(
        SAVE_LEDGERS,
        [each.pool_id for each in ledgers],
        [each.version for each in ledgers],
        [each.places for each in ledgers],
        [each.free for each in ledgers],
        [each.held for each in ledgers],
        [each.taken for each in ledgers],
        now,
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
        [ledger.in_all for _, ledger, _ in told],
        [said.note for _, _, said in told],
        [said.told_by for _, _, said in told],
        [pool.doubt.percent if pool.doubt else None for pool, _, _ in told],
        [_reasons_as_json(pool.doubt) for pool, _, _ in told],
        [ledger.held for _, ledger, _ in told],
        [ledger.taken for _, ledger, _ in told],
        now,
    )


async def find_signal_as_of(connection: Connection, pool_id: UUID, moment: datetime) -> Record | None:
    """The signal that stood at a moment, or None when nobody had spoken yet."""
    return await connection.fetchrow(SIGNAL_AS_OF, pool_id, moment)


async def find_places_as_of(connection: Connection, pool_id: UUID, moment: datetime) -> Record | None:
    """How the places stood at a moment, or None before anything was known of them."""
    return await connection.fetchrow(PLACES_AS_OF, pool_id, moment)


async def was_withdrawn(connection: Connection, pool_id: UUID, moment: datetime) -> bool:
    return bool(await connection.fetchval(WITHDRAWN_AS_OF, pool_id, moment))


def pool_of(row: Record) -> Pool:
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
        in_all=row["in_all"],
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
        kind=PoolKind(row["kind"]),
        starts_on=row["starts_on"],
        doubt=_doubt(row),
        times=times_of(row["times"]),
    )


def _reasons_as_json(doubt: Doubt | None) -> str | None:
    if doubt is None:
        return None
    reasons = [{"code": each.code, "number": each.number, "of": each.of} for each in doubt.reasons]
    return orjson.dumps(reasons).decode()


def _doubt(row: Record) -> Doubt | None:
    if row["doubt_percent"] is None:
        return None
    reasons = tuple(
        DoubtReason(DoubtCode(each["code"]), each["number"], each["of"])
        for each in orjson.loads(row["doubt_reasons"])
    )
    return Doubt(row["doubt_percent"], reasons)


def _said(row: Record) -> Said | None:
    if row["version"] == 0:
        return None
    return Said(
        source=Source(row["source"]),
        confirmed_at=row["confirmed_at"],
        expires_at=row["expires_at"],
        paused_until=row["paused_until"],
        expected_wait_days=row["expected_wait_days"],
        note=row["note"],
        told_by=ToldBy(row["told_by"]) if row["told_by"] else None,
    )
