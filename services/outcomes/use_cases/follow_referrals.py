"""Takes what referral says into the read model, a batch at a time, and plans the follow-ups it calls for."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from asyncpg import ForeignKeyViolationError

from services.outcomes.domain import swemwbs
from services.outcomes.domain.follow_up import FollowUpPlan, NewFollowUp, after_support, before_support
from services.outcomes.domain.leg_record import LegRecord
from services.outcomes.storage.follow_up_rows import FollowUp, plan_follow_ups
from services.outcomes.storage.referral_rows import ReferralRow, find_legs, keep_legs, keep_referrals
from shared.events.envelope import Event
from shared.events.event_data import EventData
from shared.events.referral import (
    LegEventData,
    ReferralAcceptedV1,
    ReferralCompletedV1,
    ReferralDeclinedV1,
    ReferralLapsedV1,
    ReferralNeedUnmetV1,
    ReferralNoPlaceAtEventV1,
    ReferralNoPlaceMeanwhileV1,
    ReferralNotAttendedV1,
    ReferralOfferedV1,
    ReferralReceivedV1,
    ReferralStartedV1,
    ReferralWaitListedV1,
    ReferralWithdrawnV1,
)
from shared.messaging.failures import PoisonMessage, RetryableFailure
from shared.postgres.pool import Connection
from shared.vocabulary.vocabulary import help_to_attend

LONDON = ZoneInfo("Europe/London")

PROGRESS: Mapping[type[LegEventData], Callable[[LegRecord, Event[Any]], LegRecord]] = {
    ReferralOfferedV1: lambda leg, _: leg.offered(),
    ReferralAcceptedV1: lambda leg, event: leg.accepted(
        event.time, event.data.service_id, event.data.organisation_id
    ),
    ReferralDeclinedV1: lambda leg, _: leg.declined(),
    ReferralLapsedV1: lambda leg, _: leg.lapsed(),
    ReferralWaitListedV1: lambda leg, event: leg.wait_listed(event.data.waiting_since),
    ReferralStartedV1: lambda leg, event: leg.started(event.data.started_at),
    ReferralNotAttendedV1: lambda leg, _: leg.not_attended(),
    ReferralCompletedV1: lambda leg, event: leg.completed(event.data.completed_at),
    ReferralNoPlaceAtEventV1: lambda leg, event: leg.withdrawn(event.time),
    ReferralNoPlaceMeanwhileV1: lambda leg, event: leg.withdrawn(event.time),
    ReferralWithdrawnV1: lambda leg, event: leg.withdrawn(event.time),
    ReferralNeedUnmetV1: lambda leg, event: leg.unmet(event.time, event.data.reason, event.data.barrier),
}
HEARD: tuple[type[EventData], ...] = (ReferralReceivedV1, *PROGRESS)


async def follow_referrals(connection: Connection, events: Sequence[Event[Any]], plan: FollowUpPlan) -> None:
    """A few round trips, whatever the size of the batch."""
    referrals = [_referral(event) for event in events if isinstance(event.data, ReferralReceivedV1)]
    of_legs = [event for event in events if isinstance(event.data, LegEventData)]
    await keep_referrals(connection, referrals)
    legs = await find_legs(connection, list({event.data.leg_id for event in of_legs}))
    for event in of_legs:
        leg = legs.get(event.data.leg_id) or _new_leg(event)
        legs[leg.leg_id] = PROGRESS[type(event.data)](leg, event)
    try:
        await keep_legs(connection, legs.values())
    except ForeignKeyViolationError as error:
        raise RetryableFailure("referral-not-known") from error
    wanted = [(event, _follow_up(event, plan)) for event in of_legs]
    await plan_follow_ups(connection, [_planned(event, new) for event, new in wanted if new])


def area_of(event: Event[Any]) -> str:
    if event.area is None:
        raise PoisonMessage("no-area")
    return event.area


def _referral(event: Event[ReferralReceivedV1]) -> ReferralRow:
    data = event.data
    day = data.received_at.astimezone(LONDON).date()
    return ReferralRow(
        data.referral_id, data.person_id, area_of(event), data.door, len(data.needs), day,
        data.referring_organisation_id,
    )  # fmt: skip


def _new_leg(event: Event[Any]) -> LegRecord:
    data: LegEventData = event.data
    return LegRecord(data.leg_id, data.referral_id, data.person_id, area_of(event), data.need)


def _follow_up(event: Event[Any], plan: FollowUpPlan) -> NewFollowUp | None:
    """Help to go somewhere is asked about with what is there: it has none of its own."""
    if event.data.need in help_to_attend():
        return None
    if isinstance(event.data, ReferralAcceptedV1):
        return before_support(event.data.leg_id, event.time)
    if isinstance(event.data, ReferralStartedV1):
        return after_support(event.data.leg_id, event.data.started_at, plan)
    return None


def _planned(event: Event[Any], new: NewFollowUp) -> FollowUp:
    return FollowUp(
        new.follow_up_id,
        event.data.referral_id,
        new.leg_id,
        event.data.person_id,
        area_of(event),
        new.occasion,
        swemwbs.CODE,
        new.due_at,
        caused_by=event.id,
        traceparent=event.traceparent,
    )
