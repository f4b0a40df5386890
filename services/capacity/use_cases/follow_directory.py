"""Keeps a pool for everything of the directory's services that can be full."""

from datetime import datetime, time

from services.capacity.domain.kinds import PoolKind
from services.capacity.domain.times import Times
from services.capacity.storage.service_copies import (
    NamedPool,
    keep_newest,
    keep_pools,
    lock_pools_of,
    withdraw_pools,
)
from shared.events.directory import PoolTimes, ServicePublishedV1, ServiceWithdrawnV1
from shared.postgres.pool import Connection


async def follow_published(connection: Connection, service: ServicePublishedV1, now: datetime) -> None:
    """A new pool's space is unknown until its provider speaks; a pool that is named no more is withdrawn."""
    if not await keep_newest(connection, service.service_id, service.version, withdrawn=False):
        return
    pools = named_pools(service)
    pool_ids = [pool.pool_id for pool in pools]
    await lock_pools_of(connection, service.service_id, pool_ids)
    await keep_pools(connection, service, pools, now)
    await withdraw_pools(connection, service.service_id, service.version, now, but=pool_ids)


async def follow_withdrawn(connection: Connection, service: ServiceWithdrawnV1, now: datetime) -> None:
    """Also of a service that was never heard of before: what is older comes too late from now on."""
    if await keep_newest(connection, service.service_id, service.version, withdrawn=True):
        await lock_pools_of(connection, service.service_id)
        await withdraw_pools(connection, service.service_id, service.version, now)


def named_pools(service: ServicePublishedV1) -> list[NamedPool]:
    """Whatever of the service can be full, and who may accompany somebody there."""
    days = {each.pool_id: each.starts_on for each in (*service.first_days, *service.days)}
    times = {each.pool_id: times_of(each) for each in service.times}
    whole = service.whole_service_pool
    own = (
        NamedPool(
            pool.pool_id,
            PoolKind.SERVICE if pool.pool_id == whole else PoolKind(pool.kind),
            days.get(pool.pool_id),
            times.get(pool.pool_id),
        )
        for pool in service.pools
    )
    companions = (
        NamedPool(each.pool_id, PoolKind(each.kind), times=times.get(each.pool_id))
        for each in service.companions
    )
    return [*own, *companions]


def times_of(said: PoolTimes) -> Times:
    return Times(
        days=said.days,
        every_weeks=said.every_weeks,
        on=said.on,
        opens_at=time.fromisoformat(said.opens_at) if said.opens_at else None,
        closes_at=time.fromisoformat(said.closes_at) if said.closes_at else None,
    )
