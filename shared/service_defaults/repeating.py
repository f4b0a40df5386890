"""A side task that does one thing again and again, and waits while the database is away."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from shared.postgres.away import database_is_away
from shared.service_defaults.side_tasks import SideTask

log = structlog.get_logger(__name__)


def repeating(name: str, seconds: float, act: Callable[[], Coroutine[Any, Any, None]]) -> SideTask:
    """Acts at once and then after each pause. A failure that waiting cannot heal ends the process."""

    async def run() -> None:
        while True:
            try:
                await act()
            # A process edge: only a failure that waiting can heal is waited for.
            except Exception as error:
                if not (database_is_away(error) or isinstance(error, TimeoutError)):
                    raise
                log.warning("side_task.database_away", task=name, error=type(error).__name__)
            await asyncio.sleep(seconds)

    return SideTask(name, run)
