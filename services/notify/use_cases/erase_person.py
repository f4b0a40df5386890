"""Forgets what was sent to a person, and to others about them, and says so once those who must stop know it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.notify.domain.message_rules import tells_to_stop
from services.notify.storage.erasure import any_is_erased, delete_messages, forget_told, lock_who_is_erased
from shared.events.envelope import Event, new_event
from shared.events.notify import PersonErasureAnsweredV1
from shared.events.referral import PersonErasedV1
from shared.messaging.deferred_events import anything_put_aside_about
from shared.messaging.failures import IgnorableEvent, RetryableFailure
from shared.messaging.outbox import append_event, append_events
from shared.postgres.pool import Connection


async def refuse_events_of_the_erased(connection: Connection, events: Sequence[Event[Any]]) -> None:
    """Raises IgnorableEvent when one is about somebody who was forgotten: the rest is then taken one by one.

    Another referral of theirs has a wish of its own still to come; who has to stop because of it is told before that.
    """
    others = [event.data for event in events if not isinstance(event.data, PersonErasedV1)]
    await lock_who_is_erased(connection, to_change=len(others) < len(events))
    person_ids = [data.person_id for data in others if hasattr(data, "person_id") and not tells_to_stop(data)]
    referral_ids = [data.referral_id for data in others if hasattr(data, "referral_id")]
    if (referral_ids or person_ids) and await any_is_erased(connection, referral_ids, person_ids):
        raise IgnorableEvent("person-erased")


async def erase_person(connection: Connection, event: Event[PersonErasedV1]) -> None:
    """Behind what is put aside of the referral: it may be what tells a group to stop."""
    erased = event.data
    if await anything_put_aside_about(connection, [erased.referral_id], but=erased.event_type):
        raise RetryableFailure("earlier-events-put-aside")
    about = [erased.referral_id, *erased.leg_ids, *erased.request_ids]
    if await delete_messages(connection, event, about):
        answer = PersonErasureAnsweredV1(referral_id=erased.referral_id, person_id=erased.person_id)
        await append_event(connection, answer, area=event.area, caused_by=event)


async def answer_what_is_told(connection: Connection, settled: Sequence[UUID]) -> None:
    """After messages were sent or given up: forgets those that only waited for it, and answers."""
    answers = [
        new_event(
            PersonErasureAnsweredV1(referral_id=row["referral_id"], person_id=row["person_id"]),
            area=row["area"],
            caused_by=row["event_id"],
            traceparent=row["traceparent"],
        )
        for row in await forget_told(connection, settled)
    ]
    await append_events(connection, answers)
