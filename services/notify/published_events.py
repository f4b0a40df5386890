"""What notify says: the one mapping from its messages to the published language."""

from datetime import datetime
from typing import Any, get_args

from services.notify.storage.message_rows import Message
from shared.events.envelope import Event, new_event
from shared.events.notify import (
    FailureReason,
    MailSettledV1,
    MessageDeliveredV1,
    MessageFailedV1,
    ReaderKind,
)

READERS = frozenset(get_args(ReaderKind))


def message_delivered(message: Message, delivered_at: datetime) -> Event[Any]:
    if message.recipient_kind in READERS:
        return _said(message, MailSettledV1(**_of_reader(message), outcome="sent", settled_at=delivered_at))
    return _said(message, MessageDeliveredV1(**_names(message), delivered_at=delivered_at))


def message_failed(message: Message, reason: FailureReason, failed_at: datetime) -> Event[Any]:
    if message.recipient_kind in READERS:
        settled = MailSettledV1(**_of_reader(message), outcome="failed", reason=reason, settled_at=failed_at)
        return _said(message, settled)
    return _said(message, MessageFailedV1(**_names(message), reason=reason))


def _said(message: Message, data: MessageDeliveredV1 | MessageFailedV1 | MailSettledV1) -> Event[Any]:
    """In the trace of the event that called for the message."""
    return new_event(data, area=message.area, caused_by=message.event_id, traceparent=message.traceparent)


def _names(message: Message) -> dict[str, Any]:
    return {**_of_reader(message), "channel": "email"}


def _of_reader(message: Message) -> dict[str, Any]:
    return {
        "message_id": message.message_id,
        "recipient_kind": message.recipient_kind,
        "recipient_id": message.recipient_id,
        "template": message.template,
    }
