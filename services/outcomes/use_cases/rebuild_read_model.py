"""Makes the read model again from the log. It then equals the one that grew event by event.

What people answered, statement by statement, is in no log: those rows stay as they are.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from services.outcomes.domain.follow_up import FollowUpPlan
from services.outcomes.storage.erasure import any_is_erased
from services.outcomes.storage.follow_up_rows import find_follow_up, mark_asked, settle
from services.outcomes.storage.measure_rows import MeasureRow, keep_measure
from services.outcomes.storage.rebuilding import (
    claim_as_heard,
    count_put_aside,
    count_unpublished,
    empty_read_model,
    lock_read_model,
    move_due_times_again,
)
from services.outcomes.use_cases.erase_people import forget_again
from services.outcomes.use_cases.follow_referrals import area_of, follow_referrals
from shared.events.envelope import Event
from shared.events.outcomes import FollowUpDueV1, FollowUpEventData, FollowUpSettledV1, MeasureRecordedV1
from shared.messaging.failures import LogNotWhole, PoisonMessage, RetryableFailure
from shared.postgres.pool import Connection

Log = AsyncIterator[Sequence[Event[Any]]]


async def rebuild_read_model(
    connection: Connection, referrals: Log, follow_ups: Log, plan: FollowUpPlan
) -> int:
    """Replays both logs, in chunks. Raises LogNotWhole, and then nothing has changed."""
    await lock_read_model(connection)
    await _refuse_unless_ready(connection)
    await empty_read_model(connection)
    replayed = 0
    async for events in referrals:
        await claim_as_heard(connection, [event.id for event in events])
        try:
            await follow_referrals(connection, events, plan)
            await forget_again(connection, events)
        except (RetryableFailure, PoisonMessage) as failure:
            raise LogNotWhole(f"referral.referrals.v1: {failure}") from failure
        replayed += len(events)
    async for events in follow_ups:
        for event in events:
            await _follow_own(connection, event)
        replayed += len(events)
    await move_due_times_again(connection)
    return replayed


async def _refuse_unless_ready(connection: Connection) -> None:
    if unpublished := await count_unpublished(connection):
        raise LogNotWhole(f"{unpublished} events of ours are not published yet: try again in a moment")
    if put_aside := await count_put_aside(connection):
        raise LogNotWhole(f"{put_aside} events are put aside: replay or drop them first")


async def _follow_own(connection: Connection, event: Event[FollowUpEventData]) -> None:
    """Takes over what this service itself has said."""
    data = event.data
    if await any_is_erased(connection, [data.referral_id]):
        return
    if await find_follow_up(connection, data.follow_up_id) is None:
        raise LogNotWhole("outcomes.follow-ups.v1: a follow-up that no event called for")
    match data:
        case FollowUpDueV1():
            await mark_asked(connection, data.follow_up_id, event.time, data.due_at)
        case FollowUpSettledV1():
            await settle(connection, data.follow_up_id, event.time, data.settled_by)
        case MeasureRecordedV1():
            await keep_measure(connection, _measure(event))


def _measure(event: Event[Any]) -> MeasureRow:
    data: MeasureRecordedV1 = event.data
    return MeasureRow(
        data.follow_up_id,
        data.referral_id,
        data.person_id,
        area_of(event),
        data.occasion,
        data.instrument,
        data.score,
        data.recorded_at,
    )
