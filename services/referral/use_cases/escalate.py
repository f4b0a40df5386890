"""What has passed its due time goes to a named next owner, and again until somebody has acted."""

from datetime import datetime

from services.referral.domain.escalation import (
    ASK_IF_STILL_WANTED,
    LOOK_AT_UNMET,
    RAISED_AGAIN_AFTER,
    area_above,
)
from services.referral.domain.london_days import day_in_london
from services.referral.storage.escalations import (
    close_answered,
    close_by_step,
    open_overdue,
    open_unanswered,
    open_unmet,
    raise_again,
)
from shared.postgres.pool import Connection
from shared.vocabulary.areas import areas
from shared.vocabulary.vocabulary import boroughs

AT_ONCE = 500


async def escalate_what_is_overdue(connection: Connection, now: datetime) -> int:
    """Gives how many were opened. What a step has ended meanwhile is closed first."""
    await close_by_step(connection, now, (LOOK_AT_UNMET, ASK_IF_STILL_WANTED))
    await close_answered(connection, now, ASK_IF_STILL_WANTED)
    opened = await open_overdue(connection, now, AT_ONCE)
    opened += await open_unmet(connection, now, AT_ONCE, LOOK_AT_UNMET)
    opened += await open_unanswered(connection, now, AT_ONCE, ASK_IF_STILL_WANTED)
    above = {area: area_above(area, areas(), day_in_london(now)) for area in boroughs()}
    await raise_again(connection, now, now - RAISED_AGAIN_AFTER, above)
    return opened
