"""SQL that forgets the messages to a person and those about their referral."""

from collections.abc import Sequence
from uuid import UUID

from shared.postgres.pool import Connection

DELETE_MESSAGES = """
DELETE FROM messages WHERE (recipient_kind = 'person' AND recipient_id = $1) OR link_subject = ANY ($2::uuid[])
"""
REMEMBER = (
    "INSERT INTO erased_people (person_id) VALUES ($1) ON CONFLICT ON CONSTRAINT erased_people_pk DO NOTHING"
)


async def delete_messages(connection: Connection, person_id: UUID, subjects: Sequence[UUID]) -> None:
    await connection.execute(REMEMBER, person_id)
    await connection.execute(DELETE_MESSAGES, person_id, subjects)
