"""Whoever changes the menu waits for the one before: so changes have an order, and nothing is decided twice."""

from shared.postgres.pool import Connection

MENU_LOCK = 5_021_984_403_030  # any number that nothing else locks


async def take_turn(connection: Connection) -> None:
    """Until the open transaction ends.

    The moments in `changed_at` are taken after this, by the clock: whoever comes later has the later moment, so
    that readers who ask for what changed since miss nothing.
    """
    await connection.execute("SELECT pg_advisory_xact_lock($1)", MENU_LOCK)
