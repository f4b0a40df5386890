"""One child's life: started, seen to be ready, started again when it crashes, stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from deploy.local.child import Child
from deploy.local.errors import StartFailed
from deploy.local.orphan_watch import OrphanWatch, signal_group
from deploy.local.restart_policy import RestartPolicy
from deploy.local.run_state import ChildState, created_at
from deploy.private_files import open_private

POLL_SECONDS = 0.1


class Keeper:
    def __init__(
        self,
        child: Child,
        log: Path,
        watch: OrphanWatch,
        *,
        tell: Callable[[str], None],
        changed: Callable[[], None],
    ) -> None:
        self.child = child
        self.log = log
        self.state = ChildState(url=child.url)
        self._watch = watch
        self._tell = tell
        self._changed = changed
        self._policy = RestartPolicy()
        self._crashes: list[float] = []
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = False

    async def start(self) -> None:
        """Returns when the child is ready; raises StartFailed when it ends or stays silent too long."""
        await self._spawn()
        await self._until_ready()

    async def keep(self) -> None:
        """Runs until stopped; raises StartFailed when the child cannot stay up."""
        while True:
            code = await self._running().wait()
            self._forget()
            if self._stopping:
                return
            signal_group(self._running().pid, signal.SIGKILL)  # whatever it had started itself
            await self._start_again(how_it_ended(code))

    async def stop(self) -> None:
        self._stopping = True
        if self._process is None:
            return
        if self._process.returncode is None:
            signal_group(self._process.pid, self.child.stop_signal)
            try:
                await asyncio.wait_for(self._process.wait(), self.child.stop_within_seconds)
            except TimeoutError:
                self._tell(
                    f"{self.child.name} did not stop in {self.child.stop_within_seconds:.0f} s; ending it"
                )
        signal_group(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        self._forget()

    async def _spawn(self) -> None:
        self._become("starting")
        account = self.child.account
        with open_private(self.log, "ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *self.child.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=dict(self.child.environment),
                cwd=self.child.folder,
                start_new_session=True,
                user=account.user if account else None,
                group=account.group if account else None,
                extra_groups=[] if account else None,
            )
        self._watch.watch(self._process.pid, self.child.stop_signal)
        self.state.pid, self.state.created = self._process.pid, created_at(self._process.pid)
        self._changed()

    async def _until_ready(self) -> None:
        deadline = time.monotonic() + self.child.ready_within_seconds
        missing: str | None = "does not answer yet"
        while missing is not None:
            if self._running().returncode is not None:
                raise self._failed(f"{self.child.name} stopped while starting{self._last_words()}")
            if time.monotonic() > deadline:
                seconds = f"{self.child.ready_within_seconds:.0f} s"
                raise self._failed(f"{self.child.name} was not ready within {seconds}: {missing}")
            missing = await self.child.ready()
            if missing is not None:
                await asyncio.sleep(POLL_SECONDS)
        self._become("ready")

    async def _start_again(self, how: str) -> None:
        started = time.monotonic()
        while True:
            self._crashes.append(time.monotonic())
            delay = self._policy.delay_after(self._crashes, self._crashes[-1])
            if delay is None:
                raise self._failed(
                    f"{self.child.name} cannot stay up: it {how}, the third time within a minute"
                )
            self._become("restarting")
            self._tell(f"{self.child.name} {how}; starting it again in {delay:.1f} s. Log: {self.log}")
            await asyncio.sleep(delay)
            self.state.restarts += 1
            try:
                await self.start()
            except StartFailed as failed:
                await self._end_for_restart()
                how = failed.problem.removeprefix(f"{self.child.name} ")
                continue
            self._tell(f"{self.child.name} is back after {time.monotonic() - started:.1f} s")
            return

    async def _end_for_restart(self) -> None:
        signal_group(self._running().pid, signal.SIGKILL)
        await self._running().wait()
        self._forget()

    def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError(f"{self.child.name} was never started")
        return self._process

    def _forget(self) -> None:
        if self._process is not None:
            self._watch.forget(self._process.pid)
            self._become("stopped")

    def _become(self, state: str) -> None:
        self.state.state = state
        self._changed()

    def _failed(self, problem: str) -> StartFailed:
        return StartFailed(
            problem, what_to_do="Everything was stopped; see the log's last lines", log=self.log
        )

    def _last_words(self) -> str:
        line = last_line(self.log)
        return f" ({how_it_ended(self._running().returncode or 0)}): {line}" if line else ""


def how_it_ended(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"stopped with exit code {code}"


def last_line(log: Path, *, longest: int = 240) -> str:
    with log.open("rb") as file:
        file.seek(max(file.seek(0, os.SEEK_END) - 4096, 0))
        lines = [line.strip() for line in file.read().decode(errors="replace").splitlines() if line.strip()]
    return lines[-1][:longest] if lines else ""
