"""What changed of the copies of services and signals since a snapshot: exactly, whatever order transactions end in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import asyncpg

from services.referral.domain.listed_pool import ListedPool, Signal
from services.referral.storage.copied_services import pool_of, signal_of
from shared.postgres.pool import Connection

# A transaction that the snapshot did not show is at least as young as its oldest under way, so the index finds them.
CHANGED = """
{0}.changed_in >= pg_snapshot_xmin($1::text::pg_snapshot)
AND NOT pg_visible_in_snapshot({0}.changed_in, $1::text::pg_snapshot)
"""
SIGNAL = """
g.status, g.version AS signal_version, g.guess, g.guess_version, g.expected_wait_days, g.given_on, g.given_today
"""
OF_SERVICES = f"""
SELECT s.*, pool.id AS pool_id, {SIGNAL},
    coalesce(pg_current_xact_id_if_assigned() IN (s.changed_in, g.changed_in), false) AS ours
FROM copied_services s LEFT JOIN LATERAL unnest(s.pool_ids) AS pool (id) ON NOT s.withdrawn
LEFT JOIN copied_signals g ON g.pool_id = pool.id
"""
# Signals by themselves: whose pool it is the process knows.
OF_SIGNALS = f"""
SELECT (NULL::copied_services).*, g.pool_id, {SIGNAL},
    coalesce(pg_current_xact_id_if_assigned() = g.changed_in, false) AS ours
FROM copied_signals g
"""
ALL = f"SELECT pg_current_snapshot()::text AS seen, found.* FROM (SELECT) AS once LEFT JOIN ({OF_SERVICES}) AS found ON true"
SINCE = f"""
SELECT pg_current_snapshot()::text AS seen, found.* FROM (SELECT) AS once LEFT JOIN (
    {OF_SERVICES} WHERE {CHANGED.format("s")} UNION ALL {OF_SIGNALS} WHERE {CHANGED.format("g")}
) AS found ON true
"""


@dataclass(frozen=True, slots=True)
class PoolRow:
    """A pool as it was read, and the day for which its number of given places is meant."""

    pool: ListedPool
    given_on: date | None


@dataclass(frozen=True, slots=True)
class SaidOfPool:
    """What its provider says of a pool, and what was given of it on the day."""

    pool_id: UUID
    signal: Signal
    given_today: int
    given_on: date | None


@dataclass(frozen=True, slots=True)
class ReadPools:
    services: Mapping[UUID, Sequence[PoolRow]]
    """All pools of each service that changed; none where it was withdrawn."""
    said: Sequence[SaidOfPool]
    has_ours: bool
    """Whether the reading transaction wrote some of what changed. That is left out: nobody else may take it as true."""
    seen: str
    """The snapshot of the reading: what to ask from next time."""


async def read_all_pools(connection: Connection) -> ReadPools:
    return _read(await connection.fetch(ALL))


async def read_changed_pools(connection: Connection, since: str) -> ReadPools:
    return _read(await connection.fetch(SINCE, since))


def _read(rows: Sequence[asyncpg.Record]) -> ReadPools:
    """One row at the least, for the snapshot. A service is left out whole."""
    found = [row for row in rows if row["service_id"] or row["pool_id"]]
    ours = {row["service_id"] for row in found if row["ours"]}
    services: dict[UUID, list[PoolRow]] = {}
    said = []
    for row in found:
        if row["service_id"] is None:
            if not row["ours"]:
                said.append(
                    SaidOfPool(row["pool_id"], signal_of(row), row["given_today"] or 0, row["given_on"])
                )
        elif row["service_id"] not in ours:
            of_service = services.setdefault(row["service_id"], [])
            if row["pool_id"] is not None:
                of_service.append(PoolRow(pool_of(row), row["given_on"]))
    return ReadPools(services, said, bool(ours), rows[0]["seen"])
