"""The directory's services, copied as they now stand."""

from collections.abc import Sequence
from typing import Any

from services.referral.storage.copied_services import keep_services, withdraw_services
from shared.events.directory import ServicePublishedV1, ServiceWithdrawnV1
from shared.events.envelope import Event
from shared.postgres.pool import Connection


async def copy_services(connection: Connection, events: Sequence[Event[Any]]) -> None:
    """Keeps the newest state of each service of the batch."""
    newest: dict[Any, ServicePublishedV1 | ServiceWithdrawnV1] = {}
    for event in events:
        known = newest.get(event.data.service_id)
        if known is None or known.version < event.data.version:
            newest[event.data.service_id] = event.data
    states = sorted(newest.values(), key=lambda each: each.service_id)
    await keep_services(connection, [each for each in states if isinstance(each, ServicePublishedV1)])
    await withdraw_services(connection, [each for each in states if isinstance(each, ServiceWithdrawnV1)])
