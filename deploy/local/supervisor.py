"""Starts the whole system in order, keeps it running, and leaves nothing behind when it ends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.child import Child
from deploy.local.errors import StartFailed
from deploy.local.keeper import Keeper, last_line
from deploy.local.layout import HOST
from deploy.local.orphan_watch import OrphanWatch, signal_group
from deploy.local.progress import Progress
from deploy.local.readiness import taken_port_message
from deploy.local.run_state import Phase, RunFiles, RunState
from deploy.private_files import open_private, private_folder


@dataclass(frozen=True)
class Errand:
    """A command that runs to its end between two stages: provisioning, loading."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(repr=False)
    doing: str
    what_to_do: str


@dataclass(frozen=True)
class Stage:
    """Children and errands that start together; the next stage starts when all are ready or done."""

    name: str
    children: tuple[Child, ...] = ()
    errands: tuple[Errand, ...] = ()


class Supervisor:
    def __init__(
        self, stages: Iterable[Stage], *, logs: Path, files: RunFiles, progress: Progress, url: str
    ) -> None:
        self.stages = tuple(stages)
        self.logs = logs
        self.files = files
        self.progress = progress
        self.state = RunState(pid=os.getpid(), phase="starting", url=url)
        self._stop = asyncio.Event()
        self._keepers: list[Keeper] = []
        self._kept: list[asyncio.Task[None]] = []
        self._failure: asyncio.Future[None] | None = None
        self._watch = OrphanWatch()

    async def run(self, when_ready: Callable[[], Awaitable[None]]) -> None:
        """Until asked to stop. `when_ready` runs once everything is up; its end is the supervisor's end."""
        self._catch_signals()
        self._failure = asyncio.get_running_loop().create_future()
        work = asyncio.create_task(self._work(when_ready), name="supervisor")
        stop: asyncio.Future[object] = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait((work, stop, self._failure), return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
            elif self._failure.done():
                self._failure.result()
            self._enter("stopping")
        except StartFailed as failed:
            self._enter("failed", failed.one_line())
            raise
        finally:
            for task in (work, stop):
                task.cancel()
            await asyncio.gather(work, stop, return_exceptions=True)
            await self._stop_everything()

    def request_stop(self) -> None:
        if not self._stop.is_set():
            self.progress.say("Stopping everything (asked again, it ends at once)")
        else:
            for keeper in self._keepers:
                if keeper.state.pid and keeper.state.state != "stopped":
                    signal_group(keeper.state.pid, signal.SIGKILL)
        self._stop.set()

    async def _work(self, when_ready: Callable[[], Awaitable[None]]) -> None:
        private_folder(self.logs)
        self.refuse_taken_ports()
        for stage in self.stages:
            with self.progress.step(stage.name):
                await together([*map(self._start, stage.children), *map(self._run_errand, stage.errands)])
        self._enter("ready")
        await when_ready()

    def refuse_taken_ports(self) -> None:
        for stage in self.stages:
            for child in stage.children:
                for port in child.ports:
                    if port_is_taken(port):
                        raise StartFailed(
                            taken_port_message(child.name, port),
                            what_to_do="Stop that program, or set KITH_PORT (pages) or KITH_BASE_PORT (all else)",
                        )

    async def _start(self, child: Child) -> None:
        log = self.logs / f"{child.name}.log"
        set_aside(log)
        keeper = Keeper(child, log, self._watch, tell=self.progress.warn, changed=self._write_state)
        self._keepers.append(keeper)
        self.state.children[child.name] = keeper.state
        with self.progress.step(child.name):
            await keeper.start()
        task = asyncio.create_task(keeper.keep(), name=child.name)
        task.add_done_callback(self._kept_ended)
        self._kept.append(task)

    def _kept_ended(self, task: asyncio.Task[None]) -> None:
        if task.cancelled() or self._failure is None or self._failure.done():
            return
        problem = task.exception()
        if problem is not None:
            self._failure.set_exception(problem)

    async def _run_errand(self, errand: Errand) -> None:
        log = self.logs / f"{errand.name}.log"
        with self.progress.step(errand.name), open_private(log, "wb") as output:
            process = await asyncio.create_subprocess_exec(
                *errand.command, stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output,
                env=errand.environment, start_new_session=True,
            )  # fmt: skip
            self._watch.watch(process.pid, signal.SIGTERM)
            try:
                code = await process.wait()
            finally:
                if process.returncode is None:
                    signal_group(process.pid, signal.SIGKILL)
                    await process.wait()
                self._watch.forget(process.pid)
        if code != 0:
            raise StartFailed(
                f"{errand.doing} failed: {last_line(log)}", what_to_do=errand.what_to_do, log=log
            )

    async def _stop_everything(self) -> None:
        """Stages end in the opposite order: what serves people before the servers it stands on."""
        for stage in reversed(self.stages):
            names = {child.name for child in stage.children}
            await asyncio.gather(*(keeper.stop() for keeper in self._keepers if keeper.child.name in names))
        for task in self._kept:
            task.cancel()
        await asyncio.gather(*self._kept, return_exceptions=True)
        await asyncio.to_thread(self._watch.close)

    def _enter(self, phase: Phase, message: str = "") -> None:
        self.state.phase, self.state.message = phase, message
        self._write_state()

    def _write_state(self) -> None:
        self.files.write(self.state)

    def _catch_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with contextlib.suppress(NotImplementedError, ValueError):
                loop.add_signal_handler(number, self.request_stop)


async def together(work: list[Coroutine[None, None, None]]) -> None:
    """All at once; the first failure cancels the others and is the one that is told."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        for finished in asyncio.as_completed(tasks):
            await finished
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def port_is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def set_aside(log: Path) -> None:
    """Each start has a log of its own; the one before it stays readable."""
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
