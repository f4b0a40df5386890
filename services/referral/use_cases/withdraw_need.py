"""The person no longer wants help with one need."""

from datetime import datetime
from uuid import UUID

from services.referral.domain.leg import LIVE, withdraw
from services.referral.storage.legs import lock_leg
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.changes import Changes
from shared.postgres.pool import Connection


async def withdraw_need(
    connection: Connection, *, referral_id: UUID, leg_id: UUID, now: datetime, by: Acting
) -> bool:
    """True when it is withdrawn now; False when the leg is not of this referral, or is over already."""
    leg = await lock_leg(connection, leg_id)
    if leg is None or leg.referral_id != referral_id or leg.state not in LIVE:
        return False
    changes = Changes(now, by)
    changes.step(withdraw(leg))
    await changes.keep(connection)
    return True
