"""SQL that reads the messages to a person and those about their referral, with the fields in words."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.postgres.pool import Connection

MESSAGES = """
SELECT template AS "message", recipient_kind AS "to", channel AS "by", state AS "state",
    created_at::text AS "made", settled_at::text AS "sent or given up"
FROM messages WHERE (recipient_kind = 'person' AND recipient_id = $1) OR link_subject = ANY ($2::uuid[])
ORDER BY created_at
"""


async def list_messages(
    connection: Connection, person_id: UUID, about: Sequence[UUID]
) -> tuple[dict[str, Any], ...]:
    return tuple(dict(row) for row in await connection.fetch(MESSAGES, person_id, about))
