"""Whether a transaction waits for another: the moment that tests of races wait for."""

from shared.postgres.pool import Pool

WAITING = """
SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')
"""


async def somebody_waits_for_a_lock(pool: Pool) -> bool:
    """In this pool's database."""
    return bool(await pool.fetchval(WAITING))
