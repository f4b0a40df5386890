"""Forgets people's referrals, what they answered and what it scored, and says so."""

from collections.abc import Sequence
from typing import Any

from services.outcomes.storage.erasure import any_is_erased, delete_answers, delete_referrals
from services.outcomes.use_cases.follow_referrals import area_of
from shared.events.envelope import Event
from shared.events.outcomes import PersonErasureAnsweredV1
from shared.events.referral import PersonErasedV1
from shared.messaging.failures import IgnorableEvent
from shared.messaging.outbox import append_events, say
from shared.postgres.pool import Connection


async def refuse_events_of_the_erased(connection: Connection, events: Sequence[Event[Any]]) -> None:
    """Raises IgnorableEvent when one is about somebody who was forgotten: the rest is then taken one by one."""
    about = [event.data.referral_id for event in events if not isinstance(event.data, PersonErasedV1)]
    if await any_is_erased(connection, about):
        raise IgnorableEvent("person-erased")


async def erase_people(connection: Connection, events: Sequence[Event[PersonErasedV1]]) -> None:
    if not events:
        return
    await delete_answers(connection, [event.data.referral_id for event in events])
    await forget_again(connection, events)
    answers = [
        say(
            PersonErasureAnsweredV1(referral_id=event.data.referral_id, person_id=event.data.person_id),
            area=event.area,
            caused_by=event,
        )
        for event in events
    ]
    await append_events(connection, answers)


async def forget_again(connection: Connection, events: Sequence[Event[Any]]) -> None:
    """What the log has just told anew of people who were forgotten. Nothing is said of it."""
    erased = [event for event in events if isinstance(event.data, PersonErasedV1)]
    if erased:
        referral_ids = [event.data.referral_id for event in erased]
        await delete_referrals(connection, referral_ids, [area_of(event) for event in erased])
