"""Who has waited for long is asked whether they still want it. Who does not answer is looked after by a person."""

from datetime import datetime
from uuid import UUID

from services.referral.domain.leg import keep_waiting
from services.referral.domain.waiting_policy import WAITING_POLICY
from services.referral.published_events import still_wanted_asked
from services.referral.storage.due_legs import STILL_WANTED_DUE, lock_due_legs
from services.referral.storage.places_in_line import (
    add_missing_places,
    count_times_asked,
    note_asked,
    note_review,
)
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.changes import Changes
from shared.postgres.pool import Connection

AT_ONCE = 50


async def ask_still_wanted(
    connection: Connection, now: datetime, by: Acting, only: UUID | None = None
) -> int:
    """Asks those who are due, or one alone, and gives the number that was asked or is to be looked into."""
    await add_missing_places(connection)
    legs = await lock_due_legs(connection, STILL_WANTED_DUE, now, AT_ONCE, only)
    asked = await count_times_asked(connection, [leg.leg_id for leg in legs])
    changes = Changes(now, by)
    to_ask: list[UUID] = []
    to_review: list[UUID] = []
    for leg in legs:
        times = asked.get(leg.leg_id, 0) + 1
        if times <= WAITING_POLICY.times_asked:
            changes.step(keep_waiting(leg, "asked-if-still-wanted"))
            changes.tell(still_wanted_asked(leg, times), area=leg.wants.area)
            to_ask.append(leg.leg_id)
        else:
            changes.step(keep_waiting(leg, "review-due"))
            to_review.append(leg.leg_id)
    await changes.keep(connection)
    await note_asked(connection, to_ask, now)
    await note_review(connection, to_review, now)
    return len(legs)
