"""The answer to full waits until nobody new can be shown to the provider, or until its time is over."""

import asyncio
import time
from dataclasses import dataclass
from uuid import UUID

from services.capacity.domain.status import Status
from services.capacity.metrics import CapacityMetrics
from services.capacity.use_cases.read_settlement import Settlement, read_settlement
from shared.postgres.pool import Pool, transaction
from shared.postgres.reach import rounds_reach

LOOK_EVERY_SECONDS = 0.04


@dataclass(frozen=True, slots=True)
class Settling:
    """Waits outside of any transaction: what it waits for is other transactions."""

    pool: Pool
    metrics: CapacityMetrics
    limit_seconds: float

    async def settled(self, pool_id: UUID, status: Status, version: int) -> Settlement:
        """What is left of the places that were held before this version was said."""
        if status not in {Status.FULL, Status.PAUSED}:
            return Settlement()
        began = time.monotonic()
        settlement = await self._look(pool_id, version)
        while settlement.settling and time.monotonic() - began < self.limit_seconds:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            settlement = await self._look(pool_id, version)
        if settlement.settling:
            self.metrics.unsettled.inc()
        else:
            self.metrics.settled_seconds.observe(time.monotonic() - began)
        return settlement

    async def _look(self, pool_id: UUID, version: int) -> Settlement:
        async with transaction(self.pool, rounds_reach("capacity")) as connection:
            return await read_settlement(connection, pool_id, version)
