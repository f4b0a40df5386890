"""Keeps a pool for everything of the directory's services that can be full."""

from services.capacity.storage.service_copies import keep_pools, withdraw_pools
from shared.events.directory import ServicePublishedV1, ServiceWithdrawnV1
from shared.postgres.pool import Connection


async def follow_published(connection: Connection, service: ServicePublishedV1) -> None:
    """A new pool's space is unknown until its provider speaks."""
    await keep_pools(
        connection,
        [pool.pool_id for pool in service.pools],
        service.service_id,
        service.name,
        service.version,
        service.area,
    )


async def follow_withdrawn(connection: Connection, service: ServiceWithdrawnV1) -> None:
    await withdraw_pools(connection, service.service_id, service.version)
