"""Asks people whose follow-up is due, and settles what nobody answered in time."""

from datetime import datetime

from services.outcomes.domain.follow_up import FollowUpPlan
from services.outcomes.published_events import follow_up_due, follow_up_lapsed
from services.outcomes.storage.follow_up_rows import ask_due, lapse
from shared.messaging.outbox import append_events
from shared.postgres.pool import Connection

AT_ONCE = 200  # follow-ups a transaction


async def ask_due_follow_ups(connection: Connection, now: datetime) -> int:
    """Says once of each due follow-up that it is due. Returns how many there were."""
    due = await ask_due(connection, now, AT_ONCE)
    await append_events(connection, [follow_up_due(each) for each in due])
    return len(due)


async def lapse_follow_ups(connection: Connection, now: datetime, plan: FollowUpPlan) -> int:
    """Settles by lapse. Returns how many there were."""
    lapsed = await lapse(connection, now, plan.lapses_after, AT_ONCE)
    await append_events(connection, [follow_up_lapsed(each) for each in lapsed])
    return len(lapsed)
