"""An operator of the demonstration does not wait twelve weeks: a due time moves, by a recorded act."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.outcomes.domain.errors import SupportNotStarted
from services.outcomes.published_events import accessed_by_system
from services.outcomes.storage.follow_up_rows import lock_follow_up_of_leg, move_due_time
from shared.access.vocabulary import Verb
from shared.messaging.outbox import append_events
from shared.postgres.pool import Connection

REASON = "demonstration"


@dataclass(frozen=True, slots=True)
class BroughtForward:
    """The follow-up and its due time now."""

    follow_up_id: UUID
    due_at: datetime


async def bring_follow_up_forward(
    connection: Connection, leg_id: UUID, moved_by: UUID, now: datetime
) -> BroughtForward:
    """Makes the leg's `after` due now. One that was due already stays as it is."""
    follow_up = await lock_follow_up_of_leg(connection, leg_id, "after")
    if follow_up is None:
        raise SupportNotStarted
    is_due = follow_up.due_at <= now
    verb = Verb.READ if is_due else Verb.CHANGE
    await append_events(connection, [accessed_by_system(follow_up, verb, moved_by, REASON)])
    if is_due:
        return BroughtForward(follow_up.follow_up_id, follow_up.due_at)
    await move_due_time(connection, follow_up, now, str(moved_by), REASON)
    return BroughtForward(follow_up.follow_up_id, now)
