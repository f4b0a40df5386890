"""SQL about referrals and legs, the part of the read model that follows the log of referral."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from uuid import UUID

from asyncpg import Record

from services.outcomes.domain.leg_record import LegRecord, LegState
from shared.postgres.pool import Connection

KEEP_REFERRAL = """
INSERT INTO referrals (referral_id, person_id, area, door, needs, received_on, referring_organisation_id)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT ON CONSTRAINT referrals_pk DO NOTHING
"""
LEGS_OF = """
SELECT leg_id, referral_id, person_id, area, need, state, service_id, waited_at, accepted_at, started_at,
    completed_at, withdrawn_at, unmet_at, unmet_reason, declines, lapses, organisation_id, unmet_barrier,
    missed
FROM legs WHERE leg_id = ANY ($1::uuid[])
"""
# The columns stand in the order of LegRecord's fields. Who referred never changes.
KEEP_LEG = """
INSERT INTO legs (leg_id, referral_id, person_id, area, need, state, service_id, waited_at, accepted_at,
    started_at, completed_at, withdrawn_at, unmet_at, unmet_reason, declines, lapses, organisation_id,
    unmet_barrier, missed, referring_organisation_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
    (SELECT referring_organisation_id FROM referrals WHERE referral_id = $2))
ON CONFLICT ON CONSTRAINT legs_pk DO UPDATE SET
    state = excluded.state, service_id = excluded.service_id, waited_at = excluded.waited_at,
    accepted_at = excluded.accepted_at, started_at = excluded.started_at,
    completed_at = excluded.completed_at, withdrawn_at = excluded.withdrawn_at,
    unmet_at = excluded.unmet_at, unmet_reason = excluded.unmet_reason, declines = excluded.declines,
    lapses = excluded.lapses, organisation_id = excluded.organisation_id,
    unmet_barrier = excluded.unmet_barrier, missed = excluded.missed
"""


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """One referral; the fields stand in the order of the columns."""

    referral_id: UUID
    person_id: UUID
    area: str
    door: str
    needs: int
    received_on: date
    referring_organisation_id: UUID | None


async def keep_referrals(connection: Connection, rows: Iterable[ReferralRow]) -> None:
    await connection.executemany(KEEP_REFERRAL, [astuple(row) for row in rows])


async def find_legs(connection: Connection, leg_ids: Sequence[UUID]) -> dict[UUID, LegRecord]:
    rows = await connection.fetch(LEGS_OF, leg_ids)
    return {row["leg_id"]: _leg(row) for row in rows}


async def keep_legs(connection: Connection, legs: Iterable[LegRecord]) -> None:
    await connection.executemany(KEEP_LEG, [astuple(leg) for leg in legs])


def _leg(row: Record) -> LegRecord:
    return LegRecord(**{**row, "state": LegState(row["state"])})
