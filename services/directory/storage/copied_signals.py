"""The directory's copy of what providers say of their space. What nobody may be shown is not read out of it."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from services.directory.domain.space import Signal
from shared.events.capacity import SignalChangedV1
from shared.postgres.pool import Connection

SIGNALS_LOCK = 5_021_984_403_037  # any number that nothing else locks
SIGNALS_HEARD = "signals_heard"  # the channel on which whoever follows them is woken, when they are committed

# In the order of ids, so that two transactions take the rows in the same order.
KEEP = """
INSERT INTO copied_signals (pool_id, service_id, version, status, free, confirmed_at, expires_at, paused_until,
                            expected_wait_days, heard_at)
SELECT pool_id, service_id, version, status, free, confirmed_at, expires_at, paused_until,
       expected_wait_days, clock_timestamp()
FROM jsonb_populate_recordset(NULL::copied_signals, $1::jsonb) ORDER BY pool_id
ON CONFLICT (pool_id) DO UPDATE SET
    service_id = EXCLUDED.service_id,
    version = EXCLUDED.version,
    status = EXCLUDED.status,
    free = EXCLUDED.free,
    confirmed_at = EXCLUDED.confirmed_at,
    expires_at = EXCLUDED.expires_at,
    paused_until = EXCLUDED.paused_until,
    expected_wait_days = EXCLUDED.expected_wait_days,
    heard_at = EXCLUDED.heard_at
WHERE copied_signals.version < EXCLUDED.version
"""
# A service that is sensitive, closed, merged away or only listed has no space to be shown, whatever was said of it;
# nor has a pool that it no longer has.
MAY_SHOW = """services.status = 'active' AND services.listed AND services.routable
  AND NOT coalesce((services.document ->> 'sensitive')::boolean, false)
  AND services.document -> 'pools' @> jsonb_build_array(jsonb_build_object('id', s.pool_id::text))"""
SIGNALS_OF = f"""
SELECT s.service_id, s.pool_id, s.status, s.free, s.confirmed_at, s.expires_at, s.paused_until,
       s.expected_wait_days
FROM copied_signals s JOIN services ON services.id = s.service_id
WHERE s.service_id = ANY ($1) AND {MAY_SHOW}
ORDER BY s.service_id, s.pool_id
"""
CHANGED = """
SELECT service_id FROM copied_signals WHERE heard_at > $1
UNION
SELECT service_id FROM copied_signals WHERE expires_at > $2 AND expires_at <= $3
"""
# Of a service that has no space to be shown not even the moment of a word is told. Whatever hides or shows its space
# is a change of the service itself, with a later moment.
LAST_WORD = f"""
SELECT greatest(max(s.heard_at), max(s.expires_at) FILTER (WHERE s.expires_at <= $2))
FROM copied_signals s JOIN services ON services.id = s.service_id
WHERE s.service_id = $1 AND {MAY_SHOW}
"""
LAST_HEARD = "SELECT coalesce(max(heard_at), '-infinity') FROM copied_signals"

KEPT = {
    "pool_id",
    "service_id",
    "version",
    "status",
    "free",
    "confirmed_at",
    "expires_at",
    "paused_until",
    "expected_wait_days",
}


async def keep_signals(connection: Connection, signals: Iterable[SignalChangedV1]) -> None:
    """Keeps the newest word on each pool.

    Whoever writes waits for the one before, so that `heard_at` grows in the order of the commits and a reader who
    asks for what was heard since misses nothing.
    """
    newest: dict[UUID, SignalChangedV1] = {}
    for signal in signals:
        known = newest.get(signal.pool_id)
        if known is None or known.version < signal.version:
            newest[signal.pool_id] = signal
    if newest:
        rows = [signal.model_dump(mode="json", include=KEPT) for signal in newest.values()]
        await connection.execute("SELECT pg_advisory_xact_lock($1)", SIGNALS_LOCK)
        await connection.execute(KEEP, json.dumps(rows))
        await connection.execute("SELECT pg_notify($1, '')", SIGNALS_HEARD)


async def signals_of(connection: Connection, service_ids: Iterable[UUID]) -> dict[UUID, tuple[Signal, ...]]:
    """What may be shown of these services, by service; one of which nothing is known is left out."""
    found: dict[UUID, list[Signal]] = {}
    for row in await connection.fetch(SIGNALS_OF, list(service_ids)):
        found.setdefault(row["service_id"], []).append(_signal(row))
    return {service_id: tuple(signals) for service_id, signals in found.items()}


async def changed_space(
    connection: Connection, heard_after: datetime, since: datetime, now: datetime
) -> Sequence[UUID]:
    """The services of which something was heard after a moment, or a word became too old between two."""
    return [row["service_id"] for row in await connection.fetch(CHANGED, heard_after, since, now)]


async def last_heard(connection: Connection) -> datetime:
    moment: datetime = await connection.fetchval(LAST_HEARD)
    return moment


async def last_word(connection: Connection, service_id: UUID, now: datetime) -> datetime | None:
    """When what is known of a service's space last changed, by a word or because one became too old."""
    moment: datetime | None = await connection.fetchval(LAST_WORD, service_id, now)
    return moment


def _signal(row: Record) -> Signal:
    return Signal(
        pool_id=row["pool_id"],
        status=row["status"],
        free=row["free"],
        confirmed_at=row["confirmed_at"],
        expires_at=row["expires_at"],
        paused_until=row["paused_until"],
        expected_wait_days=row["expected_wait_days"],
    )
