"""Referral's copy of what providers say of their space, with our guess of what is left of it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from uuid import UUID

from services.referral.domain.listed_pool import Signal, Space
from services.referral.storage.json_rows import as_json_rows
from shared.events.capacity import SignalChangedV1
from shared.postgres.pool import Connection

# In the order of ids, so that two transactions take the rows in the same order.
KEEP = """
INSERT INTO copied_signals (pool_id, version, status, free, expires_at, expected_wait_days, guess, guess_version, confirmed_at)
SELECT pool_id, version, status, free, expires_at, expected_wait_days, free, version, confirmed_at
FROM jsonb_populate_recordset(NULL::copied_signals, $1::text::jsonb) ORDER BY pool_id
ON CONFLICT (pool_id) DO UPDATE SET
    version = EXCLUDED.version, status = EXCLUDED.status, free = EXCLUDED.free,
    expires_at = EXCLUDED.expires_at, confirmed_at = EXCLUDED.confirmed_at, expected_wait_days = EXCLUDED.expected_wait_days,
    guess = CASE WHEN copied_signals.guess_version < EXCLUDED.guess_version
                 THEN EXCLUDED.guess ELSE copied_signals.guess END,
    guess_version = greatest(copied_signals.guess_version, EXCLUDED.guess_version)
WHERE copied_signals.version < EXCLUDED.version
"""
LOCK = "SELECT 1 FROM copied_signals WHERE pool_id = ANY ($1::uuid[]) ORDER BY pool_id FOR UPDATE"
FIND = """
SELECT pool_id, status, version, guess, guess_version FROM copied_signals WHERE pool_id = ANY ($1::uuid[])
"""
# An answer may come before the statement under which it was given: then the row begins with the guess alone.
CORRECT = """
INSERT INTO copied_signals (pool_id, version, status, guess, guess_version)
SELECT pool_id, 0, 'unknown', guess, guess_version
FROM unnest($1::uuid[], $2::integer[], $3::bigint[]) AS said (pool_id, guess, guess_version) ORDER BY pool_id
ON CONFLICT (pool_id) DO UPDATE SET guess = EXCLUDED.guess, guess_version = EXCLUDED.guess_version
WHERE copied_signals.guess_version <= EXCLUDED.guess_version
"""
# No limit stays no limit.
COUNT_REQUESTS = """
WITH locked AS (
    SELECT pool_id FROM copied_signals WHERE pool_id = ANY ($1::uuid[]) ORDER BY pool_id FOR UPDATE
)
UPDATE copied_signals AS s SET
    guess = CASE WHEN s.guess IS NULL THEN NULL ELSE greatest(0, s.guess - asked.places) END,
    given_today = asked.places + CASE WHEN s.given_on = $3 THEN s.given_today ELSE 0 END,
    given_on = $3
FROM unnest($1::uuid[], $2::integer[]) AS asked (pool_id, places) JOIN locked USING (pool_id)
WHERE s.pool_id = asked.pool_id
"""
# Pools that show space while somebody waits for what they do where they do it. In any order, so that with
# more of them than are looked at in one round each has its turn.
LIST_WITH_SPACE_AND_LINE = """
SELECT pool_id FROM (
    SELECT DISTINCT g.pool_id
    FROM (SELECT DISTINCT need, area FROM legs WHERE state = 'waiting') AS line
    JOIN copied_services s ON s.needs @> ARRAY[line.need] AND (s.everywhere OR s.areas @> ARRAY[line.area])
                          AND NOT s.withdrawn
    JOIN copied_signals g ON g.pool_id = ANY (s.pool_ids)
    WHERE g.status IN ('open', 'limited') AND (g.guess IS NULL OR g.guess > 0)
) AS found ORDER BY random() LIMIT $1
"""


async def keep_signals(connection: Connection, signals: Iterable[SignalChangedV1]) -> None:
    """Keeps the newest statement of each pool. The rows stay locked until the end of the transaction."""
    newest: dict[UUID, SignalChangedV1] = {}
    for signal in signals:
        known = newest.get(signal.pool_id)
        if known is None or known.version < signal.version:
            newest[signal.pool_id] = signal
    kept = {"pool_id", "version", "status", "free", "expires_at", "expected_wait_days", "confirmed_at"}
    rows = [signal.model_dump(include=kept) for signal in newest.values()]
    if rows:
        await connection.execute(KEEP, as_json_rows(rows))


async def lock_signals(connection: Connection, pool_ids: Collection[UUID]) -> None:
    """Takes the rows' locks in the one order. Call it once in a transaction, for all pools it may change."""
    if pool_ids:
        await connection.execute(LOCK, list(pool_ids))


async def find_signals(connection: Connection, pool_ids: Collection[UUID]) -> dict[UUID, Signal]:
    rows = await connection.fetch(FIND, list(pool_ids))
    return {
        row["pool_id"]: Signal(row["status"], row["guess"], row["version"], row["guess_version"])
        for row in rows
    }


async def correct_guesses(connection: Connection, spaces: Mapping[UUID, Space]) -> None:
    if spaces:
        await connection.execute(
            CORRECT,
            list(spaces),
            [space.free for space in spaces.values()],
            [space.signal_version for space in spaces.values()],
        )


async def count_requests(connection: Connection, places: Mapping[UUID, int], today: date) -> None:
    """Lowers each pool's guess by what was asked for just now."""
    if places:
        await connection.execute(COUNT_REQUESTS, list(places), list(places.values()), today)


async def list_pools_with_space_and_line(connection: Connection, limit: int) -> list[UUID]:
    rows = await connection.fetch(LIST_WITH_SPACE_AND_LINE, limit)
    return [row["pool_id"] for row in rows]
