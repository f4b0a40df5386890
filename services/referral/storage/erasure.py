"""SQL that forgets a person: every row that is about them, and the key that the rest lay under."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.postgres.pool import Connection

ANSWERING = ("capacity", "notify", "outcomes")

# Whoever adds to the person's referrals, or forgets them too, waits here.
LOCK_PERSON = """
SELECT p.person_id, p.area FROM people p JOIN referrals r USING (person_id) WHERE r.referral_id = $1 FOR UPDATE OF p
"""
# Whoever adds to what is kept under the person's keys: they wait for each other not, and for an erasure.
HOLD_PERSON = """
SELECT p.person_id FROM people p JOIN referrals r USING (person_id) WHERE r.referral_id = $1 FOR KEY SHARE OF p
"""
LIST_REFERRALS = """
SELECT r.referral_id, r.reference, r.referrer_id, ARRAY(SELECT l.leg_id FROM legs l WHERE l.referral_id = r.referral_id ORDER BY l.leg_id) AS leg_ids,
    ARRAY(SELECT DISTINCT h.request_id FROM leg_history h JOIN legs l USING (leg_id)
          WHERE l.referral_id = r.referral_id AND h.request_id IS NOT NULL) AS request_ids
FROM referrals r WHERE r.person_id = $1 ORDER BY r.referral_id
"""
OF_LEGS = (
    "routing_decisions",
    "tried_pools",
    "leg_history",
    "set_aside_legs",
    "settled_follow_ups",
    "places_in_line",
    "declined_meanwhile",
    "escalations",
    "legs",
)
# The key and the hash of the request stay, so that the same request, sent again, refers nobody once more.
FORGET_KEPT_ANSWERS = """
UPDATE idempotency_keys SET response_body = NULL WHERE response_body->>'referral_id' = ANY ($1::text[])
"""
RECORD = """
INSERT INTO erasures (referral_id, person_id, area, asked_at, referrer_id, reference) VALUES ($1, $2, $3, $4, $5, $6)
"""
# Notify answers when who referred the person knows that they have stopped: then nothing needs the reference any more.
FORGET_REFERENCE = "UPDATE erasures SET referrer_id = NULL, reference = NULL WHERE referral_id = $1"
FIND_REFERENCE = "SELECT reference FROM erasures WHERE referral_id = $1 AND referrer_id = $2"
IS_ERASED = "SELECT EXISTS (SELECT FROM erasures WHERE referral_id = $1)"
RECORD_ANSWER = """
INSERT INTO erasure_answers (referral_id, service, area, answered_at)
SELECT referral_id, $2, area, $3 FROM erasures WHERE referral_id = $1
ON CONFLICT ON CONSTRAINT erasure_answers_pk DO NOTHING
"""
COUNT_UNANSWERED = """
SELECT count(*) FROM erasures e WHERE e.asked_at <= $1
  AND (SELECT count(*) FROM erasure_answers a WHERE a.referral_id = e.referral_id) < $2
"""


@dataclass(frozen=True, slots=True)
class KnownReferral:
    """A referral of the person by its ids, with every place that was ever asked for."""

    referral_id: UUID
    reference: str
    referrer_id: UUID | None
    leg_ids: tuple[UUID, ...]
    request_ids: tuple[UUID, ...]


async def lock_person_of(connection: Connection, referral_id: UUID) -> tuple[UUID, str] | None:
    """The person of a referral and their area, locked. None where there is nobody."""
    row = await connection.fetchrow(LOCK_PERSON, referral_id)
    return (row["person_id"], row["area"]) if row else None


async def hold_person_of(connection: Connection, referral_id: UUID) -> UUID | None:
    """The person of a referral, who cannot be forgotten before this transaction ends. None where there is nobody."""
    person_id: UUID | None = await connection.fetchval(HOLD_PERSON, referral_id)
    return person_id


async def list_referrals_of(connection: Connection, person_id: UUID) -> list[KnownReferral]:
    rows = await connection.fetch(LIST_REFERRALS, person_id)
    return [
        KnownReferral(
            row["referral_id"],
            row["reference"],
            row["referrer_id"],
            tuple(row["leg_ids"]),
            tuple(row["request_ids"]),
        )
        for row in rows
    ]


async def delete_person(connection: Connection, person_id: UUID, referrals: Sequence[KnownReferral]) -> None:
    """Every row, and the key last: from then on nothing opens what copies of them hold."""
    legs = [leg_id for referral in referrals for leg_id in referral.leg_ids]
    for table in OF_LEGS:
        await connection.execute(f"DELETE FROM {table} WHERE leg_id = ANY ($1::uuid[])", legs)
    await connection.execute("DELETE FROM unwanted_services WHERE person_id = $1", person_id)
    await connection.execute("DELETE FROM invited_people WHERE person_id = $1", person_id)
    await connection.execute("DELETE FROM event_consents WHERE person_id = $1", person_id)
    await connection.execute("DELETE FROM referrals WHERE person_id = $1", person_id)
    await connection.execute(FORGET_KEPT_ANSWERS, [str(each.referral_id) for each in referrals])
    await connection.execute("DELETE FROM person_marks WHERE person_id = $1", person_id)
    await connection.execute("DELETE FROM people WHERE person_id = $1", person_id)
    await connection.execute("DELETE FROM person_keys WHERE person_id = $1", person_id)


async def record_erasure(
    connection: Connection, referral: KnownReferral, person_id: UUID, area: str, now: datetime
) -> None:
    """With the reference, where there is somebody to be told by it that the person has stopped."""
    reference = referral.reference if referral.referrer_id else None
    await connection.execute(
        RECORD, referral.referral_id, person_id, area, now, referral.referrer_id, reference
    )


async def is_erased(connection: Connection, referral_id: UUID) -> bool:
    return bool(await connection.fetchval(IS_ERASED, referral_id))


async def find_erased_reference(connection: Connection, referral_id: UUID, referrer_id: UUID) -> str | None:
    """Of a referral that is gone, for who made it: only until they were told."""
    found: str | None = await connection.fetchval(FIND_REFERENCE, referral_id, referrer_id)
    return found


async def record_erasure_answer(
    connection: Connection, referral_id: UUID, service: str, answered_at: datetime
) -> None:
    await connection.execute(RECORD_ANSWER, referral_id, service, answered_at)
    if service == "notify":
        await connection.execute(FORGET_REFERENCE, referral_id)


async def count_unanswered_erasures(connection: Connection, asked_before: datetime) -> int:
    return int(await connection.fetchval(COUNT_UNANSWERED, asked_before, len(ANSWERING)))
