"""Ends a process whose consumer is alive and reads nothing, though there is something to read.

aiokafka can get stuck so after a broker restart or a rebalance; a task that runs is no proof of progress.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import structlog
from aiokafka.errors import KafkaError

log = structlog.get_logger()

LOOK_SECONDS = 5.0
ANSWER_SECONDS = 5.0  # a question waits behind the long poll on the same connection
STALLED_AFTER_SECONDS = 45.0


class ConsumerStalled(RuntimeError):
    """There were records to read and none was read for too long."""


class StallWatchdog:
    """Compares what could be read with what was."""

    def __init__(self, group: str, consumer: Callable[[], Any]) -> None:
        self._group = group
        self._consumer = consumer
        self._last_progress: float | None = None

    def progressed(self) -> None:
        """Called when a batch is done."""
        self._last_progress = asyncio.get_running_loop().time()

    async def run(self) -> None:
        """Looks until cancelled. Raises ConsumerStalled."""
        behind_since: float | None = None
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = asyncio.get_running_loop().time()
            if not await self._is_behind():
                behind_since = None
                continue
            behind_since = behind_since or now
            quiet_since = max(behind_since, self._last_progress or 0.0)
            if now - quiet_since > STALLED_AFTER_SECONDS:
                raise ConsumerStalled(self._group)

    async def _is_behind(self) -> bool:
        consumer = self._consumer()
        if consumer is None or not consumer.assignment():
            return False
        try:
            assignment = list(consumer.assignment())
            ends = await asyncio.wait_for(consumer.end_offsets(assignment), ANSWER_SECONDS)
            positions = await asyncio.gather(
                *(asyncio.wait_for(consumer.position(each), ANSWER_SECONDS) for each in assignment)
            )
            return any(ends[each] > at for each, at in zip(assignment, positions, strict=True))
        except (KafkaError, TimeoutError):
            return False  # the broker is away: that is not the consumer's stall
