"""The pools as this process knows them, in memory: asked before each batch what changed, so none is decided on older word.

Only what was committed is kept. Processes share nothing: each looks for itself, and what one asked for is seen by all as
soon as it is committed. Two that decide at the same moment may both count on one place, as they might by SQL; capacity
gives it once, and the other goes on to the next.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

import structlog

from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.london_days import day_in_london
from services.referral.domain.pool_index import PoolIndex
from services.referral.storage.changed_pools import PoolRow, ReadPools, read_all_pools, read_changed_pools
from shared.postgres.pool import Connection, Pool, transaction
from shared.service_defaults.clock import Clock

log = structlog.get_logger(__name__)

PUT_AT_A_TIME = 200  # services, after which whoever waits has their turn


class KnownPools:
    """One a process, in the event loop's thread."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool, self._clock = pool, clock
        self._kept: _Kept | None = None
        self._turn, self._following = asyncio.Lock(), asyncio.Lock()
        self._is_following = False

    @property
    def is_behind(self) -> bool:
        """Whether this process keeps the pools and has not read them yet."""
        return self._is_following and self._kept is None

    async def follow(self) -> None:
        """Reads all of them once, and then what changed; to be done again and again, so that no look is long."""
        self._is_following = True
        async with self._following, transaction(self._pool) as connection:
            if self._kept is None:
                self._kept = await self._read_all(connection)
            else:
                await self.look(connection, day_in_london(self._clock()))

    async def look(self, connection: Connection, today: date) -> PoolIndex | None:
        """The pools with all that was committed when this was asked.

        None where they have not been read yet, and for a transaction that has changed some of them itself: what it
        wrote is true for it alone, so it reads them by SQL.
        """
        if self._kept is None:
            return None
        async with self._turn:
            kept = self._kept
            read = await read_changed_pools(connection, kept.seen)
            kept.take(read, today)
            kept.begin_day(today)
            if read.has_ours:
                # All of this is read again: should this transaction fail, what others said below it stands.
                return None
            kept.seen = read.seen
            return kept.index

    async def _read_all(self, connection: Connection) -> "_Kept":
        read = await read_all_pools(connection)
        kept = _Kept(read.seen)
        for number, (service_id, pools) in enumerate(read.services.items(), 1):
            kept.take_service(service_id, pools, day_in_london(self._clock()))
            if number % PUT_AT_A_TIME == 0:
                await asyncio.sleep(0)
        log.info("pool_index.built", pools=len(kept.index))
        return kept


class _Kept:
    """The index with what is needed to change it."""

    def __init__(self, seen: str) -> None:
        self.index = PoolIndex()
        self.seen = seen
        self._of_service: dict[UUID, frozenset[UUID]] = {}
        self._given_on: dict[UUID, date] = {}
        self._day: date | None = None

    def take(self, read: ReadPools, today: date) -> None:
        for service_id, pools in read.services.items():
            self.take_service(service_id, pools, today)
        for said in read.said:
            pool = self.index.get(said.pool_id)
            if pool is not None:  # else it comes with its service
                told = replace(pool, signal=said.signal, given_today=said.given_today)
                self.index.put([self._as_of(told, said.given_on, today)])

    def take_service(self, service_id: UUID, pools: Sequence[PoolRow], today: date) -> None:
        pool_ids = frozenset(each.pool.pool_id for each in pools)
        self.index.remove(self._of_service.get(service_id, frozenset()) - pool_ids)
        self._of_service[service_id] = pool_ids
        over = {each.pool.pool_id for each in pools if each.pool.is_over(today)}
        self.index.remove(over)
        self.index.put(
            [self._as_of(each.pool, each.given_on, today) for each in pools if each.pool.pool_id not in over]
        )

    def begin_day(self, today: date) -> None:
        """What was given on another day counts no more, and nobody is sent to an event that is over."""
        if self._day == today:
            return
        self._day = today
        self.index.remove([pool.pool_id for pool in self.index.pools if pool.is_over(today)])
        over = [pool_id for pool_id, day in self._given_on.items() if day != today]
        for pool_id in over:
            del self._given_on[pool_id]
        pools = filter(None, map(self.index.get, over))
        self.index.put([replace(pool, given_today=0) for pool in pools])

    def _as_of(self, pool: ListedPool, given_on: date | None, today: date) -> ListedPool:
        if given_on == today:
            self._given_on[pool.pool_id] = today
            return pool
        return replace(pool, given_today=0) if pool.given_today else pool
