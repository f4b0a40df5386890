"""Forgets what became of a person's requests for places, once all of their places are given back."""

from services.capacity.storage.hold_rows import any_is_erased, delete_holds, lock_hold_states
from shared.events.capacity import PersonErasureAnsweredV1
from shared.events.envelope import Event
from shared.events.referral import PersonErasedV1
from shared.messaging.deferred_events import anything_put_aside_about
from shared.messaging.failures import RetryableFailure
from shared.messaging.outbox import append_event
from shared.postgres.pool import Connection

WITH_A_PLACE = frozenset({"held", "taken"})


async def erase_person(connection: Connection, event: Event[PersonErasedV1]) -> None:
    """Requests and the words that end them come on another topic: until the last is here, this waits."""
    erased = event.data
    if not await any_is_erased(connection, [erased.referral_id]):
        await _wait_for_what_is_earlier(connection, erased)
    await delete_holds(connection, erased.referral_id, erased.request_ids)
    answer = PersonErasureAnsweredV1(referral_id=erased.referral_id, person_id=erased.person_id)
    await append_event(connection, answer, area=event.area, caused_by=event)


async def _wait_for_what_is_earlier(connection: Connection, erased: PersonErasedV1) -> None:
    states = await lock_hold_states(connection, erased.request_ids)
    if len(states) < len(erased.request_ids) or WITH_A_PLACE & set(states.values()):
        raise RetryableFailure("places-not-given-back-yet")
    about = [erased.referral_id, *erased.request_ids]
    if await anything_put_aside_about(connection, about, but=erased.event_type):
        raise RetryableFailure("earlier-events-put-aside")
