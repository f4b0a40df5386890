"""What became of those whom an organisation referred: who has no help, and who got a place, by reference alone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.referral.storage.referrals import ReferralRow
from shared.postgres.pool import Connection

MOST_LISTED = 100
COLUMNS = """
    r.referral_id, r.reference, r.person_id, r.area, r.door, r.received_at, l.need, l.state
"""
# What they said yes to beside their needs was nothing that they were referred for. Ended without help, or still looking after a group that was asked did not answer.
WITHOUT_HELP = """
FROM legs l JOIN referrals r USING (referral_id)
CROSS JOIN LATERAL (SELECT max(h.happened_at) AS at FROM leg_history h
    WHERE h.leg_id = l.leg_id AND (h.to_state = l.state OR h.reason = 'no-answer-in-time')) AS happened
WHERE l.referring_organisation_id = ANY ($1::uuid[]) AND l.invitation_id IS NULL AND l.meanwhile_of IS NULL
    AND ((l.state IN ('unmet', 'withdrawn') AND l.changed_at > $2)
        OR (l.state IN ('matching', 'waiting', 'requested', 'offered')
            AND EXISTS (SELECT FROM leg_history h WHERE h.leg_id = l.leg_id AND h.reason = 'no-answer-in-time')))
"""
PLACED = """
FROM legs l JOIN referrals r USING (referral_id)
CROSS JOIN LATERAL (SELECT max(h.happened_at) AS at FROM leg_history h
    WHERE h.leg_id = l.leg_id AND h.to_state = 'accepted' AND h.from_state IS DISTINCT FROM h.to_state) AS happened
WHERE l.referring_organisation_id = ANY ($1::uuid[]) AND l.changed_at > $2
    AND l.state IN ('accepted', 'started', 'completed') AND happened.at > $2
"""


@dataclass(frozen=True, slots=True)
class ReferredNeed:
    """One need of somebody who was referred, and what became of it when."""

    referral: ReferralRow
    need: str
    state: str
    at: datetime


async def count_people(
    connection: Connection, chosen: str, organisations: Collection[UUID], since: datetime
) -> int:
    """How many people they are, each once. `chosen` is one of the two above."""
    counted = await connection.fetchval(
        f"SELECT count(DISTINCT l.person_id) {chosen}",
        list(organisations), since,
    )  # fmt: skip
    return int(counted)


async def list_needs(
    connection: Connection, chosen: str, organisations: Collection[UUID], since: datetime
) -> Sequence[ReferredNeed]:
    """The newest first, as many as fit a page."""
    rows = await connection.fetch(
        f"SELECT {COLUMNS}, happened.at {chosen} ORDER BY happened.at DESC, l.leg_id LIMIT {MOST_LISTED}",
        list(organisations), since,
    )  # fmt: skip
    return [
        ReferredNeed(
            ReferralRow(
                row["referral_id"], row["reference"], row["person_id"], row["area"], row["door"], row["received_at"]
            ),
            row["need"], row["state"], row["at"],
        )
        for row in rows
    ]  # fmt: skip
