"""Records what became of messages after a try to send them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.notify.domain.delivery_attempts import Failed, Outcome, Pending, Sent
from services.notify.published_events import message_delivered, message_failed
from services.notify.storage import message_rows
from services.notify.storage.message_rows import Message
from services.notify.use_cases.erase_person import answer_what_is_told
from shared.events.envelope import Event
from shared.messaging.outbox import append_events
from shared.postgres.pool import Connection


async def settle_messages(
    connection: Connection, outcomes: Sequence[tuple[Message, Outcome]], now: datetime
) -> None:
    """Marks the messages and says what was delivered and what failed, in one transaction."""
    ours = await message_rows.settle_messages(connection, outcomes, now)
    said = [_said(message, outcome, now) for message, outcome in outcomes if message.message_id in ours]
    await append_events(connection, [event for event in said if event is not None])
    ended = [
        message.message_id
        for message, outcome in outcomes
        if message.message_id in ours and not isinstance(outcome, Pending)
    ]
    await answer_what_is_told(connection, ended)


def _said(message: Message, outcome: Outcome, now: datetime) -> Event[Any] | None:
    match outcome:
        case Sent():
            return message_delivered(message, now)
        case Failed(reason):
            return message_failed(message, reason, now)
        case _:
            return None
