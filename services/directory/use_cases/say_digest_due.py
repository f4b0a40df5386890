"""Says that a weekly mail is due, once for each week, however many workers look; nothing where there is nothing to tell."""

from datetime import date, datetime

from services.directory.domain.digest import Digest, next_day
from services.directory.published_events import digest_due
from services.directory.storage.digest_rows import move_on
from shared.messaging.outbox import append_event
from shared.postgres.pool import Connection


async def say_digest_due(
    connection: Connection, due: Digest, today: date, now: datetime, *, something_on: bool
) -> bool:
    """Whether it was said here."""
    if not await move_on(connection, due, next_day(due.next_on, today), now) or not something_on:
        return False
    await append_event(connection, digest_due(due), area=None)
    return True
