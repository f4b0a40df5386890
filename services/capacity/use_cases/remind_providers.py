"""Asks providers, once for each word, to say anew what soon counts no more."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.capacity.storage.reminder_rows import mark_reminded
from shared.events.capacity import SignalExpiringV1
from shared.messaging.outbox import append_events, say
from shared.postgres.pool import Connection


async def remind_providers(connection: Connection, pool_ids: Sequence[UUID], now: datetime) -> list[UUID]:
    """Gives the pools whose providers are reminded; who spoke meanwhile is not."""
    due = await mark_reminded(connection, pool_ids, now)
    events = [
        say(
            SignalExpiringV1(
                pool_id=each.pool_id,
                service_id=each.service_id,
                organisation_id=each.organisation_id,
                version=each.spoken_version,
                expires_at=each.expires_at,
            ),
            area=each.area,
        )
        for each in due
    ]
    await append_events(connection, events)
    return [each.pool_id for each in due]
