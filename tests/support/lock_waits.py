"""Whether a transaction waits for another: the moment that tests of races wait for."""

from __future__ import annotations

from shared.postgres.pool import Connection, Pool

WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


async def somebody_waits_for_a_lock(asked: Pool | Connection, at_least: int = 1) -> bool:
    """In the database of the pool or connection; ask neither inside a transaction, which sees one moment only."""
    return int(await asked.fetchval(WAITING)) >= at_least
