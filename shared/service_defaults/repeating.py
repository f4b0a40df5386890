"""A side task that does one thing again and again, and waits while the database is away."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import structlog

from shared.postgres.away import database_is_away
from shared.service_defaults.side_tasks import SideTask

log = structlog.get_logger(__name__)


SHORTEST_PAUSE = 0.05  # seconds between two acts, however often it is woken


def repeating(
    name: str,
    seconds: float,
    act: Callable[[], Coroutine[Any, Any, None]],
    wake: asyncio.Event | None = None,
) -> SideTask:
    """Acts at once and then after each pause, which `wake` cuts short.

    A failure that waiting cannot heal ends the process.
    """

    async def run() -> None:
        while True:
            if wake is not None:
                wake.clear()
            try:
                await act()
            # A process edge: only a failure that waiting can heal is waited for.
            except Exception as error:
                if not (database_is_away(error) or isinstance(error, TimeoutError)):
                    raise
                log.warning("side_task.database_away", task=name, error=type(error).__name__)
            await _pause(seconds, wake)

    return SideTask(name, run)


async def _pause(seconds: float, wake: asyncio.Event | None) -> None:
    if wake is None:
        await asyncio.sleep(seconds)
        return
    await asyncio.sleep(min(SHORTEST_PAUSE, seconds))
    with suppress(TimeoutError):
        await asyncio.wait_for(wake.wait(), seconds)
