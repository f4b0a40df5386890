"""What outcomes says of a follow-up is kept on its leg."""

from services.referral.domain.audit_act import RecordKind
from services.referral.storage.legs import lock_leg
from services.referral.storage.referrals import keep_settled_follow_up
from services.referral.use_cases.audit_trail import Acting
from shared.access.vocabulary import Verb
from shared.events.envelope import Event
from shared.events.outcomes import FollowUpSettledV1
from shared.postgres.pool import Connection


async def keep_settlement(
    connection: Connection, event: Event[FollowUpSettledV1], area: str, by: Acting
) -> None:
    settled = event.data
    # Locked, so that the person cannot be forgotten in between: of somebody who is, nothing is kept.
    leg = await lock_leg(connection, settled.leg_id)
    if leg is None:
        return
    await keep_settled_follow_up(
        connection,
        follow_up_id=settled.follow_up_id,
        leg_id=settled.leg_id,
        area=area,
        occasion=settled.occasion,
        settled_by=settled.settled_by,
        settled_at=event.time,
    )
    act = by.act(
        Verb.CHANGE, RecordKind.LEG, leg.leg_id, area=leg.wants.area, person_id=leg.person_id,
        referral_id=leg.referral_id, cause=event,
    )  # fmt: skip
    await by.record(connection, act)
