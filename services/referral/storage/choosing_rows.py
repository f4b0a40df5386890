"""Needs that stand with their person, who chooses: for staff who may choose with them, by reference alone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.referral.storage.referrals import ReferralRow
from shared.postgres.pool import Connection

MOST_LISTED = 100
# Of the areas, or of those whom the organisations referred from elsewhere.
OURS = """
FROM legs l JOIN referrals r USING (referral_id)
WHERE l.state = 'proposed' AND CASE WHEN $2::uuid[] IS NULL THEN l.area = ANY ($1::text[])
    ELSE l.referring_organisation_id = ANY ($2::uuid[]) AND l.area <> ALL ($1::text[]) END
"""
COUNT = f"SELECT count(DISTINCT l.person_id) {OURS}"
LIST = f"""
SELECT l.leg_id, l.need, l.answer_by, l.reason,
    r.referral_id, r.reference, r.person_id, r.area, r.door, r.received_at
{OURS} ORDER BY l.answer_by, l.leg_id LIMIT {MOST_LISTED}
"""


@dataclass(frozen=True, slots=True)
class Choosing:
    """One need whose person chooses until `choose_by`. `reason` says why they are asked first."""

    leg_id: UUID
    need: str
    choose_by: datetime
    reason: str | None
    referral: ReferralRow


async def count_choosing(
    connection: Connection, areas: Collection[str], referred_by: Collection[UUID] | None = None
) -> int:
    """How many people they are, each once: of the areas, or of whom organisations referred from outside of them."""
    return int(await connection.fetchval(COUNT, list(areas), referred_by and list(referred_by)))


async def list_choosing(
    connection: Connection, areas: Collection[str], referred_by: Collection[UUID] | None = None
) -> Sequence[Choosing]:
    """Those whose time to choose ends first, as `count_choosing` counts them."""
    return [
        Choosing(
            row["leg_id"], row["need"], row["answer_by"], row["reason"],
            ReferralRow(
                row["referral_id"], row["reference"], row["person_id"], row["area"], row["door"], row["received_at"]
            ),
        )
        for row in await connection.fetch(LIST, list(areas), referred_by and list(referred_by))
    ]  # fmt: skip
