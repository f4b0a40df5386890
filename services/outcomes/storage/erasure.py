"""SQL that forgets a referral: every row of the read model, and what the person answered."""

from collections.abc import Sequence
from uuid import UUID

from shared.postgres.pool import Connection

OF_FOLLOW_UPS = """
DELETE FROM {table} WHERE follow_up_id IN (SELECT follow_up_id FROM follow_ups WHERE referral_id = ANY ($1::uuid[]))
"""
# Whoever answers, or moves a due time, at this moment does it before or not at all.
LOCK_FOLLOW_UPS = """
SELECT follow_up_id FROM follow_ups WHERE referral_id = ANY ($1::uuid[]) ORDER BY follow_up_id FOR UPDATE
"""
READ_MODEL = ("measures", "follow_ups", "legs", "referrals")
REMEMBER = """
INSERT INTO erased_referrals (referral_id, area) SELECT * FROM unnest($1::uuid[], $2::text[])
ON CONFLICT ON CONSTRAINT erased_referrals_pk DO NOTHING
"""
ANY_ERASED = "SELECT EXISTS (SELECT FROM erased_referrals WHERE referral_id = ANY ($1::uuid[]))"


async def delete_answers(connection: Connection, referral_ids: Sequence[UUID]) -> None:
    """Before the follow-ups that they belong to."""
    await connection.execute(LOCK_FOLLOW_UPS, referral_ids)
    await connection.execute(OF_FOLLOW_UPS.format(table="answers"), referral_ids)


async def delete_referrals(
    connection: Connection, referral_ids: Sequence[UUID], areas: Sequence[str]
) -> None:
    """All but what was answered, of which the log knows nothing."""
    await connection.execute(OF_FOLLOW_UPS.format(table="moved_due_times"), referral_ids)
    for table in READ_MODEL:
        await connection.execute(f"DELETE FROM {table} WHERE referral_id = ANY ($1::uuid[])", referral_ids)
    await connection.execute(REMEMBER, referral_ids, areas)


async def any_is_erased(connection: Connection, referral_ids: Sequence[UUID]) -> bool:
    return bool(referral_ids) and bool(await connection.fetchval(ANY_ERASED, referral_ids))
