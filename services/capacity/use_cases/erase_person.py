"""Forgets what became of a person's requests for places, once all of their places are given back."""

from services.capacity.storage.hold_rows import delete_holds, lock_hold_states
from shared.events.capacity import PersonErasureAnsweredV1
from shared.events.envelope import Event
from shared.events.referral import PersonErasedV1
from shared.messaging.failures import RetryableFailure
from shared.messaging.outbox import append_event
from shared.postgres.pool import Connection

WITH_A_PLACE = frozenset({"held", "taken"})


async def erase_person(connection: Connection, event: Event[PersonErasedV1]) -> None:
    """Requests and the words that end them come on another topic: until the last is here, this waits."""
    erased = event.data
    states = await lock_hold_states(connection, erased.request_ids)
    if len(states) < len(erased.request_ids) or WITH_A_PLACE & set(states.values()):
        raise RetryableFailure("places-not-given-back-yet")
    await delete_holds(connection, list(states))
    answer = PersonErasureAnsweredV1(referral_id=erased.referral_id, person_id=erased.person_id)
    await append_event(connection, answer, area=event.area, caused_by=event)
