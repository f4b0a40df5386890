"""Turns events into messages to send: one row each, in the transaction that takes the event."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.notify.domain.message_rules import PlannedMessage, messages_about
from services.notify.storage import message_rows
from services.notify.storage.message_rows import NewMessage
from shared.events.envelope import Event, new_event_id
from shared.postgres.pool import Connection


async def plan_messages(connection: Connection, events: Sequence[Event[Any]], now: datetime) -> None:
    """One round trip, whatever the size of the batch."""
    new = [new_message(event, planned) for event in events for planned in messages_about(event.data)]
    if new:
        await message_rows.plan_messages(connection, new, now)


def new_message(event: Event[Any], planned: PlannedMessage) -> NewMessage:
    return NewMessage(
        new_event_id(),
        event.id,
        event.area,
        planned.recipient_kind,
        planned.recipient_id,
        planned.template,
        planned.link_purpose,
        planned.link_subject,
        planned.service_id,
        event.traceparent,
        planned.discreet,
        planned.unmet_reason,
    )
