"""SQL about messages: planned once, claimed before the effect, settled after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from asyncpg import Record

from services.notify.domain.delivery_attempts import Failed, Outcome, Pending
from shared.events.notify import ReaderKind, RecipientKind
from shared.postgres.pool import Connection

# The columns stand in the order of NewMessage's fields, then the moment.
PLAN = """
INSERT INTO messages (message_id, event_id, area, recipient_kind, recipient_id, template, link_purpose,
    link_subject, service_id, traceparent, discreet, unmet_reason, due_at, created_at)
SELECT new.*, $13::timestamptz, $13::timestamptz
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::uuid[],
    $9::uuid[], $10::text[], $11::boolean[], $12::text[])
    AS new (message_id, event_id, area, recipient_kind, recipient_id)
ON CONFLICT ON CONSTRAINT messages_event_id_template_recipient_id_uq DO NOTHING
"""
# By the need, or by a sensitive service, of this message or of any other to the same person.
CLAIM = """
UPDATE messages SET state = 'sending', sending_since = $1, attempts = attempts + 1
WHERE message_id IN (
    SELECT message_id FROM messages
    WHERE state IN ('pending', 'sending') AND due_at <= $1
      AND (state = 'pending' OR sending_since <= $1::timestamptz - $2::interval)
    ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
RETURNING message_id, event_id, area, recipient_kind, recipient_id, template, link_purpose, link_subject,
    service_id, attempts, traceparent, unmet_reason,
    (SELECT name FROM copied_services
     WHERE copied_services.service_id = messages.service_id AND NOT sensitive) AS service_name,
    (recipient_kind = 'person' AND EXISTS (
        SELECT FROM messages AS other LEFT JOIN copied_services AS of USING (service_id)
        WHERE other.recipient_id = messages.recipient_id AND (other.discreet OR of.sensitive))) AS discreet
"""
# The attempt's number: an attempt that was given up for dead, and taken over, settles nothing any more.
SETTLE = """
UPDATE messages SET state = settled.state, settled_at = settled.settled_at, due_at = settled.due_at,
    failure_reason = settled.reason, sending_since = NULL
FROM unnest($1::uuid[], $2::int[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[])
    AS settled (message_id, attempt, state, settled_at, due_at, reason)
WHERE messages.message_id = settled.message_id AND messages.state = 'sending'
  AND messages.attempts = settled.attempt
RETURNING messages.message_id
"""
COUNT = """
SELECT template, state, count(*) AS messages FROM messages
WHERE $1::timestamptz IS NULL OR created_at >= $1
GROUP BY template, state ORDER BY template, state
"""


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message that an event calls for."""

    message_id: UUID
    event_id: UUID
    area: str | None
    recipient_kind: RecipientKind | ReaderKind
    recipient_id: UUID
    template: str
    link_purpose: str | None
    link_subject: UUID
    service_id: UUID | None
    traceparent: str | None
    discreet: bool = False
    unmet_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message that is being sent. `service_name` is absent where it is unknown, or the service sensitive."""

    message_id: UUID
    event_id: UUID
    area: str | None
    recipient_kind: RecipientKind | ReaderKind
    recipient_id: UUID
    template: str
    link_purpose: str | None
    link_subject: UUID
    service_id: UUID | None
    attempts: int
    traceparent: str | None
    service_name: str | None
    discreet: bool = False
    unmet_reason: str | None = None


async def plan_messages(connection: Connection, new: Sequence[NewMessage], now: datetime) -> None:
    """Adds those that are not there yet, in one round trip."""
    columns = [[getattr(each, name) for each in new] for name in NewMessage.__dataclass_fields__]
    await connection.execute(PLAN, *columns, now)


async def claim_due(connection: Connection, now: datetime, lease: timedelta, most: int) -> list[Message]:
    """Takes due messages in hand; those that another worker has in hand are left to it."""
    return [Message(**row) for row in await connection.fetch(CLAIM, now, lease, most)]


async def settle_messages(
    connection: Connection, outcomes: Sequence[tuple[Message, Outcome]], now: datetime
) -> set[UUID]:
    """Records what became of each try. Returns the messages whose try this still was."""
    rows = await connection.fetch(
        SETTLE,
        [message.message_id for message, _ in outcomes],
        [message.attempts for message, _ in outcomes],
        [_state(outcome) for _, outcome in outcomes],
        [None if isinstance(outcome, Pending) else now for _, outcome in outcomes],
        [now + outcome.pause if isinstance(outcome, Pending) else now for _, outcome in outcomes],
        [outcome.reason if isinstance(outcome, Failed) else None for _, outcome in outcomes],
    )
    return {row["message_id"] for row in rows}


async def count_messages(connection: Connection, since: datetime | None) -> list[Record]:
    return await connection.fetch(COUNT, since)


def _state(outcome: Outcome) -> str:
    if isinstance(outcome, Pending):
        return "pending"
    return "failed" if isinstance(outcome, Failed) else "sent"
