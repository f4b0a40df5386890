"""Forgets what was sent to a person, and to others about them, and says so once those who must stop know it."""

from collections.abc import Sequence
from uuid import UUID

from services.notify.storage.erasure import delete_messages, forget_told
from shared.events.envelope import Event, new_event
from shared.events.notify import PersonErasureAnsweredV1
from shared.events.referral import PersonErasedV1
from shared.messaging.outbox import append_event, append_events
from shared.postgres.pool import Connection


async def erase_person(connection: Connection, event: Event[PersonErasedV1]) -> None:
    erased = event.data
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
