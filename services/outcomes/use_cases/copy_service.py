"""Keeps the names of services as the directory publishes them."""

from services.outcomes.storage.service_copies import keep_service, withdraw_service
from shared.events.directory import ServicePublishedV1, ServiceWithdrawnV1
from shared.postgres.pool import Connection


async def copy_service(connection: Connection, service: ServicePublishedV1) -> None:
    await keep_service(
        connection,
        service.service_id,
        service.version,
        service.name,
        service.area,
        sensitive=service.sensitive,
    )


async def mark_service_withdrawn(connection: Connection, service: ServiceWithdrawnV1) -> None:
    await withdraw_service(connection, service.service_id, service.version)
