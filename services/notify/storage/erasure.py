"""SQL that forgets the messages to a person and those about their referral; what says 'stopped' only once it is told."""

from collections.abc import Sequence
from uuid import UUID

from asyncpg import Record

from services.notify.domain.message_rules import STOPS
from shared.events.envelope import Event
from shared.events.referral import PersonErasedV1
from shared.postgres.pool import Connection

# Without a link: the pages about the person are gone.
KEEP_UNTIL_TOLD = """
UPDATE messages SET erased_referral_id = $1, link_purpose = NULL
WHERE link_subject = ANY ($2::uuid[]) AND template = ANY ($3::text[]) AND recipient_kind <> 'person'
  AND state IN ('pending', 'sending')
RETURNING message_id
"""
DELETE_MESSAGES = """
DELETE FROM messages
WHERE erased_referral_id IS NULL
  AND ((recipient_kind = 'person' AND recipient_id = $1) OR link_subject = ANY ($2::uuid[]))
"""
REMEMBER = """
WITH person AS (
    INSERT INTO erased_people (person_id) VALUES ($1) ON CONFLICT ON CONSTRAINT erased_people_pk DO NOTHING)
INSERT INTO erased_referrals (referral_id) VALUES ($2) ON CONFLICT ON CONSTRAINT erased_referrals_pk DO NOTHING
"""
# People whose referral was not remembered yet are known by their own id.
ANY_ERASED = """
SELECT EXISTS (SELECT FROM erased_referrals WHERE referral_id = ANY ($1::uuid[]))
    OR EXISTS (SELECT FROM erased_people WHERE person_id = ANY ($2::uuid[]))
"""
# Follow-ups come on another topic: whoever plans messages and whoever forgets somebody wait for each other.
ERASING_LOCK = 5_021_984_403_003  # any number that nothing else locks
LOCK_FOR_PLANNING = "SELECT pg_advisory_xact_lock_shared($1)"
LOCK_FOR_ERASING = "SELECT pg_advisory_xact_lock($1)"
OWE = """
INSERT INTO owed_erasure_answers (referral_id, person_id, area, event_id, traceparent) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT ON CONSTRAINT owed_erasure_answers_pk DO NOTHING
"""
# Of two senders that each settle one of the last two messages, the second has to see what the first deleted.
LOCK_OWED = """
SELECT referral_id FROM owed_erasure_answers
WHERE referral_id IN (SELECT erased_referral_id FROM messages WHERE message_id = ANY ($1::uuid[]))
ORDER BY referral_id FOR UPDATE
"""
FORGET_TOLD = "DELETE FROM messages WHERE message_id = ANY ($1::uuid[]) AND erased_referral_id IS NOT NULL"
TAKE_OWED = """
DELETE FROM owed_erasure_answers o
WHERE o.referral_id = ANY ($1::uuid[])
  AND NOT EXISTS (SELECT FROM messages m WHERE m.erased_referral_id = o.referral_id)
RETURNING o.referral_id, o.person_id, o.area, o.event_id, o.traceparent
"""


async def lock_who_is_erased(connection: Connection, *, to_change: bool) -> None:
    """Until the transaction ends nobody is forgotten; or, `to_change`, nothing is planned."""
    await connection.execute(LOCK_FOR_ERASING if to_change else LOCK_FOR_PLANNING, ERASING_LOCK)


async def any_is_erased(
    connection: Connection, referral_ids: Sequence[UUID], person_ids: Sequence[UUID]
) -> bool:
    return bool(await connection.fetchval(ANY_ERASED, referral_ids, person_ids))


async def delete_messages(
    connection: Connection, event: Event[PersonErasedV1], subjects: Sequence[UUID]
) -> bool:
    """Whether nothing is left. Where groups or a referrer are still to be told to stop, the answer is owed."""
    erased = event.data
    await connection.execute(REMEMBER, erased.person_id, erased.referral_id)
    kept = await connection.fetch(KEEP_UNTIL_TOLD, erased.referral_id, subjects, sorted(STOPS))
    await connection.execute(DELETE_MESSAGES, erased.person_id, subjects)
    if kept:
        await connection.execute(
            OWE, erased.referral_id, erased.person_id, event.area, event.id, event.traceparent
        )
    return not kept


async def forget_told(connection: Connection, settled: Sequence[UUID]) -> list[Record]:
    """Deletes those of the settled messages that waited for it. Gives the answers that nothing is in the way of now."""
    owed = [row["referral_id"] for row in await connection.fetch(LOCK_OWED, settled)]
    if not owed:
        return []
    await connection.execute(FORGET_TOLD, settled)
    return await connection.fetch(TAKE_OWED, owed)
