"""Tells others how organisations are called, and who is above them, when that has changed: with their services."""

from collections.abc import Sequence
from uuid import UUID

from services.directory.published_events import service_published
from services.directory.storage.organisation_names import next_versions, told_names
from services.directory.storage.stored_documents import service_from
from services.directory.storage.writers_turn import take_turn
from shared.messaging.outbox import append_events, say
from shared.postgres.pool import Connection


async def say_names(connection: Connection, organisations: Sequence[UUID], but: Sequence[UUID] = ()) -> int:
    """How many services were said again. `but` are those that were said with the new names already."""
    if not organisations:
        return 0
    await take_turn(connection)
    changed = await next_versions(connection, organisations, but)
    services = [service_from(each.document) for each in changed]
    names = await told_names(connection, {each.organisation_id for each in services})
    said = [
        say(
            service_published(
                service, each.version, routable=each.routable, names=names[service.organisation_id]
            ),
            area=service.area,
        )
        for each, service in zip(changed, services, strict=True)
    ]
    await append_events(connection, said)
    return len(said)
