"""Asks organisations whether their entries are still right: one question an organisation, some days after one another."""

from datetime import date, datetime
from itertools import groupby
from typing import Any

from services.directory.published_events import assurance_due
from services.directory.storage.reminder_rows import entries_due, forget_answered, keep_reminded
from shared.events.envelope import Event
from shared.messaging.outbox import append_events, say
from shared.postgres.pool import Connection

MOST_AT_ONCE = 50  # organisations


async def remind(connection: Connection, today: date, now: datetime) -> int:
    """How many entries were asked about. Each step of each entry is asked once, however many workers there are."""
    await forget_answered(connection)
    due = await entries_due(connection, today, now, MOST_AT_ONCE)
    if not due:
        return 0
    ours = await keep_reminded(connection, due, now)
    asking = [each for each in due if each.id in ours]
    by_organisation = groupby(asking, key=lambda each: each.organisation_id)
    events: list[Event[Any]] = []
    for _organisation_id, entries in by_organisation:
        asked = list(entries)
        events.append(say(assurance_due(asked), area=asked[0].area))
    await append_events(connection, events)
    return len(asking)
