"""The directory's services, copied as they now stand; where one has closed, its people move on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.referral.storage.copied_services import keep_services, withdraw_services
from services.referral.storage.event_pools import keep_event_pools
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.changes import Changes
from services.referral.use_cases.move_people_on import move_people_on
from shared.events.directory import ServicePublishedV1, ServiceWithdrawnV1
from shared.events.envelope import Event
from shared.postgres.pool import Connection
from shared.postgres.reach import acting_as_rounds


async def copy_services(
    connection: Connection, events: Sequence[Event[Any]], now: datetime, by: Acting
) -> None:
    """Keeps the newest state of each service of the batch; from those that have closed people move on."""
    newest: dict[UUID, Event[Any]] = {}
    for event in events:
        known = newest.get(event.data.service_id)
        if known is None or known.data.version < event.data.version:
            newest[event.data.service_id] = event
    states = sorted((event.data for event in newest.values()), key=lambda each: each.service_id)
    await keep_services(connection, [each for each in states if isinstance(each, ServicePublishedV1)])
    await keep_event_pools(connection, [each for each in states if isinstance(each, ServicePublishedV1)])
    await withdraw_services(connection, [each for each in states if isinstance(each, ServiceWithdrawnV1)])
    closed = [
        event for event in newest.values() if isinstance(event.data, ServiceWithdrawnV1) and event.data.closed
    ]
    if closed:
        async with acting_as_rounds(connection, "referral"):
            await move_people_on(connection, closed, Changes(now, by))
