"""One turn of a round over pools: all together; where that fails pool by pool, so that one bad pool costs one pool."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from services.capacity.metrics import CapacityMetrics
from services.capacity.storage.due_pools import (
    Due,
    count_set_aside,
    forget_set_aside,
    list_due_pools,
    set_aside,
)
from shared.postgres.away import database_is_away
from shared.postgres.pool import Connection, Pool, transaction
from shared.postgres.reach import NOWHERE, Reach
from shared.service_defaults.clock import Clock

log = structlog.get_logger(__name__)

AT_ONCE = 100  # pools a transaction


@dataclass(frozen=True, slots=True)
class PoolRound:
    """What a round does with the pools that are due, under their locks, and tells after the commit.

    `patience`: what is older than this is due; less than nothing looks ahead.
    """

    name: str
    due: Due
    act: Callable[[Connection, Sequence[UUID], datetime], Awaitable[Sequence[UUID]]]
    tell: Callable[[Sequence[UUID]], None]
    reach: Reach = NOWHERE
    patience: timedelta = timedelta()


class PoolRounds:
    """Takes turns of rounds, each in transactions of its own."""

    def __init__(self, pool: Pool, clock: Clock, metrics: CapacityMetrics) -> None:
        self._pool = pool
        self._clock = clock
        self._metrics = metrics

    async def until_nothing_is_due(self, one_round: PoolRound) -> int:
        """Gives how many pools were handled or set aside."""
        now = self._clock()
        seen: set[UUID] = set()
        while due := [each for each in await self._due(one_round, now) if each not in seen]:
            seen.update(due)
            await self._take(one_round, due, now)
        await self._look_over(now)
        return len(seen)

    async def _due(self, one_round: PoolRound, now: datetime) -> list[UUID]:
        async with transaction(self._pool, one_round.reach) as connection:
            return await list_due_pools(connection, one_round.due, now, now - one_round.patience, AT_ONCE)

    async def _take(self, one_round: PoolRound, due: Sequence[UUID], now: datetime) -> None:
        try:
            await self._act(one_round, due, now)
        # A process edge: whatever one pool raises is decided upon pool by pool.
        except Exception as failure:
            if _waiting_helps(failure):
                raise
            log.warning("round.batch_failed", round=one_round.name, error=type(failure).__name__)
        else:
            return
        for pool_id in due:
            await self._take_alone(one_round, pool_id, now)

    async def _take_alone(self, one_round: PoolRound, pool_id: UUID, now: datetime) -> None:
        try:
            await self._act(one_round, [pool_id], now)
        # A process edge: the pool is set aside, and those behind it have their turn.
        except Exception as failure:
            if _waiting_helps(failure):
                raise
            error = type(failure).__name__
            log.exception("pool.not_handled", pool_id=str(pool_id), round=one_round.name, error=error)
            self._metrics.not_handled.labels(one_round.name).inc()
            async with transaction(self._pool) as connection:
                await set_aside(connection, pool_id, by=one_round.name, error=error, now=now)

    async def _act(self, one_round: PoolRound, due: Sequence[UUID], now: datetime) -> None:
        async with transaction(self._pool, one_round.reach) as connection:
            done = await one_round.act(connection, due, now)
        one_round.tell(done)

    async def _look_over(self, now: datetime) -> None:
        async with transaction(self._pool) as connection:
            await forget_set_aside(connection, now)
            self._metrics.set_aside.set(await count_set_aside(connection, now))


def _waiting_helps(failure: Exception) -> bool:
    return database_is_away(failure) or isinstance(failure, TimeoutError)
