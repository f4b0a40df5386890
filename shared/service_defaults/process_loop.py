"""The loop of every process: start its tasks, run until a signal or until one dies, stop in good order."""

import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

import structlog
import uvloop

from shared.service_defaults.lasting_objects import set_lasting_objects_aside
from shared.service_defaults.side_tasks import SideTask, SideTaskDied, run_side_tasks
from shared.service_defaults.structured_logging import start_logging
from shared.service_defaults.tracing import start_tracing

log = structlog.get_logger(__name__)

TasksOpener = Callable[[], AbstractAsyncContextManager[Sequence[SideTask]]]
"""Opens what the tasks need, gives the tasks, and closes it again when they have ended."""


class StartFailed(RuntimeError):
    """The process cannot start. The message is for a person, in one line."""


def run_until_stopped(
    name: str, open_tasks: TasksOpener, *, otlp_endpoint: str | None = None, log_level: str = "INFO"
) -> None:
    """Runs the tasks. Exit code 0 after SIGTERM or SIGINT, 1 when a task died or the start failed."""
    start_logging(name, log_level)
    tracing = start_tracing(name, otlp_endpoint)
    try:
        uvloop.run(_run(open_tasks))
    except StartFailed as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from None
    except SideTaskDied:
        raise SystemExit(1) from None
    finally:
        tracing.stop()


async def _run(open_tasks: TasksOpener) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    try:
        async with open_tasks() as tasks:
            set_lasting_objects_aside()
            log.info("process.started", tasks=[each.name for each in tasks])
            await run_side_tasks(tasks, stopping)
    finally:
        log.info("process.stopped")
