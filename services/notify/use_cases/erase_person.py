"""Forgets what was sent to a person, and to others about them, and says so."""

from services.notify.storage.erasure import delete_messages
from shared.events.envelope import Event
from shared.events.notify import PersonErasureAnsweredV1
from shared.events.referral import PersonErasedV1
from shared.messaging.outbox import append_event
from shared.postgres.pool import Connection


async def erase_person(connection: Connection, event: Event[PersonErasedV1]) -> None:
    erased = event.data
    about = [erased.referral_id, *erased.leg_ids, *erased.request_ids]
    await delete_messages(connection, erased.person_id, about)
    answer = PersonErasureAnsweredV1(referral_id=erased.referral_id, person_id=erased.person_id)
    await append_event(connection, answer, area=event.area, caused_by=event)
