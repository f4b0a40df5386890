"""Named tasks that run as long as the process does; when one ends by itself, the process stops."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

log = structlog.get_logger(__name__)

STOP_SECONDS = 4.0  # time for a task to finish what it has begun


@dataclass(frozen=True, slots=True)
class SideTask:
    """A loop that runs until it is cancelled, or until `stop` asks it to finish what it has begun."""

    name: str
    run: Callable[[], Coroutine[Any, Any, None]]
    stop: Callable[[], Coroutine[Any, Any, None]] | None = None


class SideTaskDied(RuntimeError):
    """A task that should run for ever ended."""


async def run_side_tasks(tasks: Sequence[SideTask], stopping: asyncio.Event) -> None:
    """Runs all until `stopping` is set, then ends them. Raises SideTaskDied when one ends before."""
    held = {each.name: asyncio.create_task(each.run(), name=each.name) for each in tasks}
    stop_asked = asyncio.create_task(stopping.wait(), name="stop-asked")
    try:
        done, _ = await asyncio.wait({*held.values(), stop_asked}, return_when=asyncio.FIRST_COMPLETED)
        dead = [task for task in done if task is not stop_asked]
        for task in dead:
            log.error("side_task.died", task=task.get_name(), exc_info=task.exception())
        if dead:
            raise SideTaskDied(f"{dead[0].get_name()} ended by itself")
    finally:
        stop_asked.cancel()
        await _end(tasks, held)


async def _end(tasks: Sequence[SideTask], held: dict[str, asyncio.Task[None]]) -> None:
    """Ends all at the same time: a consumer must not stay in its group while HTTP answers its last requests."""
    await asyncio.gather(*(_end_one(each, held[each.name]) for each in tasks))


async def _end_one(task: SideTask, running: asyncio.Task[None]) -> None:
    """Asks a task that can finish to finish; cancels one that cannot, or that takes too long."""
    if task.stop is not None and not running.done():
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await task.stop()
                await asyncio.wait({running})
        except TimeoutError:
            log.warning("side_task.cut_short", task=task.name)
        except Exception as error:
            log.exception("side_task.stop_failed", task=task.name, exc_info=error)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
