"""Who was referred before for what they are referred for now: known again by keyed hashes, shown by reference alone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.referral.storage.referrals import ReferralRow
from shared.postgres.pool import Connection

MOST_LISTED = 100
OVER = ("completed", "withdrawn", "unmet")
# Earlier needs of whoever shares a mark, the newest first. A mark is of one area. Help to go somewhere was nobody's reason
# to refer them, a place at an event was our word, and what was open meanwhile their own.
AGAIN = """
FROM legs l JOIN referrals r USING (referral_id)
CROSS JOIN LATERAL (
    SELECT count(*)::int AS times, (array_agg(b.leg_id ORDER BY b.received_at DESC, b.leg_id))[1] AS last_leg
    FROM legs b
    WHERE b.need = l.need AND b.beside_leg_id IS NULL AND b.invitation_id IS NULL AND b.meanwhile_of IS NULL
        AND b.received_at < l.received_at AND b.referral_id <> l.referral_id
        AND b.person_id IN (SELECT o.person_id FROM person_marks m JOIN person_marks o USING (mark)
                            WHERE m.person_id = l.person_id)
) AS before
JOIN legs last ON last.leg_id = before.last_leg
WHERE l.beside_leg_id IS NULL AND l.invitation_id IS NULL AND l.meanwhile_of IS NULL
    AND l.area = ANY ($1::text[]) AND l.state <> ALL ($2::text[]) AND before.times > 0
"""
COUNT = f"SELECT count(DISTINCT l.person_id) {AGAIN}"
# A provider's no, of which the leg goes on.
LIST = f"""
SELECT l.need, before.times, last.received_at AS last_received_at, last.state AS last_state,
    last.reason AS last_reason,
    (SELECT h.reason FROM leg_history h WHERE h.leg_id = last.leg_id AND h.from_state = 'offered'
        AND h.reason = ANY ($3::text[]) ORDER BY h.id DESC LIMIT 1) AS last_declined_as,
    r.referral_id, r.reference, r.person_id, r.area, r.door, r.received_at
{AGAIN} ORDER BY l.received_at DESC, l.leg_id LIMIT {MOST_LISTED}
"""


@dataclass(frozen=True, slots=True)
class Again:
    """A need of today that somebody was referred for `times` before, and how the last time stands or ended."""

    referral: ReferralRow
    need: str
    times: int
    last_received_at: datetime
    last_state: str
    last_reason: str | None
    last_declined_as: str | None


async def count_referred_again(connection: Connection, areas: Collection[str]) -> int:
    """How many people, each once."""
    return int(await connection.fetchval(COUNT, list(areas), list(OVER)))


async def list_referred_again(
    connection: Connection, areas: Collection[str], declines: Collection[str]
) -> Sequence[Again]:
    """The newest first. `declines` are the reasons by which a provider says no."""
    return [
        Again(
            ReferralRow(
                row["referral_id"], row["reference"], row["person_id"], row["area"], row["door"], row["received_at"]
            ),
            row["need"], row["times"], row["last_received_at"], row["last_state"], row["last_reason"],
            row["last_declined_as"],
        )
        for row in await connection.fetch(LIST, list(areas), list(OVER), list(declines))
    ]  # fmt: skip
